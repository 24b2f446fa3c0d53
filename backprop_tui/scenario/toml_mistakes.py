"""What people write where TOML wants something else, and what to tell them. Each function makes one error."""

from __future__ import annotations

import re
import unicodedata

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, Source, fail
from backprop_tui.scenario.text import describe, is_hidden, quote

_WORD = re.compile(r"[^\s,\]}#=]+")
_KEY_WORD = re.compile(r"[\w-]+")
_REST_OF_LINE = re.compile(r"[^\n#]*[^\s#]")
_LONG_WORD = 200
_WINDOWS_PATH = re.compile(r"""["']{1,3}([A-Za-z]:\\)""")
_CURLY = "“”„‟‘’‚‛«»‹›"
_GLUED = re.compile(r"[+-]?[0-9][0-9.eE_]*([^\w \t\n.,+\-*/^%#:\]}])")
"""A number, and what cannot go on with it."""
_IN_PARENTHESES = re.compile(r"(?:(?:np|numpy|torch)\.)?(?:array|tensor|asarray)?\(\[*[-+\d]")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|0b[01]+")
_COMMENTS = ("//", ";", "--", "%", "/*")
"""What begins a comment elsewhere."""
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
    elif letter in ("u", "U"):
        hint = "write the character itself, or all digits of its number: \\u00e9, \\U0001f600"
    elif letter in ("x", "e", "0"):
        hint = "a character by its number is \\u and four hex digits: \\u001b"
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
    if at == start + 1 or (next_line.rstrip().endswith(mark) and next_line.count(mark) == 1):
        hint = f"for text of several lines use {mark * 3}"
    else:
        hint = f"close it with {mark}"
    return fail(source, Code.UNCLOSED_STRING, "the string is not closed on its line", at, hint=hint)


def not_a_value(source: Source, start: int, *, alone: bool) -> ScenarioError:
    """What stands at `start` is no number, date or flag; `alone`: it has the rest of its line to itself."""
    text = source.text
    char = text[start : start + 1]
    if char in ("", "\n", "#"):
        hint = 'a text stands in quotes, one of several lines in """'
        return fail(source, Code.BAD_VALUE, "a value is missing here", start, hint=hint)
    if char == "=":
        return fail(source, Code.BAD_VALUE, "one = is enough", start, hint="key = value")
    if glued := _GLUED.match(text, start):
        if alone or not glued[1].isprintable() or glued[1].isspace():
            return trailing_text(source, glued.start(1))
        hint = "elements have commas between them, rows have brackets: [[1, 2], [3, 4]]"
        return fail(source, Code.BAD_ARRAY, f"{glued[1]} does not belong here", glued.start(1), hint=hint)
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
    hint = f"{quote(key)[1:-1]} = …"
    if char == ":":
        message = "a colon is YAML; TOML puts = between key and value"
        return fail(source, Code.MISSING_EQUALS, message, at, hint=hint)
    if char and (is_hidden(char) or not char.isascii()) and at == key_end:
        return bad_key(source, at)
    if char and char in ",}" and re.fullmatch(r"[-+.\d]+", key):
        hint = "an array stands in square brackets: [1.0, 2.0]"
    return fail(source, Code.MISSING_EQUALS, f"expected = after the key {quote(key)}", at, hint=hint)


def unclosed_header(source: Source, name: str, closing: str, at: int) -> ScenarioError:
    """The name of a table is followed by something else than its closing bracket, at `at`."""
    char = source.text[at : at + 1]
    if char and (is_hidden(char) or not char.isascii()):
        return bad_key(source, at)
    opening = "[" * len(closing)
    words = char.isalnum()
    hint = "a name of several words needs quotes" if words else f"write {opening}{quote(name)[1:-1]}{closing}"
    return fail(source, Code.BAD_HEADER, f"expected {closing} after the name of the table", at, hint=hint)


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
    hint = "a line is `key = value`, `[table]` or `# comment`"
    if char == "=":
        return fail(source, Code.BAD_KEY, "a key is missing before =", at, hint=hint)
    if char in ("", "\n", "]"):
        return fail(source, Code.BAD_KEY, "a key is missing here", at, hint=hint)
    if text.startswith(_COMMENTS, at):
        hint = "a comment begins with #"
    shown = quote(char) if char.isascii() else f"{quote(char)} ({describe(char)})"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and plain.isascii():
        hint = "write a plain blank" if plain.isspace() else f"write {plain}"
    return fail(source, Code.BAD_KEY, f"{shown} cannot be part of a key", at, hint=hint)


