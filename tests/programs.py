"""Random whole scenarios, as text: every operation of the registry, in every spelling, on anything that fits.

An operation is tried on operands and attributes drawn at random until its own shape rule takes them and its value and
derivatives are fit to be compared with those of another library: finite, of moderate size, and either free of rounding
or no steeper than `STEEPEST`. So kinks and ties are met where all numbers are exact (`floor` of 2, `max` of 1.5 and
1.5), and nowhere where the last bit of an exponential would decide about a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.indexing import write as write_index
from backprop_tui.ops.operation import Operation, Parameter, ParameterKind, ShapeError
from backprop_tui.ops.registry import FAMILIES, FUNCTIONS, OPERATIONS
from tests.graphs import value_of

SHAPES: tuple[Shape, ...] = (
    *((), (), (3,), (3,), (1,), (2, 3), (2, 3), (3, 2), (2, 1), (3, 3)),
    *((2, 1, 3), (2, 2, 3), (2, 3, 2), (1, 2, 1, 3), (2, 1, 2, 3)),
)
"""Of the inputs. The lengths are few, so that most pairs fit some operation of two."""
LARGEST = 50.0
"""No value, and no local derivative, is further from 0."""
STEEPEST = 100.0
"""No value or derivative of an operation on rounded numbers changes by more, for a change of 1 in its operands."""
TRIES = 300

_ROUNDED_OPERATIONS = {
    *(
        operation.name
        for family in (
            *("Exponentials and logarithms", "Trigonometric and hyperbolic functions"),
            *("Smooth activations", "The softmax family", "Losses"),
        )
        for operation in FAMILIES[family]
    ),
    *("pow", "hypot", "sqrt", "norm"),
}
"""Whose results libraries may round differently, even where they happen to be short numbers."""
_HALVES = (-2.0, -1.5, -1.0, -0.5, -0.5, 0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 1.5, 2.0, 2.5)


class Around(NamedTuple):
    """A smooth expression around an operand, or a comparison with it."""

    text: str
    value: Callable[[Any], Any]
    is_rounded: bool = False


AS_IT_IS = Around("{x}", lambda x: x)
TAMED = (
    Around("({x} * {x} + 1)", lambda x: x * x + 1.0),
    Around("(sin({x}) / 2)", lambda x: np.sin(x) / 2.0, is_rounded=True),
    Around("sigmoid({x})", lambda x: 1.0 / (1.0 + np.exp(-x)), is_rounded=True),
)
"""Ways into the domain of an operation that does not take the operand as it is."""
MASKS = (
    Around("({x} > 0)", lambda x: x > 0),
    Around("({x} <= 0.5)", lambda x: x <= 0.5),
    Around("ne({x}, 1)", lambda x: x != 1),
    Around("({x} == 0)", lambda x: x == 0),
    Around("le(0.25, {x})", lambda x: x >= 0.25),
)


@dataclass(frozen=True, eq=False)
class Term:
    """Something that a program may use: its text, its value, and what is known of it."""

    text: str
    value: Value
    is_exact: bool
    """Whether every library computes it without rounding."""
    requires_grad: bool

    @property
    def shape(self) -> Shape:
        return self.value.shape


@dataclass
class Program:
    """A scenario as it is written."""

    random: np.random.Generator
    kinks: bool
    """Whether numbers are halves, so that kinks and ties are met; else they are generic, and no kink is near."""
    inputs: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    unused: dict[str, Term] = field(default_factory=dict)
    shared: list[Term] = field(default_factory=list)
    """The terms that were used last, to be used again."""
    constants: list[str] = field(default_factory=list)
    names: Iterator[str] = field(default_factory=lambda: map("t{}".format, count()))
    seed: str = ""

    @property
    def text(self) -> str:
        """The scenario file."""
        program = "\n".join(self.lines)
        return f'{self.seed}program = """\n{program}\n"""\n[inputs]\n' + "\n".join(self.inputs) + "\n"

    def choose(self, options: Sequence[Any]) -> Any:
        return options[int(self.random.integers(len(options)))]

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def numbers(self, shape: Shape) -> Value:
        halves = self.random.choice(_HALVES, size=shape)
        return value_of(halves if self.kinks else self.random.uniform(-2.0, 2.5, shape))

    def keep(self, term: Term, uses: Sequence[Term] = ()) -> None:
        """Make a term available, and note what it used."""
        for used in uses:
            self.unused.pop(used.text, None)
        self.shared = [*uses, *self.shared][:4]
        self.terms.append(term)
        self.unused[term.text] = term

    def input(self, name: str, shape: Shape, *, requires_grad: bool, value: Value | None = None) -> None:
        value = self.numbers(shape) if value is None else value
        flag = "" if requires_grad else ", requires_grad = false"
        self.inputs.append(f"{name} = {{ value = {value.tolist()}{flag} }}")
        self.keep(Term(name, value, self.kinks, requires_grad))

    def operand(self, operation: Operation, position: int) -> tuple[Term, Term]:
        """What may stand at this position, and the term that it is made of."""
        term: Term = self.choose(self.choose((self.terms, self.terms[-5:], self.shared or self.terms)))
        is_mask = position == operation.mask
        if not is_mask and self.chance(0.1):
            number = self.choose((0.5, 2.0, 3.0))
            return (literal := Term(f"{number:g}", np.float64(number), True, False)), literal
        around: Around = self.choose(MASKS if is_mask else TAMED if self.chance(0.5) else (AS_IT_IS,))
        value = value_of(around.value(term.value))
        if is_mask and not term.is_exact:
            near = (around.value(term.value + step) for step in (-self.step, self.step))
            if not all(np.array_equal(value, one) for one in near):
                return self.operand(operation, position)
        is_exact = is_mask or (term.is_exact and not around.is_rounded and _is_short(value))
        text = around.text.format(x=term.text)
        return Term(text, value, is_exact, term.requires_grad and not is_mask), term

    def write(self, name: str) -> bool:
        """Add a statement with this operation. False if nothing was found that fits."""
        operation = OPERATIONS[name]
        arity = len(operation.operands)
        for _ in range(TRIES):
            places = range(int(self.random.integers(1, 4)) if operation.variadic else arity)
            drawn = [self.operand(operation, place) for place in places]
            operands, uses = [used for used, _ in drawn], [made_of for _, made_of in drawn]
            shapes = [operand.shape for operand in operands]
            attributes = operation.complete(
                {one.name: self.argument(operation, one, shapes) for one in operation.parameters}
            )
            try:
                shape = operation.shape(shapes, attributes)
            except ShapeError:
                continue
            term = self.result(operation, operands, attributes, shape)
            if term is None:
                continue
            text = self.spelled(operation, [operand.text for operand in operands], attributes)
            if not operation.operands and text in self.constants:
                continue  # one array has one name
            if not operation.operands:
                self.constants.append(text)
            if operation.operands or self.chance(0.5):
                term = Term(next(self.names), term.value, term.is_exact, term.requires_grad)
                self.lines.append(f"{term.text} = {text}")
            else:
                term = Term(text, term.value, term.is_exact, term.requires_grad)
            self.keep(term, uses)
            return True
        return False

    def result(
        self, operation: Operation, operands: Sequence[Term], attributes: Attributes, shape: Shape
    ) -> Term | None:
        """The term that the operation makes of these operands, if it is one that can be compared."""
        if len(shape) > 4 or np.prod(shape, initial=1) > 36:
            return None
        if operation.name == "cross_entropy" and operands[1].requires_grad and operands[0].shape != operands[1].shape:
            return None  # class indices are whole numbers to PyTorch, which gives those no gradient, not even 0
        xs = [operand.value for operand in operands]
        with np.errstate(all="ignore"):
            value = operation.forward(*xs, **attributes)
            if not _is_moderate(value):
                return None
            differentiable = operation.differentiable and any(one.requires_grad for one in operands)
            if operands and not self.is_tame(operation, operands, attributes, value):
                return None
        exact = operation.name not in _ROUNDED_OPERATIONS and all(one.is_exact for one in operands)
        return Term("", value, exact and _is_short(value), differentiable)

    def is_tame(self, operation: Operation, operands: Sequence[Term], attributes: Attributes, value: Value) -> bool:
        """Whether derivatives are finite, and rounding of the operands has no great effect on them or the value."""
        xs = [operand.value for operand in operands]
        upstream = value_of(self.random.uniform(0.5, 1.5, value.shape))

        def seen(xs: Sequence[Value]) -> list[Value]:
            y = operation.forward(*xs, **attributes)
            return [y, *contributions(operation, upstream, y, xs, attributes)]

        if not all(map(_is_moderate, seen(xs))):
            return False
        if all(one.is_exact for one in operands):
            return True
        for _ in range(3):
            steps = [0.0 if one.is_exact else self.random.uniform(-self.step, self.step, one.shape) for one in operands]
            before, after = (
                seen([value_of(x + sign * step) for x, step in zip(xs, steps, strict=True)]) for sign in (-1.0, 1.0)
            )
            changes = [np.abs(b - a) for a, b in zip(before, after, strict=True)]
            if not all(bool(np.all(change <= 2 * STEEPEST * self.step)) for change in changes):  # False for NaN
                return False
        return True

    @property
    def step(self) -> float:
        """How far a kink is from any rounded number."""
        return 1e-6 if self.kinks else 1e-3

    def argument(self, operation: Operation, parameter: Parameter, shapes: Sequence[Shape]) -> object:
        """A value for a parameter, which is likely to fit operands of these shapes."""
        if not parameter.required and self.chance(0.25):
            return parameter.default
        if isinstance(parameter.kind, tuple):
            return self.choose(parameter.kind)
        shape = shapes[0] if shapes else ()
        match parameter.kind:
            case ParameterKind.AXIS:
                return self.choose((None, self.axis(len(shape)), self.axes(len(shape))))
            case ParameterKind.ONE_AXIS:
                return self.axis(len(shape) + 1) if operation.operands else int(self.random.integers(1, 4))
            case ParameterKind.FLAG:
                return self.chance(0.5)
            case ParameterKind.SHAPE:
                return self.lengths(shape, operation)
            case ParameterKind.AXES:
                order = self.random.permutation(len(shape))
                return tuple(int(one) - len(shape) * self.chance(0.5) for one in order)
            case ParameterKind.NUMBER:
                return self.choose((0, 1, 2, 0.5, 0.25, 3))
            case ParameterKind.ORDER:
                return self.choose((1, 2, "inf", 3, 1.5))
            case ParameterKind.BOUND:
                return self.choose((None, -1, -0.5, 0, 0.5, 1.5))
            case ParameterKind.INDEX:
                return self.index(shape)

    def axis(self, rank: int) -> int:
        return int(self.random.integers(-rank, rank)) if rank else 0

    def axes(self, rank: int) -> tuple[int, ...]:
        chosen = self.random.permutation(rank)[: self.random.integers(1, rank + 1)] if rank else ()
        return tuple(int(one) - rank * self.chance(0.5) for one in chosen)

    def lengths(self, shape: Shape, operation: Operation) -> object:
        size = int(np.prod(shape, initial=1))
        match operation.name:
            case "one_hot":
                return self.choose((0, 2, (0,), (1, 0), (2, 0, 1)))
            case "expand":
                kept = tuple(
                    self.choose((2, 3)) if one == 1 and self.chance(0.7) else self.choose((one, -1)) for one in shape
                )
                return (*self.choose(((), (2,), (1,))), *kept)
            case "reshape":
                divisors = [one for one in range(1, size + 1) if size % one == 0]
                a = self.choose(divisors)
                return self.choose((-1, size, (a, size // a), (a, -1), (-1, a), (1, a, size // a), shape))
        return self.choose((3, 2, (3,), (2, 3), (2, 1), ()))

    def index(self, shape: Shape) -> object:
        def one(length: int) -> object:
            if self.chance(0.4):
                return int(self.random.integers(-length, length))
            start, stop = (self.choose((None, *range(-length, length + 1))) for _ in range(2))
            return (start, stop, self.choose((None, None, 1, 2)))

        named = shape[: int(self.random.integers(len(shape))) + 1] if shape else (1,)
        index = [one(length) for length in named]
        for extra in (None, "..."):
            if self.chance(0.2):
                index.insert(int(self.random.integers(len(index) + 1)), extra)
        return tuple(index)

    def spelled(self, operation: Operation, names: Sequence[str], attributes: Attributes) -> str:
        """The operation in one of the ways that the language has for it."""
        if operation.spelling:
            return f"{names[0]}[{write_index(attributes['index'])}]"  # type: ignore[arg-type]
        if operation.symbol and self.chance(0.5):
            return f"{names[0]} {operation.symbol} {names[1]}" if len(names) == 2 else f"-{names[0]}"
        if operation.name == "transpose" and attributes["axes"] is None and self.chance(0.3):
            return f"{_receiver(names[0])}.T"
        name = self.choose([one for one, known in FUNCTIONS.items() if known is operation])
        as_method = bool(operation.operands) and self.chance(0.5)
        # After the operands of x.concat(y, …) nothing can tell an axis from one more operand.
        given = self.given(operation, attributes, by_position=not (as_method and operation.variadic))
        if as_method:
            return f"{_receiver(names[0])}.{name}({', '.join([*names[1:], *given])})"
        listed = [f"[{', '.join(names)}]"] if operation.variadic else names
        return f"{name}({', '.join([*listed, *given])})"

    def given(self, operation: Operation, attributes: Attributes, *, by_position: bool) -> list[str]:
        """The static arguments: some by position, the others by any of their names; defaults are often left out."""
        bare = list(takewhile(lambda one: by_position and one.positional and self.chance(0.4), operation.parameters))
        return [
            *(_literal(attributes[one.name]) for one in bare),
            *(
                f"{self.choose((one.name, *one.aliases))}={_literal(attributes[one.name])}"
                for one in operation.parameters[len(bare) :]
                if one.required or attributes[one.name] != one.default or self.chance(0.3)
            ),
        ]

    def finish(self) -> None:
        """End in one node that depends on everything that nothing used yet: a number, or an array with a seed."""
        unused = [one for one in self.unused.values() if one.requires_grad]
        ends = [one for one in unused if one.text.startswith("t")] or unused or self.terms[:1]
        rows = [f"{one.text}.flatten()" for one in ends]
        size = sum(one.value.size for one in ends)
        joined = f"concat([{', '.join(rows)}])"
        match self.choose(("array", "array", "norm", "weighted")):
            case "array":
                self.lines.append(f"out = {joined}")
                self.seed = f"seed = {self.numbers((size,)).tolist()}\n"
            case "norm":
                self.lines.append(f"out = logsumexp({joined} * 0.5)")
            case _:
                self.input("weights", (size,), requires_grad=False)
                self.lines.append(f"out = {joined} @ weights")
                self.seed = "seed = -1.5\n"


def contributions(
    operation: Operation, upstream: Value, y: Value, xs: Sequence[Value], attributes: Attributes
) -> list[Value]:
    """What each operand gets, by the operation's own derivatives."""
    got = []
    for position, x in enumerate(xs):
        if position == operation.mask or not operation.differentiable:
            continue
        one = operation.derivatives[position]
        if one.vjp:
            grad = one.vjp(upstream, y, *xs, **attributes)
        else:
            assert one.local is not None
            grad = upstream * one.local(y, *xs, **attributes)
        got.append(unbroadcast(grad, x.shape))
    return got


