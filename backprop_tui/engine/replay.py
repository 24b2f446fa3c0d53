"""Gradients that a run did not record, computed again: as few as possible, in a bounded room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Value


class Replay:
    """The gradient of a node between two recorded ones, computed from the nearest before it that is known.

    Whoever steps on needs the next gradient; whoever steps back needs the one before, and then the one before that.
    So one gradient is kept in every doubling of the distance from where somebody looked: 1, 2 … 3, 4 … 7 arrivals
    before. To step through n arrivals in either direction then takes about n · log2(n) / 2 contributions at most,
    instead of n² / 2, and room for log2(n) gradients.
    """

    def __init__(
        self, plan: Plan, recorded: Callable[[int], Value | None], contribution: Callable[[int], Value]
    ) -> None:
        """`recorded` and `contribution` take the number of an accumulation."""
        self._plan = plan
        self._recorded = recorded
        self._contribution = contribution
        self._kept: dict[int, dict[int, Value]] = {}
        """Node -> which of its arrivals, ascending -> the gradient after it."""
        self._bytes = 0

    def gradient(self, node: int, arrival: int) -> Value:
        """The gradient of a node after its arrival of that index, bit for bit as in the run."""
        kept = self._kept.get(node, {})
        if arrival in kept:
            return kept[arrival]
        numbers = self._plan.arrivals[node]
        recorded = arrival - (arrival + 1) % self._plan.strides[node]
        known = max((at for at in kept if recorded < at < arrival), default=recorded)
        gradient = kept[known] if known in kept else self._recorded(numbers[known]) if known >= 0 else None
        near = {at: before for at, before in kept.items() if recorded < at <= arrival + 1}
        for at in range(known + 1, arrival + 1):
            contribution = self._contribution(numbers[at])
            with np.errstate(all="ignore"):
                gradient = contribution if gradient is None else gradient + contribution
            if (arrival - at).bit_count() <= 1:
                near[at] = gradient
        assert gradient is not None
        self._keep(node, thinned(near, arrival))
        return gradient

    def _keep(self, node: int, gradients: dict[int, Value]) -> None:
        """Keep these of the node, and no other ones; if that is too much, fewer of the node that takes most room."""
        self._bytes += _size(gradients) - _size(self._kept.get(node, {}))
        self._kept[node] = gradients
        while self._bytes > self._plan.replay_room:
            fullest = max((kept for one, kept in self._kept.items() if one != node), key=_size, default={})
            if not fullest:
                break
            self._bytes -= fullest.pop(min(fullest)).nbytes


def thinned(gradients: dict[int, Value], arrival: int) -> dict[int, Value]:
    """Of the gradients the farthest before `arrival` in each doubling of the distance, and the one after it."""
    last_first = sorted(gradients, reverse=True)
    farthest = {(arrival - at).bit_length() if at <= arrival else None: at for at in last_first}
    return {at: gradients[at] for at in sorted(farthest.values())}


def _size(gradients: dict[int, Value]) -> int:
    return sum(gradient.nbytes for gradient in gradients.values())