def trailing_text(source: Source, at: int) -> ScenarioError:
    """Something follows the value of a line."""
    text = source.text
    end = text.find("\n", at)
    end = end if end >= 0 else len(text)
    if is_hidden(text[at]) or text[at].isspace():
        return fail(source, Code.TRAILING_TEXT, f"{describe(text[at])} is hidden here", at, hint="delete it")
    line_start = text.rfind("\n", 0, at) + 1
    what = "the name of a table" if text[line_start:at].lstrip().startswith("[") else "the value"
    message = f"this line has ended: nothing may follow {what}"
    return fail(source, Code.TRAILING_TEXT, message, at, end, hint=_about_trailing(text, at, text[at:end].rstrip()))


def _about_trailing(text: str, at: int, rest: str) -> str:
    if re.match(r",\d", rest):
        return "a number has no commas, and a dot before its decimals"
    if rest in (",", ";"):
        return f"delete the {rest}"
    if text.startswith("\\'", at - 2):
        return "single quotes know no escapes: put the text in double quotes"
    if text[at - 1] in "\"'" and rest[-1:] in ("'", '"'):
        return 'inside double quotes, write \\" for a quotation mark'
    if re.match(r";[^#\"']*=", rest):
        return "one key and one value on a line"
    if rest.startswith(_COMMENTS):
        return "a comment begins with #"
    return "one key and one value on a line; a comment begins with #"


def _advice(word: str) -> str:
    if len(word) > _LONG_WORD:
        return ""
    if word.lower() in _NULLS:
        return "TOML has no null: leave the key out"
    if word in ("True", "False", "TRUE", "FALSE"):
        return f"write {word.lower()}"
    if word.lower().strip("+-.") in ("infinity", "inf", "nan", "math.inf", "math.nan", "np.inf", "np.nan"):
        return f"write {'-' * word.startswith('-')}{'nan' if 'nan' in word.lower() else 'inf'}"
    if _IN_PARENTHESES.match(word):
        return "an array stands in square brackets: [1.0, 2.0]"
    if plain := _plain_number(word):
        return f"write {plain}"
    if re.fullmatch(r"[+-]?\.\d+(?:[eE][+-]?\d+)?", word):
        return f"write {word.replace('.', '0.')}"
    if re.fullmatch(r"[+-]?\d+\.(?:[eE][+-]?\d+)?", word):
        return f"write {word.replace('.', '.0')}"
    if re.fullmatch(r"[+-]?[0-9][0-9.]*[eE][+-]?", word):
        return "an exponent has digits: 1e3"
    if re.match(r"[+-]?0[xXoObB]", word):
        return "a number in hexadecimal has its digits behind 0x and no sign: 0xff"
    if re.fullmatch(r"[+-]?0\d+", word):
        return f"a number does not begin with 0: write {_without_zeros(word)}"
    if re.fullmatch(r"(?=.*[0-9])[-+*/^().0-9\s]+", word):
        return "only numbers stand here, no arithmetic: write the result"
    if word[0].isalpha() and '"' not in word:
        return f'text needs quotes: "{quote(word)[1:-1]}"'
    return "a value is a number, true or false, a text in quotes, or an array in brackets"


def _plain_number(word: str) -> str:
    """The number that a word with typographic signs, misplaced `_` or a prefix in capitals was meant as, or ''."""
    plain = unicodedata.normalize("NFKC", word).replace("−", "-").replace("–", "-").lower()
    plain = re.sub(r"^([+-]) +", r"\1", re.sub(r"_+", "_", plain).strip("_"))
    return plain if plain != word and _NUMBER.fullmatch(plain) else ""


def _without_zeros(word: str) -> str:
    sign = word[0] if word[0] in "+-" else ""
    return sign + (word.lstrip("+-").lstrip("0") or "0")
