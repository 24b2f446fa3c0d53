"""Random graphs: any operation that fits, on scalars, vectors and matrices that broadcast against each other."""

from __future__ import annotations

from hypothesis import strategies as st

from backprop_tui.graph import Graph, Shape
from tests.graphs import Builder

UNARY = ("neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "abs")
BINARY = ("add", "sub", "mul", "maximum", "minimum")
REDUCTIONS = ("sum", "mean", "max", "min", "logsumexp", "softmax", "log_softmax")
KINKED = ("relu", "abs", "maximum", "minimum", "max", "min")
SHAPES: tuple[Shape, ...] = ((), (3,), (1,), (2, 3), (2, 1), (2, 1, 3))
"""Any two of them broadcast."""

# Halves of whole numbers: exact in float64, with ties and zeros, so that kinks are met too.
NUMBERS = st.integers(-6, 6).map(lambda n: n / 2)


@st.composite
def graphs(draw: st.DrawFn, *, shapes: tuple[Shape, ...] = SHAPES, size: int = 12, smooth: bool = False) -> Graph:
    """A graph of up to `size` operations on one to four inputs, with shared and unused nodes.

    A `smooth` one has no operation with a kink.
    """
    unary, binary, reductions = (
        tuple(op for op in ops if not smooth or op not in KINKED) for ops in (UNARY, BINARY, REDUCTIONS)
    )
    build = Builder()
    nodes = [
        build.input(name, draw(_numbers(draw(st.sampled_from(shapes)))), requires_grad=draw(_MOSTLY))
        for name in "abcd"[: draw(st.integers(1, 4))]
    ]
    nodes.append(build.constant(draw(NUMBERS)))
    for _ in range(draw(st.integers(1, size))):
        operand = st.sampled_from(nodes)
        match draw(st.sampled_from(("unary", "binary", "binary", "reduction"))):
            case "unary":
                nodes.append(build.op(draw(st.sampled_from(unary)), draw(operand)))
            case "binary":
                nodes.append(build.op(draw(st.sampled_from(binary)), draw(operand), draw(operand)))
            case _:
                nodes.append(build.op(draw(st.sampled_from(reductions)), draw(operand)))
    return build.graph()


scalar_graphs = graphs(shapes=((),))

_MOSTLY = st.sampled_from((True, True, True, False))


def _numbers(shape: Shape) -> st.SearchStrategy[object]:
    strategy: st.SearchStrategy[object] = NUMBERS
    for length in reversed(shape):
        strategy = st.lists(strategy, min_size=length, max_size=length)
    return strategy
