"""The drawing as text: as in the app, in the width that is asked for."""

from __future__ import annotations

import pytest

from backprop_tui.drawing.graph_view import MOST_DRAWN
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.export.formats import CannotExport
from backprop_tui.folding.groups import ALL_OPEN_UP_TO
from backprop_tui.tui.scenery import Scenery
from tests.drawing.examples import to_text
from tests.export.runs import at, lines, of
from tests.graphs import Builder, chain


def test_below_title_and_caption_stands_the_drawing_of_the_app_in_all_detail() -> None:
    snapshot = at("7")
    title, caption, blank, *drawing = lines("txt", snapshot)
    assert (title, caption, blank) == ("Expression tree", snapshot.caption_line, "")
    in_the_app = Levels(snapshot.view.graph, snapshot.texts.fields).draw(LEVELS[0])
    assert "\n".join(drawing) + "\n" == to_text(in_the_app, snapshot.view)


@pytest.mark.parametrize("width", [100, 60, 45, 33, 20, 12])
def test_a_narrower_drawing_has_less_detail_and_never_a_longer_line(width: int) -> None:
    exported = lines("txt", at(), width=width)
    assert max(map(len, exported)) <= width
    assert "".join(exported[:8]).startswith("Expression tree"[: width - 1])


def test_a_caption_that_does_not_fit_is_broken_where_its_parts_end() -> None:
    assert lines("txt", at(), width=40)[:6] == [
        "Expression tree",
        "event 11/11",
        "∂e/∂b += ∂e/∂c · ∂c/∂b",
        "= 2 · 1 = 2",
        "b.grad  3 → 5",
        "",
    ]


def test_a_width_that_nothing_fits_is_refused_with_what_is_needed() -> None:
    with pytest.raises(CannotExport, match="does not fit 5 columns; it needs 8"):
        lines("txt", at(), width=5)
    assert lines("txt", at(), width=8)


def test_nodes_without_a_drawing_are_no_problem() -> None:
    build = Builder()
    assert lines("txt", of(build.graph(build.constant(2.0)), "two"))[0] == "two"


def test_a_graph_is_folded_where_the_app_begins_so_unless_it_is_to_be_unfolded() -> None:
    large = of(chain(ALL_OPEN_UP_TO))
    shown, scenery = lines("txt", large), Scenery(large.texts)
    boxes = len(scenery.setting(scenery.first).scene.contents)
    assert f"301 nodes as {boxes} boxes" in shown
    assert len(shown) < 300
    assert any("301 nodes as " in line for line in lines("svg", large))
    for small_or_unfolded in (lines("txt", of(chain(ALL_OPEN_UP_TO - 1))), lines("txt", large, unfolded=True)):
        assert not any("nodes as " in line for line in small_or_unfolded)
        assert len(small_or_unfolded) > 6 * 299


def test_too_many_nodes_are_not_unfolded() -> None:
    snapshot = of(chain(MOST_DRAWN))
    with pytest.raises(CannotExport, match=r"3,001 nodes are too many to draw, .*; without --unfolded they are folded"):
        lines("txt", snapshot, unfolded=True)
    assert sum(line.startswith("  n") for line in lines("dot", snapshot)) == 3_001 + 3_000 + 1  # "  node"
