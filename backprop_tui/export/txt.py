"""The drawing as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_tui.export.picture import page
from backprop_tui.export.snapshot import Snapshot


def lines(snapshot: Snapshot, *, width: int | None = None, unfolded: bool = False) -> Iterator[str]:
    """The picture, line by line, without trailing blanks. Raises CannotExport."""
    picture = page(snapshot, width, unfolded=unfolded)
    yield from (picture.title, *picture.caption, "")
    for row in picture.rows:
        yield "".join([text for text, _ in row]).rstrip()
