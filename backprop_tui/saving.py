"""Writing a file: all of it, or nothing."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from backprop_tui.signals import undone_at_the_end


def save(path: str, lines: Iterable[str]) -> None:
    """Write lines to a file, as `save_text` does."""
    save_text(path, (f"{line}\n" for line in lines))


def save_text(path: str, pieces: Iterable[str], *, new: bool = False) -> None:
    """Write the pieces of a text to a file, in UTF-8 and with the line ends that it has.

    One that exists is replaced once everything is written, and keeps its permissions; a link goes on leading to it.
    What is no file, a pipe or a device, is written to directly. Raises OSError, and then no file has changed;
    FileExistsError if the file is to be `new` and there is one by the time that everything is written.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if not os.path.basename(path) or (mode and stat.S_ISDIR(mode)):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if mode and not stat.S_ISREG(mode):
        _write(path, "w", pieces)
        return
    target = os.path.realpath(path)
    if mode and not os.access(target, os.W_OK):  # a file that is protected is not to be replaced either
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    temporary = os.path.join(os.path.dirname(target), f".backprop-tui-{secrets.token_hex(8)}")
    remove = partial(os.unlink, temporary)
    with undone_at_the_end(remove):
        try:
            _write(temporary, "x", pieces)
            if mode:
                os.chmod(temporary, stat.S_IMODE(mode))
            if new:
                open(target, "x").close()  # from now on nobody else makes it
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                remove()
            raise


def _write(path: str, how: str, pieces: Iterable[str]) -> None:
    with open(path, how, encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
