"""The journal: what two instances, a kill, a damaged file and a missing home do to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_tui.predicting.fading import Level
from backprop_tui.predicting.scores import NAME, Journal, Run, completed, key_of, parse

WRITER = """
import sys
from pathlib import Path
from backprop_tui.predicting.scores import Journal, Run
journal = Journal(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    journal.add(Run(sys.argv[2], "0" * 16, 1, right=number, mistakes={"overwrote instead of adding up": number}))
    print(number, flush=True)
"""
TREE = "tree.toml", "0" * 16


def run(level: int, *, shown: int = 0, lesson: str = "tree.toml") -> Run:
    return Run(lesson, "0" * 16, level, shown=shown)


def writer(directory: Path, lesson: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(directory), lesson, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_added_is_there_for_the_next_instance(tmp_path: Path) -> None:
    runs = [run(0), run(1, shown=2), Run("x.toml", "f" * 16, 4, 3, 2, 1, 0, {"got the sign wrong": 2})]
    journal = Journal(tmp_path / "not" / "there")
    for one in runs:
        journal.add(one)
    assert Journal(tmp_path / "not" / "there").runs() == runs
    assert journal.take_trouble() == ""


def test_nothing_is_written_before_a_run_is_added(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    assert journal.runs() == []
    assert journal.next_level(TREE) is Level.WATCH
    assert not list(tmp_path.iterdir())


def test_each_complete_run_leads_to_the_next_level(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    levels = []
    for _ in range(6):
        levels.append(journal.next_level(TREE))
        journal.add(run(levels[-1]))
    assert levels == [0, 1, 2, 3, 4, 4]
    assert journal.next_level(("tree.toml", "another text")) is Level.WATCH
    assert journal.next_level(("other.toml", "0" * 16)) is Level.WATCH


def test_a_run_that_was_shown_is_not_complete_and_an_easier_one_takes_nothing_back() -> None:
    assert completed([run(2), run(3, shown=1), run(1)]) == {TREE: Level.HALF}
    assert completed([run(3, shown=1)]) == {}


def test_a_scenario_is_known_by_its_name_and_text_wherever_it_is_and_however_its_lines_end() -> None:
    assert key_of("/a/tree.toml", "a\nb") == key_of("tree.toml", "a\r\nb")
    assert key_of("tree.toml", "a\nb") != key_of("tree.toml", "a\nc")
    assert key_of("tree.toml", "a") != key_of("wood.toml", "a")


def test_levels_are_those_of_files_as_they_are_now(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.toml", "b.toml", "c.toml")]
    for path in paths:
        path.write_text("title = 1")
    journal = Journal(tmp_path)
    for path in paths[:2]:
        journal.add(Run(*key_of(str(path), "title = 1"), Level.HALF))
    paths[1].write_text("title = 2")
    assert journal.levels_of(paths) == {paths[0]: Level.HALF}


def test_a_record_that_is_torn_anywhere_is_left_out_and_the_next_one_is_whole(tmp_path: Path) -> None:
    Journal(tmp_path).add(run(1))
    path = tmp_path / NAME
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole + whole[:length])
        journal = Journal(tmp_path)
        journal.add(run(3))
        found = journal.runs()
        assert found in ([run(1), run(3)], [run(1), run(1), run(3)]), length
        assert journal.take_trouble() == "", length
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_kill_at_any_moment_loses_nothing_that_was_there(tmp_path: Path) -> None:
    written = 0
    for killed_after in (1, 20):
        process = writer(tmp_path, "tree.toml", 100_000)
        assert process.stdout is not None
        for _ in range(killed_after):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        written += killed_after
    journal = Journal(tmp_path)
    journal.add(run(4))
    runs = journal.runs()
    assert len(runs) > written
    assert runs[-1] == run(4)
    assert journal.take_trouble() == ""


def test_two_instances_at_once_lose_nothing(tmp_path: Path) -> None:
    processes = [writer(tmp_path, lesson, 300) for lesson in ("a.toml", "b.toml")]
    for process in processes:
        process.communicate()
    runs = Journal(tmp_path).runs()
    for lesson in ("a.toml", "b.toml"):
        assert [one.right for one in runs if one.lesson == lesson] == list(range(300))


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\x00\x00\x00",
        b"\xff\xfe not ours",
        b"{}",
        b'{"lesson": 5, "content": "", "level": 1}',
        b'{"lesson": "", "content": "", "level": 99}',
        b'{"lesson": "", "content": "", "level": true}',
        b'{"lesson": "", "content": "", "level": 1, "right": -1}',
        b'{"lesson": "", "content": "", "level": 1, "more": {}}',
        b'{"lesson": \x01',
        b"[" * 100_000,
        b'{"lesson": ' + b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_kept_aside_told_once_and_what_is_sound_stays_in_use(tmp_path: Path, damage: bytes) -> None:
    Journal(tmp_path).add(run(2))
    path = tmp_path / NAME
    damaged = path.read_bytes() + damage + b"\n"
    path.write_bytes(damaged)
    journal = Journal(tmp_path)
    assert journal.runs() == [run(2)]
    (aside,) = (file for file in tmp_path.iterdir() if file.name != NAME)
    assert aside.read_bytes() == damaged
    assert aside.name in journal.take_trouble()
    assert journal.take_trouble() == ""
    assert Journal(tmp_path).runs() == [run(2)]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_home_that_cannot_be_written_is_told_once_and_the_session_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a directory")
    journal = Journal(tmp_path / "file" / "state")
    journal.add(run(0))
    assert journal.next_level(TREE) is Level.QUARTER
    journal.add(run(1))
    assert journal.next_level(TREE) is Level.HALF
    assert "cannot be" in journal.take_trouble()
    assert journal.take_trouble() == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_told_once(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    journal = Journal(tmp_path)
    journal.add(run(0))
    assert "Permission denied" in journal.take_trouble()
    assert journal.next_level(TREE) is Level.QUARTER


def test_without_a_home_nothing_is_written_where_the_user_happens_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal(Path("~/.local/state"))  # which is what is left of it when there is none
    journal.add(run(0))
    assert "there is no home directory" in journal.take_trouble()
    assert not list(tmp_path.iterdir())


def test_blank_lines_are_nothing() -> None:
    assert parse(b"\n\n\n") == ([], True)
