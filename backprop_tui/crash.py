"""What is left of a bug of ours: a log file for us, and one line for the user."""

from __future__ import annotations

import contextlib
import platform
import sys
import traceback
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from backprop_tui import __version__
from backprop_tui.output import narrate

BUG = 70
"""The exit status after a bug of ours."""
KEPT = 20
"""How many logs are kept: the newest."""


def report(error: BaseException) -> int:
    """Write the traceback into a log file, say on stderr where it is, and return the exit status."""
    try:
        where = f"the traceback is in {write_crash_log(error)}"
    except OSError as problem:
        where = f"the traceback could not be written: {problem}"
    narrate(_visible(f"backprop-tui: {type(error).__name__}: this is a bug of ours; {where}"))
    return BUG


def write_crash_log(error: BaseException) -> Path:
    """Write the traceback of an error into a new file in the user's state directory, and return its path.

    The oldest ones go. Raises OSError if it cannot be written.
    """
    directory = user_state_path("backprop-tui", appauthor=False, ensure_exists=True)
    path = directory / f"crash-{datetime.now():%Y%m%d-%H%M%S-%f}.log"
    system = f"backprop-tui {__version__}, Python {platform.python_version()}, {platform.platform()}"
    lines = [system, repr(sys.argv), "", *"".join(traceback.format_exception(error)).split("\n")]
    path.write_text("\n".join(map(_visible, lines)), encoding="utf-8", errors="backslashreplace")
    for old in sorted(directory.glob("crash-*.log"))[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def _visible(line: str) -> str:
    """Nothing in it can do anything to a terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)
