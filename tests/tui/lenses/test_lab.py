"""What the lab shows: pages of a session, without a screen, and the lens in the app."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import backprop_tui as bp
from backprop_tui.drawing.highlight import NUMBERS_WIDTH
from backprop_tui.drawing.state import Flow
from backprop_tui.graph import Edge
from backprop_tui.lab.faults.table import FAULTS
from backprop_tui.lessons import directory
from backprop_tui.progress import Progress
from backprop_tui.tui.ascii_only import translate
from backprop_tui.tui.lenses.lab import Lab, Study
from backprop_tui.tui.lines import Ink, Line, Page, plain, width
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.session import Session
from tests.lab.runs import IDS
from tests.tui.screens import position, stepper, stepping, text_of, until

SIZES = (40, 19), (56, 26), (80, 42), (56, 11)


class Open:
    """The lens in a session, opened there or turned to a fault."""

    def __init__(self, scenario: str, fault: str = "") -> None:
        loaded = bp.loads(scenario) if "\n" in scenario else bp.load(directory() / f"{scenario}.toml")
        self.session = Session(loaded, bp.run(loaded.graph))
        self.lens = Lab(self.session)
        self.study = self.studied()
        if fault:
            self.lens.choose(self.study, IDS.index(fault) - self.study.number)
            self.study = self.studied()

    def studied(self) -> Study:
        study = self.lens.study(self.lens.subject, Progress())
        self.lens.arrive(study)
        return study

    def page(self, size: tuple[int, int] = (56, 26)) -> Page:
        return self.lens.page(self.study, *size)

    def lines(self, size: tuple[int, int] = (56, 26)) -> Sequence[Line]:
        page = self.page(size)
        return [*page.head, *map(page.line, range(page.length))]

    def text(self, size: tuple[int, int] = (56, 26)) -> list[str]:
        return [plain(line).rstrip() for line in self.lines(size)]

    def row(self, name: str, size: tuple[int, int] = (56, 26)) -> list[str]:
        """The words of a node's row in the table, which stands below all that is said of the event."""
        return [line.split() for line in self.text(size) if line.split()[:1] == [name]][-1]

    @property
    def boxes(self) -> dict[str, str]:
        highlight = self.lens.highlight(self.study)
        assert highlight is not None
        return {self.session.timeline.graph.nodes[node].name: text for node, text in highlight.numbers.items()}


