"""The groups of a graph, and which of them are open."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.folding.finding import find_groups
from backprop_tui.folding.groups import MOST_ITEMS, GroupKind, shortened
from backprop_tui.folding.tangles import Sorter
from backprop_tui.graph import Graph, Kind
from tests.folding.graphs import any_graphs, named, outline, perceptron, program, recurrent, shown, tables


def test_names_and_statements_make_groups_and_a_group_of_one_is_none() -> None:
    graph = perceptron(2, 2, 1)
    assert outline(find_groups(graph), graph) == [
        *("[w]", "  [w0]", "    [w0_0]", "      w0_0_0", "      w0_0_1", "    [w0_1]", "      w0_1_0", "      w0_1_1"),
        *("  [w1_0]", "    w1_0_0", "    w1_0_1"),
        *("[b]", "  [b0]", "    b0_0", "    b0_1", "  b1_0"),
        *("[x0]", "  x0_0", "  x0_1"),
        *("[h0]", "  [h0_0]"),
        *("    [h0_0_0]", "      %1", "      %2", "      %3", "      %4", "      h0_0_0"),
        *("    [h0_0_1]", "      %5", "      %6", "      %7", "      %8", "      h0_0_1"),
        *("  [h0_1_0]", "    %9", "    %10", "    %11", "    h0_1_0"),
        "y",
    ]


def test_a_statement_knows_the_node_that_it_names() -> None:
    graph = program("y = tanh(a * b)", "a b")
    (statement,) = find_groups(graph).groups
    assert (statement.name, statement.kind, statement.leader) == ("y", GroupKind.STATEMENT, graph["y"].index)
    assert find_groups(perceptron(2, 2, 1))[0].kind is GroupKind.INPUTS


def test_dots_are_scopes() -> None:
    graph = named(("x", ()), ("l1.w", ()), ("l1.b", ()), ("l1.out", (0, 1, 2)), ("l2.w", ()), ("l2.out", (3, 4)))
    assert outline(find_groups(graph), graph) == [
        *("x", "[l]", "  [l1]", "    l1.w", "    l1.b", "    l1.out", "  [l2]", "    l2.w", "    l2.out")
    ]


def test_a_group_of_the_users_keeps_its_name_where_names_make_the_same_group() -> None:
    graph = program("h1 = sin(x)\nh2 = sin(h1)\ny = sin(sin(h2))", "x")
    last = [node.index for node in graph if node.line == graph["y"].line]
    table = {"hidden": [graph["h1"].index, graph["h2"].index], "end": last}
    assert shown(find_groups(graph, table), graph)[:2] == ["x", "[hidden]"]


def test_the_users_table_comes_before_names() -> None:
    graph = program("h1 = a1 * w\nh2 = a2 * w\ny = h1 + h2", "a1 a2 w")
    assert shown(find_groups(graph), graph) == ["[a]", "w", "[h]", "y"]
    table = {"data": [graph["a1"].index, graph["w"].index], "end": [graph["h2"].index, graph["y"].index]}
    assert shown(find_groups(graph, table), graph) == ["[data]", "a2", "h1", "[end]"]


def test_gates_and_states_of_a_recurrent_network_become_its_steps() -> None:
    graph = recurrent(3)
    assert outline(find_groups(graph), graph) == [
        *("w", "u", "[x]", "  x_1", "  x_2", "  x_3"),
        *("[h, z]", "  h_0"),
        *("  [z_1, h_1]", "    [z_1]", "      %1", "      %2", "      z_1", "    h_1"),
        *("  [z_2, h_2]", "    [z_2]", "      %3", "      %4", "      z_2", "    h_2"),
        *("  [z_3, h_3]", "    [z_3]", "      %5", "      %6", "      z_3", "    h_3"),
    ]


def test_a_long_recurrence_opens_into_ranges_of_steps() -> None:
    graph = recurrent(100)
    groups = find_groups(graph)
    assert shown(groups, graph, groups.first_open())[-3:] == [
        "[h_0 … z_32, h_32]",
        "[z_33, h_33 … z_66, h_66]",
        "[z_67, h_67 … z_100, h_100]",
    ]


def test_groups_that_go_round_in_a_circle_without_numbers_are_cut_where_they_meet() -> None:
    graph = program("b = a * a\nc = b * b\nd = c * c\ne = d * d\nf = e * e", "a")
    table = {name: [graph[node].index for node in nodes] for name, nodes in {"one": "bcf", "two": "de"}.items()}
    assert outline(find_groups(graph, table), graph) == [
        *("a", "[one, two]", "  [one (1)]", "    b", "    c", "  [two (1)]", "    d", "    e", "  f")
    ]


def test_the_number_of_a_node_without_a_name_makes_no_step() -> None:
    graph = named(("h_0", ()), ("%1", (0,)), ("h_1", (1,)), ("%2", (2,)), ("h_2", (3,)))
    assert outline(find_groups(graph), graph) == ["h_0", "%1", "h_1", "%2", "h_2"]


def test_a_piece_comes_before_the_first_that_uses_it() -> None:
    graph = named(("a", ()), ("v", ()), ("b", (0,)), ("c", (2,)), ("y", (3, 1)), ("x", (1,)))
    assert Sorter(graph).pieces([[0, 1, 3], [2, 4, 5]]) == [[[0, 1], [3]], [[2, 5], [4]]]


def test_a_piece_of_a_statement_has_not_the_node_that_it_names() -> None:
    nodes = (("a", ()), ("%1", (0,)), ("%2", (1,)), ("q", (2,)), ("p", (3,)), ("r", (2, 4)))
    graph = named(*nodes, lines=[None, 1, 1, None, None, 1])
    groups = find_groups(graph, {"one": [3, 4], "two": [5]})
    assert shown(groups, graph, frozenset({0})) == ["a", "[r]", "[one (1)]", "r"]
    assert [group.leader for group in groups.groups] == [None, None, None]


def test_what_is_cut_stays_with_what_uses_it() -> None:
    graph = program("p = u * x\nq = tanh(p)\nr = w * q + u * x\ns = tanh(r)", "u x w")
    table = {"gates": [graph["p"].index, graph["r"].index], "states": [graph["q"].index, graph["s"].index]}
    assert outline(find_groups(graph, table), graph)[4:] == [
        *("  p", "  q", "  [r]", "    %1", "    %2", "    r", "  s"),
    ]


def test_a_group_of_many_is_cut_into_even_ranges() -> None:
    graph = program("\n".join(f"y_{i} = sin({f'y_{i - 1}' if i else 'x'})" for i in range(100)), "x")
    groups = find_groups(graph)
    assert shown(groups, graph) == ["x", "[y]"]
    assert shown(groups, graph, frozenset({0})) == ["x", "[y_0 … y_32]", "[y_33 … y_65]", "[y_66 … y_99]"]
    assert [len(group) for group in groups.groups] == [100, 33, 33, 34]


def test_where_names_say_nothing_the_order_of_computation_makes_ranges() -> None:
    graph = named(*((f"n{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}", (i - 1,) if i else ()) for i in range(100)))
    assert shown(find_groups(graph), graph) == ["[naa … ndc]", "[ndd … ngf]", "[ngg … njj]"]


def test_no_group_opens_into_more_than_a_person_can_see() -> None:
    graph = named(*((f"%{i}", (i - 1,) if i else ()) for i in range(MOST_ITEMS**2 + 1)))
    groups = find_groups(graph)
    assert max(group.items for group in groups.groups) <= MOST_ITEMS
    assert len(shown(groups, graph)) == 2
    assert len(groups.around(0)) == 2


def test_constants_are_in_no_group() -> None:
    graph = named(("h_1", ()), ("2", ()), ("h_2", (0, 1)))
    groups = find_groups(graph)
    assert groups.order.tolist() == [0, 2]
    assert groups.around(1) == []


# Which are open


def test_a_small_graph_is_open_and_a_large_one_shows_its_layers() -> None:
    small, large = perceptron(2, 4, 1), perceptron(2, 16, 16, 1)
    assert (len(small), len(large)) == (49, 981)
    assert find_groups(small).first_open() == find_groups(small).all_open
    groups = find_groups(large)
    assert shown(groups, large, groups.first_open()) == [
        *("[w0]", "[w1]", "[w2_0]", "[b0]", "[b1]", "b2_0", "x0_0", "x0_1", "[h0_0]", "[h0_1]", "[h0_2_0]", "y")
    ]


def test_groups_that_are_alike_are_opened_together_or_not_at_all() -> None:
    graph = perceptron(2, 4, 4, 1, samples=15)
    groups = find_groups(graph)
    first = shown(groups, graph, groups.first_open())
    assert [name for name in first if "h" in name] == [f"[h{sample}]" for sample in range(15)]
    more = shown(groups, graph, groups.first_open(most=70))
    assert [name for name in more if "h" in name] == [
        name for sample in range(15) for name in (f"[h{sample}_0]", f"[h{sample}_1]", f"[h{sample}_2_0]")
    ]
    most = shown(groups, graph, groups.first_open(most=150))
    assert [name for name in most if "h" in name] == [name for name in more if "h" in name]


@pytest.mark.parametrize(("families", "size", "boxes"), [(2, 35, 2 * 35), (14, 5, 14)])
def test_a_picture_of_few_boxes_may_grow(families: int, size: int, boxes: int) -> None:
    graph = named(*((f"n{i // size}_{i % size}", (i - 1,) if i else ()) for i in range(families * size)))
    groups = find_groups(graph)
    assert len(shown(groups, graph, groups.first_open(all_up_to=0, most=40))) == boxes


@pytest.mark.parametrize(
    ("is_input", "boxes"),
    [(False, ["[g]", "[h0]", "[h1]"]), (True, ["[g]", "h0_0", "h0_1", "h1_0", "h1_1"])],
)
def test_nothing_is_opened_further_inside_than_operations_that_stay_folded(is_input: bool, boxes: list[str]) -> None:
    large = [(f"g_{i}", () if is_input or not i else (i - 1,)) for i in range(40)]
    small = [(name, (39 + i,)) for i, name in enumerate(("h0_0", "h0_1", "h1_0", "h1_1"))]
    graph = named(*large, *small)
    groups = find_groups(graph)
    assert shown(groups, graph, groups.first_open(all_up_to=0, most=12)) == boxes


def test_inputs_without_structure_stay_folded() -> None:
    graph = recurrent(100)
    groups = find_groups(graph)
    assert shown(groups, graph, groups.first_open())[:3] == ["w", "u", "[x]"]


@pytest.mark.parametrize(
    ("title", "width", "short"),
    [
        ("h111…h147(37)", 12, "h111…h147"),
        ("h111…h147(37)", 8, "h111…"),
        ("h111 … h147 (37)", 16, "h111 … h147 (37)"),
        ("sin(x · 1) … cos(x) (37)", 12, "sin(x · 1)…"),
        ("h111 … h147 (37)", 0, ""),
        ("hidden (37)", 8, "hid…(37)"),
        ("f(a…b)+c", 7, "f(a…)+c"),
    ],
)
def test_a_short_title_of_a_range_is_not_to_be_misread(title: str, width: int, short: str) -> None:
    assert shortened(title, width) == short


def test_to_reveal_a_node_opens_what_hides_it_and_to_close_it_folds_the_narrowest() -> None:
    graph = perceptron(2, 4, 1)
    groups, node = find_groups(graph), graph["h0_0_2"].index
    hiding = groups.hiding(node, frozenset())
    assert hiding is not None
    assert hiding.name == "h0"
    opened = groups.reveal(node, frozenset())
    assert [groups[group].name for group in sorted(opened)] == ["h0", "h0_0", "h0_0_2"]
    assert groups.hiding(node, opened) is None
    names = []
    while opened:
        smaller = groups.close(node, opened)
        names += [groups[group].name for group in opened - smaller]
        opened = smaller
    assert names == ["h0_0_2", "h0_0", "h0"]
    assert groups.close(node, opened) == frozenset()


def test_to_close_a_folded_box_folds_what_it_is_in() -> None:
    graph = perceptron(2, 4, 1)
    groups = find_groups(graph)
    widest, *_ = around = groups.around(graph["h0_0_2"].index)
    assert groups.close(graph["h0_0_2"].index, {widest, around[-1]}) == {around[-1]}


# Laws


@given(any_graphs(), st.data())
@settings(max_examples=50)
def test_the_order_is_topological_and_every_group_is_a_stretch_of_it(graph: Graph, data: st.DataObject) -> None:
    groups = find_groups(graph, data.draw(tables(graph)))
    order = groups.order.tolist()
    assert sorted(order) == [node.index for node in graph if node.kind is not Kind.CONSTANT]
    place = {node: at for at, node in enumerate(order)}
    for edge in graph.edges:
        if edge.operand in place:
            assert place[edge.operand] < place[edge.consumer]
    for group in groups.groups:
        nodes = group.nodes.tolist()
        assert nodes == order[group.start : group.start + len(group)]
        assert len(nodes) > 1
        assert 1 < group.items <= MOST_ITEMS
        assert all(group.id in groups.around(node) for node in nodes)
        inner = groups.groups[group.id + 1 : group.after]
        assert all(group.start <= one.start < group.start + len(group) for one in inner)
        assert group.items == shown_inside(group.id, inner, nodes, groups.innermost)


@given(any_graphs(), st.data())
@settings(max_examples=25)
def test_pieces_never_feed_each_other_in_a_circle(graph: Graph, data: st.DataObject) -> None:
    number = data.draw(st.lists(st.integers(0, 2), min_size=len(graph), max_size=len(graph)))
    sets = [[node for node in range(len(graph)) if number[node] == one] for one in sorted(set(number))]
    pieces = sorted(piece for found in Sorter(graph).pieces(sets) for piece in found)
    assert sorted(node for piece in pieces for node in piece) == list(range(len(graph)))
    assert all(len(cluster) == 1 for cluster in Sorter(graph).sort(pieces))


@given(any_graphs(), st.data())
@settings(max_examples=25)
def test_sets_are_sorted_and_those_in_a_circle_are_together(graph: Graph, data: st.DataObject) -> None:
    number = data.draw(st.lists(st.integers(0, 5), min_size=len(graph), max_size=len(graph)))
    sets = sorted([node for node in range(len(graph)) if number[node] == one] for one in set(number))
    set_of = {node: one for one, nodes in enumerate(sets) for node in nodes}
    links = {(set_of[edge.operand], set_of[edge.consumer]) for edge in graph.edges}
    reached = closure(links)
    clusters = Sorter(graph).sort(sets)
    place = {one: at for at, cluster in enumerate(clusters) for one in cluster}
    assert sorted(place) == list(range(len(sets)))
    for one, other in product(place, place):
        together = one == other or ((one, other) in reached and (other, one) in reached)
        assert (place[one] == place[other]) == together
    assert all(place[one] <= place[other] for one, other in links)


def test_nothing_recurses_over_the_size_of_a_circle() -> None:
    build: list[tuple[str, Sequence[int]]] = [("x", ())]
    build += [(f"{'ab'[i % 2]}x{'y' * (i // 2)}", (i,)) for i in range(3000)]
    graph = named(*build)
    nodes = range(1, 3001)
    table = {"one": [i for i in nodes if i % 4 < 2], "two": [i for i in nodes if i % 4 > 1]}
    assert len(find_groups(graph, table)) > 1000
    sets = [[i, 6001 - i] for i in range(1, 3001)]
    far = named(("x", ()), *((f"c{'y' * i}", (i,)) for i in range(6000)))
    assert len(Sorter(far).sort([[0], *sets])) == 2


def shown_inside(group: int, inner: Sequence[object], nodes: Sequence[int], innermost: Sequence[int]) -> int:
    """How many boxes a group opens into, counted one by one."""
    return sum(getattr(one, "outer", None) == group for one in inner) + sum(innermost[node] == group for node in nodes)


def closure(links: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """What can be reached from where, by trying."""
    reached = set(links)
    while more := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= more
    return reached


@pytest.mark.parametrize("size", [1, 2])
def test_the_smallest_graphs_have_no_groups_but_what_they_say(size: int) -> None:
    graph = named(*((f"y_{i}", (i - 1,) if i else ()) for i in range(size)))
    assert shown(find_groups(graph), graph) == ["y_0", "y_1"][:size]
