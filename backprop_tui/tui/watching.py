"""Whether a file has changed: asked now and then, without keeping it open, and never on the thread that draws."""

from __future__ import annotations

import asyncio
import os
from typing import TypeAlias

_SECONDS = 0.2
"""Between two looks at the file."""

_Signature: TypeAlias = tuple[int, ...] | None


class WatchedFile:
    """A file, and what it was like when it was last read."""

    def __init__(self, path: str, *, interval: float = _SECONDS) -> None:
        """Note what the file is like now: whoever reads it does so after this."""
        self.path = path
        self._interval = interval
        self._read = _signature(path)

    async def changed(self) -> None:
        """Wait until the file has changed, or has gone, and is quiet again: whoever writes it may not be done.

        Counts as read from then on.
        """
        before = self._read
        while True:
            await asyncio.sleep(self._interval)
            now = await asyncio.to_thread(_signature, self.path)
            if now == before != self._read:
                self._read = now
                return
            before = now


def _signature(path: str) -> _Signature:
    """What differs after any change; None: there is no such file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino
