"""Writing to stdout, where an error of writing is told apart from every other one; and to stderr, where none counts."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress


class OutputError(Exception):
    """Output cannot be written: a full disk, a closed descriptor. A reader that went away is a BrokenPipeError."""


def write(lines: Iterable[str], *, encoding: str | None = None) -> None:
    """Write lines, none of which takes reading a file. Raises OutputError, BrokenPipeError.

    With an encoding, from now on stdout has that one, whatever the locale says: the format requires it.
    """
    if not sys.stdout:  # what Python makes of a closed descriptor
        raise OutputError("stdout is closed")
    if encoding and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    with _writing():
        sys.stdout.writelines(f"{line}\n" for line in lines)


def flush() -> None:
    """Let go of what is buffered. Raises OutputError, BrokenPipeError."""
    if sys.stdout:
        with _writing():
            sys.stdout.flush()


def narrate(text: str) -> None:
    """Say something on stderr. If nobody can hear it, the exit status still tells."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.strerror) from error
