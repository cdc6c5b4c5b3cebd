"""The world in which use cases are tried: made once for each kind of database, and anew for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from persistence.database import Database
from tests.support import databases, postgres
from tests.support.world import World, make_installation, make_world


def _fill(url: str) -> World:
    """Make the world on the database at the address, and let go of it."""

    async def work() -> World:
        database = Database(url, ring=lambda _topics: None)
        try:
            return await make_world(database)
        finally:
            await database.close()

    return asyncio.run(work())


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Make the world on SQLite, and give the file to copy."""
    directory = tmp_path_factory.mktemp("world")
    url = databases.copy_sqlite(sqlite_template, directory)
    return _fill(url), directory / "samarbete.sqlite"


@pytest.fixture(scope="session")
def postgres_world(postgres_server: URL, postgres_template: URL) -> Iterator[tuple[World, URL]]:
    """Make the world on PostgreSQL, and give a database that can be put back to it."""
    made = postgres.create_database(postgres_server, template=postgres_template)
    filled = _fill(made.render_as_string(hide_password=False))
    databases.remember(made)
    yield filled, made
    postgres.drop_database(postgres_server, made)


@pytest.fixture
def world_copy(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, str]]:
    """Give the address of a database with the world and nothing else in it."""
    if backend == "sqlite":
        made, file = request.getfixturevalue("sqlite_world")
        yield made, databases.copy_sqlite(file, tmp_path)
        return
    made, database = request.getfixturevalue("postgres_world")
    yield made, database.render_as_string(hide_password=False)
    databases.put_back(database)


@pytest.fixture
async def world(world_copy: tuple[World, str], rung: list[frozenset[str]], anyio_backend: str) -> AsyncIterator[World]:
    """Open a world of the test's own."""
    made, url = world_copy
    opened = Database(url, ring=rung.append)
    yield replace(made, installation=make_installation(opened), customers=dict(made.customers), tasks=dict(made.tasks))
    await opened.close()
