"""Waiting for what must become true, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

DEADLINE_S = 15


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it did not come to hold in time.
    """
    async with asyncio.timeout(DEADLINE_S):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in a database, which sets no event
            await asyncio.sleep(0.01)
