"""Slow work in a thread of its own, so that the app answers keys meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from backprop_tui.progress import Progress

T = TypeVar("T")


async def in_background(work: Callable[[Progress], T], progress: Progress) -> T:
    """The result of the work. The work is stopped as soon as nobody waits for it any more.

    Raises what the work raises; Cancelled if `progress` was told to stop it.
    """
    try:
        return await asyncio.to_thread(work, progress)
    finally:
        progress.cancel()
