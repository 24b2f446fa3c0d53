"""The lens on PyTorch: which line runs, what PyTorch would answer, and how both are moved through."""

from __future__ import annotations

import gc
import sys
from threading import Event
from weakref import ref

import pytest

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.lenses.autograd import Autograd, Disagreement
from backprop_tui.lessons import directory
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.pytorch import PyTorch, Study
from backprop_tui.tui.lines import Ink, Line, Page, fit, plain, width
from backprop_tui.tui.panels.torch_script import array_in
from backprop_tui.tui.session import Session
from tests.graphs import value_of
from tests.tui.screens import stepper, stepping, text_of

NARROW, MEDIUM, WIDE, LOW = (40, 19), (56, 26), (80, 42), (56, 12)
WITH_MATRICES = """
program = "y = (W @ x).sum()\\ninner = sin(y * 2) + y"
[inputs]
W = [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]
x = { value = [1.0, 2.0], requires_grad = false }
"""


class Opened:
    """The lens on a scenario."""

    def __init__(self, scenario: str | bp.Scenario = "tree.toml", size: tuple[int, int] = MEDIUM) -> None:
        read = bp.load(directory() / scenario) if isinstance(scenario, str) else scenario
        self.session = Session(read, run(read.graph))
        self.lens = PyTorch(self.session)
        self.study: Study = self.lens.study(None, Progress())
        self.size = size

    def at(self, position: int) -> Opened:
        """After so many events."""
        self.session.go(position)
        return self

    @property
    def page(self) -> Page:
        """As it stands there."""
        return self.lens.page(self.study, *self.size)

    @property
    def head(self) -> list[str]:
        """What PyTorch answers."""
        return [plain(line).rstrip() for line in self.page.head]

    @property
    def script(self) -> list[str]:
        """The script with its marks."""
        page = self.page
        return [plain(page.line(index)).rstrip() for index in range(page.length)]

    def marked(self, mark: str) -> list[str]:
        """The lines with a mark, without it."""
        return [line[2:] for line in self.script if line.startswith(mark)]

    def line(self, code: str) -> Line:
        """The line that begins so."""
        page = self.page
        return next(line for line in map(page.line, range(page.length)) if plain(line)[2:].startswith(code))


def test_the_line_that_runs_is_marked_event_by_event() -> None:
    lens = Opened(size=WIDE)
    found = [lens.at(position).marked("▶") for position in range(12)]
    assert found[:6] == [
        [],
        ["a = torch.tensor(2.0, requires_grad=True)"],
        ["b = torch.tensor(1.0, requires_grad=True)"],
        *(["c = a + b"], ["d = b + 1"], ["e = c * d"]),
    ]
    assert all(line.startswith("e.backward()") for lines in found[6:] for line in lines)


def test_lines_that_have_run_are_ticked() -> None:
    lens = Opened()
    assert lens.marked("✓") == ["import torch", "torch.set_default_dtype(torch.float64)"]
    assert "c = a + b" in lens.at(4).marked("✓")
    assert "    tensor.retain_grad()" not in lens.at(5).marked("✓")
    assert "    tensor.retain_grad()" in lens.at(6).marked("✓")
    assert "    print(name, tensor.tolist())" not in lens.at(10).marked("✓")
    assert "    print(name, tensor.tolist())" in lens.at(11).marked("✓")


def test_backward_says_whose_function_runs() -> None:
    lens = Opened().at(9)
    (runs,) = lens.marked("▶")
    assert runs.split() == ["e.backward()", "AddBackward0", "of", "d"]
    assert [line.split() for line in lens.marked("◂")] == [["d", "=", "b", "+", "1", "AddBackward0"]]


def test_inks_tell_forward_from_backward() -> None:
    assert Opened().at(3).line("c = ")[0].ink is Ink.NEW_FORWARD
    assert Opened().at(7).line("e.backward")[0].ink is Ink.NEW_BACKWARD
    assert Opened().line("e = c * d")[-1].ink is not Ink.TEXT
    assert (", requires_grad=True", Ink.BACKWARD) in [span[:2] for span in Opened(size=WIDE).at(5).line("a = ")]


def test_a_leaf_whose_gradient_is_on_its_way() -> None:
    head = Opened().at(9).head
    assert head[:4] == [
        "b          tensor(1., requires_grad=True)",
        "b.is_leaf  True",
        "b.grad     None",
        "3 is in a buffer until AccumulateGrad runs.",
    ]


