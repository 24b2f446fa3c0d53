"""Files that are no files of bytes, not there, or change: one clear error each, at once."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import sys
import threading
from pathlib import Path

import pytest

from backprop_tui.scenario import ScenarioError, load

TREE = 'program = """\nc = a * b\n"""\n[inputs]\na = 2.0\nb = 3.0\n'


def unreadable(path: str | os.PathLike[str]) -> str:
    """Why a file cannot be read, and the hint."""
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "F001"
    return diagnostic.message.removeprefix("cannot read it: ") + (f"; {diagnostic.help}" if diagnostic.help else "")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "tree.toml").write_text(TREE)
    assert unreadable(tmp_path / "treee.toml") == "there is no such file; did you mean 'tree.toml'?"
    assert unreadable("no/tree.toml") == "there is no directory 'no'"
    assert unreadable("") == "its name is empty; is a variable of the shell empty?"
    with pytest.raises(ScenarioError, match=r"^'': error"):
        load("")
    assert unreadable("-").startswith("- is not standard input here; write the scenario into a file")


def test_a_directory_and_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "tree.toml").write_text(TREE)
    assert unreadable(tmp_path) == "it is a directory, not a file; name a file in it"
    assert unreadable(tmp_path / "tree.toml" / "x").endswith(" is a file, not a directory")


@pytest.mark.skipif(sys.platform == "win32", reason="other rules for names")
@pytest.mark.parametrize("behind", ["/", "//", "/x/", "//x/y//"])
def test_a_slash_behind_a_file(behind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "tree.toml").write_text(TREE)
    monkeypatch.chdir(tmp_path)
    assert unreadable(f"d/tree.toml{behind}") == "'d/tree.toml' is a file, not a directory"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("gone\x1b[2J")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    assert unreadable(tmp_path / "dangling") == "it is a link to 'gone␛[2J', which does not exist"
    for name in ("loop", "one"):
        assert unreadable(tmp_path / name) == "it is a link that leads in a circle; link to the file itself"


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
def test_a_fifo_does_not_make_us_wait_with_or_without_a_writer(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    said = "it is a FIFO (a named pipe), not a file; write what comes out of it into a file, and open that"
    assert unreadable(fifo) == said
    writer = os.open(fifo, os.O_RDWR)
    os.write(writer, TREE.encode())
    assert unreadable(fifo) == said
    assert os.read(writer, 9) == TREE.encode()[:9]  # nothing was taken out of it
    os.close(writer)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")
def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert unreadable("s") == "it is a socket, not a file"


@pytest.mark.skipif(sys.platform != "linux", reason="devices of Linux")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/tty", "/dev/null", "/dev/urandom", "/dev/full"])
def test_a_device_is_not_opened(device: str) -> None:
    assert unreadable(device).startswith("it is a character device, such as a terminal, not a file")


@pytest.mark.skipif(sys.platform != "linux", reason="standard input has a name on Linux")
def test_standard_input_by_name() -> None:
    reading, writing = os.pipe()
    kept = os.dup(0)
    try:
        os.dup2(reading, 0)
        assert unreadable("/dev/stdin").startswith("it is a FIFO (a named pipe), not a file")
    finally:
        os.dup2(kept, 0)
        for descriptor in (reading, writing, kept):
            os.close(descriptor)


@pytest.mark.skipif(sys.platform == "win32", reason="no sparse files by default")
def test_twenty_gigabytes_are_refused_by_the_first_few(tmp_path: Path) -> None:
    path = tmp_path / "sparse.toml"
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)
    with pytest.raises(ScenarioError, match="F002"):
        load(path)


@pytest.mark.skipif(sys.platform == "win32", reason="other rules for permission")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text(TREE)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # root may read everything
        os.seteuid(65_534)
    try:
        assert unreadable(path) == "you have no permission to read it; on Linux and macOS: chmod u+r"
    finally:
        os.seteuid(user)


@pytest.mark.skipif(sys.platform == "win32", reason="other rules for names")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 300, "the name is too long"),
        ("d/" * 3_000, "the name is too long"),
        ("a\0b", "no file can have this name"),
        ("\ud800", "no file can have this name"),
        ("gone\n\x1b]0;x\x07", "there is no such file"),
        (os.fsdecode(b"gone\xff\xfe"), "there is no such file"),
    ],
    ids=["long name", "long path", "NUL", "half a character", "controls", "no text"],
)
def test_names_that_no_one_should_give_a_file(name: str, said: str) -> None:
    assert unreadable(name) == said
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="other rules for names")
@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9\xff"), "a\nb", "\x1b[2J\u202e", "[red]"])
def test_a_file_with_an_odd_name_is_opened_and_shown_clean(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(TREE)
    assert load(path).title.isprintable()
    path.write_text(TREE.replace("* b", "* bb"))
    with pytest.raises(ScenarioError, match="P001") as caught:
        load(path)
    assert str(caught.value).split("\n")[0].isprintable()


@pytest.mark.skipif(sys.platform != "linux", reason="a file of Linux")
def test_a_file_of_the_kernel_that_would_make_us_wait() -> None:
    kernel_log = "/proc/kmsg"  # a regular file, by its mode
    if not os.path.exists(kernel_log) or not stat.S_ISREG(os.stat(kernel_log).st_mode):
        pytest.skip("not here")
    with pytest.raises(ScenarioError):
        load(kernel_log)


def test_a_file_that_changes_while_it_is_read_loads_or_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "changing.toml"
    path.write_text(TREE)
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            for content in (TREE, TREE[:20], "", TREE + "#" * 200_000):
                path.write_text(content)
            path.unlink()
            path.mkdir()
            path.rmdir()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(200):
            with contextlib.suppress(ScenarioError):
                load(path)
    finally:
        done.set()
        thread.join()
