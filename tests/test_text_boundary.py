"""No text of a scenario, no file name and no source line is ever parsed as markup: the code is walked to see that."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual.content import Content

import backprop_tui.tui
from backprop_tui.tui import actions
from tests.text_boundary import ADVICE, violations

TUI = Path(backprop_tui.tui.__file__).parent
MODULES = sorted(TUI.rglob("*.py"))
BOUNDARY = {"widgets/panel.py", "widgets/graph_canvas.py", "driver.py"}
"""Two widgets that make segments of literal text, which nothing parses any more, and what writes them out."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TUI)))
def test_no_strangers_text_is_given_to_the_toolkit_as_a_plain_string(path: Path) -> None:
    draws = path.relative_to(TUI).as_posix() in BOUNDARY
    found = list(violations(path.read_text(encoding="utf-8"), draws=draws))
    assert not found, "\n".join([f"{path} may give a stranger's text to Textual as markup; {ADVICE}", *found])


def test_the_boundary_names_modules_that_exist() -> None:
    assert {path.relative_to(TUI).as_posix() for path in MODULES} >= BOUNDARY


def test_all_text_of_the_table_of_actions_is_literal() -> None:
    paths = [*TUI.glob("*actions.py"), TUI / "lenses" / "registry.py"]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Action", "Entry")]
    assert len(calls) == len(actions.ACTIONS) + 1  # that which makes one of every entry
    for call in calls:
        for field in call.keywords:
            if field.arg in ("label", "title", "help", "footer", "footer_keys"):
                is_literal = isinstance(field.value, ast.Constant) or ast.unparse(field.value).startswith("entry.")
                assert is_literal, f"{field.value.lineno}: {field.arg} is not a literal"


@pytest.mark.parametrize("planted", ["session.scenario.title", "str(error)", 'f"{name}"', "Text.from_markup(name)"])
def test_a_violation_planted_in_a_module_of_ours_is_found(planted: str) -> None:
    source = (TUI / "screens" / "stepper.py").read_text(encoding="utf-8")
    place = "self.show_graph()"
    assert place in source
    assert list(violations(source.replace(place, f"self.border_title = {planted}")))


@pytest.mark.parametrize("action", actions.ACTIONS, ids=lambda action: action.id)
def test_no_text_of_an_action_is_markup(action: actions.Action) -> None:
    """The command palette reads it as markup."""
    for text in (f"{action.label} ({action.key_text})", action.help):
        assert Content.from_markup(text).plain == text


IMPORTS = """
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit
from textual.content import Content
from textual.markup import escape
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Collapsible, DataTable, Header, Input, Label, Link, Markdown, OptionList
from textual.widgets import ProgressBar, RichLog, Static, TabPane, Tooltip, Tree
from textual.widgets.option_list import Option
from rich.segment import Segment
from rich.text import Text
import textual.widgets as w
"""


