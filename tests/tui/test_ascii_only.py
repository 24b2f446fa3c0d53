"""Under a locale without Unicode everything is ASCII, as wide as before, and what differs in meaning differs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import backprop_tui
from backprop_tui.drawing.glyphs import DASHED, DOUBLE, HEAVY, LIGHT
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED
from backprop_tui.tui.ascii_only import is_wanted, translate

PACKAGE = Path(backprop_tui.__file__).parent
SHOWN = ["tui", "drawing", "ops", "progress.py", "formatting.py", "narration.py", "check.py"]


def literals(path: Path) -> Iterator[str]:
    """The strings of a module that may be shown: all but docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in words:
            yield node.value


def modules() -> Iterator[Path]:
    for name in SHOWN:
        yield from (PACKAGE / name).rglob("*.py") if (PACKAGE / name).is_dir() else [PACKAGE / name]


def test_every_character_of_ours_has_a_stand_in() -> None:
    ours = {char for path in modules() for text in literals(path) for char in text if not char.isascii()}
    assert len(ours) > 50
    assert sorted(char for char in ours if "?" in translate(char) and cell_len(char)) == []


@pytest.mark.parametrize("signs", ["√π∞±≤≥≠≈", "φΦσΣτΔδ", "⊙⊗⊕∘÷∏⊤", "²ᵀₙⁿ₁⁻", "⇒⇐↦⟨⟩‖"])
def test_signs_of_mathematics_have_one(signs: str) -> None:
    assert "?" not in translate(signs)


@given(st.text())
def test_columns_stay_where_they_are(text: str) -> None:
    plain = translate(text)
    assert plain.isascii()
    assert len(plain) == sum(cell_len(char) for char in text if not char.isascii()) + sum(map(str.isascii, text))


@pytest.mark.parametrize(
    "different",
    [
        "─━═╌",
        "│┃║┊",
        "╭┏╔",
        NOT_COMPUTED + NO_GRADIENT,
        "→←↑↓",
        "✓✗",
        "✓↓",
        "=≠≈",
        "√∞πφ",
        "▶◀",
        "▼▲▽",
        "●○◌◉◆",
        "∂∇",
        "░▒▓█╌─═≡0",
        "⎡⎤┌",
    ],
)
def test_what_differs_differs(different: str) -> None:
    assert len(set(translate(different))) == len(different)


def test_borders_differ() -> None:
    assert len({translate("".join(border)) for border in (DASHED, LIGHT, HEAVY, DOUBLE)}) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [("∂e/∂b · 2 → 5", "de/db . 2 > 5"), ("café", "cafe"), ("e\u0301", "e"), ("日本", "????"), ("ﬁ", "?"), ("½", "?")],
)
def test_other_text_keeps_what_it_can(text: str, expected: str) -> None:
    assert translate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("∂e/∂b = 1·2 + 1·(-3) = ·", "de/db = 1*2 + 1*(-3) = ."),
        ("∂e/∂c·∂c/∂b", "de/dc*dc/db"),
        ("≈1.27·10^30", "~1.27*10^30"),
        ("∂·/∂b   ∂e/∂·   ∇· │", "d./db   de/d.   D. |"),
    ],
)
def test_a_product_is_not_read_as_a_decimal(text: str, expected: str) -> None:
    assert translate(text) == expected


def test_sequences_for_the_terminal_are_left_alone() -> None:
    assert translate("\x1b[1;31m∂\x1b[0m") == "\x1b[1;31md\x1b[0m"


@pytest.mark.parametrize(
    ("locale", "is_coerced", "expected"),
    [
        ({}, True, False),
        ({"LANG": "en_US.UTF-8"}, False, False),
        ({"LANG": "de_DE.utf8@euro"}, False, False),
        ({"LANG": "C"}, True, True),
        ({"LANG": "POSIX"}, True, True),
        ({"LANG": "de_DE@euro"}, False, True),
        ({"LANG": "en_US.ISO-8859-1"}, False, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True, True),  # Python's own doing
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False, False),
        ({"LC_CTYPE": "C.UTF-8"}, True, False),
        ({"LC_ALL": "C", "LC_CTYPE": "en_US.UTF-8", "LANG": "en_US.UTF-8"}, True, True),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False, False),
        ({"LC_ALL": "", "LANG": "C"}, True, True),
        ({"LC_CTYPE": "UTF-8"}, False, False),  # as macOS has it
    ],
)
def test_the_locale_decides(locale: dict[str, str], is_coerced: bool, expected: bool) -> None:
    assert is_wanted(locale, is_coerced=is_coerced) is expected
