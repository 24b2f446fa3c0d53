"""Valid TOML in all its forms: data first, then a way to write it down."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_BARE = st.text("abXZ019_-", min_size=1, max_size=3)
_KEYS = st.one_of(
    _BARE,
    _BARE.map(lambda key: f'"{key}"'),
    st.sampled_from(
        ['""', "''", '"a.b"', "'c d'", '"\\u00e9"', '"\\t\\""', "'#'", '"="', "'[x]'", '"ñ"', "'\"'", "1", "1e5"]
    ),
)
_INTEGERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(str),
    st.integers(0, 2**32).flatmap(lambda n: st.sampled_from([hex(n), oct(n), bin(n), f"+{n}", f"-{n}", f"{n:_}"])),
    st.sampled_from(["0", "+0", "-0", "0xDEAD_beef", "0o7_7", "0b1_0"]),
)
_FLOATS = st.one_of(
    st.floats().map(repr),
    st.sampled_from(["1e5", "-1E-5", "+1.0", "6.626e-34", "1_0.0_1", "0e0", "-0.0", "+inf", "-nan", "224_617.445_991"]),
)
_DATES = st.one_of(
    st.dates().map(str),
    st.times().map(str),
    st.datetimes().map(str),
    st.datetimes().map(lambda date: date.isoformat("T") + "Z"),
    st.sampled_from(["1979-05-27t00:32:00.999999-07:00", "1979-05-27 07:32:00z", "23:59:59.9", "0001-01-01"]),
)
_PIECES = st.sampled_from(
    ["a", "é", "中", " ", "#", "=", "[", "]", ",", "\t", "\\n", "\\t", '\\"', "\\\\", "\\u00e9", "\\U0001F600", "x y"]
)
_LINES = st.one_of(_PIECES, st.sampled_from(["\n", '"', '""', "\\\n", "\\  \n\n   ", "'", "''"]))
_STRINGS = st.one_of(
    st.lists(_PIECES, max_size=6).map(lambda pieces: '"{}"'.format("".join(pieces))),
    st.text('aé中 #=[]{},\\"\t', max_size=6).map(lambda text: f"'{text}'"),
    st.lists(_LINES, max_size=6).map(lambda pieces: '"""{}"""'.format(_unclosing("".join(pieces), '"'))),
    st.text('aé中 #=\\"\n', max_size=6).map(lambda text: f"'''{text}'''"),
    st.sampled_from(['""""a""""', '"""a"""""', "''''a''''", "'''\n'''", '"""\n\n"""']),
)
SCALARS = st.one_of(_INTEGERS, _FLOATS, _DATES, _STRINGS, st.sampled_from(["true", "false"]))
_NUMBERS = st.lists(st.one_of(_INTEGERS, _FLOATS), max_size=4)
_BLANK = st.sampled_from(["", " ", "\t ", "  "])
_BLANK_LINES = st.sampled_from(["", " ", "\n", "\n\t", ' # ] a " comment\n', "\n# x = [\n  "])


def _unclosing(text: str, quote: str) -> str:
    """The text without three quotes in a row: they would end it."""
    while quote * 3 in text:
        text = text.replace(quote * 3, quote)
    return text


def _distinct(keys: list[str]) -> list[str]:
    """Keys that are not two spellings of one."""
    plain = {key.strip("\"'"): key for key in keys}
    spelt = {key.replace("\\u00e9", "é"): key for key in plain}
    return [plain[spelling] for spelling in spelt.values()]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document that is valid whatever is drawn."""
    lines: list[str] = []
    _table(draw, lines, [], draw(_trees))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", " # end"]))


_trees: st.SearchStrategy[Any] = st.recursive(
    st.dictionaries(_KEYS, SCALARS, max_size=3),
    lambda inner: st.dictionaries(
        _KEYS,
        st.one_of(
            *(SCALARS, inner, st.lists(st.one_of(SCALARS, inner), max_size=3), st.lists(inner, max_size=3)),
            *(_NUMBERS, st.lists(_NUMBERS, max_size=3)),
        ),
        max_size=3,
    ),
    max_leaves=5,
)


def _table(draw: st.DrawFn, lines: list[str], header: list[str], table: dict[str, Any]) -> None:
    """Write the keys of a table whose header is written; then its tables that have headers of their own."""
    later: list[tuple[str, Any]] = []
    for key in _distinct(list(table)):
        value = table[key]
        is_tables = isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
        may_be_deeper = isinstance(value, dict) and len(header) < 5
        if (is_tables or may_be_deeper) and draw(st.booleans()):
            later.append((key, value))
        elif may_be_deeper and value and draw(st.booleans()):
            _dotted(draw, lines, [key], value)
        else:
            lines.append(f"{draw(_BLANK)}{key}{draw(_BLANK)}={draw(_BLANK)}{_inline(draw, value)}{_end(draw)}")
    for key, value in later:
        name = f"{draw(_BLANK)}.{draw(_BLANK)}".join([*header, key])
        for one in value if isinstance(value, list) else [value]:
            opening, closing = ("[[", "]]") if isinstance(value, list) else ("[", "]")
            lines.append(f"{draw(_BLANK)}{opening}{draw(_BLANK)}{name}{draw(_BLANK)}{closing}{_end(draw)}")
            _table(draw, lines, [*header, key], one)


def _dotted(draw: st.DrawFn, lines: list[str], path: list[str], table: dict[str, Any]) -> None:
    for key in _distinct(list(table)):
        value = table[key]
        if isinstance(value, dict) and value and len(path) < 4:
            _dotted(draw, lines, [*path, key], value)
        else:
            dotted = f"{draw(_BLANK)}.{draw(_BLANK)}".join([*path, key])
            lines.append(f"{dotted}={draw(_BLANK)}{_inline(draw, value)}{_end(draw)}")


def _end(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", " # comment = ['", "\n", "\n  # [x]"]))


def _inline(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, dict):
        pairs = [f"{key}{draw(_BLANK)}={draw(_BLANK)}{_inline(draw, value[key])}" for key in _distinct(list(value))]
        return "{" + draw(_BLANK) + f"{draw(_BLANK)},{draw(_BLANK)}".join(pairs) + draw(_BLANK) + "}"
    if isinstance(value, list):
        items = [draw(_BLANK_LINES) + _inline(draw, one) + draw(_BLANK_LINES) for one in value]
        return "[" + ",".join(items) + (draw(st.sampled_from(["", ","])) if items else "") + draw(_BLANK_LINES) + "]"
    return str(value)
