"""How runs were predicted so far: a journal in the user's state directory, a line for each run that came to its end.

Only ever appended to, each record by one small write that begins and ends with a line break. So two instances do not
disturb each other, and a record that a killed one left half written spoils no other. A file that holds anything else
is kept aside, and what can be read of it is kept in use. Nothing is compacted: a thousand runs are 200 KB. Knows
nothing of numpy: the list of lessons is there at once.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from backprop_tui.predicting.fading import Level

NAME = "scores.jsonl"
_BEGINNING = b'{"lesson": '
"""Of every record."""


@dataclass(frozen=True)
class Run:
    """One run that was predicted to its end."""

    lesson: str
    """The name of its file, without the directory."""
    content: str
    """A hash of what the file said."""
    level: int
    right: int = 0
    at_first: int = 0
    wrong: int = 0
    shown: int = 0
    mistakes: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked was answered, rightly or not."""
        return self.shown == 0

    @property
    def key(self) -> tuple[str, str]:
        """Which scenario it was."""
        return self.lesson, self.content


def key_of(path: str, text: str) -> tuple[str, str]:
    """Which scenario a file is: its name, and a hash of what it says, however its lines end."""
    content = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    return os.path.basename(path), hashlib.sha256(content).hexdigest()[:16]


class Journal:
    """The journal of this user. What goes wrong with it is told once; predicting goes on without it."""

    def __init__(self, directory: Path | None = None) -> None:
        """The journal in a directory; in the user's own, if none is given. Nothing is read or written yet."""
        self._path = (directory or user_state_path("backprop-tui", appauthor=False)) / NAME
        self._unwritten: list[Run] = []
        self._trouble = ""
        self._was_told = False

    def take_trouble(self) -> str:
        """What has gone wrong, the first time that it is asked for after that; else nothing."""
        if self._was_told or not self._trouble:
            return ""
        self._was_told = True
        return self._trouble

    def runs(self) -> Sequence[Run]:
        """All runs so far, the oldest first: those of this session at least."""
        try:
            written = self._path.read_bytes()
        except FileNotFoundError:
            written = b""
        except OSError as error:
            written = b""
            self._trouble = f"Your progress cannot be read: {error.strerror}"
        found, is_sound = parse(written)
        if not is_sound:
            self._keep_aside(found, written)
        return [*found, *self._unwritten]

    def add(self, run: Run) -> None:
        """Write down a run. It counts for this session even if that cannot be done."""
        try:
            if not self._path.is_absolute():
                raise FileNotFoundError(errno.ENOENT, "there is no home directory")
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _append(self._path, [run])
        except OSError as error:
            self._unwritten.append(run)
            self._trouble = f"Your progress cannot be kept: {error.strerror}"

    def next_level(self, key: tuple[str, str]) -> Level:
        """How much of a scenario is asked next: one level more than the highest that was completed."""
        done = completed(self.runs()).get(key)
        return Level.WATCH if done is None else done.following

    def levels_of(self, paths: Iterable[Path]) -> Mapping[Path, Level]:
        """The highest level that was completed of each of these files, if any was. Raises OSError."""
        done = completed(self.runs())
        names = {name for name, _ in done}
        keys = {path: key_of(path.name, path.read_text(encoding="utf-8")) for path in paths if path.name in names}
        return {path: done[key] for path, key in keys.items() if key in done}

    def _keep_aside(self, found: Sequence[Run], written: bytes) -> None:
        """Keep a damaged file under another name, and go on with what can be read of it."""
        aside = self._path.with_name(f"scores-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}.jsonl")
        try:
            if self._path.read_bytes() != written:  # another instance has done so already, or writes just now
                return
            os.rename(self._path, aside)
            self._trouble = f"Your progress was damaged, kept as {aside.name}"
            if found:
                _append(self._path, found)
        except OSError as error:
            self._trouble = f"The file of your progress is damaged, and cannot be mended: {error.strerror}"


def completed(runs: Sequence[Run]) -> Mapping[tuple[str, str], Level]:
    """The highest level of each scenario that was completed."""
    highest: dict[tuple[str, str], Level] = {}
    for run in runs:
        if run.is_complete:
            highest[run.key] = Level(max(run.level, highest.get(run.key, Level.WATCH)))
    return highest


def parse(written: bytes) -> tuple[list[Run], bool]:
    """The runs in a journal, and whether there is nothing else in it but what a killed process may have left."""
    runs: list[Run] = []
    is_sound = True
    for line in written.split(b"\n"):
        if not line:
            continue
        run = _run_in(line)
        if run:
            runs.append(run)
        elif not _is_torn(line):
            is_sound = False
    return runs, is_sound


def _is_torn(line: bytes) -> bool:
    """Whether a line is the beginning of a record, and no more: that is no JSON."""
    if not (line.startswith(_BEGINNING) or _BEGINNING.startswith(line)) or not line.isascii() or min(line) < 0x20:
        return False
    try:
        json.loads(line)
    except RecursionError:
        return False
    except ValueError:
        return True
    return False


def _run_in(line: bytes) -> Run | None:
    try:
        record: Any = json.loads(line)
        run = Run(**record)
    except (ValueError, TypeError, RecursionError):
        return None
    counts = [run.right, run.at_first, run.wrong, run.shown]
    is_known = isinstance(run.lesson, str) and isinstance(run.content, str) and isinstance(run.mistakes, dict)
    is_counted = all(type(count) is int and count >= 0 for count in [*counts, run.level])
    return run if is_known and is_counted and run.level <= Level.EVERYTHING else None


def _append(path: Path, runs: Sequence[Run]) -> None:
    records = "".join(f"\n{json.dumps(asdict(run))}\n" for run in runs).encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(file, records) < len(records):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(file)
