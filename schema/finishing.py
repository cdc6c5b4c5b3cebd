"""How long an operation may take, and what becomes of it when that is over or its client has gone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from schema import faults
from schema.faults import Answer, Refused, coded

REQUEST_S = 10.0
BULK_S = 60.0
# Most operations are done by then, and nobody has to watch over their clients.
_SOON_S = 0.05
_STOPPED = "It took longer than {:.0f} seconds and was stopped. Ask for less, or try again."
_GOES_ON = "It took longer than {:.0f} seconds and may yet be done: send it again with the same idempotencyKey to learn of it."


class ClientGoneError(Exception):
    """There is nobody to be answered any more."""


class Finishing:
    """Every operation whose client waits for it no longer.

    What reads is stopped. A mutation goes on to its end: it is done or not done, and a repetition with the same key tells which.
    """

    def __init__(self) -> None:
        self._left: set[asyncio.Task[Answer]] = set()

    async def answer(
        self,
        work: Coroutine[Any, Any, Answer],
        *,
        within_s: float,
        goes_on: bool,
        leaving: Callable[[], Awaitable[None]] | None,
        late: Callable[[], None],
    ) -> Answer:
        """Return what the work gives; `leaving` ends when the client has gone, and `late` is called when nobody waits any more.

        Raises:
            Refused: the time is over.
            ClientGoneError: the client has gone.
        """
        task = asyncio.create_task(work)
        try:
            has_left = await _wait(task, within_s, leaving)
            if task.done():
                return task.result()
        finally:
            if not task.done():
                late()
                self._leave(task, goes_on=goes_on)
        if has_left:
            raise ClientGoneError
        words = (_GOES_ON if goes_on else _STOPPED).format(within_s)
        raise Refused(coded(faults.DEADLINE_EXCEEDED, words), status=503)

    async def drain(self, within_s: float) -> None:
        """Wait until everything has ended, or the time is over."""
        if self._left:
            await asyncio.wait(self._left, timeout=within_s)

    def _leave(self, task: asyncio.Task[Answer], *, goes_on: bool) -> None:
        self._left.add(task)
        task.add_done_callback(self._end)
        if not goes_on:
            task.cancel()

    def _end(self, task: asyncio.Task[Answer]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or asyncio reports that nobody did; what executions raise is in their answers


async def _wait(task: asyncio.Task[Answer], within_s: float, leaving: Callable[[], Awaitable[None]] | None) -> bool:
    """Wait for the task as long as it may take, and tell whether the client has gone before."""
    begun = asyncio.get_running_loop().time()
    await asyncio.wait({task}, timeout=min(_SOON_S, within_s))
    if task.done():
        return False
    left = within_s - (asyncio.get_running_loop().time() - begun)
    if leaving is None:
        await asyncio.wait({task}, timeout=left)
        return False
    gone = asyncio.ensure_future(leaving())
    try:
        await asyncio.wait({task, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        return gone.done()
    finally:
        gone.cancel()
