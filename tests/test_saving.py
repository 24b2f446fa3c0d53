"""A file is written whole or not at all, and nothing else is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_tui.saving import save, save_text
from backprop_tui.signals import undo_all

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and devices are others there")


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


def failing() -> Iterator[str]:
    yield "new"
    raise RuntimeError("half-way")


def test_lines_are_written_in_utf_8_with_plain_line_ends(tmp_path: Path) -> None:
    save(str(tmp_path / "new"), ["∂", "b"])
    assert (tmp_path / "new").read_bytes() == "∂\nb\n".encode()


def test_a_text_keeps_its_line_ends(tmp_path: Path) -> None:
    save_text(str(tmp_path / "new"), ["\ufeffa\r\nb\n", "c"])
    assert (tmp_path / "new").read_bytes() == "\ufeffa\r\nb\nc".encode()


def test_a_file_that_exists_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old and longer")
    save(str(tmp_path / "a"), ["new"])
    assert contents(tmp_path) == {"a": "new\n"}


def test_a_new_file_is_written_over_no_other(tmp_path: Path) -> None:
    save_text(str(tmp_path / "new.txt"), ["ours"], new=True)

    def meanwhile() -> Iterator[str]:
        (tmp_path / "old.txt").write_text("theirs")
        yield "ours"

    with pytest.raises(FileExistsError):
        save_text(str(tmp_path / "old.txt"), meanwhile(), new=True)
    assert contents(tmp_path) == {"new.txt": "ours", "old.txt": "theirs"}


def test_while_it_is_written_the_old_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    def looking() -> Iterator[str]:
        yield "new"
        assert (tmp_path / "a").read_text() == "old"

    save(str(tmp_path / "a"), looking())
    assert contents(tmp_path) == {"a": "new\n"}


@pytest.mark.parametrize("before", [{}, {"a": "old"}])
def test_what_fails_half_way_leaves_everything_as_it_was(tmp_path: Path, before: dict[str, str]) -> None:
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(RuntimeError, match="half-way"):
        save(str(tmp_path / "a"), failing())
    assert contents(tmp_path) == before


def test_a_signal_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def ended() -> Iterator[str]:
        assert len(list(tmp_path.iterdir())) == 1
        undo_all()  # what a signal does before it ends the process
        assert not list(tmp_path.iterdir())
        yield from failing()

    with pytest.raises(RuntimeError, match="half-way"):
        save(str(tmp_path / "a"), ended())


@POSIX
def test_permissions_are_kept_and_new_ones_are_the_usual_ones(tmp_path: Path) -> None:
    (tmp_path / "a").touch(0o640)
    (tmp_path / "a").chmod(0o750)
    (tmp_path / "usual").touch()
    for name in ("a", "b"):
        save(str(tmp_path / name), ["new"])
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "b").stat().st_mode == (tmp_path / "usual").stat().st_mode


@POSIX
def test_a_link_goes_on_leading_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("none yet")
    for name in ("link", "dangling"):
        save(str(tmp_path / name), ["new"])
        assert (tmp_path / name).is_symlink()
    assert contents(tmp_path) == dict.fromkeys(("file", "link", "dangling", "none yet"), "new\n")


@POSIX
def test_a_device_stays_one() -> None:
    save(os.devnull, ["new"])
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("place", ["", ".", "new/", "no/new", "file/new"])
def test_places_where_there_can_be_no_file(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("old")
    with pytest.raises(OSError, match=r"directory|\[WinError"):
        save(place, failing())
    assert contents(tmp_path) == {"file": "old"}


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anything")
def test_a_protected_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(PermissionError):
        save(str(tmp_path / "a"), ["new"])
    assert contents(tmp_path) == {"a": "old"}
