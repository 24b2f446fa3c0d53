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
    """Write lines to a file, in UTF-8.

    One that exists is replaced once everything is written, and keeps its permissions; a link goes on leading to it.
    What is no file, a pipe or a device, is written to directly. Raises OSError, and then no file has changed.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if not os.path.basename(path) or (mode and stat.S_ISDIR(mode)):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if mode and not stat.S_ISREG(mode):
        _write(path, "w", lines)
        return
    target = os.path.realpath(path)
    if mode and not os.access(target, os.W_OK):  # a file that is protected is not to be replaced either
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    temporary = os.path.join(os.path.dirname(target), f".backprop-tui-{secrets.token_hex(8)}")
    remove = partial(os.unlink, temporary)
    with undone_at_the_end(remove):
        try:
            _write(temporary, "x", lines)
            if mode:
                os.chmod(temporary, stat.S_IMODE(mode))
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                remove()
            raise


def _write(path: str, how: str, lines: Iterable[str]) -> None:
    with open(path, how, encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
