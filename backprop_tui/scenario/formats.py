"""What a file is that is no TOML: named by its first bytes, or by the line at which it stops being TOML.

A pattern for text is tried only on a file that cannot be read as TOML, and only where it cannot be: a scenario
that is fine is never taken for another format, however oddly it begins. A merge conflict alone is looked for
everywhere: where all its marks stand at the beginning of their lines, even a text is refused.
"""

from __future__ import annotations

import re

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, Source, fail

_MAGIC = (
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"PK(?:\x03\x04|\x05\x06)", "a zip archive (or a document, a checkpoint, … that is one inside)"),
    (rb"BZh[1-9](?:1AY&SY|\x17rE8P)", "a bzip2 archive"),
    (rb"\xfd7zXZ\x00", "an xz archive"),
    (rb"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"Rar!\x1a\x07", "a RAR archive"),
    (rb"(?s:.{257})ustar(?:\x00|  \x00)", "a tar archive"),
    (rb"\x7fELF", "a program (ELF)"),
    (rb"[\xcf\xce]\xfa\xed\xfe|\xca\xfe\xba\xbe", "a program (Mach-O or Java)"),
    (rb"MZ[^\n=]{0,60}\x00", "a Windows program"),
    (rb"\x00asm", "a program (WebAssembly)"),
    (rb"\x89PNG", "a PNG picture"),
    (rb"\xff\xd8\xff", "a JPEG picture"),
    (rb"GIF8[79]a[^\n=]{0,10}[\x00-\x08\x80-\xff]", "a GIF picture"),
    (rb"RIFF(?s:.{3})\x00(?:WEBP|WAVE|AVI )", "a picture, sound or film (RIFF)"),
    (rb"%PDF", "a PDF document"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (rb"SQLite format 3\x00", "an SQLite database"),
    (rb"\x93NUMPY", "a NumPy array"),
    (rb"\x89HDF\r\n", "an HDF5 file"),
    (rb"\x80[\x02-\x05][\x00-\xff]", "a Python pickle"),
)
_BINARY = tuple((re.compile(pattern), what) for pattern, what in _MAGIC)

_CONFLICT_BEGINS = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_CONFLICT_TURNS = re.compile(r"^={7}$", re.MULTILINE)
_CONFLICT_ENDS = re.compile(r"^>{7}(?: |$)", re.MULTILINE)
_CONFLICT_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?![^ \n])|={7}(?!.)")

_KEY_AND_VALUE = "write `key = value`"
_SAVED_PAGE = "a saved page or an error of the download?"
_YAML_KEY = re.compile(r"^ *(?:- )?[\w.-]+:(?=[ \n]|\Z)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^[ \t]*[\w.-]+[ \t]*=", re.MULTILINE)
_INI_LINE = re.compile(r"[ \t]*(?:[#;].*|\[[^\[\]]+\]|[^\s=\"'\[\]{}]+[ \t]*=[^\"'\[\]{}]*)?")
_INI_SECTION = re.compile(r"^\[[^\[\]\n]+\]", re.MULTILINE)
_INI_WORDS = re.compile(r"^[^\s=#;]+[ \t]*=[ \t]*(?!(?:true|false|inf|nan)\b)[A-Za-z/~%]", re.MULTILINE)

