"""Routes through one channel."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.routing import Net, Wire, _trunks, _untangle, _untangle_many, route


@st.composite
def channels(draw: st.DrawFn) -> list[Net]:
    """Nets whose entries, and whose sinks, are all in different columns."""
    entries = draw(st.lists(st.integers(0, 15), min_size=1, max_size=8, unique=True))
    sinks = draw(st.permutations(range(16)))
    nets: list[Net] = []
    for number, entry in enumerate(entries):
        own = sinks[2 * number : 2 * number + draw(st.integers(1, 2))]
        nets.append((entry, sorted(own)))
    return nets


def test_a_straight_line_needs_no_row() -> None:
    assert route([(3, [3])]) == (0, [Wire(3, [3])])


def test_a_line_to_one_side_takes_two_turns() -> None:
    rows, (wire,) = route([(3, [7])])
    assert rows == 1
    assert wire.turns(7) == [(3, 0), (7, 0)]


def test_nets_that_do_not_meet_share_a_row() -> None:
    assert route([(0, [3]), (6, [9])])[0] == 1


def test_of_two_nets_in_a_column_the_one_that_enters_there_runs_above() -> None:
    _, (one, other) = route([(4, [8]), (0, [4])])
    assert one.left < other.left


def test_nets_that_change_places_get_a_dogleg() -> None:
    rows, wires = route([(2, [6]), (6, [2])])
    assert rows == 3
    assert sum(wire.dogleg is not None for wire in wires) == 1


def test_a_net_that_also_leaves_straight_down_has_a_row_for_each_side() -> None:
    rows, (wire,) = route([(4, [1, 4, 8])])
    assert rows == 2
    assert wire.left != wire.right
    assert wire.turns(4) == []


def test_nets_side_by_side_are_led_past_each_other_without_crossing() -> None:
    for nets in ([(0, [10]), (5, [15])], [(5, [0]), (15, [10])]):
        rows, wires = route(nets)
        assert rows == 2 if nets[0][0] == 0 else rows == 1
        assert crossings(wires, rows) == 0


@settings(deadline=None)
@given(channels())
def test_no_two_nets_share_a_cell_except_where_they_cross_at_right_angles(nets: list[Net]) -> None:
    rows, wires = route(nets)
    assert crossings(wires, rows) >= 0


@settings(deadline=None)
@given(channels())
def test_trunks_are_untangled_alike_one_by_one_and_at_once(nets: list[Net]) -> None:
    one_by_one, at_once = _trunks(nets), _trunks(nets)
    _untangle(one_by_one)
    if at_once:
        _untangle_many(at_once)
    assert [trunk.before for trunk in one_by_one] == [trunk.before for trunk in at_once]


@pytest.mark.parametrize("size", [200])
def test_a_channel_too_crowded_to_untangle_is_still_routed(size: int) -> None:
    nets: list[Net] = [(2 * number, [2 * ((number * 7) % size)]) for number in range(size)]
    rows, wires = route(nets)
    assert len(wires) == size
    assert crossings(wires, rows) > 0


def crossings(wires: list[Wire], rows: int) -> int:
    """How often nets cross. Fails if they share a cell in any other way."""
    across: dict[tuple[int, int], int] = {}
    down: dict[tuple[int, int], int] = {}
    bends: dict[tuple[int, int], int] = {}
    for number, wire in enumerate(wires):
        for row, first, last in wire.horizontals():
            for column in range(first, last + 1):
                assert across.setdefault((column, row), number) == number
        for column, start, end in wire.verticals():
            for row in range(0 if start is None else start, rows if end is None else end + 1):
                assert down.setdefault((column, row), number) == number
                if row in (start, end):
                    bends[column, row] = number
    shared = {cell for cell in across.keys() & down.keys() if across[cell] != down[cell]}
    assert not shared & bends.keys()
    return len(shared)