class TestThePage:
    """What stands beside the graph."""

    def test_fits_the_smallest_panel_down_to_the_wrong_gradient(self) -> None:
        assert Open("tree").text((40, 19)) == [
            "Overwrite where gradients meet",
            "right   x.grad += g * local",
            "broken  x.grad  = g * local",
            "Event 11: here they part.",
            "right                      b.grad  3 → 5",
            "  ∂e/∂b += ∂e/∂c · ∂c/∂b",
            "        =    2   ·   1   = 2",
            "broken                     b.grad  3 → 2",
            "  ∂e/∂b = ∂e/∂c · ∂c/∂b",
            "        =   2   ·   1   = 2",
            "b.grad held 3. The 2 that comes back",
            "through c takes its place, and what was",
            "there is lost. b has more than one use,",
            "and its gradient is the sum over all.",
            "node  right  broken",
            "a         2     2",
            "b         5     2 ✗  × 0.4",
            "c         2     2",
            "d         3     3",
            "e         1     1",
            "1 of 5 gradients is wrong in the end. A",
            "gradient check fails: nudging b gives",
            "∂e/∂b = 5, the broken engine 2.",
            "In real life: The classic bug of a first",
            "autograd engine of one's own: it works",
            "until a value is used twice.",
        ]

    def test_has_a_line_for_either_engine_in_a_low_window(self) -> None:
        assert Open("reused-node", "too-early").text((56, 11))[:8] == [
            "A node that does not wait",
            "broken  for n in breadth_first: send(n)",
            "Event 8: here they part.",
            "right   6 · 1 = 6                         x.grad  7 → 13",
            "broken  7 · 3 = 21                        a.grad  · → 21",
            "x.grad is 7 so far: y still owes its share. x sends all",
            "the same, and never again: what reaches it later never",
            "gets to a.",
        ]

    def test_puts_the_code_into_words_where_there_is_room(self) -> None:
        assert Open("tree").text((80, 42))[3] == "What arrives takes the place of what was there."
        assert "What arrives takes the place of what was there." not in Open("tree").text((56, 26))

    def test_says_where_they_part_while_both_do_the_same(self) -> None:
        lab = Open("tree", "no-swap")
        lab.session.go(3)
        text = lab.text()
        assert "Event 3: both do the same; they part at event 7." in text
        assert text[text.index("both") + 1 : text.index("both") + 3] == ["  c = a + b", "  3 = 2 + 1"]
        lab.session.go(0)
        assert "Both start alike; they part at event 7." in lab.text()

    def test_has_no_number_that_neither_engine_has_computed(self) -> None:
        lab = Open("tree", "no-swap")
        assert [lab.row(name) for name in "acd"] == [["a", "·", "·"], ["c", "2", "3", "✗", "×", "1.5"], ["d", "·", "·"]]
        assert not any("in the end" in line for line in lab.text())

    def test_says_of_an_array_that_it_has_the_wrong_shape(self) -> None:
        lab = Open("bias-batch", "unsummed")
        assert lab.row("b") == ["b", "[9.5", "9]", "(3,2)", "μ=3.083", "✗"]
        assert lab.row("b", (40, 19)) == ["b", "[9.5", "9]", "(3,2)", "✗"]
        assert any(line.split() == ["X", "—", "—"] for line in lab.text())
        assert lab.boxes["b"] == "(3,2)✗"
        lab.session.go(16)
        said = " ".join(lab.text())
        assert "1 of 7 gradients is wrong in the end. The shapes tell: b has (2,), b.grad (3,2)." in said

    def test_says_why_a_fault_does_not_show_and_where_it_does(self) -> None:
        said = " ".join(Open("tree", "recursion").text())
        assert "On this graph that does not show. It takes a node that is used more than once and has" in said
        assert "The lesson “A node that must wait” shows it." in said
        said = " ".join(Open("squared-error", "no-swap").text())
        assert "There is a product, but its factors are equal, or nothing comes back to it." in said

    def test_says_that_an_edge_is_not_walked(self) -> None:
        assert "broken  walks no such edge" in Open("squared-error", "once").text()

    def test_lists_only_what_is_wrong_in_the_end_of_many_nodes(self) -> None:
        lab = Open("mazur-2-2-2", "overwrite")
        assert lab.study.gradients is not None
        assert lab.study.comparison is not None
        assert len(lab.study.comparison.wrong) == len(lab.study.gradients.nodes) == 16
        assert "… 21 more" in lab.text((80, 42))

    def test_is_red_only_where_something_is_not_a_number(self) -> None:
        fine = [span for line in Open("tree").lines() for span in line if span.ink is Ink.TROUBLE]
        assert fine == []
        lines = Open("where-nan", "unzeroed").lines()
        assert [plain(line).split()[0] for line in lines if any(span.ink is Ink.TROUBLE for span in line)][-1] == "x"

    @pytest.mark.parametrize(
        "lesson", ["tree", "reused-node", "bias-batch", "two-layer-softmax", "where-nan", "mazur-2-2-2"]
    )
    @pytest.mark.parametrize("size", SIZES, ids=str)
    def test_no_line_is_wider_than_the_panel(self, lesson: str, size: tuple[int, int]) -> None:
        lab = Open(lesson)
        for number in range(len(FAULTS)):
            lab.lens.choose(lab.study, number - lab.study.number)
            lab.study = lab.studied()
            for place in {0, lab.session.position, len(lab.session.timeline)}:
                lab.session.go(place)
                assert max(map(width, lab.lines(size))) <= size[0]

    def test_reads_in_ascii_too(self) -> None:
        for line in Open("tree").text():
            assert len(translate(line)) == len(line)
        assert "b         5     2 x" in translate("\n".join(Open("tree").text()))


