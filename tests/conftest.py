"""What every test may ask for: a fresh database of each kind, and one way to run what is asynchronous."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.engine import URL

from persistence.database import Database
from tests.support import databases, demo, postgres
from tests.support.demo import DemoWorld
from web import server

# What is imported and collected is no garbage.
gc.disable()
# Examples are drawn without a stopwatch, for a slow machine is no fault of the rule.
hypothesis.settings.register_profile("house", deadline=None, database=None, max_examples=200)
hypothesis.settings.load_profile("house")

BACKENDS = [
    pytest.param("sqlite", marks=pytest.mark.sqlite),
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]


def pytest_xdist_auto_num_workers() -> int:
    """Run one more test at a time than there are processors: a third of the time tests wait for processes, disks and sockets."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no processor waits at the end for another's last test."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the garbage collector off what lives as long as the tests, as the service does."""
    server.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """Run a PostgreSQL server for as long as the session lasts; the address is its maintenance database's."""
    with postgres.run_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """Make the database that PostgreSQL tests get copies of."""
    template = databases.make_postgres_template(postgres_server)
    yield template
    postgres.drop_database(postgres_server, template)


@pytest.fixture(scope="session")
def postgres_shelf(postgres_server: URL, postgres_template: URL) -> Iterator[list[URL]]:
    """Keep the databases that tests have given back, to be lent to the next ones."""
    shelf: list[URL] = []
    yield shelf
    for database in shelf:
        postgres.drop_database(postgres_server, database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the file that SQLite tests get copies of."""
    return databases.make_sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """Load the demo world that tests of the whole service get copies of."""
    return demo.make(tmp_path_factory.mktemp("demo"))


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name the database that the test runs on; a test that asks for it runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Make a fresh database with every table and nothing in it, and give its address."""
    if backend == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with databases.lend_postgres(server, template, request.getfixturevalue("postgres_shelf")) as url:
        yield url


@pytest.fixture
def rung() -> list[frozenset[str]]:
    """Collect what the database of the test rang for, one entry for each commit."""
    return []


@pytest.fixture
async def database(database_url: str, rung: list[frozenset[str]], anyio_backend: str) -> AsyncIterator[Database]:
    """Open the fresh database."""
    opened = Database(database_url, ring=rung.append)
    yield opened
    await opened.close()
