"""Opening a file that may be anything: never waiting, and saying what it is if it is no file of bytes."""

from __future__ import annotations

import errno
import os
import stat
from itertools import islice

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, fail_whole_file
from backprop_tui.scenario.names import did_you_mean
from backprop_tui.scenario.text import quote

_FLAGS = ("O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC")  # no system has all of them
_KINDS = (
    (stat.S_ISDIR, "a directory", "name a file in it"),
    (stat.S_ISFIFO, "a FIFO (a named pipe)", "write what comes out of it into a file, and open that"),
    (stat.S_ISSOCK, "a socket", ""),
    (stat.S_ISCHR, "a character device, such as a terminal", "write the scenario into a file, and open that"),
    (stat.S_ISBLK, "a block device, such as a disk", ""),
)
_NEIGHBOURS = 1_000


def content_of(name: str) -> bytes:
    """What is in a file, read once; no more than one byte beyond the limit.

    Raises:
        ScenarioError: it cannot be read, or is no regular file.

    """
    try:
        _refuse_special(name, os.stat(name).st_mode)  # before it is opened: opening a device may do something
        descriptor = os.open(name, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _FLAGS))
        with open(descriptor, "rb") as file:
            _refuse_special(name, os.fstat(descriptor).st_mode)  # it may have been replaced
            return file.read(limits.FILE_BYTES + 1) or b""  # None: a file of the kernel that would make us wait
    except OSError as error:
        raise _unreadable(name, *_reason(name, error)) from None
    except ValueError:  # a NUL, or half a character
        raise _unreadable(name, "no file can have this name") from None


def _refuse_special(name: str, mode: int) -> None:
    for is_kind, what, hint in _KINDS:
        if is_kind(mode):
            raise _unreadable(name, f"it is {what}, not a file", hint)


def _reason(name: str, error: OSError) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    if error.errno == errno.ENOENT:
        return _not_there(name)
    if error.errno == errno.ENOTDIR:
        return f"{quote(_last_there(name))} is a file, not a directory", ""
    if error.errno == errno.ELOOP:
        return "it is a link that leads in a circle", "link to the file itself"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long", ""
    if error.errno == errno.EACCES:
        return "you have no permission to read it", "on Linux and macOS: chmod u+r"
    if error.errno == errno.ENXIO:
        return "it is a socket or a device, not a file", ""
    return error.strerror or type(error).__name__, ""


def _not_there(name: str) -> tuple[str, str]:
    if not name:
        return "its name is empty", "is a variable of the shell empty?"
    if name == "-":
        return "- is not standard input here", "write the scenario into a file, and open that"
    if os.path.islink(name):
        return f"it is a link to {quote(os.readlink(name))}, which does not exist", ""
    folder, base = os.path.split(name)
    if folder and not os.path.isdir(folder):
        return f"there is no directory {quote(folder)}", ""
    try:
        with os.scandir(folder or os.curdir) as found:
            hint = did_you_mean(base, (entry.name for entry in islice(found, _NEIGHBOURS)))
    except OSError:  # a directory may be entered and not be listed
        hint = ""
    return "there is no such file", hint


def _last_there(name: str) -> str:
    """The last part of a path that exists."""
    while name and not os.path.lexists(name):
        name = os.path.dirname(name)
    return name


def _unreadable(name: str, reason: str, hint: str = "") -> ScenarioError:
    return fail_whole_file(name, Code.UNREADABLE, f"cannot read it: {reason}", hint=hint)
