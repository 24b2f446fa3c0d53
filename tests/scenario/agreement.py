"""Our map of a TOML file against the standard parser: the same verdict, and everything where the map says."""

from __future__ import annotations

import tomllib
from random import Random
from typing import Any

from backprop_tui.scenario import ScenarioError
from backprop_tui.scenario.diagnostics import Source
from backprop_tui.scenario.toml_map import Document
from backprop_tui.scenario.toml_scan import Kind

_OURS = {"F002", "F008", "H003", "H008", "H009", "H010", "H011", "H012"}
"""Limits and rules of our own: what they refuse may be TOML."""
_ENTRIES = 200
_MOST_TEXT = 50_000


def map_agrees_with_tomllib(source: Source) -> None:
    """Raise AssertionError where they differ. What our own limits refuse is not compared."""
    try:
        document = Document(source)
    except ScenarioError as error:
        code = error.diagnostics[0].code
        if code not in _OURS and _is_safe_for_tomllib(source.text):
            try:
                tomllib.loads(source.text)
            except (tomllib.TOMLDecodeError, ValueError):
                return
            raise AssertionError(f"{code}, but tomllib takes it") from None
        return
    if len(source.text) < _MOST_TEXT:
        assert repr(document.root) == repr(tomllib.loads(source.text)), "what the file says"
    entries = list(document._entries.items())
    for path, entry in Random(0).sample(entries, min(len(entries), _ENTRIES)):
        if isinstance(path[0], int):
            continue  # the key of a table in an array: it has no path from the root
        *_, name = path
        if isinstance(name, str):
            key = source.text[entry.key_start : entry.key_end]
            assert tomllib.loads(f"{key} = 1") == {name: 1}, "place of a key"
        if entry.kind is Kind.VALUE:
            value: Any = document.root
            for part in path:
                value = value[part]
            text = source.text[entry.start : entry.end]
            assert repr(tomllib.loads(f"v = {text}")["v"]) == repr(value), "place of a value"
            if isinstance(value, str):
                strings = [part for part in path if isinstance(part, str)]
                assert len(strings) < len(path) or document.string(*strings).value == value, "text of a value"


def _is_safe_for_tomllib(text: str) -> bool:
    """Whether it neither takes long nor recurses deeply."""
    is_flat = (
        text.count("[") < 200 and text.count("{") < 200 and max(line.count(".") for line in text.split("\n")) < 200
    )
    return is_flat and len(text) < 50_000
