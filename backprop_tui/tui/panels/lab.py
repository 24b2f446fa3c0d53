"""What the lab shows: the mistake in two lines of code, both engines in the same event, and all gradients side by side.

Pure lines of what a comparison knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import repeat

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import CLIPPED, NO_GRADIENT, NOT_COMPUTED, abbreviate, distinct, number, shape, summary
from backprop_tui.formulas import partial
from backprop_tui.graph import Shape, Value, is_finite
from backprop_tui.lab.comparison import Comparison, factor
from backprop_tui.lab.fault import Fault
from backprop_tui.lab.noticing import Noticed
from backprop_tui.lab.parting import Kind, Parting
from backprop_tui.lab.showing import broken_side, right_side, words
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.narration import Narration, narrate
from backprop_tui.scenario.text import plural
from backprop_tui.tui.lines import Ink, Line, Span, ends, fit, width, wrap
from backprop_tui.tui.panels import chain_rule
from backprop_tui.tui.panels.fields import Field, measure
from backprop_tui.tui.panels.numbers import brief_change
from backprop_tui.tui.panels.table import Column, Label, table

WRONG = "✗"
_RIGHT, _BROKEN = "right", "broken"
_LEAD = 8
"""Columns of those words."""
_LEAST_ARRAY, _ARRAY = 11, 26
"""Columns of an array in the table."""
_REST = 20
"""Columns beside two of them."""
_GAP = "  "
_FORMULA_ROWS = 2
_ROOMY = 24
"""Rows below which a formula has no more rows than that."""
_CODE_ROWS = 14
"""Rows below which only the broken lines of code are shown, and both events take a line each."""


def code(fault: type[Fault], cells: int, rows: int) -> list[Line]:
    """The lines at fault, as they should be and as they are."""
    sides = [(_BROKEN, fault.broken, Ink.STRONG)]
    if rows >= _CODE_ROWS:
        sides.insert(0, (_RIGHT, fault.right, Ink.TEXT))
    return [
        fit((Span((label if at == 0 else "").ljust(_LEAD), Ink.FAINT), Span(line, ink)), cells)
        for label, lines, ink in sides
        for at, line in enumerate(lines)
    ]


def silent(fault: type[Fault], timeline: Timeline, lesson: str, cells: int) -> list[Line]:
    """Why a fault does not show, and where it does."""
    if fault.is_possible(timeline.plan):
        reason = f"There is {fault.needs}, but {fault.alike}."
    else:
        reason = f"It takes {fault.needs}, and there is none."
    return [
        *wrap([Span(fault.what)], cells),
        (),
        *wrap([Span("On this graph that does not show. ", Ink.STRONG), Span(reason)], cells),
        (),
        *wrap([Span(f"The lesson “{lesson}” shows it.")], cells),
        (),
        *life(fault, cells),
    ]


def life(fault: type[Fault], cells: int) -> list[Line]:
    """Where one meets it."""
    return wrap([Span("In real life: ", Ink.HEADING), Span(fault.life, Ink.FAINT)], cells)


def status(comparison: Comparison, at: Parting | None, position: int, cells: int) -> list[Line]:
    """Whether the two part here, and where they do if not."""
    first = comparison.places[0]
    if position == first:
        said = [Span(f"Event {position:,}: here they part.", Ink.STRONG)]
    elif at:
        said = [Span(f"Event {position:,}: they differ.", Ink.STRONG)]
    elif position < first:
        here = f"Event {position:,}: both do the same" if position else "Both start alike"
        said = [Span(here, Ink.STRONG), Span(f"; they part at event {first:,}.")]
    else:
        said = [Span(f"Event {position:,}: both do the same.", Ink.STRONG)]
    return wrap(said, cells)


def event(comparison: Comparison, at: Parting | None, position: int, cells: int, rows: int) -> list[Line]:
    """What both do in an event: one formula, or one beside the other and what has gone wrong."""
    if at is None:
        same = narrate(comparison.timeline, position)
        return [] if same is None else _side("both", same, "", cells, rows)
    right, broken = right_side(comparison.timeline, at), broken_side(comparison, at)
    nothing = "walks no such edge" if at.kind is Kind.MISSING else "has stopped"
    return [
        *_side(_RIGHT, right, "sends nothing more here", cells, rows),
        *_side(_BROKEN, broken, nothing, cells, rows),
    ]


def explanation(comparison: Comparison, at: Parting | None, cells: int) -> list[Line]:
    """What has gone wrong, in words."""
    return [] if at is None else wrap([Span(words(comparison, at))], cells)


def _side(label: str, narration: Narration | None, nothing: str, cells: int, rows: int) -> list[Line]:
    """One engine in an event: what it does to a gradient, and the formula below it."""
    if narration is None:
        return [(Span(label.ljust(_LEAD), Ink.FAINT), Span(nothing))]
    head = Span(label.ljust(_LEAD), Ink.STRONG if label == _BROKEN else Ink.FAINT)
    change = Span(narration.change, Ink.NEW_BACKWARD)
    if rows < _CODE_ROWS:
        numbers = Span(narration.numbers.removeprefix("= "))
        has_room = width((head, numbers, change)) + len(_GAP) <= cells
        return [ends((head, numbers) if has_room else (head,), (change,), cells)]
    formula = chain_rule.typeset(replace(narration, change=""), cells - len(_GAP) - 1)
    if len(formula) > _FORMULA_ROWS and rows < _ROOMY:
        formula = [(Span(abbreviate(narration.symbols, cells - len(_GAP))),)]
    below = [(Span(_GAP), *line) for line in formula]
    if width((head, change)) <= cells:
        return [ends((head,), (change,), cells), *below]
    return [(head,), *below, *wrap([change], cells)]


def outcome(comparison: Comparison, noticed: Noticed | None, cells: int) -> list[Line]:
    """How many gradients are wrong in the end, and what would have told."""
    wrong = len(comparison.wrong)
    said = f"{wrong:,} of {plural(comparison.gradients, 'gradient')} {'is' if wrong == 1 else 'are'} wrong in the end. "
    return wrap([Span(said, Ink.STRONG), Span(_telling(comparison, noticed))], cells)


def _telling(comparison: Comparison, noticed: Noticed | None) -> str:
    """What would have told the user that something is wrong; empty if nothing does for sure."""
    timeline, nodes = comparison.timeline, comparison.timeline.graph.nodes
    if comparison.engine.stopped:
        return f"The broken engine has stopped: {comparison.engine.stopped}."
    if noticed:
        place = f"[{','.join(map(str, noticed.element))}]" if noticed.element else ""
        node = nodes[noticed.node]
        return (
            f"A gradient check fails: nudging {name_of(node)}{place} gives {partial(timeline, node)}{place} = "
            f"{number(noticed.estimate)}, the broken engine {number(noticed.broken)}."
        )
    for node in map(nodes.__getitem__, comparison.wrong):
        grad = comparison.engine.grads[node.index]
        if grad is not None and grad.shape != node.shape:
            name = symbol_of(node)
            return f"The shapes tell: {name} has {shape(node.shape)}, {name}.grad {shape(grad.shape)}."
    return ""


def array_text(value: Value, expected: Shape, cells: int) -> str:
    """An array in so many columns; its shape comes first if it is not the one that is expected."""
    if value.shape == expected:
        return brief_change(value, cells)
    text = f"{shape(value.shape)} {summary(value)}"
    return text if len(text) <= cells else shape(value.shape)


def in_box(value: Value, expected: Shape, cells: int) -> str:
    """The gradient of a node of that shape, in so many columns."""
    if value.ndim:
        return array_text(value, expected, cells)
    text = number(float(value))
    for digits in (2, 1, 0):
        if len(text) <= cells:
            break
        mantissa, exponent = f"{float(value):.{digits}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text


class Gradients:
    """The table of the gradients of both engines: its columns are fixed for a comparison."""

    MOST = 40

    def __init__(self, comparison: Comparison, rows: Sequence[int]) -> None:
        """`rows` are the nodes of the table of values."""
        self._comparison = comparison
        nodes, contributing = comparison.timeline.graph.nodes, comparison.timeline.graph.contributing
        if len(rows) > 12:
            wrong = set(comparison.wrong)
            rows = [node for node in rows if node in wrong]
        self.nodes = rows[: self.MOST]
        self._left_out = comparison.gradients - sum(map(contributing.__getitem__, self.nodes))
        self._names = [name_of(nodes[node]) for node in self.nodes]
        timeline, engine = comparison.timeline, comparison.engine
        scalars = {node for node in self.nodes if not nodes[node].shape}
        right = [timeline.grad_at(node, at + 1) for node in scalars for at in timeline.plan.accumulations_of(node)]
        broken = [one.after for one in engine.events if isinstance(one, Accumulate) and one.node in scalars]
        self._fields = measure(right).aligned, measure(broken).aligned
        self._has_arrays = any(nodes[node].shape for node in self.nodes)

    def lines(self, position: int, cells: int, selected: int | None) -> list[Line]:
        """The heads, a line for each node at a position of the right run, and how many have no row."""
        comparison, graph = self._comparison, self._comparison.timeline.graph
        right = [comparison.timeline.grad_at(node, position) for node in self.nodes]
        broken = [comparison.broken_grad(node, position) for node in self.nodes]
        differs = [comparison.differs(node, position) for node in self.nodes]
        nodes = [(graph.nodes[node].shape, not graph.contributing[node]) for node in self.nodes]
        room = max(_LEAST_ARRAY, min(_ARRAY, (cells - _REST) // 2)) if self._has_arrays else 0
        off = ["" if ratio is None else f"× {number(ratio)}" for ratio in map(factor, right, broken)]
        tails = [f" {WRONG}" if one else "  " for one in differs]
        ratios = [Span(ratio if wrong else "", Ink.FAINT) for ratio, wrong in zip(off, differs, strict=True)]
        columns = [
            _column(_RIGHT, self._fields[0].at_least(room), zip(nodes, right, repeat(""))),
            _column(_BROKEN, self._fields[1].at_least(room), zip(nodes, broken, tails, strict=True)),
            Column(ratios, is_needed=False),
        ]
        inks = [Ink.TEXT if one is not None else Ink.FAINT for one in right]
        label = Label(lambda most: distinct(self._names, most), max(map(len, self._names)), inks, "node", 5)
        lit = self.nodes.index(selected) if selected in self.nodes else None
        rows = table(Column([Span("")] * len(right)), label, columns, cells, lit)
        more = [(Span(f"{CLIPPED} {self._left_out:,} more", Ink.FAINT),)] if self._left_out > 0 else []
        return [*rows, *more]


def _column(head: str, field: Field, rows: Iterable[tuple[tuple[Shape, bool], Value | None, str]]) -> Column:
    """A column of gradients: each with its node's shape, whether there never is one, and what stands after it."""
    cells = []
    for (expected, is_never), value, tail in rows:
        if value is None:
            cells.append(Span(field.align(NO_GRADIENT if is_never else NOT_COMPUTED) + tail, Ink.FAINT))
            continue
        if value.ndim:
            text = array_text(value, expected, field.width).rjust(field.width)
        else:
            text = field.align(number(float(value)))
        ink = Ink.NEW_BACKWARD if WRONG in tail else Ink.BACKWARD
        cells.append(Span(text + tail, ink if is_finite(value) else Ink.TROUBLE))
    return Column(cells, head)