def write_program(seed: int, *, kinks: bool = True, size: int = 10, first: str | None = None) -> Program:
    """The program that belongs to a number: `size` statements, of which the first uses the operation `first`."""
    program = Program(np.random.default_rng(seed), kinks)
    program.input("v", (3,), requires_grad=True)
    program.input("m", (2, 3), requires_grad=True)
    for name, shape in (("label", ()), ("labels", (2,))):
        program.input(name, shape, requires_grad=False, value=value_of(program.random.integers(0, 2, shape)))
    for number, chosen in enumerate(program.random.permutation(len(SHAPES))[:5]):
        program.input(f"x{number}", SHAPES[chosen], requires_grad=program.chance(0.85))
    names = list(OPERATIONS)
    for name in [*([first] if first else []), *(program.choose(names) for _ in range(size))]:
        program.write(name)
    program.finish()
    return program


@st.composite
def programs(draw: st.DrawFn, *, kinks: bool = True) -> str:
    """The text of a random scenario. Every operation is the first of some."""
    first = draw(st.sampled_from(sorted(OPERATIONS)))
    return write_program(draw(st.integers(0, 2**32)), kinks=kinks, size=draw(st.integers(0, 14)), first=first).text


def _is_moderate(value: Value) -> bool:
    return bool(np.all(np.abs(value) <= LARGEST))  # False for NaN


def _is_short(value: Value) -> bool:
    """Whether all are multiples of 1/1024: sums and products of such numbers are not rounded."""
    return bool(np.all(value * 1024 == np.round(value * 1024)))


def _receiver(text: str) -> str:
    """What may stand before a dot."""
    return text if text.isidentifier() or text.endswith(")") else f"({text})"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
