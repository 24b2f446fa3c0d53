"""`backprop-tui export`: what it writes, where, and how it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_tui.cli import main
from backprop_tui.export.formats import FORMATS
from tests.export.runs import ROOT, TREE, at, lines
from tests.hostile import EVERYTHING, MARKUP, is_harmless, scenario

EXPORT = ("export", str(TREE))


def usage_error(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said about words that are wrong."""
    with pytest.raises(SystemExit) as stop:
        main([*EXPORT, *words])
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[0]


@pytest.mark.parametrize("to", FORMATS)
def test_stdout_gets_the_end_of_the_run(to: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*EXPORT, "--to", to]) == 0
    assert capsys.readouterr() == ("\n".join(lines(to, at())) + "\n", "")


@pytest.mark.parametrize("to", FORMATS)
def test_a_file_gets_the_same_and_nothing_else_is_written(
    to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*EXPORT, "--to", to, "-o", "picture"]) == 0
    assert capsys.readouterr() == ("", "")
    assert [path.name for path in tmp_path.rglob("*")] == ["picture"]
    assert (tmp_path / "picture").read_text(encoding="utf-8") == "\n".join(lines(to, at())) + "\n"


def test_a_dash_is_stdout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*EXPORT, "--to", "txt", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("Expression tree\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("word", ["0", "start", "5", "forward"])
def test_the_position_is_the_one_that_is_asked_for(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*EXPORT, "--to", "txt", "--at", word]) == 0
    assert capsys.readouterr().out.splitlines() == lines("txt", at(word))


@pytest.mark.parametrize("theme", ["light", "backprop-light"])
def test_width_and_theme(capsys: pytest.CaptureFixture[str], theme: str) -> None:
    assert main([*EXPORT, "--to", "svg", "--unfolded", "--width", "40", "--theme", theme]) == 0
    assert capsys.readouterr().out.splitlines() == lines("svg", at(), width=40, theme="light")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the following arguments are required: --to"),
        (("--to", "png"), "argument --to: invalid choice: 'png' (choose from "),
        (("--to", "dot", "--width", "40"), "--width is for txt and svg"),
        (("--to", "txt", "--theme", "dark"), "--theme is for svg"),
        (("--to", "dot", "--unfolded"), "--unfolded is for txt and svg"),
        (("--to", "svg", "--theme", "pink"), "argument --theme: invalid choice: 'pink'"),
        (("--to", "txt", "--width", "0"), "argument --width: a number of columns is needed"),
        (("--to", "txt", "--width", "-8"), "argument --width: a number of columns is needed"),
        (("--to", "txt", "--width", "9" * 5_000), "argument --width: a number of columns is needed"),
    ],
)
def test_usage_errors_say_what_is_wrong(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in usage_error(capsys, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "12"), "--at '12': the run has events 1 to 11; 0 is before the first"),
        (("--at", "-1"), "--at '-1': the run has events 1 to 11; 0 is before the first"),
        (("--at", "x\x1b[2J"), "--at 'x␛[2J': it is a number, start, forward or end"),
        (("--width", "5"), "the drawing does not fit 5 columns; it needs 8"),
        (("-o", "no/where"), "cannot write 'no/where': No such file or directory"),
        (("-o", "."), "cannot write '.': Is a directory"),
        (("-o", ""), "cannot write '': Is a directory"),
        (("-o", "\x1b[2J/x"), "cannot write '␛[2J/x': No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_status_2_in_one_line_and_changes_nothing(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*EXPORT, "--to", "txt", *words]) == 2
    assert capsys.readouterr() == ("", f"backprop-tui: error: {said}\n")
    assert not list(tmp_path.iterdir())


def test_a_scenario_does_not_replace_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tree.toml").write_bytes(TREE.read_bytes())
    assert main(["export", "tree.toml", "--to", "txt", "-o", "./tree.toml"]) == 2
    assert capsys.readouterr() == ("", "backprop-tui: error: './tree.toml' is the scenario itself\n")
    assert Path("tree.toml").read_bytes() == TREE.read_bytes()


def test_a_bad_scenario_is_refused_as_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('program = "c = a + bb"\n[inputs]\na = 1.0\nb = 2.0\n')
    assert main(["export", str(path), "--to", "dot", "-o", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[P001]: undefined name 'bb'" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("to", FORMATS)
def test_a_scenario_full_of_payloads_harms_no_terminal(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(scenario(EVERYTHING, program=MARKUP), encoding="utf-8")
    assert main(["export", str(path), "--to", to]) == 0
    out, err = capsys.readouterr()
    assert is_harmless(out)
    assert is_harmless(err)


def test_help_lists_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    out = capsys.readouterr().out
    assert all(f"  {to} " in out and form.summary in out for to, form in FORMATS.items())


def test_a_format_for_programs_is_utf_8_whatever_the_locale_and_imports_no_toolkit() -> None:
    code = (
        "import sys\n"
        "from backprop_tui.cli import main\n"
        "main(sys.argv[1:])\n"
        "print({'textual', 'rich', 'torch'} & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *EXPORT, "--to", "svg"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict"},
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == b"set()\n"
    assert done.stdout.decode("utf-8").splitlines() == lines("svg", at())