def test_a_leaf_whose_gradient_is_there() -> None:
    head = Opened().at(11).head
    assert head[2:4] == ["b.grad     tensor(5.)", "AccumulateGrad has filled it with the whole sum."]


def test_what_is_not_defined_yet_has_no_gradient_either() -> None:
    lens = Opened()
    lens.session.select(lens.session.timeline.graph["c"].index)
    assert [line.split(maxsplit=1)[1] for line in lens.head[:3]] == ["not defined yet", "·", "·"]


def test_without_retain_grad_pytorch_keeps_nothing_and_warns() -> None:
    lens = Opened()
    lens.session.select(lens.session.timeline.graph["c"].index)
    lens.at(11)
    assert "c.grad     tensor(2.)" in lens.head
    assert any("retain_grad" in line for line in lens.script)
    lens.lens.turn(lens.study, 1)
    assert lens.head[2:4] == ["c.grad     None", "2 went through a buffer, and nothing has kept it."]
    assert not any("retain_grad" in line for line in lens.script)
    assert lens.at(3).head[3] == "PyTorch warns: no leaf, and no retain_grad()."
    lens.lens.turn(lens.study, -1)
    assert any("retain_grad" in line for line in lens.script)


def test_what_needs_no_gradient_says_so() -> None:
    lens = Opened(bp.loads(WITH_MATRICES))
    lens.session.select(lens.session.timeline.graph["x"].index)
    assert "It does not require a gradient." in lens.at(2).head


def test_an_inner_expression_has_no_variable() -> None:
    scenario = bp.loads('program = "y = sin(x * 2)"\n[inputs]\nx = 1.0\n')
    lens = Opened(scenario).at(2)
    assert lens.head[:2] == ["x · 2", "has no variable: it stands within a line"]
    assert lens.marked("▶") == ["y = torch.sin(x * 2)"]


def test_the_rule_below_the_answers_stays_where_it_is() -> None:
    for size in (NARROW, MEDIUM, WIDE, LOW):
        lens = Opened("attention.toml", size)
        heads = [lens.at(position).page.head for position in range(len(lens.session.timeline) + 1)]
        assert len(set(map(len, heads))) == 1
        assert len(heads[0]) < size[1] * 2 / 3


