"""The bytes that the commands write about hostile files: the whole chain, from the file to the terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import EVERYTHING, MARKUP, SEQUENCES, broken, is_harmless, scenario

ROOT = Path(__file__).parent.parent
NAME = "\x1b]0;pwn\x07\x9b2J\u202e[red]\n.toml"
ENVIRONMENT = os.environ | {"LC_ALL": "C.UTF-8", "COLUMNS": "80"}
COMMAND = (sys.executable, "-m", "backprop_tui")
DRAWN = "\x1b[1;1H"
"""Where the cursor rests after every drawing."""
MODES = re.compile(r"\x18|\x1b\[(?:\?(?:7|25|1000|1003|1004|1006|1049|2004|2026)[hl]|\?2026\$p|[>=]25u|<u)")
"""Taking the terminal over and giving it back: modes, the keyboard's protocol, and the one question that we ask."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names of files have other rules there")


def output(*words: str | bytes, directory: Path = ROOT) -> tuple[int, str]:
    """Exit status, and what the command writes to stdout and stderr."""
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([*COMMAND, *words], capture_output=True, cwd=directory, env=environment, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_scenario_full_of_payloads(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(scenario(EVERYTHING, program=MARKUP), encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(scenario(EVERYTHING).replace("2.5", "9.0"), encoding="utf-8")
    for words in (("trace", NAME), ("trace", "--json", NAME), ("check", NAME, "wrong.toml")):
        status, text = output(*words, directory=tmp_path)
        assert status == (1 if words[0] == "check" else 0), text
        assert is_harmless(text)


def test_scenarios_that_are_refused(tmp_path: Path) -> None:
    names = []
    for position, text in broken(EVERYTHING).items():
        names.append(f"{position} {NAME}")
        (tmp_path / names[-1]).write_bytes(text.encode("utf-8", "surrogatepass"))
    status, text = output("check", *names, directory=tmp_path)
    assert status == 2
    assert text.count("error[") >= len(names)
    assert is_harmless(text)


@pytest.mark.parametrize(
    "words",
    [
        (NAME,),
        ("trace", NAME),
        ("trace", b"caf\xe9\xff\x1b[2J.toml"),
        ("check", f"no/{NAME}"),
        (NAME, NAME),
        ("trace", "scenarios/tree.toml", NAME),
        (f"--{NAME}",),
        ("trace", f"--{NAME}=1"),
        ("--theme", NAME, "scenarios/tree.toml"),
        ("lessons", NAME),
        ("check", ""),
        ("x" * 5_000,),
    ],
    ids=str,
)
def test_arguments_that_mean_harm(words: tuple[str | bytes, ...]) -> None:
    status, text = output(*words)
    assert status == 2
    assert is_harmless(text)
    assert max(map(len, text.splitlines())) < 1_000


def test_a_link_to_a_hostile_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(NAME)
    status, text = output("trace", "link", directory=tmp_path)
    assert status == 2
    assert "F001" in text
    assert is_harmless(text)


def test_the_app_in_a_terminal(tmp_path: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    (tmp_path / NAME).write_text(scenario(EVERYTHING, program=MARKUP), encoding="utf-8")
    child = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], NAME],
        dimensions=(40, 120),
        env=ENVIRONMENT | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        encoding="utf-8",
        codec_errors="replace",
        timeout=30,
    )
    shown = ""
    for key, sign in (("i", "quit"), ("q", "[/red]"), ("q", "Chain rule")):
        for expected in (sign, DRAWN):
            child.expect_exact(expected)
            shown += child.before + expected
        child.send(key)
    child.expect(pexpect.EOF)
    shown += child.before
    child.close()
    assert child.exitstatus == 0
    drawn, _, left = shown.rpartition(DRAWN)  # what was being drawn when `q` came may end anywhere
    assert is_harmless(MODES.sub("", SEQUENCES.sub("\n", drawn)))
    assert is_harmless(MODES.sub("", SEQUENCES.sub("\n", left[left.rindex("\x1b[?1049l") :])))
