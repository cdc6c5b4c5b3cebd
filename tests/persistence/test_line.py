"""Where many read, whoever writes does not stand in line with them: all other writes wait for that one."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from persistence.database import Database, Unit

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

READERS = 8


async def nothing(_unit: Unit) -> str:
    return "written"


async def test_a_write_goes_ahead_while_as_many_read_as_may(database: Database) -> None:
    async with AsyncExitStack() as reading:
        for _ in range(READERS):
            await reading.enter_async_context(database.read())
        in_line = asyncio.create_task(reading_once(database))
        async with asyncio.timeout(10):
            assert await database.write(nothing) == "written"
        assert not in_line.done()
    async with asyncio.timeout(10):
        assert await in_line == "read"


async def reading_once(database: Database) -> str:
    async with database.read():
        return "read"
