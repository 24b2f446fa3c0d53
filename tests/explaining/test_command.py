"""`backprop-tui explain`: what it writes, where, and how it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_tui.cli import main
from backprop_tui.explaining.options import FORMATS, Level
from backprop_tui.lessons import answers, questions
from tests.explaining.runs import SCENARIOS
from tests.hostile import EVERYTHING, MARKUP, is_harmless, scenario

TREE = str(SCENARIOS / "tree.toml")


def test_stdout_gets_the_whole_solution_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", TREE]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Expression tree\n===============\n\nSource: C. Olah")
    assert "    ∂e/∂b = ∂e/∂c · ∂c/∂b + ∂e/∂d · ∂d/∂b = 2 · 1 + 3 · 1 = 5\n" in out
    assert err == ""


def test_the_answers_come_last(capsys: pytest.CaptureFixture[str]) -> None:
    text = "What?\n\n## Answers\n\nThat.\n"
    assert (questions(text), answers(text), answers("What?")) == ("What?", "That.", "")
    main(["explain", TREE, "--to", "markdown"])
    titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("#")]
    assert titles == [
        "# Expression tree",
        "## Program",
        "## Forward",
        "## Local derivatives",
        "## Backward",
        "## Gradients of the inputs",
        "## All values and gradients",
        "## Answers",
    ]


@pytest.mark.parametrize("to", FORMATS)
def test_a_file_gets_the_same(to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", TREE, "--to", to]) == 0
    out = capsys.readouterr().out
    assert main(["explain", TREE, "--to", to, "-o", str(tmp_path / "made")]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "made").read_text(encoding="utf-8") == out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--node", "bb"), "--node 'bb': there is no such node; did you mean 'b'?"),
        (("--node", "zz\x1b[2J"), "--node 'zz␛[2J': there is no such node; the names are a, b, c, d, e"),
        (("-o", "no/where"), "cannot write 'no/where': No such file or directory"),
        (("-o", TREE), f"'{TREE}' is the scenario itself"),
    ],
)
def test_what_cannot_be_done_is_status_2_in_one_line(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", TREE, *words]) == 2
    assert capsys.readouterr() == ("", f"backprop-tui: error: {said}\n")


@pytest.mark.parametrize("words", [("--level", "all"), ("--to", "html"), ("--node",)])
def test_usage_errors_are_status_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["explain", TREE, *words])
    assert stop.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("level", [level.value for level in Level])
def test_a_scenario_full_of_payloads_harms_no_terminal(
    to: str, level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(scenario(EVERYTHING, program=MARKUP), encoding="utf-8")
    assert main(["explain", str(path), "--to", to, "--level", level]) == 0
    out, err = capsys.readouterr()
    assert is_harmless(out)
    assert is_harmless(err)


def test_text_is_in_the_encoding_of_the_terminal_and_markdown_in_utf_8() -> None:
    code = (
        "import sys; from backprop_tui.cli import main; tree = sys.argv[1]\n"
        "main(['explain', tree, '--node', 'b']); main(['explain', tree, '--node', 'b', '--to', 'markdown'])\n"
        "assert not {'textual', 'rich', 'torch'} & set(sys.modules)"
    )
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code, TREE], capture_output=True, env=environment, check=True)
    text, _, markdown = done.stdout.partition(b"# Expression tree")
    assert text.isascii()
    assert rb"\u2202e/\u2202b += \u2202e/\u2202d" in text
    assert "∂e/∂b, is what we are after.".encode() in markdown