def test_tensors_have_the_rows_that_there_is_room_for() -> None:
    scenario = bp.loads(WITH_MATRICES)
    assert Opened(scenario, MEDIUM).at(1).head[:3] == [
        "W          tensor([[0.5000, 1.5000],",
        "                   [2.5000, 3.5000],",
        "                   [4.5000, 5.5000]], …",
    ]
    assert Opened(scenario, LOW).at(1).head[0].startswith("W          tensor([[0.5000, 1.5000], [2.5000, 3.5")


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (40, "[[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]"),
        (30, "[[0.5, 1.5], …]"),
        (14, "[[0.5, …], …]"),
        (0, "[[…], …]"),
    ],
)
def test_arrays_in_the_script_give_way(cells: int, text: str) -> None:
    assert array_in(value_of([[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]), cells) == text


def test_a_seed_stands_in_the_call() -> None:
    scenario = bp.loads('program = "y = x * 2"\nseed = [3.0, -1.5]\n[inputs]\nx = [1.0, 2.0]\n')
    assert Opened(scenario).at(3).marked("▶") == ["y.backward(torch.tensor([3.0, -1.5]))"]


def test_low_panels_have_no_empty_lines() -> None:
    assert "" in Opened(size=MEDIUM).script
    assert "" not in Opened(size=LOW).script


def test_before_the_first_event_the_script_is_at_its_top() -> None:
    lens = Opened()
    assert lens.at(11).page.follow == lens.script.index("▶ e.backward()                         AddBackward0 of c")
    assert lens.at(0).page.follow == 0


def test_going_line_by_line() -> None:
    lens = Opened()
    stops = []
    for _ in range(8):
        lens.lens.choose(lens.study, 1)
        stops.append(lens.session.position)
    assert stops == [1, 2, 3, 4, 5, 6, 11, 11]
    lens.at(9).lens.choose(lens.study, -1)
    assert lens.session.position == 6
    lens.lens.choose(lens.study, -9)
    assert lens.session.position == 0


def test_a_click_goes_to_the_event_of_the_line() -> None:
    lens = Opened()
    for code, position in (("d = b + 1", 4), ("e.backward()", 6), ("    print(name, tensor", 11), ("b = torch", 2)):
        lens.lens.point(lens.study, [line[2:].startswith(code) for line in lens.script].index(True))
        assert lens.session.position == position
    lens.lens.point(lens.study, -1)
    lens.lens.point(lens.study, len(lens.script))
    lens.lens.point(lens.study, lens.script.index(""))
    assert lens.session.position == 2


def test_the_line_of_the_selected_node_is_lit_and_followed() -> None:
    lens = Opened().at(7)
    lens.session.look_at(lens.session.timeline.graph["a"].index)
    assert all(span.lit for span in lens.line("a = "))
    assert lens.page.follow == [line[2:].startswith("a = ") for line in lens.script].index(True)


def test_the_view_is_kept_in_another_run() -> None:
    lens = Opened()
    lens.lens.turn(lens.study, 1)
    again = lens.lens.resumed(lens.session)
    assert again.page(lens.study, *MEDIUM).title == "PyTorch, without retain_grad()"


def test_the_numbers_of_pytorch_stand_beside_ours_as_soon_as_they_are_ours() -> None:
    lens = Opened()
    assert "asking PyTorch …" in lens.head
    timeline = lens.session.timeline
    theirs = Autograd("2.13", values=list(timeline.values.values()), grads=list(timeline.grads.values()))
    lens.study = Study(lens.study.script, lens.study.shown, lens.study.stops, lens.study.tallest, theirs)
    assert [lens.at(position).head[-2] for position in (0, 3, 9, 11)] == [
        *("PyTorch 2.13", "PyTorch 2.13  3 ✓", "PyTorch 2.13", "PyTorch 2.13  ∇ 5 ✓"),
    ]


def test_a_number_that_differs_is_marked() -> None:
    lens = Opened().at(11)
    timeline = lens.session.timeline
    b = timeline.graph["b"].index
    grads = [value_of(4.0) if node.index == b else timeline.grads[node.name] for node in timeline.graph]
    off = Autograd("2.13", "", {}, (Disagreement(b, True, (), 5.0, 4.0),), 1, list(timeline.values.values()), grads)
    lens.study = Study(lens.study.script, lens.study.shown, lens.study.stops, lens.study.tallest, off)
    assert lens.head[-2] == "PyTorch 2.13  ∇ 4 ≠ ours"
    assert lens.page.head[-2][-1].ink is Ink.TROUBLE


def test_without_pytorch_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    lens = Opened()
    lens.study = lens.lens.complete(lens.study, Progress())
    assert lens.head[-2] == "PyTorch is not installed: by its rules"


def test_a_run_that_was_compared_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # it was asked for before
    opened = Opened()
    opened.session.lens = opened.lens
    opened.lens.complete(opened.study, Progress())
    session = ref(opened.session)
    del opened
    gc.collect()
    assert session() is None


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE, LOW])
@pytest.mark.parametrize("lesson", ["tree.toml", "attention.toml", "two-layer-softmax.toml", "convolution.toml"])
def test_no_line_is_wider_than_the_panel_at_any_position(lesson: str, size: tuple[int, int]) -> None:
    lens = Opened(lesson, size)
    for position in range(0, len(lens.session.timeline) + 1, 3):
        page = lens.at(position).page
        for line in map(page.line, range(page.length)):
            assert width(fit(line, size[0])) == size[0]
        assert page.follow is None or 0 <= page.follow < page.length


async def test_its_key_opens_it_in_place_of_the_table_and_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    async with stepping(size=(80, 24)) as pilot:
        await pilot.press("t", "l", "l", "l")
        assert "▶ c = a + b" in await text_of(pilot)
        await pilot.press("full_stop", "greater_than_sign")
        assert stepper(pilot).session.position == 4
        assert "without retain_grad()" in await text_of(pilot)
        await pilot.press("t")
        assert "import torch" not in await text_of(pilot)


class SlowToLoad:
    """PyTorch as a library that takes its time, and then is not there after all."""

    def __init__(self) -> None:
        self.is_over = Event()

    def find_spec(self, name: str, *_: object) -> None:
        """Asked for by every import."""
        if name == "torch":
            self.is_over.wait()
            raise ModuleNotFoundError(name=name)


async def test_nobody_waits_for_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    library = SlowToLoad()
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(sys, "meta_path", [library, *sys.meta_path])
    async with stepping(size=(80, 24)) as pilot:
        await pilot.press("t", "l")
        assert "▶ a = torch.tensor(2.0" in (shown := await text_of(pilot))
        assert "asking PyTorch" in shown
        library.is_over.set()
        await pilot.app.workers.wait_for_complete()
        assert "PyTorch is not installed" in await text_of(pilot)
