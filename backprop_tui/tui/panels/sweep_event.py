"""One event of forward mode, typeset: `∂e/∂b += ∂e/∂c · ∂c/∂b` over its numbers, in as many rows as it is given."""

from __future__ import annotations

from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import abbreviate, bracketed, number, value
from backprop_tui.formulas import formula_at, local_symbol
from backprop_tui.graph import Value, is_finite
from backprop_tui.lenses.forward_mode import Carry, Depart, Event
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.narration import Narration, Tone
from backprop_tui.narration import Term as Column
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.tui.actions import key_of
from backprop_tui.tui.lines import Ink, Line, Span, fit, width, wrap
from backprop_tui.tui.panels import chain_rule
from backprop_tui.tui.panels.formula import Term, lines, operator, terms
from backprop_tui.tui.panels.numbers import brief_change

_GAP = 3
_SHORTEST = 4
"""Characters that are left of a name at least."""


def lines_of(timeline: Timeline, event: Event | None, x: str, cells: int, rows: int) -> list[Line]:
    """Exactly that many lines about an event; None: nothing has moved yet. `x` is what to call the place."""
    said: list[Line]
    match event:
        case None:
            said = [(Span(key_of("lens_next"), Ink.KEY), Span(f" lets {x} move at speed 1", Ink.FAINT))]
        case Depart():
            said = _departure(timeline, event, x, cells, rows)
        case Carry():
            said = _carried(timeline, event, x, cells, rows)
    return [*said, *[()] * rows][:rows]


def _departure(timeline: Timeline, event: Depart, x: str, cells: int, rows: int) -> list[Line]:
    node = timeline.graph.nodes[event.node]
    moving = Term(f"∂{symbol_of(node)}/∂{x}", event.tangent, Ink.NEW_FORWARD)
    shown = lines([moving], cells, rows - 1) if node.shape else [(Span(f"{moving.symbol} = 1", Ink.NEW_FORWARD),)]
    words = wrap([Span(f"{x} moves at speed 1, all else given stands still.", Ink.FAINT)], cells)
    return [*shown, *words] if len(shown) < rows else [*shown[:1], *words]


def _carried(timeline: Timeline, event: Carry, x: str, cells: int, rows: int) -> list[Line]:
    nodes = timeline.graph.nodes
    node, operand = nodes[event.node], nodes[event.edge.operand]
    total, tangent = f"∂{symbol_of(node)}/∂{x}", f"∂{symbol_of(operand)}/∂{x}"
    factor = local_symbol(timeline, event.edge)
    if event.local is not None and not (node.shape or operand.shape):
        shown = _numbers(total, factor, tangent, event, cells)
        words = (Span(_words(name_of(operand), name_of(node), event), Ink.FAINT),)
        if len(shown) < rows and width(words) <= cells:
            shown.append(words)
    else:
        shown = lines(_arrays(timeline, event, total, tangent), cells, rows)
        if event.before is not None and len(shown) < rows:
            shown.append((_change(event, event.before, cells),))
    if len(shown) <= rows and all(width(line) <= cells for line in shown):
        return shown
    return _in_brief(event, (symbol_of(node), symbol_of(operand), x), cells, rows)


def _in_brief(event: Carry, names: tuple[str, str, str], cells: int, rows: int) -> list[Line]:
    """The event where there is no room for it: with names cut short, and no more numbers than fit."""
    node, operand, x = names
    room = (cells - len("∂/∂ += ∂/∂ · ∂/∂") - 2 * len(x)) // 2  # each comes twice
    node, operand = (
        abbreviate(one, max(_SHORTEST, room // 2, room - len(other)))
        for one, other in ((node, operand), (operand, node))
    )
    total, tangent = Span(f"∂{node}/∂{x}", Ink.FORWARD), Span(f"∂{operand}/∂{x}", Ink.FORWARD)
    symbols = fit((total, Span(f" += ∂{node}/∂{operand} · "), tangent), cells)
    product = _product(event, cells)
    if event.before is None:
        return [symbols, product]
    change = (_change(event, event.before, cells),)
    both = (*product, Span(" " * _GAP), *change)
    if width(both) <= cells:
        return [symbols, both]
    return [symbols, product, change] if rows > 2 else [symbols, change]


def _numbers(total: str, factor: str, tangent: str, event: Carry, cells: int) -> list[Line]:
    """The chain rule between numbers, and to the right of it what the consumer had and has now, if it had anything."""
    assert event.local is not None  # there is no rule between numbers
    columns = (
        Column(total, "", Tone.FORWARD),
        Column("+=", "="),
        Column(factor, bracketed(value(event.local))),
        Column("·", "·"),
        Column(tangent, bracketed(value(event.tangent)), Tone.FORWARD),
        Column("", "="),
        Column("", number(float(event.contribution)), Tone.FORWARD),
    )
    shown = [_trimmed(line) for line in chain_rule.typeset(Narration(columns, ""), cells)]
    if event.before is None:
        return shown
    change = _change(event, event.before, cells)
    if width(shown[-1]) + _GAP + width((change,)) <= cells:
        shown[-1] = (*shown[-1], Span(" " * _GAP), change)
    return shown


def _trimmed(line: Line) -> Line:
    return (*line[:-1], line[-1]._replace(text=line[-1].text.rstrip()))


def _words(operand: str, node: str, event: Carry) -> str:
    made = f"{operand} at speed {value(event.tangent)} moves {node} at speed {value(event.contribution)}"
    return f"{made}." if event.before is None else f"{made}, in all at {value(event.after)}."


def _arrays(timeline: Timeline, event: Carry, total: str, tangent: str) -> list[Term]:
    """The same between arrays: local · tangent, or the operation done to the tangent where it is linear."""
    made = Term(total, event.contribution, Ink.NEW_FORWARD)
    if event.before is not None:
        made = Term("contribution", event.contribution, Ink.FORWARD)
    moving = Term(tangent, event.tangent, Ink.FORWARD)
    node = timeline.graph.nodes[event.node]
    operation, position = OPERATIONS[node.op], event.edge.position
    if event.local is not None:
        return [made, operator("="), Term(local_symbol(timeline, event.edge), event.local), operator("·"), moving]
    if not operation.derivatives[position].linear:
        return [made, operator("="), operator(local_symbol(timeline, event.edge)), operator("·"), moving]
    template, names, values = formula_at(timeline, node)
    moves = operation.slots(len(node.operands))[position]
    names = {**names, moves: f"({tangent})" if operation.spelling else tangent}
    return [made, operator("="), *terms(template, names, {**values, moves: event.tangent}, {moves: Ink.FORWARD})]


def _product(event: Carry, cells: int) -> Line:
    """The numbers of a formula for which there is no room, in brief; of a rule, what comes out of it."""
    room = max(1, (cells - len("=  · () = ")) // 3)
    tangent, made = brief_change(event.tangent, room), Span(brief_change(event.contribution, room), Ink.FORWARD)
    if event.local is None:
        return Span("= "), made
    return Span(f"= {brief_change(event.local, room)} · "), Span(bracketed(tangent), Ink.FORWARD), Span(" = "), made


def _change(event: Carry, before: Value, cells: int) -> Span:
    """`2 → 5`: what the consumer had, and has now."""
    room = max(1, (cells - len(" → ")) // 2)
    ink = Ink.NEW_FORWARD if is_finite(event.after) else Ink.TROUBLE
    return Span(f"{brief_change(before, room)} → {brief_change(event.after, room)}", ink)
