"""The names, values and equations of a worked solution in LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np

from backprop_tui.explaining.document import Equation
from backprop_tui.explaining.typesetter import Atom, Piece, Word, number, script, typeset, upright
from backprop_tui.formatting import array
from backprop_tui.formatting import number as digits
from backprop_tui.graph import Graph, Value
from backprop_tui.narration import Term

_MOST = 6
"""Rows and columns of a matrix that is written whole."""
_SUMMARY = 40
_GREEK = frozenset(
    re.findall(
        r"\w+",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
        "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega",
    )
)
_ROW_END = r" \\ "
_NUMBERED = re.compile(rf"(\D|{'|'.join(_GREEK)})(\d+)")
_MARKS = {"=": "=", "+=": r"\mathrel{+}="}


class Notation:
    """How the formulas of one graph are written."""

    def __init__(self, graph: Graph) -> None:
        self._variables = dict(_variables(graph))
        self._known: dict[str, Atom] = {}

    def name(self, text: str) -> str:
        """What a node, a derivative or a statement is called."""
        return self._name(text).tex

    def equation(self, equation: Equation) -> list[str]:
        """The rows of an aligned equation: symbols, numbers, what comes out. A short one has a single row."""
        left, sign, right, result = equation
        head = f"{self.name(left)} &{_MARKS[sign]}" if left else "&"
        symbols = typeset(self._symbols(right), self._variable).tex
        if result is None:
            return [f"{head} {symbols}"]
        outcome = value(result)
        if not right:
            return [f"{head} {outcome}"]
        numbers = typeset(self._numbers(right), self._variable).tex
        found = [numbers] if numbers == outcome else [numbers, outcome]
        if any(term.filled and term.filled.value.ndim for term in right):
            return [f"{head} {symbols}", *(f"&= {one}" for one in found)]
        if sign == "+=" or any(", " in term.symbol for term in right):
            return [f"{head} {symbols}", f"&= {' = '.join(found)}"]
        return [" = ".join([f"{head} {symbols}", *found])]

    def _name(self, text: str) -> Atom:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = typeset([text], lambda word: self._variables.get(word) or Atom(_nice(word)))
        return found

    def _variable(self, word: str) -> Piece:
        """A word of a formula, outside of the names in it."""
        if word == "ln":
            return Atom(r"\ln")
        return Atom(_nice(word)) if len(word) == 1 else Word(word)

    def _symbols(self, terms: Iterable[Term]) -> Iterator[str | Atom]:
        for term in terms:
            if slot := term.filled:
                yield from (slot.before, self._name(slot.name)._replace(is_array=bool(slot.value.ndim)), slot.after)
            else:
                yield term.symbol

    def _numbers(self, terms: Iterable[Term]) -> Iterator[str | Atom]:
        for term in terms:
            if slot := term.filled:
                shown = value(slot.value)
                brackets = ("(", ")") if slot.is_bracketed else ("", "")
                yield slot.before + brackets[0]
                yield Atom(shown, bool(slot.value.ndim), is_raised="^" in shown)
                yield brackets[1] + slot.after
            else:
                yield term.number


def value(x: Value) -> str:
    """A number, a row or a matrix; of a larger array its shape and what sums it up."""
    if not x.ndim:
        return number(digits(float(x)))
    if x.ndim > 2 or max(x.shape) > _MOST:
        return _summary(array(x, _SUMMARY))
    lines = [" & ".join([number(digits(one)) for one in row]) for row in np.atleast_2d(x).tolist()]
    return f"\\begin{{bmatrix}} {_ROW_END.join(lines)} \\end{{bmatrix}}"


def _summary(text: str) -> str:
    """`(20,) μ=0.55`; an array of more than two dimensions may be so small that it is whole."""
    head, _, statistics = ("", "", "") if text.startswith("[") else text.partition(" ")
    if not statistics:
        return f"\\text{{{text}}}"
    return f"\\text{{{head} }}{typeset([statistics], lambda word: Atom(_letter(word))).tex}"


def _variables(graph: Graph) -> Iterator[tuple[str, Atom]]:
    """The variables by name. Two that would look alike, `h1` and `h_1`, are told apart: the second is spelled out."""
    taken: set[str] = set()
    for node in graph:
        if node.is_named:
            tex = _nice(node.name)
            if tex in taken:
                tex = f"\\mathrm{{{upright(node.name)}}}"
            taken.add(tex)
            yield node.name, Atom(tex, bool(node.shape))


def _nice(name: str) -> str:
    """A variable with its subscripts: `h_1` and `h1`, `beta0`, `v_next`."""
    parts = [_letter(part) for part in name.split("_")]
    if not all(parts):
        return f"\\mathrm{{{upright(name)}}}"
    numbered = _NUMBERED.fullmatch(name.split("_", maxsplit=1)[0])
    if numbered:
        parts[:1] = [_letter(numbered[1]), numbered[2]]
    return f"{parts[0]}_{script(','.join(parts[1:]))}" if len(parts) > 1 else parts[0]


def _letter(word: str) -> str:
    """A letter as it is, a Greek one by its command, digits as they are, a longer word upright."""
    if len(word) == 1 and not word.isascii():
        name = unicodedata.name(word, "").removeprefix("GREEK ")
        size, _, letter = name.partition(" LETTER ")
        letter = letter.lower() if size == "SMALL" else letter.capitalize()
        if letter in _GREEK:
            return f"\\{letter}"
    if word in _GREEK:
        return f"\\{word}"
    if word.isdigit() or (len(word) == 1 and word.isascii()):
        return word
    return f"\\mathrm{{{upright(word)}}}" if word else ""
