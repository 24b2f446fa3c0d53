"""The command line: its output, its exit status, and what it imports."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_tui import __version__, commands
from backprop_tui.cli import main
from backprop_tui.lessons import lessons as all_lessons

ROOT = Path(__file__).parent.parent
TREE = str(ROOT / "scenarios" / "tree.toml")


def run(*words: str, stdin: int = subprocess.DEVNULL, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "backprop_tui", *words],
        stdin=stdin,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=60,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.toml"
    path.write_text('program = "c = a + bb"\n[inputs]\na = 1.0\nb = 2.0\n')
    return str(path)


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / "wrong.toml"
    path.write_text('program = "y = a * a"\n[inputs]\na = 3.0\n[expect]\nvalue = 10.0\n')
    return str(path)


def test_trace_prints_the_events(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", TREE]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == "11  accumulate  ∂e/∂b += ∂e/∂c · ∂c/∂b  = 2 · 1 = 2  b.grad  3 → 5"
    assert err == ""


def test_trace_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--json", TREE]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["title"] == "Expression tree"
    assert lines[-1]["grads"]["b"] == 5.0


def test_a_bad_scenario_is_status_2_with_diagnostics_on_stderr(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", bad]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[P001]: undefined name 'bb'" in err
    assert f"{bad}:1:" in err


def test_a_file_that_does_not_exist_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "nowhere.toml"]) == 2
    assert capsys.readouterr().err.startswith("nowhere.toml: error[")


def test_check_says_ok_for_what_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--no-torch", TREE]) == 0
    out, err = capsys.readouterr()
    assert out == f"ok    {TREE}  8 expectations, 5 nodes against finite differences\n"
    assert err == ""


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_check_has_a_table_of_all_nodes(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", option, "--no-torch", TREE]) == 0
    _, head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "node"
    assert [row.split()[0] for row in rows] == ["a", "b", "c", "1", "d", "e"]


def test_a_pytorch_that_is_missing_is_mentioned_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["check", TREE, TREE]) == 0
    out, err = capsys.readouterr()
    assert out.count("5 nodes against finite differences\n") == 2
    assert err == "backprop-tui: PyTorch is not installed\n"


def test_a_pytorch_that_is_broken_is_mentioned_in_one_harmless_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('lib\x1b[31m.so\\nmore')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert main(["check", TREE]) == 0
    assert capsys.readouterr().err == "backprop-tui: PyTorch cannot be loaded: OSError: lib␛[31m.so\n"


def test_check_goes_on_after_a_failure_and_the_worst_one_is_the_status(
    bad: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--no-torch", wrong, TREE]) == 1
    assert main(["check", "--no-torch", bad, wrong, TREE]) == 2
    out, err = capsys.readouterr()
    assert [line[:4] for line in out.splitlines() if not line.startswith(" ")] == ["FAIL", "ok  "] * 2
    assert "error[C001]: y is 9, expected 10" in err


def test_every_lesson_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons"]) == 0
    files = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert len(files) >= 19
    assert main(["check", "--no-torch", *files]) == 0


def test_warnings_are_narration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "unused.toml"
    path.write_text('program = "y = a * a"\n[inputs]\na = 3.0\nunused = 1.0\n')
    assert main(["trace", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "warning[" not in out
    assert "warning[" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trace"], "the following arguments are required: SCENARIO"),
        (["check"], "the following arguments are required: SCENARIO"),
        (["--nonsense"], "unexpected argument: --nonsense"),
        (["a.toml", "b.toml"], "unexpected argument: b.toml"),
        (["trce", "a.toml"], "did you mean the command 'trace'?"),
        (["trace", "a\x1b[31m.toml", "b\x1b[31m.toml"], "unexpected argument: b␛[31m.toml"),
    ],
)
def test_usage_errors_are_status_2_and_say_what_helps(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    err = capsys.readouterr().err
    assert said in err
    assert "--help" in err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in ((["--version"], f"backprop-tui {__version__}\n"), (["--help"], "backprop-tui trace SCENARIO")):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["trace", "--help"], ["check", "--help"], ["export", "--help"]]
)
def test_help_and_version_import_neither_numpy_nor_textual(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from backprop_tui.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n    print({'numpy', 'textual', 'rich'} & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def test_a_trace_does_not_import_textual() -> None:
    code = (
        "import sys\n"
        "from backprop_tui.cli import main\n"
        "main(sys.argv[1:])\n"
        "print({'textual', 'torch'} & set(sys.modules), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code, "trace", TREE]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == "set()\n"


def test_the_list_of_lessons_imports_neither_numpy_nor_textual() -> None:
    code = (
        "import sys\n"
        "from backprop_tui.cli import main\n"
        "main(['lessons'])\n"
        "print({'numpy', 'textual', 'rich'} & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"
    assert "tree.toml" in done.stdout


def test_to_choose_a_lesson_numpy_is_not_needed() -> None:
    code = (
        "import sys\n"
        "from backprop_tui import cli\n"
        "cli._lack_of_terminal = lambda: ''\n"
        "assert cli.main(['--theme', 'none of ours']) == 2\n"
        "print({'numpy', 'backprop_tui.scenario'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_garbage_is_collected_again_whatever_became_of_the_app(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_tui.cli._lack_of_terminal", lambda: "")
    assert main([bad]) == 2
    assert gc.isenabled()


def test_a_lesson_that_cannot_be_read_is_not_called_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.toml").mkdir()
    monkeypatch.setattr("backprop_tui.lessons.directory", lambda: tmp_path)
    all_lessons.cache_clear()
    assert main(["lessons"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("backprop-tui: error: ")
    assert "broken.toml" in err
    assert "output" not in err.replace(str(tmp_path), "")


def test_without_a_terminal_the_app_names_the_trace_instead() -> None:
    for words in ([], [TREE]):
        done = run(*words)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "backprop-tui trace SCENARIO" in done.stderr


def test_python_dash_m_passes_the_status_on(bad: str) -> None:
    assert run("trace", bad).returncode == 2
    assert run("trace", TREE).returncode == 0


@pytest.mark.parametrize("lines_read", [0, 1])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, lines_read: int) -> None:
    """`backprop-tui trace long.toml | head -1`: quiet, and as if ended by SIGPIPE."""
    path = tmp_path / "long.toml"
    length = 20_000 if lines_read else 2  # the second trace is still in its buffer when nobody wants it
    statements = "\n".join(f"y{i} = sin({'y' + str(i - 1) if i else 'x'})" for i in range(length))
    path.write_text(f'program = """\n{statements}\n"""\n[inputs]\nx = 1.0\n')
    command = [sys.executable, "-m", "backprop_tui", "trace", str(path)]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, cwd=ROOT, env=buffered) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(lines_read):
            assert process.stdout.readline().startswith(b"long: 40002 events")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 128 + 13


def test_an_old_encoding_spoils_letters_and_ends_nothing() -> None:
    done = run("trace", TREE, PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 0
    assert "b.grad  3 \\u2192 5" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_named() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "backprop_tui", "trace", TREE],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert done.stderr == "backprop-tui: cannot write the output: No space left on device\n"


def test_ctrl_c_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: str, *, as_json: bool) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "trace", interrupted)
    assert main(["trace", TREE]) == 130


def test_a_bug_of_ours_is_status_70_and_leaves_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(path: str, *, as_json: bool) -> int:
        raise RuntimeError("the sign is wrong")

    monkeypatch.setattr("backprop_tui.crash.user_state_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(commands, "trace", broken)
    assert main(["trace", TREE]) == 70
    (log,) = tmp_path.rglob("crash-*.log")
    assert "RuntimeError: the sign is wrong" in log.read_text(encoding="utf-8")
    assert str(log) in capsys.readouterr().err


def test_a_log_that_cannot_be_written_is_still_status_70(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(path: str, *, as_json: bool) -> int:
        raise RuntimeError("the sign is wrong")

    def no_room(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("backprop_tui.crash.user_state_path", no_room)
    monkeypatch.setattr(commands, "trace", broken)
    assert main(["trace", TREE]) == 70
    assert "could not be written" in capsys.readouterr().err
