"""A file as text: UTF-8, plain line ends, no control characters. Everything else is named for what it is."""

from __future__ import annotations

import codecs
import os
import re

from backprop_tui.scenario import files, formats, limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import BYTE_ORDER_MARK, ScenarioError, Source, fail, fail_whole_file
from backprop_tui.scenario.text import describe

MINIMAL_SCENARIO = '''\
program = """
c = a * b
"""
[inputs]
a = 2.0
b = 3.0'''

_WIDE_MARKS = {  # the longer first: UTF-32 begins like UTF-16
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_WIDE_PATTERNS = (  # which bytes of four are NUL, and which are not
    ("UTF-16-LE", (1, 3), (0, 2)),
    ("UTF-16-BE", (0, 2), (1, 3)),
    ("UTF-32-LE", (1, 2, 3), (0,)),
    ("UTF-32-BE", (0, 1, 2), (3,)),
)
_SAVE_AS_UTF8 = "save the file as UTF-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SAMPLE = 4096


def read(path: str | os.PathLike[str]) -> Source:
    """The text of a scenario file. Never waits: not for a FIFO, a device or a terminal.

    Raises:
        ScenarioError: it cannot be read, is too large, or is not text.

    """
    name = os.fspath(path)
    return decode(files.content_of(name), name)


def decode(content: bytes, name: str) -> Source:
    """The bytes of a scenario file as text. Raises ScenarioError if they are not."""
    if len(content) > limits.FILE_BYTES:
        raise fail_whole_file(
            name,
            Code.FILE_TOO_LARGE,
            f"the file is larger than {limits.FILE_BYTES // 1024**2} MiB",
            hint="a scenario is a few lines of text; is this the right file?",
        )
    _refuse_foreign(content, name)
    text_only = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = text_only.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(text_only, name, error) from None
    return check_text(BYTE_ORDER_MARK + text if content != text_only else text, name)


def check_text(text: str, name: str) -> Source:
    """The text with plain line ends. Raises ScenarioError if it is empty or not plain text."""
    plain = text.lstrip(BYTE_ORDER_MARK).replace("\r\n", "\n")
    source = Source(plain, name, raw=text if plain != text else "")
    if not source.text.strip(" \t\n"):
        raise fail(source, Code.EMPTY_FILE, "the file is empty", 0, hint=f"a small scenario:\n{MINIMAL_SCENARIO}")
    formats.refuse_merge_conflict(source)
    if control := _CONTROLS.search(source.text):
        raise formats.other_format(source, _control_character(source, control.start()))
    return source


def _refuse_foreign(content: bytes, name: str) -> None:
    if encoding := _wide_encoding(content):
        first_line = content[:_SAMPLE].decode(encoding, "replace").lstrip("\ufeff").split("\n")[0]
        message = f"the file is {encoding[:6]}, not UTF-8"
        raise fail(Source(first_line, name), Code.NOT_UTF8, message, 0, hint=_SAVE_AS_UTF8)
    if what := formats.binary_format(content):
        raise fail_whole_file(name, Code.BINARY, f"not a scenario: this is {what}")
    sample = content[:_SAMPLE]
    controls = sum(byte < 0x20 and byte not in b"\t\n\r\x1b" for byte in sample)
    if controls > 4 and controls > len(sample) // 20:
        raise fail_whole_file(name, Code.BINARY, "not a scenario: the file is binary, not text")


def _wide_encoding(content: bytes) -> str:
    """The encoding of text whose characters have two or four bytes, or ''."""
    for mark, encoding in _WIDE_MARKS.items():
        if content.startswith(mark):
            return encoding
    sample = content[: len(content[:_SAMPLE]) & ~3]
    if not sample:
        return ""
    # Without a mark: most characters of a scenario are ASCII, and the rest of their bytes is NUL.
    is_nul = [sample[start::4].count(0) > 0.7 * len(sample) / 4 for start in range(4)]
    is_text = [sample[start::4].count(0) < 0.05 * len(sample) / 4 for start in range(4)]
    for encoding, nul, text in _WIDE_PATTERNS:
        if all(is_nul[index] for index in nul) and all(is_text[index] for index in text):
            return encoding
    return ""


def _not_utf8(content: bytes, name: str, error: UnicodeDecodeError) -> ScenarioError:
    before = content[: error.start].decode()
    text = before + content[error.start :].decode(errors="replace")
    source = Source(text.replace("\r\n", "\n"), name)
    place = len(before.replace("\r\n", "\n"))
    byte = content[error.start]
    if error.reason == "unexpected end of data":
        return fail(source, Code.NOT_UTF8, "the file ends in the middle of a UTF-8 character", place)
    if byte == 0xED and content[error.start + 1 : error.start + 2] >= b"\xa0":
        message = "a surrogate (half a character) is written as bytes, which is not UTF-8"
        return fail(source, Code.NOT_UTF8, message, place, hint=_SAVE_AS_UTF8)
    letter = bytes([byte]).decode("cp1252", "replace")
    guess = f"; in Latin-1 it would be '{letter}'" if letter.isprintable() and letter != "\ufffd" else ""
    return fail(source, Code.NOT_UTF8, f"byte 0x{byte:02x} is not UTF-8{guess}", place, hint=_SAVE_AS_UTF8)


def _control_character(source: Source, at: int) -> ScenarioError:
    char = source.text[at]
    if char == "\r":
        return fail(
            source,
            Code.CONTROL_CHARACTER,
            "a carriage return that is no line end",
            at,
            hint="end lines with LF or CRLF",
        )
    return fail(
        source,
        Code.CONTROL_CHARACTER,
        f"{describe(char)} is not allowed in TOML",
        at,
        hint="delete it" if char != "\x1b" else 'delete it, or write it as "\\u001b"',
    )
