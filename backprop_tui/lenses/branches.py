"""Which smooth branch every operation is on, and whether a nudge takes one of them to another branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.lenses.nudging import Nudge
from backprop_tui.ops.registry import OPERATIONS


class Branches:
    """The branches of a run, to compare a nudge with. Use it under `np.errstate(all="ignore")`."""

    def __init__(self, nudge: Nudge) -> None:
        self._nudge = nudge
        self._before = [(node, side, self._label(node, side, {})) for node, side in self._sides()]

    def crossed(self, moved: Mapping[int, Value]) -> int | None:
        """The first node downstream that some element of is on another branch in the moved values."""
        for node, side, before in self._before:
            after = self._label(node, side, moved)
            if np.any((after != before) & ~(_is_nan(after) & _is_nan(before))):
                return node
        return None

    def _sides(self) -> Iterator[tuple[int, Callable[..., Any]]]:
        """What there is to cross: kinks, jumps and poles. A mask jumps wherever it changes."""
        nodes = self._nudge.ground.graph.nodes
        for index in self._nudge.downstream:
            node = nodes[index]
            operation = OPERATIONS[node.op]
            if not operation.differentiable:
                yield index, _itself
            for kink in operation.kinks:
                if kink.side:
                    yield index, partial(kink.side, **node.attributes)

    def _label(self, index: int, side: Callable[..., Any], moved: Mapping[int, Value]) -> Any:
        ground = self._nudge.ground
        at: Sequence[int] = (index, *ground.graph.nodes[index].operands)
        return side(*[moved[one] if one in moved else ground.values[one] for one in at])


def _itself(y: Value, *_operands: Value) -> Value:
    return y


def _is_nan(label: Any) -> Any:
    return label != label  # noqa: PLR0124  (masks have labels, too)
