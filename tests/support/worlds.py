"""Worlds that are made once for each kind of database, and anew for whoever wants one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.engine import URL

from persistence.database import Database
from tests.support import databases, postgres

Made = TypeVar("Made")


def fill(url: str, make: Callable[[Database], Awaitable[Made]]) -> Made:
    """Make a world on the database at the address, and let go of it."""

    async def work() -> Made:
        database = Database(url, ring=lambda _topics: None)
        try:
            return await make(database)
        finally:
            await database.close()

    return asyncio.run(work())


@contextmanager
def on_postgres(server: URL, template: URL, make: Callable[[Database], Awaitable[Made]]) -> Iterator[tuple[Made, URL]]:
    """Make a world on PostgreSQL, and give a database that can be put back to it."""
    database = postgres.create_database(server, template=template)
    made = fill(database.render_as_string(hide_password=False), make)
    databases.remember(database)
    yield made, database
    postgres.drop_database(server, database)
