"""What people write where TOML wants something else, and what to tell them. Each function makes one error."""

from __future__ import annotations

import re

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, Source, fail
from backprop_tui.scenario.text import describe, is_hidden, quote

_WORD = re.compile(r"[^\s,\]}#=]+")
_KEY_WORD = re.compile(r"[\w-]+")
_REST_OF_LINE = re.compile(r"[^\n#]*[^\s#]")
_LONG_WORD = 200
_WINDOWS_PATH = re.compile(r"""["']{1,3}([A-Za-z]:\\)""")
_CURLY = "“”„‟‘’‚‛«»‹›"
_NULLS = frozenset({"none", "null", "nil", "nothing", "undefined", "na", "n/a"})


def bad_escape(source: Source, start: int, at: int) -> ScenarioError:
    """The backslash at `at`, in the string that begins at `start`, begins no escape."""
    text = source.text
    letter = text[at + 1 : at + 2]
    if letter in ("u", "U"):
        written = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8})").match(text, at)
        end = written.end() if written else at + 2
        count = 4 if letter == "u" else 8
        whole = end - at == count + 2
        message = f"{text[at:end]} is not a character" if whole else f"\\{letter} needs {count} hex digits"
    else:
        end = at + 2
        message = f"unknown escape \\{quote(letter)[1:-1]}" if letter.strip() else "a lone backslash"
    if path := _WINDOWS_PATH.match(text, start):
        hint = f"in single quotes a backslash is just a backslash: '{path[1]}...'"
    else:
        hint = "write \\\\ for a backslash, or put the text in single quotes"
    return fail(source, Code.BAD_ESCAPE, message, at, end, hint=hint)


def unclosed_string(source: Source, start: int, mark: str, at: int) -> ScenarioError:
    """The string that begins at `start` ends, without its closing mark, at `at`."""
    if len(mark) == 3:
        return fail(
            source,
            Code.UNCLOSED_STRING,
            f"this {mark} is never closed",
            start,
            start + 3,
            hint=f"end the text with {mark} on a line of its own",
        )
    next_line = source.text[at + 1 : source.text.find("\n", at + 1) + 1 or None]
    if next_line.rstrip().endswith(mark) and next_line.count(mark) == 1:
        hint = f"for text of several lines use {mark * 3}"
    else:
        hint = f"close it with {mark}"
    return fail(source, Code.UNCLOSED_STRING, "the string is not closed on its line", at, hint=hint)


def not_a_value(source: Source, start: int, *, alone: bool) -> ScenarioError:
    """What stands at `start` is no number, date or flag; `alone`: it has the rest of its line to itself."""
    text = source.text
    char = text[start : start + 1]
    if char in ("", "\n", "#"):
        return fail(source, Code.BAD_VALUE, "a value is missing here", start)
    if char == ",":
        return fail(source, Code.BAD_ARRAY, "one comma too many: a value is missing before it", start)
    if char in _CURLY:
        end = next((i + 1 for i in range(start + 1, min(len(text), start + 200)) if text[i] in _CURLY), start + 1)
        return fail(
            source, Code.BAD_VALUE, f"{char} is not a quotation mark of TOML", start, end, hint='use straight quotes: "'
        )
    if is_hidden(char):
        return fail(source, Code.BAD_VALUE, f"{describe(char)} is hidden here", start, hint="delete it")
    found = (_REST_OF_LINE if alone else _WORD).match(text, start) or _WORD.match(text, start)
    word = found[0].rstrip() if found else char
    return fail(source, Code.BAD_VALUE, f"{quote(word)} is not a value", start, start + len(word), hint=_advice(word))


def missing_equals(source: Source, key: str, key_end: int, at: int) -> ScenarioError:
    """The key that ends at `key_end` is followed by something else than `=`, at `at`."""
    char = source.text[at : at + 1]
    if char == ":":
        message = "a colon is YAML; TOML puts = between key and value"
        return fail(source, Code.MISSING_EQUALS, message, at, hint=f"{quote(key)[1:-1]} = …")
    if char and (is_hidden(char) or not char.isascii()) and at == key_end:
        return bad_key(source, at)
    return fail(source, Code.MISSING_EQUALS, f"expected = after the key {quote(key)}", at)


def bad_key(source: Source, at: int) -> ScenarioError:
    """What stands at `at` cannot be part of a key."""
    text = source.text
    char = text[at : at + 1]
    if char and is_hidden(char):
        return fail(source, Code.BAD_KEY, f"{describe(char)} is hidden in this key", at, hint="delete it")
    if char.isalpha() and not char.isascii():
        start = at
        while start and _KEY_WORD.match(text[start - 1]):
            start -= 1
        word = _KEY_WORD.match(text, start)
        end = word.end() if word else at + 1
        hint = f'"{quote(text[start:end])[1:-1]}" = …'
        return fail(source, Code.BAD_KEY, f"a key with {quote(char)} needs quotes", start, end, hint=hint)
    if char == "=":
        return fail(source, Code.BAD_KEY, "a key is missing before =", at)
    if char in ("", "\n", "]"):
        return fail(source, Code.BAD_KEY, "a key is missing here", at)
    hint = "a line is `key = value`, `[table]` or `# comment`"
    return fail(source, Code.BAD_KEY, f"{quote(char)} cannot begin a key", at, hint=hint)


def trailing_text(source: Source, at: int) -> ScenarioError:
    """Something follows the value of a line."""
    end = source.text.find("\n", at)
    comma = re.match(r",\d", source.text[at : at + 2])
    hint = "a decimal point is a dot" if comma else "one key and one value on a line; a comment begins with #"
    message = "this line has ended: nothing may follow the value"
    return fail(source, Code.TRAILING_TEXT, message, at, end if end >= 0 else len(source.text), hint=hint)


def _advice(word: str) -> str:
    if len(word) > _LONG_WORD:
        return ""
    if word.lower() in _NULLS:
        return "TOML has no null: leave the key out"
    if word in ("True", "False", "TRUE", "FALSE"):
        return f"write {word.lower()}"
    if re.fullmatch(r"[+-]?\.\d+(?:[eE][+-]?\d+)?", word):
        return f"write {word.replace('.', '0.')}"
    if re.fullmatch(r"[+-]?\d+\.(?:[eE][+-]?\d+)?", word):
        return f"write {word.replace('.', '.0')}"
    if re.fullmatch(r"[+-]?0\d+", word):
        return f"a number does not begin with 0: write {_without_zeros(word)}"
    if re.fullmatch(r"[-+*/^().\d\s]+", word):
        return "only numbers stand here, no arithmetic: write the result"
    if word[0].isalpha() and '"' not in word:
        return f'text needs quotes: "{quote(word)[1:-1]}"'
    return "a value is a number, true or false, a text in quotes, or an array in brackets"


def _without_zeros(word: str) -> str:
    sign = word[0] if word[0] in "+-" else ""
    return sign + (word.lstrip("+-").lstrip("0") or "0")
