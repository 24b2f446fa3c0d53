"""Files that are no text, not there, or would make a reader wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from backprop_tui.scenario import ScenarioError, load
from backprop_tui.scenario.reading import decode, read


def refused(content: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        decode(content, "x.toml")
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code} {diagnostic.line}:{diagnostic.column} {diagnostic.message}"


def test_utf8_with_or_without_a_mark_and_either_line_end() -> None:
    assert decode(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "x").text == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "F007 1:1 the file is empty"),
        ("a = 1\n".encode("utf-16"), "F003 1:1 the file is UTF-16, not UTF-8"),
        ("a = 1 # text\n".encode("utf-16-le"), "F003 1:1 the file is UTF-16, not UTF-8"),
        ("a = 1 # text\n".encode("utf-16-be"), "F003 1:1 the file is UTF-16, not UTF-8"),
        ("a = 1\n".encode("utf-32"), "F003 1:1 the file is UTF-32, not UTF-8"),
        (b'# ok\ntitle = "caf\xe9"', "F003 2:13 byte 0xe9 is not UTF-8; in Latin-1 it would be 'é'"),
        (b'\xef\xbb\xbftitle = "caf\xc3', "F003 1:13 the file ends in the middle of a UTF-8 character"),
        (b"\x1f\x8b\x08\x00rest", "F004 0:0 not a scenario: this is a gzip archive"),
        (b"\x01\x02\x03\x04\x05\x06", "F004 0:0 not a scenario: the file is binary, not text"),
        (b"a = 1\nb = \x00\n", "F005 2:5 U+0000 NUL is not allowed in TOML"),
        (b'a = "\x1b[2J"\n', "F005 1:6 U+001B ESCAPE is not allowed in TOML"),
        (b"a = 1\rb = 2", "F005 1:6 a carriage return that is no line end"),
        (b'{"title": 1}', "F006 1:1 this looks like JSON; a scenario is TOML"),
        (b"\n  <html>", "F006 2:3 this looks like an HTML page; a scenario is TOML"),
        (b"---\na: 1\n", "F006 1:1 this looks like YAML; a scenario is TOML"),
        (
            b"a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other\n",
            "F008 2:1 the file holds an unresolved merge conflict",
        ),
    ],
)
def test_what_is_not_a_text_file_is_named(content: bytes, said: str) -> None:
    assert refused(content) == said


def test_a_file_of_more_than_four_mebibytes_is_refused() -> None:
    assert refused(b"#" * (4 * 1024**2 + 1)).startswith("F002")


def test_missing_files_and_directories(tmp_path: Path) -> None:
    for path, reason in [(tmp_path / "no.toml", "No such file"), (tmp_path, "irectory")]:
        with pytest.raises(ScenarioError) as caught:
            load(path)
        assert caught.value.diagnostics[0].code == "F001"
        assert reason in str(caught.value)


def test_a_path_with_a_nul_is_an_error_of_the_file() -> None:
    with pytest.raises(ScenarioError):
        load("a\0b")


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
def test_a_fifo_does_not_make_us_wait(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(ScenarioError, match="not a regular file"):
        read(fifo)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no /dev/zero")
def test_a_device_is_not_read() -> None:
    with pytest.raises(ScenarioError, match="not a regular file"):
        read("/dev/zero")
