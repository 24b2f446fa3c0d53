"""What must hold of any input at all. Each function raises an AssertionError, or whatever else went wrong."""

from __future__ import annotations

import json
from itertools import islice
from time import process_time

import backprop_tui as bp
from backprop_tui import check
from backprop_tui.drawing.render import Picture
from backprop_tui.export import trace
from backprop_tui.narration import narrate
from backprop_tui.ops.shapes import count
from backprop_tui.scenario import Scenario, ScenarioError, limits
from backprop_tui.scenario.reading import decode
from backprop_tui.tui.inspection import Inspection
from backprop_tui.tui.lines import Ink, Page, fit, plain, width
from backprop_tui.tui.panels import chain_rule, event_arrays, facts, grid, header, lesson, problems, statistics, track
from backprop_tui.tui.scenery import Look, Setting
from backprop_tui.tui.session import Session
from backprop_tui.tui.views import Views, open_scenario
from tests.hostile import is_harmless
from tests.scenario.agreement import map_agrees_with_tomllib
from tests.scenario.test_hostile_files import shown

SIZES = ((1, 1), (20, 5), (76, 20), (200, 60))
_LOADING_SECONDS = 2
_EVENTS = 300
_ELEMENTS = 2_000


def examine(content: bytes) -> str:
    """Put an input through everything that it gets through. Returns how far it got: a code, or `runs`."""
    try:
        source = decode(content, "x.toml")
    except ScenarioError as error:
        _is_fit_to_print(error)
        return error.diagnostics[0].code
    map_agrees_with_tomllib(source)
    began = process_time()
    try:
        scenario = bp.loads(source.text, "x.toml")
    except ScenarioError as error:
        _is_fit_to_print(error)
        return error.diagnostics[0].code
    finally:
        assert process_time() - began < _LOADING_SECONDS, "time to load"
    assert is_harmless(shown(scenario)), "text of the scenario"
    if sum(count(node.shape) for node in scenario.graph) <= _ELEMENTS:
        _runs(scenario)
        return "runs"
    return "loads"


def _is_fit_to_print(error: ScenarioError) -> None:
    text = str(error)
    assert is_harmless(text), "text of an error"
    assert 0 < len(error.diagnostics) <= limits.DIAGNOSTICS
    assert max(map(len, text.splitlines())) < 600, "a long line"
    places = [(one.line, one.column) for one in error.diagnostics]
    assert places == sorted(places), "order of the errors"
    for one in error.diagnostics:
        assert one.place.caret + one.place.length <= 500, "caret"
    cells, _ = SIZES[len(text) % len(SIZES)]
    _fits(problems.page(error.diagnostics, cells), cells)


def _runs(scenario: Scenario) -> None:
    views = open_scenario(scenario)
    session = views.session
    timeline = session.timeline
    title, end = scenario.title, len(timeline)
    for line in islice(trace.text_lines(title, timeline), _EVENTS):
        assert is_harmless(line), "a line of the trace"
    for line in islice(trace.json_lines(title, timeline), _EVENTS):
        json.loads(line, parse_constant=_not_strict)
        assert is_harmless(line), "a line of the trace"
    if len(timeline.graph) <= 60:
        report = check.check(scenario, timeline, pytorch=False)
        assert all(map(is_harmless, check.lines(report))), "a line of the check"
    cells, _ = SIZES[end % len(SIZES)]
    for is_done in (False, True):
        _fits(lesson.page(scenario, cells, is_done=is_done), cells)
    folded = views.scenery.setting(views.scenery.unfolded(Look()))
    settings = [folded, views.scenery.setting(Look())] if len(timeline.graph) <= 100 else [folded]
    for turn, position in enumerate(sorted({0, 1, end // 3, timeline.seed_event + 1, end - 1, end})):
        session.go(position)
        size = SIZES[(turn + end) % len(SIZES)]
        _panels(views, *size)
        for setting in settings:
            _drawing(setting, session, *size)
    for position in range(0, end + 1, 1 + end // _EVENTS):
        narrate(timeline, position)
    while session.timeline.event(0) and session.position:
        session.step(-1 - end // _EVENTS)


def _panels(views: Views, cells: int, rows: int) -> None:
    session = views.session
    narration = narrate(session.timeline, session.position)
    pages = [
        header.title(session, cells),
        header.state(session, cells),
        views.program.page(cells),
        views.table.page(cells),
        track.page(session, cells),
        *_inspected(session, cells, rows),
        chain_rule.page(narration, cells, rows) if narration else lesson.opening(session.scenario, cells, rows),
    ]
    for page in pages:
        _fits(page, cells)


def _inspected(session: Session, cells: int, rows: int) -> list[Page]:
    """The pages of the inspector."""
    inspection = Inspection(session, session.node)
    inspection.is_map = rows % 2 == 1
    both = [inspection.statistics(of_gradient=of_gradient) for of_gradient in (False, True)]
    view = inspection.view(cells, rows)
    sheets = [
        grid.Sheet(("",), value, "·", numbers, inspection.field(of_gradient=False), Ink.TEXT, inspection.element)
        for value, numbers in zip((inspection.value, inspection.gradient), both, strict=True)
    ]
    return [
        *(grid.page(sheet, view, cells, rows, is_map=inspection.is_map) for sheet in sheets),
        statistics.page(both[0], both[1], ("·", "—"), cells),
        event_arrays.page(session.timeline, inspection.event, session.position, cells, rows),
        facts.page(session.timeline.graph, inspection.graph_node, cells),
    ]


def _fits(page: Page, cells: int) -> None:
    for line in (*page.head, *map(page.line, range(min(page.length, 100)))):
        fitted = fit(line, cells)
        assert width(fitted) == cells, "width of a line"
        assert is_harmless(plain(fitted)), "a line of a panel"


def _drawing(setting: Setting, session: Session, cells: int, rows: int) -> None:
    picture = Picture(setting.draw(Look(), cells, rows), setting.view(session.position, session.selected))
    for y in range(min(rows, picture.drawing.height)):
        assert is_harmless("".join(text for text, _ in picture.row(y, 0, cells))), "a row of the drawing"


def _not_strict(constant: str) -> float:
    raise AssertionError(f"{constant} in JSON")
