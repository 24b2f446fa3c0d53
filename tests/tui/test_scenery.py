"""Which scene of a graph is drawn, and how the keys change it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backprop_tui.drawing.boxes import BoxStyle
from backprop_tui.drawing.graph_view import RunTexts
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.tui import scenery as scenery_module
from backprop_tui.tui.scenery import Look, Scenery, TooTangled
from tests.folding.graphs import perceptron
from tests.graphs import chain, tree


def scenery_of(graph: Graph) -> Scenery:
    return Scenery(RunTexts(run(graph)))


@pytest.fixture(scope="module")
def network() -> Scenery:
    return scenery_of(perceptron(2, 16, 16, 1))


def titles(scenery: Scenery, look: Look) -> list[str]:
    scene = scenery.setting(look).scene
    return [scene.title(box) for box in range(len(scene.contents))]


def test_a_small_graph_is_drawn_whole_and_a_large_one_in_few_boxes(network: Scenery) -> None:
    assert scenery_of(tree()).first == Look()
    assert 8 <= len(titles(network, network.first)) <= 30


def test_groups_open_and_fold_again(network: Scenery) -> None:
    node = network.stage.graph["w1_3_2"].index
    group = network.group_at(network.first, node)
    assert group is not None
    assert group.name == "w1"
    opened = network.opened(network.first, group)
    assert "w1" not in titles(network, opened)
    inner = network.group_at(opened, node)
    assert inner is not None
    assert inner.outer == group.id
    assert network.closed(opened, node) == network.first
    revealed = network.revealed(network.first, node)
    assert network.group_at(revealed, node) is None
    assert "w1_3_2" in titles(network, revealed)


def test_all_opens_and_folds(network: Scenery) -> None:
    whole = network.unfolded(network.first)
    assert whole == Look()
    assert network.group_at(whole, 0) is None
    assert network.unfolded(whole) == network.first


def test_a_small_graph_folds_as_much_as_its_groups_let_it() -> None:
    scenery = scenery_of(perceptron(2, 2, 1))
    assert scenery.first == Look()
    folded = scenery.unfolded(scenery.first)
    assert folded.opened == frozenset()
    assert scenery.unfolded(folded) == scenery.first


def test_a_graph_without_groups_stays_whole() -> None:
    small = scenery_of(tree())
    assert small.unfolded(Look()) == Look()
    assert small.closed(Look(), 0) == Look()


def test_focus_moves_only_when_a_neighbour_would_be_missing(network: Scenery) -> None:
    graph = network.stage.graph
    node = graph["h0_0_3"].index
    look = network.focused(network.first, node)
    scene = network.setting(look).scene
    assert len(scene.contents) <= 60
    operand = graph.nodes[node].operands[0]
    assert network.moved(look, operand) == look  # all around it is drawn already
    far = graph["w0_15_1"].index
    assert network.moved(look, far) == replace(look, centre=far)
    assert network.group_at(look, far) is None
    assert network.focused(look, far) == network.first
    assert network.moved(network.first, far) == network.first


def test_levels_and_orientation_start_from_what_is_drawn() -> None:
    scenery = scenery_of(chain(3))
    drawing = scenery.setting(Look()).draw(Look(), 100, 50)
    assert drawing.detail.box is BoxStyle.FULL
    look = Look().zoomed(drawing, -1)
    assert look == Look(level=1, orientation=drawing.orientation)
    assert scenery.setting(look).draw(look, 100, 50).detail.box is BoxStyle.COMPACT
    assert look.zoomed(drawing, -9).level == 4
    assert look.zoomed(drawing, 9).level == 0
    turned = look.turned(drawing)
    assert scenery.setting(turned).draw(turned, 100, 50).orientation is drawing.orientation.other
    assert turned.fitted() == Look()
    assert Look().turned(None).orientation is Orientation.LEFT_TO_RIGHT


def test_few_boxes_rather_stand_as_dots_than_out_of_view(network: Scenery) -> None:
    setting = network.setting(network.first)
    dots = setting.draw(Look(level=4), 1, 1)
    assert setting.draw(network.first, dots.width, dots.height - 1).detail.box is BoxStyle.DOT
    assert setting.draw(network.first, dots.width // 2, dots.height // 2).detail.box is not BoxStyle.DOT


def test_what_is_too_tangled_is_refused(network: Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenery_module, "MOST_ITEMS", 500)
    with pytest.raises(TooTangled):
        network.setting(Look()).draw(Look(), 100, 50)
    assert network.setting(network.first).draw(network.first, 100, 50)


def test_the_same_groups_are_open_in_another_run(network: Scenery) -> None:
    other = scenery_of(perceptron(2, 16, 15, 1))
    assert other.like(network, network.first, None) == other.first
    assert other.like(network, Look(level=2), None) == Look(level=2)
    node, same = network.stage.graph["w1_3_2"].index, other.stage.graph["w1_3_2"].index
    revealed = network.revealed(network.first, node)
    assert other.group_at(other.first, same) is not None
    assert other.group_at(other.like(network, revealed, None), same) is None
    assert scenery_of(tree()).like(network, revealed, None) == Look()


def test_only_so_many_settings_are_kept(network: Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenery_module, "_KEPT", 3)
    fresh = scenery_of(perceptron(2, 4, 1))
    settings = [fresh.setting(Look(centre=node)) for node in range(5)]
    assert fresh.setting(Look(centre=4)) is settings[4]
    assert fresh.setting(Look(centre=0)) is not settings[0]
