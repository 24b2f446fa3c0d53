"""Formulas in LaTeX, token by token."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.explaining.latex import Notation, value
from backprop_tui.explaining.typesetter import Atom, Word, typeset
from tests.explaining.runs import of

SCENARIO, _ = of(
    "h_1 = x * w\nh1 = h_1 + sigma\nv_next = h1 @ A\na_b_c = sum(v_next)\nloss = a_b_c * beta0",
    'x = [1.0, 2.0]\nw = 2.0\n"σ" = 1.0\nsigma = 1.0\nA = [[1.0, 2.0], [3.0, 4.0]]\nbeta0 = 3.0',
)
NOTATION = Notation(SCENARIO.graph)
TOKENS = [*"∂/x()[] ·*@ᵀ²₁….-+=%#$&{}\\~^_<|√σ漢", "**", "h_1", "1e-5", "sum(", ".T", "axis=1", "'mean'", "if", ", "]


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("x", "x"),
        ("h_1", "h_1"),
        ("h1", r"\mathrm{h1}"),  # h_1 is taken
        ("v_next", r"v_{\mathrm{next}}"),
        ("a_b_c", "a_{b,c}"),
        ("σ", r"\sigma"),
        ("sigma", r"\mathrm{sigma}"),
        ("beta0", r"\beta_0"),
        ("loss", r"\mathrm{loss}"),
        ("∂loss/∂h_1", r"\frac{\partial \mathrm{loss}}{\partial h_1}"),
        ("∂y/∂x₂", r"\frac{\partial y}{\partial x^{(2)}}"),
        ("∂loss/∂(x · w)", r"\frac{\partial \mathrm{loss}}{\partial (x \cdot w)}"),
        ("∂loss/∂sum(v_next)", r"\frac{\partial \mathrm{loss}}{\partial \operatorname{sum}(v_{\mathrm{next}})}"),
        ("x · x", r"x \odot x"),
        ("w · w", r"w \cdot w"),
        ("2 · x", r"2 \cdot x"),
        ("(x · x) · x", r"(x \odot x) \odot x"),
        ("A.T @ x", r"A^\top \thinspace x"),
        ("x[0, 1:3]", r"x[0, 1 {:} 3]"),
        ("x ** 2 / w", r"\frac{x^2}{w}"),
        ("x @ A / w", r"x \thinspace A / w"),
        ("x ** -w", "x^{-w}"),
        ("x ** (w + 1)", "x^{w + 1}"),
        ("w / x / σ", r"\frac{w}{x} / \sigma"),
        ("1 / (1 + exp(-x))", r"\frac{1}{1 + \exp(- x)}"),
        ("sqrt(x + 1e-5)", r"\sqrt{x + 1 \cdot 10^{-5}}"),
        ("log_softmax(x, axis=1)", r"\operatorname{log-softmax}(x, \mathrm{axis} = 1)"),
        ("mse_loss(x, w, reduction='sum')", r"\operatorname{mse-loss}(x, w, \mathrm{reduction} = \text{sum})"),
        ("x <= w", r"x \le w"),
        ("(x + …h_1", r"( x + \ldots h_1"),
        ("x) + w", "x ) + w"),
    ],
)
def test_names_and_expressions(name: str, tex: str) -> None:
    assert NOTATION.name(name) == tex


@pytest.mark.parametrize(
    ("chunks", "tex"),
    [
        (["1 if ", Atom("x"), " > 0, else e**", Atom("x")], r"1 \text{ if } x > 0, \text{ else } e^x"),
        (["2/√π · e**(-", Atom("x"), "²)"], r"\frac{2}{\sqrt{π}} \cdot e^{- x^2}"),
        ([Atom("g"), " in its place, 0 elsewhere"], r"g \text{ in its place}, 0 \text{ elsewhere}"),
        ([Atom(r"\frac{a}{b}", is_raised=True), "ᵀ"], r"\left( \frac{a}{b} \right)^\top"),
        ([Atom("y"), " · ln ", Atom("x")], r"y \cdot \text{ ln } x"),
        (["relu(", Atom(r"\begin{bmatrix} 1 \end{bmatrix}"), ")"], None),
    ],
)
def test_words_and_atoms(chunks: list[str | Atom], tex: str | None) -> None:
    made = typeset(chunks, lambda word: Atom(word) if len(word) == 1 else Word(word)).tex
    assert made == (tex or r"\operatorname{relu}\left( \begin{bmatrix} 1 \end{bmatrix} \right)")


@pytest.mark.parametrize(
    ("given_value", "tex"),
    [
        (2.0, "2"),
        (-1.2341e-7, r"-1.234 \cdot 10^{-7}"),
        (np.nan, r"\mathrm{NaN}"),
        (-np.inf, r"-\infty"),
        ([1.0, -2.5], r"\begin{bmatrix} 1 & -2.5 \end{bmatrix}"),
        ([[1.0, 2.0], [3.0, 4.0]], r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
        ([1.0] * 7, r"\text{[1 1 1 1 1 1 1]}"),
        (np.ones((7, 7)) / 2, r"\text{(7,7) }\mu = 0.5"),
        (np.resize([1.0, -1.0], (8, 8)), r"\text{(8,8) }\vert x \vert \le 1"),
    ],
)
def test_values(given_value: object, tex: str) -> None:
    assert value(np.asarray(given_value, dtype=np.float64)[()]) == tex


@settings(max_examples=150)
@given(st.lists(st.sampled_from(TOKENS), max_size=12), st.booleans())
def test_any_text_gives_a_formula_that_can_be_read(tokens: list[str], has_words: bool) -> None:
    tex = typeset(["".join(tokens)], Word if has_words else lambda word: Atom(f"\\mathrm{{{word}}}")).tex
    depth = 0
    for character in tex.replace(r"\_", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
        assert character not in "%#$&~"
    assert depth == 0
    assert tex.count(r"\left") == tex.count(r"\right")


def test_nothing_recurses() -> None:
    depth = 5_000
    assert typeset(["(" * depth + "x" + ")" * depth], Atom).tex == "(" * depth + "x" + ")" * depth
