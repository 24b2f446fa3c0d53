"""Slow work in a thread of its own, so that the app answers keys meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import TypeVar

from backprop_tui.progress import Cancelled, Progress

T = TypeVar("T")


async def in_background(work: Callable[[Progress], T], progress: Progress) -> T:
    """The result of the work. The work is stopped as soon as nobody waits for it any more.

    Whoever cancels is not kept waiting until the work notices; neither is the end of the process, as it would be by
    asyncio's own threads.

    Raises what the work raises; Cancelled as soon as `progress` is told to stop it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Callable[[], None]) -> None:
        if not future.done():
            outcome()

    def run() -> None:
        outcome: Callable[[], None]
        try:
            outcome = partial(future.set_result, work(progress))
        except BaseException as error:
            outcome = partial(future.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, outcome)

    progress.when_cancelled(partial(settle, partial(future.set_exception, Cancelled())))
    Thread(target=run, name="background", daemon=True).start()
    try:
        result = await future
        progress.check()  # somebody may have cancelled when the work was just done
        return result
    finally:
        progress.cancel()
