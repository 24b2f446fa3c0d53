"""How the elements of an array lie in rows and columns, and which of them are in view. Pure arithmetic."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from backprop_tui.graph import Array, Shape, Value

Element = tuple[int, ...]
"""Index of an element; empty for a scalar."""

_ROUND = (10, 5)
"""A vector that is broken into rows is broken at a multiple of these, if there is room."""


class Plane(NamedTuple):
    """Rows and columns: the last two axes; of a vector, its elements from left to right, as text goes."""

    shape: Shape
    rows: int
    columns: int

    @classmethod
    def of(cls, shape: Shape, fitting: int) -> Plane:
        """The plane of a shape, where that many columns fit."""
        if len(shape) >= 2:
            return cls(shape, *shape[-2:])
        length = shape[0] if shape else 1
        columns = next((fitting - fitting % step for step in _ROUND if fitting >= step), max(1, fitting))
        columns = length if length <= fitting else columns
        return cls(shape, -(-length // columns) if columns else 0, columns)

    def place(self, element: Element) -> tuple[int, int]:
        """Row and column of an element."""
        if len(element) >= 2:
            return element[-2], element[-1]
        return divmod(element[0], self.columns) if element else (0, 0)

    def element(self, row: int, column: int, leading: Element) -> Element | None:
        """The element in a row and column of the slice given by its leading indices; None if there is none."""
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return None
        if len(self.shape) >= 2:
            return (*leading, row, column)
        index = row * self.columns + column
        return (index,) if self.shape and index < self.shape[0] else None if self.shape else ()

    def row_label(self, row: int) -> str:
        """The index of the row, or of the first element in it."""
        return str(row if len(self.shape) >= 2 else row * self.columns)

    def numbers(self, value: Value, leading: Element, row: int) -> Array:
        """The numbers in a row of a slice."""
        if len(self.shape) >= 2:
            return np.asarray(np.asarray(value)[leading][row])
        return np.asarray(value)[row * self.columns : (row + 1) * self.columns]


class Window(NamedTuple):
    """The part of a plane that is in view, or all of it, folded."""

    plane: Plane
    top: int
    left: int
    rows: int
    columns: int
    """Where it begins and how much it shows; in blocks, if it is folded."""
    lead: int
    """Cells before the first column."""
    cell: int
    """Cells of a column."""
    fold: tuple[int, int] = (1, 1)
    """Rows and columns of elements that one mark stands for."""

    @property
    def is_folded(self) -> bool:
        """Whether a mark stands for more than one element."""
        return self.fold != (1, 1)

    def place(self, element: Element) -> tuple[int, int]:
        """Where an element lies among what can be shown."""
        row, column = self.plane.place(element)
        return row // self.fold[0], column // self.fold[1]

    def place_at(self, line: int, column: int) -> tuple[int, int]:
        """Row and column of the plane under a line and a column of the page."""
        row = self.top + max(0, min(line, self.rows - 1))
        column = self.left + max(0, min((column - self.lead) // self.cell, self.columns - 1))
        return row * self.fold[0], column * self.fold[1]


def window(
    shape: Shape, element: Element, origin: tuple[int, int], room: tuple[int, int], number_width: int | None
) -> Window:
    """The part that fits into that many cells and rows, moved from its origin as little as shows the element.

    `number_width` is that of the numbers; None for a map of marks, which is folded until all of it fits.
    """
    lead = len(str(max(shape[-2:-1] or shape[-1:] or (1,)))) + 1 if shape else 0
    cells, height = max(1, room[0] - lead), max(1, room[1])
    if number_width is None:
        return _map(shape, lead, cells, height)
    cell = number_width + 2
    fitting = max(1, cells // cell)
    plane = Plane.of(shape, fitting)
    columns, rows = min(plane.columns, fitting), min(plane.rows, height)
    row, column = plane.place(element)
    top = max(0, row - rows + 1, min(origin[0], row, plane.rows - rows))
    left = max(0, column - columns + 1, min(origin[1], column, plane.columns - columns))
    return Window(plane, top, left, rows, columns, lead, cell)


def _map(shape: Shape, lead: int, cells: int, height: int) -> Window:
    """Everything, two cells a mark if there is room."""
    for cell in (2, 1):
        plane = Plane.of(shape, max(1, cells // cell))
        if plane.rows <= height and plane.columns * cell <= cells:
            return Window(plane, 0, 0, plane.rows, plane.columns, lead, cell)
    if len(shape) == 1:  # rows as long as it takes
        least = -(-shape[0] // height)
        plane = Plane.of(shape, -(-least // _ROUND[0]) * _ROUND[0])
    fold = -(-plane.rows // height), -(-plane.columns // cells)
    rows, columns = -(-plane.rows // fold[0]), -(-plane.columns // fold[1])
    return Window(plane, 0, 0, rows, columns, lead, 2 if 2 * columns <= cells else 1, fold)


def folded(value: Value, view: Window, leading: Element) -> Array:
    """For each mark the number that it stands for: of all those under it, the one that is farthest from 0.

    NaN is farther than anything. It looks at all of a slice, once.
    """
    plane, (rows, columns) = view.plane, view.fold
    blocks = np.zeros((view.rows * rows, view.columns * columns))
    if len(plane.shape) >= 2:
        blocks[: plane.rows, : plane.columns] = np.asarray(value)[leading]
    else:
        line = np.zeros(plane.rows * plane.columns)
        line[: plane.shape[0]] = value
        blocks[: plane.rows, : plane.columns] = line.reshape(plane.rows, plane.columns)
    parts = blocks.reshape(view.rows, rows, view.columns, columns).swapaxes(1, 2).reshape(view.rows, view.columns, -1)
    sizes = np.abs(parts)
    farthest = np.argmax(np.where(np.isnan(sizes), np.inf, sizes), axis=-1)
    return np.take_along_axis(parts, farthest[..., np.newaxis], axis=-1)[..., 0]
