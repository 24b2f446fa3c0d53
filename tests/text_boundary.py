"""Finds where a module gives text that it did not write itself to the toolkit as a plain string.

Textual takes a plain `str` for markup: `[/]` in it crashes the app, `[@click=app.quit]` acts, `grad[w]` vanishes.
Which parameters take text is asked of Textual itself; what is a literal is decided from the source alone.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from rich.segment import Segment
from rich.text import Text
from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets.option_list import Option

ADVICE = "show it in a Panel, or make it literal: textual.content.Content(…)"

_SHOW_TEXT = (DOMNode, Option, SystemCommand, Hit, DiscoveryHit, Binding, Segment)
_LITERAL = {"textual.content.Content", "rich.text.Text", "textual.markup.escape", "rich.markup.escape"}
"""What makes literal text of any string. Their other constructors, such as `from_markup`, do not."""
_TEXT_TYPES = ("str", "Content", "VisualType", "TextType", "Renderable", "Any", "object")
_NOT_SHOWN = {"id", "name", "classes", "key", "action", "css_path", "self"}
_METHODS = re.compile(
    r"notify|update|add_(row|column|option)s?|set_options|replace_option_prompt|from_(markup|text|ansi)|render_str"
    r"|with_tooltip|panic|set_title"
)
_WRITING = re.compile(r"write(_lines?)?")
_ATTRIBUTES = re.compile(
    r"(?i:title|sub_title|border_title|border_subtitle)|tooltip|label|placeholder|prompt|content|renderable|text"
)
_DRAWING = re.compile(r"render(_lines?)?")
_TABLE, _TABLE_TEXTS = "action", {"label", "help", "key_text"}
"""A row of the table of actions, and its texts: they are literal, as a test asserts."""
_CLASS_WANTED = re.compile(r"isinstance|issubclass|(?:\w+\.)*(?:cast|query\w*|run_test)")
"""What is given a class to look for, not to make something of it."""


def violations(source: str, *, draws: bool = False) -> Iterator[str]:
    """`12: border_title = title` for each place; `draws`: the module is itself of the boundary."""
    tree = ast.parse(source)
    module = _Module(tree, draws)
    for node in ast.walk(tree):
        for expression in module.shown(node):
            if not module.is_literal(expression):
                yield f"{expression.lineno}: {ast.unparse(node).splitlines()[0][:100]}"
                break


class _Module:
    def __init__(self, tree: ast.Module, draws: bool) -> None:
        self.draws = draws
        self.imports: dict[str, str] = {}
        self.bound: dict[tuple[ast.AST, str], list[ast.expr | None]] = {}
        """What each name is bound to in each function; None: to something that is not in the source."""
        self.shared: set[str] = set()
        """Names that may be bound in another function."""
        self.harmless: set[ast.AST] = set()
        """Where a class may be named without anything being made of it that is not looked at."""
        self.scopes: dict[ast.AST, ast.AST] = {}
        self.classes: dict[ast.AST, ast.ClassDef] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self.imports |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
            elif isinstance(node, ast.Import):
                heads = {one.name.partition(".")[0] for one in node.names if not one.asname}
                self.imports |= {head: head for head in heads} | {
                    one.asname: one.name for one in node.names if one.asname
                }
            elif isinstance(node, ast.Global | ast.Nonlocal):
                self.shared.update(node.names)
            self.harmless.update(_harmless(node))
        self.uses_toolkit = any(name.split(".")[0] in ("textual", "rich") for name in self.imports.values())
        self._enter(tree, tree, None)

    def _enter(self, node: ast.AST, scope: ast.AST, owner: ast.ClassDef | None) -> None:
        """Note for every node in which function and class it stands, and what each local name is bound to."""
        for child in ast.iter_child_nodes(node):
            self.scopes[child] = scope
            if owner:
                self.classes[child] = owner
            is_scope = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for name, value in _bindings(child):
                self.bound.setdefault((scope, name), []).append(value)
            self._enter(child, child if is_scope else scope, child if isinstance(child, ast.ClassDef) else owner)

    def shown(self, node: ast.AST) -> Iterator[ast.expr]:
        """The expressions that this node gives to the toolkit as text."""
        if not self.uses_toolkit:
            return
        if isinstance(node, ast.Call):
            yield from self._given(node)
        elif isinstance(node, ast.Name | ast.Attribute) and node not in self.harmless:
            if _shows_text(self._object(node)):  # it may be called by another name
                yield node
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in targets]
            in_class = isinstance(node, ast.Assign) and node in getattr(self.classes.get(node), "body", ())
            is_shown = any(isinstance(one, ast.Attribute) for one in targets) or in_class
            if node.value is not None and is_shown and any(map(_ATTRIBUTES.fullmatch, names)):
                yield node.value
        elif isinstance(node, ast.FunctionDef) and _DRAWING.fullmatch(node.name) and not self.draws:
            owner = self.classes.get(node)
            if owner and any(self._object(base) is not None for base in owner.bases):
                yield ast.copy_location(ast.Name("drawn", ast.Load()), node)

    def _given(self, call: ast.Call) -> Iterator[ast.expr]:
        function = call.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
            inner = function.value.func
            if isinstance(inner, ast.Name) and inner.id == "super" and function.attr == "__init__":
                owner = self.classes.get(call)
                for base in owner.bases if owner else ():
                    yield from self._text_arguments(self._object(base), call)
                return
        method = function.attr if isinstance(function, ast.Attribute) else ""
        if _METHODS.fullmatch(method) or (_WRITING.fullmatch(method) and not self.draws):
            yield from (*call.args, *(one.value for one in call.keywords if one.arg not in _NOT_SHOWN))
        elif isinstance(function, ast.Name) and function.id == "setattr":
            if not isinstance(call.args[1], ast.Constant) or _ATTRIBUTES.fullmatch(str(call.args[1].value)):
                yield call.args[2]
        else:
            yield from self._text_arguments(self._object(function), call)

    def _text_arguments(self, callee: Any, call: ast.Call) -> Iterator[ast.expr]:
        if not _shows_text(callee) or (callee is Segment and self.draws):
            return
        parameters = list(inspect.signature(callee).parameters.values())
        takes_text = {
            one.name: one.name not in _NOT_SHOWN and any(name in str(one.annotation) for name in _TEXT_TYPES)
            for one in parameters
        }
        for position, argument in enumerate(call.args):
            if takes_text[parameters[min(position, len(parameters) - 1)].name]:
                yield argument
        for keyword in call.keywords:
            if keyword.arg is None or takes_text.get(keyword.arg, False):
                yield keyword.value

    def _object(self, expression: ast.expr) -> Any:
        """What an expression means, if it is something of the toolkit."""
        if isinstance(expression, ast.Subscript):
            expression = expression.value
        head, _, rest = ast.unparse(expression).partition(".")
        full = ".".join(filter(None, (self.imports.get(head, ""), rest)))
        if full.split(".")[0] not in ("textual", "rich"):
            return None
        module, _, name = full.rpartition(".")
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            return None

    def is_literal(self, expression: ast.expr) -> bool:
        """Whether an expression is text from the source, or is made literal, or no text at all."""
        match expression:
            case ast.Constant() | ast.Lambda():
                return True
            case ast.Name(id=name):
                values = self.bound.get((self.scopes.get(expression, expression), name), [])
                is_certain = len(values) == 1 and name not in self.shared
                return is_certain and values[0] is not None and self.is_literal(values[0])
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                return name == _TABLE and attribute in _TABLE_TEXTS
            case ast.JoinedStr(values=parts):
                return all(self.is_literal(part) for part in parts)
            case ast.FormattedValue(value=value):
                return self.is_literal(value)
            case ast.BinOp(left=left, right=right):
                return self.is_literal(left) and self.is_literal(right)
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_literal(body) and self.is_literal(orelse)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return all(self.is_literal(part) for part in parts)
            case ast.Call(func=function):
                return self._object(function) in (Content, Text) or self._full_name(function) in _LITERAL
        return False

    def _full_name(self, function: ast.expr) -> str:
        head, _, rest = ast.unparse(function).partition(".")
        return ".".join(filter(None, (self.imports.get(head, ""), rest)))


def _shows_text(callee: Any) -> bool:
    return inspect.isclass(callee) and issubclass(callee, _SHOW_TEXT)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a node binds: each to an expression whose text, or whose elements' text, is all that it may be."""
    targets: list[ast.expr] = []
    value: ast.expr | None = None
    match node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=target, value=value) if value is not None:
            targets = [target]
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            targets = [target]
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            targets = [target]
        case ast.comprehension(target=target, iter=value):
            targets = [target]
        case ast.withitem(optional_vars=target) if target is not None:
            targets = [target]
        case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, None
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, None
    for target in targets:
        yield from ((one.id, value) for one in ast.walk(target) if isinstance(one, ast.Name))


def _harmless(node: ast.AST) -> Iterator[ast.AST]:
    """Where, in a node, a class is called, extended, asked for, or only a type."""
    parts: list[ast.AST | None] = []
    match node:
        case ast.Call(func=function, args=arguments):
            yield function
            parts = [*arguments] if _CLASS_WANTED.fullmatch(ast.unparse(function)) else []
        case ast.Attribute(value=value):
            yield value
        case ast.ClassDef(bases=bases):
            parts = [*bases]
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            parts = [returns]
        case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
            parts = [annotation]
        case ast.Subscript(value=value):
            yield value
    for part in filter(None, parts):
        yield from ast.walk(part)
