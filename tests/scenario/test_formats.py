"""Files of another format are named, and TOML, however oddly it begins, is never taken for one of them."""

from __future__ import annotations

import pytest
from hypothesis import given

from backprop_tui.scenario import ScenarioError
from backprop_tui.scenario.reading import decode
from backprop_tui.scenario.toml_map import Document
from tests.scenario.toml_documents import documents


def refused(content: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        Document(decode(content, "x.toml"))
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code} {diagnostic.line}:{diagnostic.column} {diagnostic.message}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"title": 1}', "1:1 JSON"),
        ("# no comments in JSON\n[\n  1,\n  2\n]\n", "2:1 JSON"),
        ('[["a", 1], ["b", 2]]', "1:1 JSON"),
        ('[{"a": 1}]', "1:1 JSON"),
        ('{\n "cells": [],\n "nbformat": 4\n}', "1:1 a Jupyter notebook"),
        ("{\\rtf1\\ansi title}", "1:1 RTF"),
        ("\n  <html>", "2:3 an HTML page"),
        ("<!DOCTYPE html>\x1b[0m", "1:1 an HTML page"),
        ("<?xml version='1.0'?>", "1:1 HTML or XML"),
        ("---\na: 1\n", "1:1 YAML"),
        ("--- # front matter\na: 1\n", "1:1 YAML"),
        ("# comment\ntitle: x\ninputs:\n  a: 1\n", "2:1 YAML"),
        ("- a\n- b\n", "1:1 YAML"),
        ("; comment\n[a]\nb = c\n", "1:1 an INI file"),
        ("[server]\nhost = localhost\npath = /var/lib\n", "2:1 an INI file"),
        ("import torch\nx = 1\n", "1:1 Python source"),
        ('"""A module."""\nimport torch\n', "1:1 Python source"),
        ("x = 1\ndef f(x):\n    return x\n", "2:1 Python source"),
        ("x = 1\nfor i in range(3):\n", "2:1 Python source"),
        ("#!/usr/bin/env python3\nx.backward()\n", "1:1 Python source"),
        ("#!/bin/sh\nrm -r x\n", "1:1 a shell script"),
        ("A=1\nexport B=2\n", "2:1 a shell script"),
        ("diff --git a/x b/x\n", "1:1 a patch"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "1:1 a patch"),
        (f"From {'a' * 40} Mon Sep 17\n", "1:1 a patch"),
        ("```toml\na = 1\n```\n", "1:1 Markdown"),
    ],
)
def test_text_in_another_format_is_named(text: str, said: str) -> None:
    place, what = said.split(" ", 1)
    assert refused(text.encode()) == f"F006 {place} this looks like {what}; a scenario is TOML"


@pytest.mark.parametrize(
    "text",
    [
        "--- = 1\n",
        "---.a = 1\n",
        "- = 1\n",
        "[1]\na = 1\n",
        '["a"]\nb = 1\n',
        "[[1]]\n",
        "BZh91AY = 1\n",
        "GIF89a = 1\nb = 2\n",
        "MZ = 1\n",
        "PK = 1\n",
        "import = 1\nfrom.class = 2\ndef = 3\nsource = 4\nexport = 5\nprint = 6\n",
        "#!/usr/bin/env python3\na = 1\n",
        "#!/bin/sh\na = 1\n",
        "# <html>\n# {\na = 1\n",
        "x = [\n  - 1.0,\n]\n".replace("- ", "-"),
        'x = [\n  {a = 1},\n  {"b" = 2},\n]\n',
        'd = """\n<html>\nimport x\n---\n; no\n<<<<<<< a\n{\n"""\n',
        'd = """\n<<<<<<< a\n=======\n"""\n',
        'd = """\n=======\n>>>>>>> a\n"""\n',
        "\ufeff\r\n[a]\r\n\r\nb.c = 1\r\n",
        "\n\n\t[a]\n",
    ],
)
def test_toml_that_begins_oddly_is_toml(text: str) -> None:
    assert Document(decode(text.encode(), "x.toml")).root is not None


@pytest.mark.parametrize(
    "text",
    [
        "x = [\n  {a: 1},\n]",
        "x = [\n  - 1.0,\n]",
        "x = [\n  [1, oops],\n]",
        'x = """\nimport x \\q\n"""',
        "output = e\n",
    ],
)
def test_a_mistake_in_toml_is_not_another_format(text: str) -> None:
    assert refused(text.encode())[:4] not in ("F006", "F008")


@given(documents())
def test_no_document_is_taken_for_another_format(text: str) -> None:
    """Nor one whose reading ends at a control character, so that only its first line is looked at."""
    assert Document(decode(f"{text}\nend = 1".encode(), "x")).root
    assert refused(f"{text}\n#\x1b".encode()).startswith("F005")


CONFLICT = "<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"a = 1\n{CONFLICT}", "2:1"),
        (f'program = """\n{CONFLICT}"""\n', "2:1"),
        (CONFLICT.replace("=======", "||||||| merged common ancestors\nb = 0\n======="), "1:1"),
        (CONFLICT.replace("\n", "\r\n"), "1:1"),
        ("a = 1\n<<<<<<< HEAD\nb = 1\n", "2:1"),
        ("a = 1\n=======\nb = 1\n", "2:1"),
        ("a = 1\n>>>>>>> 1f3d\n", "2:1"),
    ],
    ids=["both sides", "in the program", "diff3", "CRLF", "begin left over", "middle left over", "end left over"],
)
def test_merge_conflicts_are_named(text: str, place: str) -> None:
    assert refused(text.encode()) == f"F008 {place} the file holds an unresolved merge conflict"