class TestItsKeys:
    """Where they lead."""

    def test_it_opens_with_the_first_fault_that_shows_at_the_event_where_they_part(self) -> None:
        for lesson, fault, event in (("tree", "overwrite", 11), ("two-layer-softmax", "unzeroed", 22)):
            lab = Open(lesson)
            assert (lab.study.fault.id, lab.session.position) == (fault, event)
            assert lab.page().title == f"Lab: fault {IDS.index(fault) + 1} of 12"

    def test_a_run_without_any_says_so_of_the_first_and_stays_where_it_is(self) -> None:
        lab = Open("sqrt-at-zero")
        assert lab.study.fault is FAULTS[0]
        assert lab.session.position == 0

    def test_choosing_a_fault_goes_to_where_it_shows(self) -> None:
        lab = Open("tree", "split-sum")
        assert lab.session.position == 9
        lab.lens.choose(lab.study, len(FAULTS))
        assert lab.lens.subject == lab.study.number

    def test_turning_goes_through_all_differences_and_to_the_end(self) -> None:
        lab = Open("reused-node", "too-early")
        walked = []
        for steps in (1, 1, -1, -1):
            lab.lens.turn(lab.study, steps)
            walked.append(lab.session.position)
        assert walked == [9, 9, 8, 8]

    def test_turning_finds_its_way_back_from_anywhere(self) -> None:
        lab = Open("tree", "no-swap")
        lab.session.go(3)
        lab.lens.turn(lab.study, 1)
        assert lab.session.position == 7

    def test_a_click_on_a_row_selects_its_node(self) -> None:
        lab = Open("tree")
        lab.lens.point(lab.study, lab.text().index("c         2     2"))
        assert lab.session.selected == lab.session.timeline.graph["c"].index
        assert any(span.lit for line in lab.lines() for span in line)

    def test_another_run_keeps_the_fault_and_the_event(self) -> None:
        lab = Open("tree", "no-swap")
        other = Open("tree").session
        other.go(2)
        lens = lab.lens.resumed(other)
        study = lens.study(lens.subject, Progress())
        lens.arrive(study)
        assert (study.fault.id, other.position) == ("no-swap", 2)


class TestTheGraph:
    """What is lit in it, and what its boxes show."""

    def test_lights_the_edge_that_the_broken_engine_walks(self) -> None:
        highlight = (lab := Open("reused-node", "recursion")).lens.highlight(lab.study)
        graph = lab.session.timeline.graph
        assert highlight is not None
        assert highlight.edges == {Edge(graph["x"].index, 1, graph["a"].index)}
        assert (highlight.flow, highlight.node) == (Flow.BACKWARD, graph["a"].index)

    def test_lights_the_edge_that_it_leaves_out(self) -> None:
        lab = Open("squared-error", "once")
        highlight = lab.lens.highlight(lab.study)
        assert highlight is not None
        assert [edge.position for edge in highlight.edges] == [1]

    def test_lights_what_flows_where_both_do_the_same(self) -> None:
        lab = Open("tree")
        lab.session.go(3)
        highlight = lab.lens.highlight(lab.study)
        assert highlight is not None
        assert {edge.operand for edge in highlight.edges} == {0, 1}
        assert highlight.flow is Flow.FORWARD

    def test_boxes_show_the_broken_gradients(self) -> None:
        assert Open("tree").boxes == {"a": "2", "b": "2✗", "c": "2", "d": "3", "e": "1"}
        assert Open("tree", "no-swap").boxes == {"a": "·", "b": "·", "c": "3✗", "d": "·", "e": "1"}

    @pytest.mark.parametrize("lesson", ["attention", "saturation-chain", "wrong-and-sure", "small-times-large"])
    def test_numbers_fit_into_boxes(self, lesson: str) -> None:
        lab = Open(lesson)
        lab.session.go(len(lab.session.timeline))
        assert max(map(len, lab.boxes.values())) <= NUMBERS_WIDTH

    def test_a_fault_that_does_not_show_lights_nothing(self) -> None:
        lab = Open("tree", "recursion")
        assert lab.lens.highlight(lab.study) is None


async def test_the_lab_in_the_app() -> None:
    async with stepping("reused-node.toml", (80, 24)) as pilot:
        await pilot.press("b")
        text = await text_of(pilot)
        assert "Lab: fault 1 of 12" in text
        assert position(pilot) == 8
        await pilot.press("3", ".")
        text = await text_of(pilot)
        assert "Recursion that counts twice" in text
        assert "event 7/9" in text
        assert "∇21✗" in text
        await pilot.press("left")
        assert "Event 6: both do the same" in await text_of(pilot)
        await pilot.press(">")
        assert position(pilot) == 7
        await pilot.press("escape")
        assert stepper(pilot).session.lens is None
        assert "✗" not in await text_of(pilot)


async def test_a_large_run_is_studied_in_the_background() -> None:
    size = 4_000
    scenario = bp.loads(f'program = """\na = x * x\ny = sum(a * x)\n"""\n[inputs]\nx = [{", ".join(["1.5"] * size)}]\n')
    async with stepping(scenario, (80, 24)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await pilot.press("b")
        await until(pilot, lambda: position(pilot) > 0)
        assert "here they part" in await text_of(pilot)
