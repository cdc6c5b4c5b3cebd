"""The worlds in which use cases are tried: made once for each kind of database, and anew for each test."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from persistence.database import Database
from resolvers.demo import world as demo_world
from tests.support import databases, worlds
from tests.support.issuer import LocalIssuer, local_issuer
from tests.support.world import World, make_installation, make_world


async def _make_demo(database: Database) -> None:
    await demo_world.load(make_installation(database))


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Make the world on SQLite, and give the file to copy."""
    directory = tmp_path_factory.mktemp("world")
    return worlds.fill(databases.copy_sqlite(sqlite_template, directory), make_world), directory / "samarbete.sqlite"


@pytest.fixture(scope="session")
def sqlite_demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the demo world on SQLite, and give the file to copy."""
    directory = tmp_path_factory.mktemp("demo")
    worlds.fill(databases.copy_sqlite(sqlite_template, directory), _make_demo)
    return directory / "samarbete.sqlite"


@pytest.fixture(scope="session")
def postgres_world(postgres_server: URL, postgres_template: URL) -> Iterator[tuple[World, URL]]:
    """Make the world on PostgreSQL."""
    with worlds.on_postgres(postgres_server, postgres_template, make_world) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_demo(postgres_server: URL, postgres_template: URL) -> Iterator[URL]:
    """Load the demo world on PostgreSQL."""
    with worlds.on_postgres(postgres_server, postgres_template, _make_demo) as made:
        yield made[1]


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
def demo_copy(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with the demo world and nothing else in it."""
    if backend == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_demo"), tmp_path)
        return
    database = request.getfixturevalue("postgres_demo")
    yield database.render_as_string(hide_password=False)
    databases.put_back(database)


@pytest.fixture
async def world(world_copy: tuple[World, str], rung: list[frozenset[str]], anyio_backend: str) -> AsyncIterator[World]:
    """Open a world of the test's own."""
    made, url = world_copy
    opened = Database(url, ring=rung.append)
    yield replace(made, installation=make_installation(opened), customers=dict(made.customers), tasks=dict(made.tasks))
    await opened.close()


@pytest.fixture
async def provider(anyio_backend: str) -> AsyncIterator[LocalIssuer]:
    """Run an identity provider on this machine."""
    async with local_issuer() as running:
        yield running
