"""A stranger's text in Markdown is what it is, and nothing is made of it."""

from __future__ import annotations

import re

import pytest

from backprop_tui.explaining.literal import escaped, fenced, lesson, paragraph

HOSTILE = [
    "<script>x</script> &lt; <!-- -->",
    "[text](javascript:x) ![i](http://e.com/i.png) [r]: http://e.com [^1]",
    "http://e.com www.e.com WWW.e.com a@e.com @user #1 :smile: <http://e.com>",
    "$x^2$ $$y$$ \\(z\\) \\[z\\]",
    "**b** _u_ ~~s~~ `c` a|b {#id}",
    "\\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    made = escaped(text)
    assert re.sub(r"\\([\W_])", r"\1", made) == text
    left = re.sub(r"\\[\W_]", "", made)
    assert not re.search(r"[\\`*_{}\[\]<>#|~$&^]|[:@]\S|www\.", left, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("   12) a", r"12\) a"),
        ("1. a", r"1\. a"),
        ("=====", r"\====="),
        ("---", r"\---"),
        ("    code", "code"),
        ("1.5 and -2", r"1\.5 and -2"),
        ("plain", "plain"),
    ],
)
def test_a_paragraph_begins_no_list_no_line_and_no_code(text: str, made: str) -> None:
    assert paragraph(text) == made


def test_a_fence_is_longer_than_any_in_it() -> None:
    assert list(fenced(["a", "````", "b"])) == ["`````", "a", "````", "b", "`````"]
    assert list(fenced(["a `b`"])) == ["```", "a `b`", "```"]


def test_of_a_lesson_the_app_s_own_markdown_is_left() -> None:
    text = "# A <b>\n\nSome **bold $x$**, *emphasis* and `co*de`.\nMore.\n\nA list:\n- [one](x)\n* two\n\n```\n<i>\n```"
    assert list(lesson(text)) == [
        r"### A \<b\>",
        "",
        r"Some **bold \$x\$**, *emphasis* and `co*de`. More.",
        "",
        "A list:",
        "",
        r"- \[one\](x)",
        "- two",
        "",
        "```",
        "<i>",
        "```",
    ]
