"""What an event says, three times over: in symbols, in numbers, in words.

Pure functions of a timeline and a position. A formula is typeset as columns, a symbol over its number, so that the
eye maps ∂e/∂c onto 2 and ∂c/∂b onto 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from backprop_tui.engine.events import Accumulate, Evaluate, Input, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NOT_COMPUTED, array, bracketed, exact, number, shape, typeset, value
from backprop_tui.formulas import Formula, formula_along, formula_of, local_symbol, partial
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.naming import name_of, names_in, symbol_of
from backprop_tui.ops.broadcasting import broadcast_axes
from backprop_tui.ops.operation import Operation, fill
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.remarks import remarks_on
from backprop_tui.template import pieces

_NUMBER_WIDTH = 26
_NUMBER = re.compile(r"\(?-?\d[\d.]*(e-?\d+)?\)?")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Tone(Enum):
    """What a term of a formula is about, and so its colour."""

    PLAIN = "plain"
    FORWARD = "forward"
    BACKWARD = "backward"


class Filled(NamedTuple):
    """A slot of a formula: a name in its symbols, a value in its numbers, as in `softmax(x)` over `softmax([1 2])`."""

    name: str
    value: Value
    before: str = ""
    """What opens before it: `softmax(`."""
    after: str = ""
    is_bracketed: bool = False
    """Whether its number is in brackets of its own, being negative after an operator."""

    def number(self, short: Callable[[Value], str]) -> str:
        """The slot in numbers, which the caller makes as long as they may be."""
        number = short(self.value)
        return self.before + (f"({number})" if self.is_bracketed else number) + self.after

    def term(self, tone: Tone) -> Term:
        """The slot as a column."""
        return Term(self.before + self.name + self.after, self.number(_short), tone, self)


class Term(NamedTuple):
    """One column of a typeset formula: a symbol, the number under it, and what they are about."""

    symbol: str
    number: str
    tone: Tone = Tone.PLAIN
    filled: Filled | None = None
    """Of a slot of a formula that is filled, what it is filled with."""


@dataclass(frozen=True)
class Narration:
    """One event, explained."""

    terms: tuple[Term, ...]
    """The formula, column by column. A column may lack its symbol or its number."""
    words: str
    """A few sentences, what matters most first."""
    result: str = ""
    """The number that comes out, as the formula has it. Empty where nothing is computed: inputs, the seed."""
    change: str = ""
    """What the event does to a gradient: `b.grad  3 → 5`. Empty in the forward pass."""
    notes: tuple[str, ...] = ()
    """Lines of their own: the local derivative in symbols, the shapes, the sum that undoes a broadcast."""
    local: str = ""
    """Of the notes, the one on the local derivative."""
    summed: str = ""
    """Of the notes, the one on the sum that undoes a broadcast."""
    remark: str = ""
    """Of the words, what is said of a kink, a tie or a pole met here, and of the first number that is not finite."""
    kinks: int = 0
    """How many kinks, ties and poles the words speak of."""

    @property
    def expression(self) -> tuple[Term, ...]:
        """What is computed, without what it is called and what comes out: `∂e/∂c · ∂c/∂b`. Empty if nothing is."""
        if not self.result:
            return ()
        return self.terms[2:-2] if self.change else self.terms[2:]

    @property
    def symbols(self) -> str:
        """The formula in symbols, on one line."""
        return " ".join(term.symbol for term in self.terms if term.symbol)

    @property
    def numbers(self) -> str:
        """The formula in numbers, on one line."""
        return " ".join(term.number for term in self.terms if term.number)


class Local(NamedTuple):
    """What an edge makes of an upstream gradient: its local derivative, or the rule where that is not written down."""

    symbol: str
    """`∂e/∂c`; of a rule, the gradient that it adds to."""
    terms: tuple[Term, ...]
    """The formula, column by column. Empty where it is nothing but a number."""
    value: Value | None
    """The local derivative. None: it is a rule, and the formula that of the whole contribution."""


def local_derivative(timeline: Timeline, edge: Edge) -> Local:
    """The local derivative along an edge through which a gradient flows."""
    nodes = timeline.graph.nodes
    consumer = nodes[edge.consumer]
    value = timeline.local_at(edge, len(timeline))
    if value is not None and OPERATIONS[consumer.op].derivatives[edge.position].formula in ("1", "-1"):
        return Local(local_symbol(timeline, edge), (), value)
    upstream = timeline.grads[consumer.name]
    assert upstream is not None  # a gradient flows
    formula = formula_along(timeline, edge, upstream)
    if value is None:
        return Local(partial(timeline, nodes[edge.operand]), tuple(_columns(formula, Tone.BACKWARD)), None)
    numbers = {slot: name for slot, name in formula.names.items() if _NUMBER.fullmatch(name)}
    template = _simplified(fill(formula.template, numbers))
    terms = _columns(formula._replace(template=template), Tone.PLAIN) if "{" in template else ()
    return Local(local_symbol(timeline, edge), tuple(terms), value)


def rule_terms(timeline: Timeline, edge: Edge, upstream: Value, values: Sequence[Value]) -> tuple[Term, ...]:
    """What an operation without a written-down Jacobian makes of any upstream gradient and any values of the nodes."""
    node = timeline.graph.nodes[edge.consumer]
    slots = OPERATIONS[node.op].slots(len(node.operands))
    filled = {slot: values[operand] for slot, operand in zip(slots, node.operands, strict=True)}
    formula = formula_along(timeline, edge, upstream)._replace(values=filled | {"y": values[node.index], "g": upstream})
    return tuple(_columns(formula, Tone.BACKWARD))


def narrate(timeline: Timeline, position: int) -> Narration | None:
    """Explain the event that leads to a position; None at the start, where there is none."""
    if position == 0:
        return None
    event = timeline[position - 1]
    match event:
        case Input():
            return _narrate_input(timeline, event)
        case Evaluate():
            return _narrate_evaluate(timeline, event)
        case Seed():
            return _narrate_seed(timeline, event)
        case Accumulate():
            return _narrate_accumulate(timeline, event)


def _narrate_input(timeline: Timeline, event: Input) -> Narration:
    node = timeline.graph.nodes[event.node]
    output = name_of(timeline.graph.nodes[timeline.graph.output])
    aim = f"How much {output} changes with it, {partial(timeline, node)}, is what we are after."
    words = f"{name_of(node)} is given. {why_no_gradient(timeline, node) or aim}"
    notes = (f"shape {shape(node.shape)}",) if node.shape else ()
    terms = (Term(symbol_of(node), "", Tone.FORWARD), Term("=", ""), Term(_short(event.value), "", Tone.FORWARD))
    remarks = remarks_on(timeline, event)
    return Narration(terms, _joined(words, *remarks.kinks, remarks.trouble), notes=notes, remark=remarks.note)


def why_no_gradient(timeline: Timeline, node: Node) -> str:
    """A sentence about a node that no gradient will reach; empty if one will."""
    graph = timeline.graph
    if not node.requires_grad:
        return "It does not require a gradient: nothing will be sent back to it."
    if not graph.contributing[node.index]:
        return f"{name_of(graph.nodes[graph.output])} does not depend on it, so no gradient will reach it."
    return ""


def _narrate_evaluate(timeline: Timeline, event: Evaluate) -> Narration:
    graph = timeline.graph
    node = graph.nodes[event.node]
    operands = [graph.nodes[operand] for operand in node.operands]
    operation = OPERATIONS[node.op]
    result = _filled(symbol_of(node), event.value).term(Tone.FORWARD)
    terms = (result, Term("=", "="), *_columns(formula_of(timeline, event), Tone.FORWARD))
    notes = []
    if node.shape or any(operand.shape for operand in operands):
        between = f" {typeset(operation.symbol)} " if operation.symbol else ", "
        notes.append(f"shapes  {between.join(shape(operand.shape) for operand in operands)} → {shape(node.shape)}")
    if operation.derivatives and operation.derivatives[0].local:
        notes += [
            f"{name_of(operand)} is repeated along {_axes(axes)} to fit {shape(node.shape)}"
            for operand in operands
            if (axes := broadcast_axes(operand.shape, node.shape))
        ]
    template = operation.words_for(node.attributes)
    words = fill(template, names_in(template, operation, node, graph.nodes))
    remarks = remarks_on(timeline, event)
    return Narration(
        terms,
        _joined(words, *remarks.kinks, remarks.trouble),
        result.number,
        notes=tuple(notes),
        remark=remarks.note,
        kinks=len(remarks.kinks),
    )


def _narrate_seed(timeline: Timeline, event: Seed) -> Narration:
    node = timeline.graph.nodes[event.node]
    name = name_of(node)
    terms = (
        Term(partial(timeline, node), "", Tone.BACKWARD),
        Term("=", ""),
        Term(_short(event.grad), "", Tone.BACKWARD),
    )
    if node.shape or event.grad != 1:
        words = f"The backward pass starts from the seed of the scenario: the gradient that {name} is given."
    else:
        words = f"The backward pass starts here: {name} changes exactly as fast as itself, so its gradient is 1."
    notes = (f"shape {shape(node.shape)}",) if node.shape else ()
    change = f"{name}.grad  {NOT_COMPUTED} → {_short(event.grad)}"
    remarks = remarks_on(timeline, event)
    return Narration(
        terms,
        _joined(words, *remarks.kinks, remarks.trouble),
        change=change,
        notes=notes,
        remark=remarks.note,
    )


def _narrate_accumulate(timeline: Timeline, event: Accumulate) -> Narration:
    graph = timeline.graph
    node, consumer = graph.nodes[event.node], graph.nodes[event.consumer]
    operation = OPERATIONS[consumer.op]
    derivative = operation.derivatives[event.operand]
    formula = formula_of(timeline, event)
    symbol = local_symbol(timeline, Edge(event.consumer, event.operand, event.node))

    local = ""
    if event.local is not None:
        terms = [
            _filled(partial(timeline, consumer), event.upstream).term(Tone.BACKWARD),
            Term("·", "·"),
            _filled(symbol, event.local, bare=False).term(Tone.PLAIN),
        ]
        if "{" in formula.template:
            local = f"{symbol} = {_simplified(fill(formula.template, formula.names))}"
    else:
        terms = _columns(formula, Tone.BACKWARD)
    notes = [local] if local else []
    if node.shape or consumer.shape:
        notes.append(_shape_note(operation, event, formula))
    raw, summed = timeline.summed_from(event), ""
    if axes := broadcast_axes(node.shape, raw):
        repeated = f"{name_of(node)} was repeated along {_axes(axes)}"
        summed = f"{repeated}, so its contribution is summed over it: {shape(raw)} → {shape(node.shape)}"
        notes.append(summed)
    opening = (Term(partial(timeline, node), "", Tone.BACKWARD), Term("+=", "="))
    result = _short(event.contribution)
    closing = (Term("", "="), Term("", result, Tone.BACKWARD))
    remarks = remarks_on(timeline, event)
    words = ""
    if not remarks.covered:
        operands = (timeline.values[graph.nodes[operand].name] for operand in consumer.operands)
        template = derivative.words_for(formula.values["y"], operands)
        words = fill(template, names_in(template, operation, consumer, graph.nodes) | {"g": formula.names["g"]})
    change = f"{symbol_of(node)}.grad  {value(event.before, _NUMBER_WIDTH)} → {_short(event.after)}"
    words = _joined(*remarks.kinks, words, remarks.trouble, _uses(timeline, event, node))
    formula_terms = (*opening, *terms, *closing)
    return Narration(
        formula_terms, words, result, change, tuple(notes), local, summed, remarks.note, len(remarks.kinks)
    )


def _columns(formula: Formula, tone: Tone) -> list[Term]:
    """A formula as terms: each slot a symbol over its number, each operator in both rows.

    Brackets, commas and ᵀ stay with the slot that they touch: `softmax(x)` over `softmax([1 2])`.
    """
    template, names, values = formula
    terms: list[Term] = []
    before = ""  # of the first slot: a factor, or words
    for piece in pieces(template):
        if isinstance(piece, str):
            if terms:
                terms.append(Term(piece, piece))
            else:
                before = f"{piece} "
            continue
        opening = before + piece.opening
        # -2 ** 2 would be -(2 ** 2), and 3 - -2 is hard to read: only a first or a bracketed number goes bare.
        bare = opening.endswith(("(", "[")) or not (opening or terms or "**" in template)
        comma, _, literals = piece.more.partition(" ")
        name = names[piece.name]
        if piece.closing.startswith("ᵀ") and "/" in name:  # it is the derivative that is transposed
            name = f"({name})"
        slot = _filled(name, values[piece.name], opening, piece.closing + comma, bare=bare)
        terms.append(slot.term(tone if piece.name in ("g", "y") else Tone.FORWARD))
        if literals:
            terms.append(Term(literals, literals))
        before = ""
    return terms


def _filled(name: str, value: Value, before: str = "", after: str = "", *, bare: bool = True) -> Filled:
    return Filled(name, value, before, after, not bare and not value.ndim and number(float(value)).startswith("-"))


def _simplified(formula: str) -> str:
    """The power rule with its exponent worked out: `2 · x` instead of `2 · x**(2 - 1)`."""

    def power(match: re.Match[str]) -> str:
        exponent = float(match[1] or match[2]) - 1
        return "" if exponent == 1 else f"**{bracketed(exact(exponent))}"

    return re.sub(r"\*\*\((?:(\d[\d.e]*)|\((-[\d.e]+)\)) - 1\)", power, formula)


def _shape_note(operation: Operation, event: Accumulate, formula: Formula) -> str:
    """The shapes that go into a contribution: `shapes  (1,3) @ (2,3)ᵀ → (1,2)`."""
    upstream, result = shape(event.upstream.shape), shape(event.contribution.shape)
    if event.local is not None:
        return f"shapes  {upstream} · {shape(event.local.shape)} → {result}"
    if operation.symbol:
        shapes = {slot: shape(value.shape) for slot, value in formula.values.items()}
        return f"shapes  {fill(formula.template, shapes)} → {result}"
    return f"shapes  {upstream} → {result}"


def _uses(timeline: Timeline, event: Accumulate, node: Node) -> str:
    """A sentence about the other contributions to the same node, if there are any."""
    arrivals = timeline.plan.arrivals[node.index]
    if len(arrivals) == 1:
        return ""
    nth = bisect_left(arrivals, event.index - timeline.seed_event - 1)
    if len(arrivals) > 10:
        place = f"number {nth + 1} of {len(arrivals)}"
    elif nth == len(arrivals) - 1 and nth > 1:
        place = f"the last of the {_COUNTS[len(arrivals)]}"
    else:
        place = f"the {_ORDINALS[nth]} of the {_COUNTS[len(arrivals)]}"
    many = _COUNTS[len(arrivals)] if len(arrivals) <= 10 else str(len(arrivals))
    both = "both" if len(arrivals) == 2 else "each"
    return f"{name_of(node)} is used in {many} places, so what comes back along {both} adds up: this is {place}."


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _axes(axes: Sequence[int]) -> str:
    return ("axis " if len(axes) == 1 else "axes ") + ", ".join(map(str, axes))


def _short(x: Value) -> str:
    return array(x, _NUMBER_WIDTH)