_FIRST_LINES = (
    (r"<!doctype html|</?(?:html|head|body|div|p|script|meta)\b", "an HTML page", _SAVED_PAGE),
    (r"<", "HTML or XML", _SAVED_PAGE),
    (r"\{\\rtf", "RTF", "save it as plain text in the word processor"),
    (r'\{(?=[^\0]*"nbformat")', "a Jupyter notebook", "copy the scenario out of its cell into a file of its own"),
    (r"\{|\[[ \t]*+(?:\{|\n|\[*+[ \t]*+(?:\"[^\"\n]*+\"|[-+\w.]++)[ \t]*+,)", "JSON", _KEY_AND_VALUE),
    (
        r"diff --git |Index: |--- .*\n\+\+\+ |\+\+\+ |@@ |(?:commit|From) [0-9a-f]{40}\b",
        "a patch",
        "apply it to the scenario",
    ),
    (r"---[ \t]*(?:#.*)?$|---[ \t]+[\w!|>\"'&*{\[]|%YAML|- +[^\s=.]", "YAML", _KEY_AND_VALUE),
)
"""How a file of another format begins: a line that is neither blank nor a comment of TOML."""
_ANY_LINES = (
    (
        r"import +\w|from +[\w.]+ +import\b|(?:async +)?def +\w+ *\(|class +\w.*:|(?:for|while|with|if) +[^\s=].*:"
        r"|print\(|@\w|\"\"\"(?=[^\0]*^(?:import|from|class|def)\b)",
        "Python source",
        "the program of a scenario is one of its texts: program = …",
    ),
    (
        r"set +[-+]\w|export +\w+=|(?:echo|cd|source) +[^\s=.]|if +\[|function +\w",
        "a shell script",
        _KEY_AND_VALUE,
    ),
    (r"```|~~~", "Markdown", "keep only what stands between the fences"),
    (r";", "an INI file", "a comment begins with #, a text stands in quotes"),
)
"""What may come later in a file that begins like TOML."""
_FIRST, _ANY = (
    tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), what, hint) for pattern, what, hint in lines)
    for lines in (_FIRST_LINES, _ANY_LINES)
)
_SCRIPT = re.compile(r"#!.*\b(?:(python)[\d.]*|(?:ba|z|k|da)?sh)\b")
_NOTHING = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\n)*+[ \t]*+")


def binary_format(content: bytes) -> str:
    """What kind of file begins with these bytes, or ''. No text does."""
    return next((what for pattern, what in _BINARY if pattern.match(content)), "")


def refuse_merge_conflict(source: Source) -> None:
    """Raise ScenarioError if a version control system has left two versions of some lines, even in a string."""
    begins = _CONFLICT_BEGINS.search(source.text)
    turns = begins and _CONFLICT_TURNS.search(source.text, begins.end())
    if begins and turns and _CONFLICT_ENDS.search(source.text, turns.end()):
        raise _conflict(source, begins.start())


def other_format(source: Source, error: ScenarioError) -> ScenarioError:
    """The error of a file that is no TOML; or, if it looks like another format where it fails, an error that says so.

    The first line that is neither blank nor a comment counts, where a control character ended the reading.
    """
    text, first = source.text, error.diagnostics[0]
    begins = _NOTHING.match(text)
    beginning = begins.end() if begins else 0
    if first.code is Code.CONTROL_CHARACTER:
        at = beginning
    elif first.code in (Code.BAD_KEY, Code.MISSING_EQUALS, Code.BAD_HEADER, Code.BAD_VALUE):
        line = _start_of_line(text, first.line)
        before = text[line : line + first.column - 1]
        if "{" in before:  # in an inline table, perhaps in an array: no line of its own
            return error
        at = line + len(before) - len(before.lstrip(" \t"))
    else:  # it may stand in a text, where anything may stand
        return error
    if first.code is Code.BAD_VALUE:
        return _named(source, at, "an INI file", "a text stands in quotes") if _is_ini(text) else error
    if _CONFLICT_MARK.match(text, at):
        return _conflict(source, at)
    for pattern, what, hint in (*_FIRST, *_ANY) if at == beginning else _ANY:
        if pattern.match(text, at):
            return _named(source, at, what, hint)
    if _YAML_KEY.match(text, at) and len(_YAML_KEY.findall(text)) > 1 and not _ASSIGNMENT.search(text):
        return _named(source, at, "YAML", _KEY_AND_VALUE)
    if script := _SCRIPT.match(text):
        return _named(source, 0, "Python source" if script[1] else "a shell script", _KEY_AND_VALUE)
    return error


def _is_ini(text: str) -> bool:
    """Whether there are sections and nothing in quotes or brackets, though several values are words."""
    has_words = _INI_SECTION.search(text) and len(_INI_WORDS.findall(text)) > 1
    return bool(has_words) and all(map(_INI_LINE.fullmatch, text.split("\n")))


def _start_of_line(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at


def _named(source: Source, at: int, what: str, hint: str) -> ScenarioError:
    line = source.text[at : source.text.find("\n", at) + 1 or None]
    message = f"this looks like {what}; a scenario is TOML"
    return fail(source, Code.NOT_TOML, message, at, at + len(line.rstrip()), hint=hint)


def _conflict(source: Source, at: int) -> ScenarioError:
    message = "the file holds an unresolved merge conflict"
    hint = "keep one side and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`"
    return fail(source, Code.MERGE_CONFLICT, message, at, at + 7, hint=hint)
