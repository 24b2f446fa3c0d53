"""Where each character of a decoded string stands in the file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.scenario.toml_tokens import decode_string

MEANINGS = {
    "a": "a",
    "é": "é",
    "bc": "bc",
    r"\n": "\n",
    r"\\": "\\",
    r"\"": '"',
    r"\u00e9": "é",
    r"\U0001F600": "\U0001f600",
    "\\\n  \n": "",
}


@given(st.lists(st.sampled_from(list(MEANINGS)), max_size=12))
def test_every_character_is_found_where_it_was_written(pieces: list[str]) -> None:
    text = f'x = """{"".join(pieces)}"""'
    decoded = decode_string(text, 4, len(text))
    assert decoded.value == "".join(MEANINGS[piece] for piece in pieces)
    offset, source = 0, 7
    for piece in pieces:
        for character in range(len(MEANINGS[piece])):
            assert decoded.source_offset(offset) == source + character
            offset += 1
        source += len(piece)


def test_a_literal_string_stands_as_it_is() -> None:
    decoded = decode_string(r"x = 'a\n'", 4, 9)
    assert decoded.value == r"a\n"
    assert [decoded.source_offset(offset) for offset in range(3)] == [5, 6, 7]
