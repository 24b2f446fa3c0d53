"""Files that are no text, or none of ours."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from backprop_tui.scenario import ScenarioError, loads
from backprop_tui.scenario.limits import FILE_BYTES
from backprop_tui.scenario.reading import decode
from backprop_tui.scenario.toml_map import Document

TREE = 'program = """\nc = a * b\n"""\n[inputs]\na = 2.0\nb = 3.0\n'


def refused(content: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        Document(decode(content, "x.toml"))
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code} {diagnostic.line}:{diagnostic.column} {diagnostic.message}"


def test_utf8_with_or_without_a_mark_and_either_line_end() -> None:
    assert decode(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "x").text == "a = 1\nb = 2\n"


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x.toml"), TREE)  # without the time of now: it would be in the test's name
    return file.getvalue()


def tarred() -> bytes:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x.toml"))
    return file.getvalue()


def saved_array() -> bytes:
    file = BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "F007 1:1 the file is empty"),
        (b"\xef\xbb\xbf", "F007 1:1 the file is empty"),
        *((TREE.encode(f"utf-16{end}"), "F003 1:1 the file is UTF-16, not UTF-8") for end in ("", "-le", "-be")),
        *((TREE.encode(f"utf-32{end}"), "F003 1:1 the file is UTF-32, not UTF-8") for end in ("", "-le", "-be")),
        (b"\xfe\xff" + TREE.encode("utf-16-be"), "F003 1:1 the file is UTF-16, not UTF-8"),
        (b'# ok\ntitle = "caf\xe9"', "F003 2:13 byte 0xe9 is not UTF-8; in Latin-1 it would be 'é'"),
        (b'\xef\xbb\xbftitle = "caf\xc3', "F003 1:13 the file ends in the middle of a UTF-8 character"),
        (b'a = "\xed\xa0\xbd\xed\xb8\x80"', "F003 1:6 a surrogate (half a character) is written as bytes, which is"),
        (gzip.compress(TREE.encode(), mtime=0), "F004 0:0 not a scenario: this is a gzip archive"),
        (bz2.compress(TREE.encode()), "F004 0:0 not a scenario: this is a bzip2 archive"),
        (lzma.compress(TREE.encode()), "F004 0:0 not a scenario: this is an xz archive"),
        (zipped(), "F004 0:0 not a scenario: this is a zip archive"),
        (tarred(), "F004 0:0 not a scenario: this is a tar archive"),
        (pickle.dumps([1, 2]), "F004 0:0 not a scenario: this is a Python pickle"),
        (saved_array(), "F004 0:0 not a scenario: this is a NumPy array"),
        (Path(sys.executable).read_bytes()[:999], "F004 0:0 not a scenario: this is a program"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", "F004 0:0 not a scenario: this is a GIF picture"),
        (b"\x01\x02\x03\x04\x05\x06", "F004 0:0 not a scenario: the file is binary, not text"),
        (b"a = 1\nb = \x00\n", "F005 2:5 U+0000 NUL is not allowed in TOML"),
        (b'a = "\x1b[2J"\n', "F005 1:6 U+001B ESCAPE is not allowed in TOML"),
        (b"a = 1\rb = 2", "F005 1:6 a carriage return that is no line end"),
    ],
)
def test_what_is_not_a_text_file_is_named(content: bytes, said: str) -> None:
    if sys.platform == "linux" or "program" not in said:
        assert refused(content).startswith(said)


def test_a_file_of_more_than_four_mebibytes_is_refused() -> None:
    assert refused(b"#" * (FILE_BYTES + 1)).startswith("F002")


def test_the_example_of_the_error_for_an_empty_file_is_a_scenario() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("")
    assert loads(caught.value.diagnostics[0].help.split("\n", 1)[1]).title == "c"
