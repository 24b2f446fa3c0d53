"""Templates of operations, taken apart."""

from __future__ import annotations

import pytest

from backprop_tui.template import Slot, pieces


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("{g} @ {b}ᵀ", [Slot("", "g", "", ""), "@", Slot("", "b", "ᵀ", "")]),
        ("-{g} · log_softmax({x}) / 2", [Slot("-", "g", "", ""), "·", Slot("log_softmax(", "x", ")", ""), "/ 2"]),
        ("sum({x}, axis=(0, 2), keepdims=True)", [Slot("sum(", "x", "", ", axis=(0, 2), keepdims=True)")]),
        ("concat([{x0}, {x1}], axis=1)", [Slot("concat([", "x0", "", ","), Slot("", "x1", "]", ", axis=1)")]),
        ("{x}[0, 1:3]", [Slot("", "x", "[0, 1:3]", "")]),
        ("√({x}² + 1)", [Slot("√(", "x", "²", ""), "+ 1)"]),
        ("-sin({x})", [Slot("-sin(", "x", ")", "")]),
        ("2/√π · e**(-{x}²)", ["2/√π ·", Slot("e**(-", "x", "²)", "")]),
        ("3 · {x}**2", ["3 ·", Slot("", "x", "**2", "")]),
        (
            "{n} · {x}**({n} - 1)",
            [Slot("", "n", "", ""), "·", Slot("", "x", "", ""), "**", Slot("(", "n", "", ""), "- 1)"],
        ),
        ("part 0 of {g}", ["part 0 of", Slot("", "g", "", "")]),
        ("1", ["1"]),
    ],
)
def test_what_touches_a_slot_belongs_to_it(template: str, wanted: list[Slot | str]) -> None:
    assert pieces(template) == tuple(wanted)
