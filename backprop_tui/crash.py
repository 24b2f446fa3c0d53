"""What is left of a bug of ours: a log file for us, and one line for the user."""

from __future__ import annotations

import platform
import sys
import traceback
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from backprop_tui import __version__

BUG = 70
"""The exit status after a bug of ours."""


def report(error: BaseException) -> int:
    """Write the traceback into a log file, say on stderr where it is, and return the exit status."""
    try:
        where = f"the traceback is in {write_crash_log(error)}"
    except OSError as problem:
        where = f"the traceback could not be written: {problem.strerror}"
    print(f"backprop-tui: {type(error).__name__}: this is a bug of ours; {where}", file=sys.stderr)
    return BUG


def write_crash_log(error: BaseException) -> Path:
    """Write the traceback of an error into a new file in the user's state directory, and return its path.

    Raises OSError if it cannot be written.
    """
    directory = user_state_path("backprop-tui", appauthor=False, ensure_exists=True)
    path = directory / f"crash-{datetime.now():%Y%m%d-%H%M%S-%f}.log"
    system = f"backprop-tui {__version__}, Python {platform.python_version()}, {platform.platform()}"
    text = f"{system}\n{' '.join(sys.argv)}\n\n{''.join(traceback.format_exception(error))}"
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path
