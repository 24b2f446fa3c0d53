"""A file as text: UTF-8, plain line ends, no control characters. Everything else is named for what it is."""

from __future__ import annotations

import codecs
import os
import re
import stat

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Source, fail, fail_whole_file
from backprop_tui.scenario.text import describe

MINIMAL_SCENARIO = '''\
program = """
c = a * b
"""
[inputs]
a = 2.0
b = 3.0'''

_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"\x7fELF": "a program (ELF)",
    b"MZ\x90\x00": "a Windows program",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x93NUMPY": "a NumPy array",
}
_WIDE_MARKS = {  # the longer first: UTF-32 begins like UTF-16
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SAVE_AS_UTF8 = "save the file as UTF-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BINARY_SAMPLE = 4096


def read(path: str | os.PathLike[str]) -> Source:
    """The text of a scenario file. Never waits: not for a FIFO, a device or a terminal.

    Raises:
        ScenarioError: it cannot be read, is too large, or is not text.

    """
    name = os.fspath(path)
    try:
        content = _read_bytes(name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise fail_whole_file(name, Code.UNREADABLE, f"cannot read the file: {reason}") from None
    return decode(content, name)


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
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(content, name, error) from None
    return check_text(text, name)


def check_text(text: str, name: str) -> Source:
    """The text with plain line ends. Raises ScenarioError if it is empty or not plain text."""
    source = Source(text.removeprefix("\ufeff").replace("\r\n", "\n"), name)
    if not source.text:
        raise fail(source, Code.EMPTY_FILE, "the file is empty", 0, hint=f"a small scenario:\n{MINIMAL_SCENARIO}")
    _refuse_other_formats(source)
    if control := _CONTROLS.search(source.text):
        raise _control_character(source, control.start())
    return source


def _read_bytes(name: str) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags)
    with open(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise ValueError("it is a directory")
        if not stat.S_ISREG(mode):
            raise ValueError("it is not a regular file")
        return file.read(limits.FILE_BYTES + 1)


def _refuse_foreign(content: bytes, name: str) -> None:
    for mark, encoding in _WIDE_MARKS.items():
        if content.startswith(mark):
            raise _wide(content, name, encoding)
    for mark, what in _MAGIC.items():
        if content.startswith(mark):
            raise fail_whole_file(name, Code.BINARY, f"not a scenario: this is {what}")
    sample = content[:_BINARY_SAMPLE]
    for start in (0, 1):  # two-byte text without a mark: every other byte of plain English is NUL
        if len(sample) >= 8 and not any(sample[start::2][:64]) and all(sample[1 - start :: 2][:64]):
            raise _wide(content, name, "UTF-16")
    controls = sum(byte < 0x20 and byte not in b"\t\n\r\x1b" for byte in sample)
    if controls > 4 and controls > len(sample) // 20:
        raise fail_whole_file(name, Code.BINARY, "not a scenario: the file is binary, not text")


def _wide(content: bytes, name: str, encoding: str) -> Exception:
    marked = content.startswith(tuple(_WIDE_MARKS))
    codec = encoding if marked else f"{encoding}-{'LE' if content[0] else 'BE'}"
    first_line = content.decode(codec, "replace").lstrip("\ufeff").split("\n")[0]
    return fail(Source(first_line, name), Code.NOT_UTF8, f"the file is {encoding}, not UTF-8", 0, hint=_SAVE_AS_UTF8)


def _not_utf8(content: bytes, name: str, error: UnicodeDecodeError) -> Exception:
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


def _refuse_other_formats(source: Source) -> None:
    start = len(source.text) - len(source.text.lstrip())
    head = source.text[start : start + 64].lower()
    what = ""
    if head.startswith(("<!doctype html", "<html")):
        what = "an HTML page"
    elif head.startswith("<") and not head.startswith("<<<<<<<"):
        what = "HTML or XML"
    elif head.startswith("{"):
        what = "JSON"
    elif re.match(r"---\s", head):
        what = "YAML"
    elif head.startswith(("diff --git ", "@@ ")):
        what = "a patch"
    if what:
        raise fail(
            source,
            Code.NOT_TOML,
            f"this looks like {what}; a scenario is TOML",
            start,
            start + len(head.split("\n", maxsplit=1)[0].rstrip()),
            hint="a saved page or an error of the download?" if "HTML" in what else "write `key = value`",
        )
    conflict = re.search(r"^<{7} ", source.text, re.MULTILINE)
    if conflict and re.search(r"^>{7} ", source.text, re.MULTILINE):
        raise fail(
            source,
            Code.MERGE_CONFLICT,
            "the file holds an unresolved merge conflict",
            conflict.start(),
            conflict.start() + 7,
            hint="keep one side and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`",
        )


def _control_character(source: Source, at: int) -> Exception:
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
