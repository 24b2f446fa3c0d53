"""The lens on paths: the gradient as a sum over all paths to the output, and what reverse mode makes of that sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from backprop_tui.drawing.highlight import Highlight
from backprop_tui.formatting import NO_GRADIENT, abbreviate
from backprop_tui.graph import Kind
from backprop_tui.lenses.path_products import Order, PathProducts
from backprop_tui.lenses.paths import AllPaths
from backprop_tui.naming import name_of
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.panels import path_chain, path_list, path_merging, path_words
from backprop_tui.tui.session import Session

_LEAST_ROWS, _MOST_ROWS = 3, 20
"""Paths that are listed."""
_ROOMY = 24
"""Lines in which there is room for a blank one."""


class Subject(NamedTuple):
    """The chosen path."""

    node: int
    """The one whose gradient is taken apart."""
    order: Order
    """In which the paths are listed, if all of them can be ranked."""
    rank: int


@dataclass(frozen=True, eq=False)
class Study:
    """All paths of a node, and the chosen one."""

    products: PathProducts
    order: Order
    """In which the paths are listed."""
    rank: int
    """Of the chosen path."""
    chain: path_chain.Chain | None
    """That path, factor by factor; None if there is none."""


class Window(NamedTuple):
    """Where the paths stand that are listed."""

    line: int
    """Of the page, the line of the first one."""
    first: int
    """Its rank."""
    last: int
    """One past the rank of the last one."""


class Paths(Lens[Study]):
    """All paths from the selected or current node to the output."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._order = Order.LARGEST
        self._ranks: dict[tuple[int, Order], int] = {}
        """The rank of the chosen path: from a node, in an order."""
        self._window = Window(0, 0, 0)
        self._known: PathProducts | None = None
        """Of the node that was last studied, whichever path was chosen."""

    @property
    def subject(self) -> Subject:
        """The chosen path. Which are the largest, nobody knows before the output is there."""
        node, session = self.session.node, self.session
        order = self._order if path_words.is_known(session.timeline, session.position) else Order.PROGRAM
        return Subject(node, order, self._ranks.get((node, order), 0))

    def study(self, subject: object, progress: Progress) -> Study:
        """Count the paths, unless they are known, find those around the chosen one, and follow that."""
        assert isinstance(subject, Subject)
        products = self._known
        if products is None or products.paths.node != subject.node:
            products = self._known = self._products(subject.node, progress)
        order = subject.order if products.ranking else Order.PROGRAM
        rank = subject.rank
        for near in range(max(0, rank - _MOST_ROWS), min(products.listed, rank + _MOST_ROWS)):
            progress.check()
            products.contribution(near, order)
        path = products.contribution(rank, order).path if products.listed else None
        return Study(products, order, rank, None if path is None else path_chain.Chain.of(products, path))

    def _products(self, node: int, progress: Progress) -> PathProducts:
        timeline = self.session.timeline
        products = PathProducts(timeline, AllPaths(timeline.plan, node, progress), progress)
        # Kept from now on, so that no page waits for them.
        _ = products.paths.steps, products.ranking and products.ranking.total
        if not products.is_scalar:
            for event in timeline.plan.accumulations_of(node):
                progress.check()
                products.brought(event)
        return products

    def page(self, study: Study, width: int, height: int) -> Page:
        """The sum, the paths, the events that add them up, and the chosen path factor by factor."""
        products, chain = study.products, study.chain
        if chain is None:
            return Page.of(self._nothing(products, width), title=self._title(products, width))
        position, order, rank = self.session.position, study.order, study.rank
        self._window = window = self._windowed(products, rank, height)
        contributions = [products.contribution(one, order) for one in range(window.first, window.last)]
        head = [
            *path_list.heading(products, position, width),
            path_list.counted(products, window.first, window.last, width),
            *([()] if height >= _ROOMY else []),
        ]
        lines: list[Line] = path_list.listing(
            products, contributions, order, position, width, chosen=rank - window.first
        )
        self._window = window._replace(line=len(lines) - len(contributions))
        lines += self._remarks(products, width)
        if chain.path:
            lines += [(), *path_merging.lines(products, chain.path[0], position, width)]
            lines += [(), *path_chain.lines(products, chain, position, width)]
        return Page(
            len(lines),
            lines.__getitem__,
            head,
            follow=self._window.line + rank - window.first,
            title=self._title(products, width),
        )

    def highlight(self, study: Study) -> Highlight | None:
        """The chosen path."""
        return Highlight(frozenset(study.chain.path)) if study.chain else None

    def choose(self, study: Study, steps: int) -> None:
        """Choose a path further down the list."""
        if study.chain:
            self._choose(max(0, min(study.rank + steps, study.products.listed - 1)))

    def turn(self, study: Study, steps: int) -> None:
        """List the paths in another order."""
        orders = list(Order)
        self._order = orders[(orders.index(self._order) + steps) % len(orders)]

    def point(self, study: Study, line: int) -> None:
        """Choose the path of that line."""
        window = self._window
        if window.line <= line < window.line + window.last - window.first:
            self._choose(window.first + line - window.line)

    def resumed(self, session: Session) -> Paths:
        """In the same order."""
        lens = Paths(session)
        lens._order = self._order
        return lens

    def _choose(self, rank: int) -> None:
        subject = self.subject
        self._ranks[subject.node, subject.order] = rank

    def _windowed(self, products: PathProducts, rank: int, height: int) -> Window:
        rows = min(max(_LEAST_ROWS, min(height // 3, _MOST_ROWS)), products.listed)
        first = max(0, min(rank - rows // 2, products.listed - rows))
        return Window(0, first, first + rows)

    def _remarks(self, products: PathProducts, width: int) -> list[Line]:
        output = name_of(products.timeline.graph.nodes[products.timeline.graph.output])
        remark = ""
        if not path_words.is_known(products.timeline, self.session.position):
            remark = f"What a path brings is known as soon as {output} is computed."
        elif not products.ranking:
            remark = "To follow all paths between arrays would take too long: these are the first in the program."
        elif self._window.last == products.listed < products.paths.count:
            remark = f"No more than {products.listed:,} paths are listed."
        elif not products.paths.path(0):
            remark = f"{output} is the output: its gradient is the seed, and the path to it has no edge."
        return wrap([Span(remark, Ink.FAINT)], width) if remark else []

    def _title(self, products: PathProducts, width: int) -> str:
        graph = products.timeline.graph
        names = name_of(graph.nodes[products.paths.node]), name_of(graph.nodes[graph.output])
        return abbreviate("Paths from {} to {}".format(*names), width - 2)

    def _nothing(self, products: PathProducts, width: int) -> list[Line]:
        """That no gradient arrives, and why."""
        graph = products.timeline.graph
        node, output = graph.nodes[products.paths.node], name_of(graph.nodes[graph.output])
        if node.requires_grad:
            why = f"{output} does not depend on it."
        elif any(graph.nodes[operand].requires_grad for operand in node.operands):
            why = "Its operation has no derivative."
        elif node.kind is Kind.OPERATION:
            why = "None of its operands requires a gradient."
        else:
            why = "It does not require a gradient."
        partial = path_words.partial(products.timeline, node, width)
        return [
            (Span(partial, Ink.BACKWARD), Span(" = "), Span(NO_GRADIENT, Ink.FAINT)),
            *wrap([Span(f"0 paths lead a gradient from {output} back to {name_of(node)}. {why}")], width),
        ]
