"""The neighbourhood of a box: what its value is made of, and what is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from backprop_tui.folding.scene import Cut, Scene
from backprop_tui.graph import Graph, Kind

HOPS = 3
MOST = 60


def focused(scene: Scene, box: int, *, hops: int = HOPS, most: int = MOST) -> Scene:
    """At most `most` boxes of a scene, within `hops` edges above or below one of them, the nearest first.

    Both directions get as much room, unless one needs less. If there is room left, the other operands of what is below
    are added: a consumer's derivative depends on them. The scene says how many edges of each box are left out.
    """
    graph = scene.graph
    above = _reached(box, hops, lambda one: _operands(graph, one))
    below = _reached(box, hops, lambda one: _consumers(graph, one))
    kept = {box: None}
    for one in _alternately(above, below):
        if len(kept) >= most:
            break
        kept[one] = None
    for one in list(kept):
        for operand in _operands(graph, one) if one > box else ():
            if len(kept) >= most:
                break
            kept[operand] = None
    contents = sorted(kept)
    cuts = _cuts(graph, contents)
    return scene.stage.scene([scene.contents[one] for one in contents], cuts)


def _reached(start: int, hops: int, neighbours: Callable[[int], Iterable[int]]) -> Iterator[int]:
    """What can be reached, the nearest first. Looks no further than it is asked to."""
    seen = {start}
    border = [start]
    for _ in range(hops):
        beyond = []
        for one in border:
            for other in neighbours(one):
                if other not in seen:
                    seen.add(other)
                    beyond.append(other)
                    yield other
        border = beyond


def _operands(graph: Graph, node: int) -> Iterator[int]:
    """Constants are not drawn."""
    return (one for one in graph.nodes[node].operands if graph.nodes[one].kind is not Kind.CONSTANT)


def _consumers(graph: Graph, node: int) -> Iterator[int]:
    return (edge.consumer for edge in graph.consumers[node])


def _alternately(*sources: Iterator[int]) -> Iterator[int]:
    """One of each in turn, as long as it has any."""
    waiting = list(sources)
    while waiting:
        for source in list(waiting):
            one = next(source, None)
            if one is None:
                waiting.remove(source)
            else:
                yield one


def _cuts(graph: Graph, kept: list[int]) -> dict[int, Cut]:
    """Place among those kept -> how many of its edges lead to others."""
    inside = frozenset(kept)
    used: Counter[int] = Counter()
    cuts = {}
    above = []
    for one in kept:
        operands = list(_operands(graph, one))
        shown = [operand for operand in operands if operand in inside]
        used.update(shown)
        above.append(len(operands) - len(shown))
    for place, one in enumerate(kept):
        cut = Cut(above[place], len(graph.consumers[one]) - used[one])
        if any(cut):
            cuts[place] = cut
    return cuts