@pytest.mark.parametrize(
    "statement",
    [
        "Static(scenario.title)",
        "Static(f'# {scenario.title}')",
        "Static('Title: ' + scenario.title)",
        "Static('Title: %s' % scenario.title)",
        "Static('{}'.format(scenario.title))",
        "Static(content=title)",
        "Static(**options)",
        "Static(str(error))",
        "Static('a' if x else title)",
        "w.Static(title)",
        "Label(title)",
        "Button(title)",
        "Checkbox(title)",
        "Collapsible(title=title)",
        "Link(title)",
        "Markdown(scenario.description)",
        "TabPane(title)",
        "Tree(title)",
        "Input(placeholder=title)",
        "Input(value='', tooltip=title)",
        "OptionList(title)",
        "Option(title)",
        "Tooltip(title)",
        "Segment(title)",
        "Content.from_markup(title)",
        "Content.from_text(title)",
        "Text.from_markup(title)",
        "Text.from_ansi(title)",
        "SystemCommand(title, 'help', run)",
        "SystemCommand('title', scenario.title, run)",
        "DiscoveryHit(title, run)",
        "Hit(1.0, title, run)",
        "Binding('q', 'quit', title)",
        "Binding('q', 'quit', 'Quit', tooltip=title)",
        "app.notify(str(error))",
        "app.notify('fine', title=title)",
        "widget.update(title)",
        "table.add_row('a', title)",
        "table.add_column(title)",
        "log.write(title)",
        "widget.render_str(title)",
        "button.with_tooltip(title)",
        "widget.border_title = title",
        "widget.border_subtitle = f'{position}'",
        "widget.tooltip = title",
        "widget.placeholder = title",
        "app.title = title",
        "self.sub_title = title",
        "app.title += title",
        "setattr(widget, 'tooltip', title)",
        "setattr(widget, name, title)",
        "shown = scenario.title\nStatic(shown)",
        "shown = 'a'\nshown += title\nStatic(shown)",
        "shown = 'a'\nfor shown in titles:\n    Static(shown)",
        "shown = 'a'\n[Static(shown) for shown in titles]",
        "shown = 'a'\nwith opened() as shown:\n    Static(shown)",
        "shown = 'a'\nif shown := title:\n    Static(shown)",
        "shown = 'a'\nshown: str = title\nStatic(shown)",
        "shown = 'a'\nshown, other = titles\nStatic(shown)",
        "shown = 'a'\ntry:\n    run()\nexcept Exception as shown:\n    Static(shown)",
        "shown = 'a'\nmatch title:\n    case shown:\n        Static(shown)",
        "shown, other = titles\nStatic(shown)",
        "def f(shown):\n    if not shown:\n        shown = 'a'\n    Static(shown)",
        "def f():\n    shown = 'a'\n    def g():\n        nonlocal shown\n        shown = title\n    Static(shown)",
        "make = Static\nmake(title)",
        "make = w.Static\nmake(title)",
        "map(Static, titles)",
        "partial(Static, title)",
        "makers = [Static]",
        "def maker():\n    return Static",
        "import textual.widgets\ntextual.widgets.Static(title)",
        "Static(action.title)",
        "Static(action.group.value)",
        "class A(App):\n    TITLE = title",
        "class A(Widget):\n    border_title = title",
        "class A(Static):\n    def __init__(self, text):\n        super().__init__(text)",
        "class A(Widget):\n    def render(self):\n        return self.text",
        "class A(ModalScreen[None]):\n    def render_line(self, y):\n        return x",
    ],
)
def test_a_violation_is_found(statement: str) -> None:
    assert len(list(violations(IMPORTS + statement))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "Static('Title')",
        "Static(Content(scenario.title), id=name)",
        "Static(Text(scenario.title))",
        "Static(escape(title))",
        "Static('a' if x else 'b')",
        "shown = 'Title'\nStatic(shown)",
        "shown: str = 'Title'\nStatic(shown)",
        "for shown in ('Title', 'Other'):\n    Static(shown)",
        "isinstance(widget, Static | Label)",
        "screen.query_one('#a', Static)",
        "def f(widget: Static, *others: list[Label]) -> Screen[None]:\n    run(Button.Pressed)",
        "widgets: list[Static] = []",
        "SystemCommand(f'{action.label} ({action.key_text})', action.help, getattr(owner, name))",
        "Input(type='integer', max_length=n, id=f'{name}')",
        "widget.border_title = 'Graph'",
        "widget.border_title = Content(title)",
        "widget.width = n",
        "Page(title=title)",
        "class A(App):\n    TITLE = 'a'",
        "class A(Static):\n    def __init__(self, name):\n        super().__init__(name=name, id=name)",
        "class A:\n    def render(self):\n        return x",
    ],
)
def test_what_is_literal_is_no_violation(statement: str) -> None:
    assert not list(violations(IMPORTS + statement))


def test_a_module_without_the_toolkit_shows_nothing() -> None:
    assert not list(violations("names.update(other)\nfile.write(text)\nscenario.title = title"))
