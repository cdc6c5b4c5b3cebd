"""Databases as the persistence layer's tests want them: with rows to start from, and one that stands beside the first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from persistence.database import Database
from tests.persistence import stored
from tests.support import postgres

settings.register_profile("persistence", deadline=None, database=None)
settings.load_profile("persistence")


@pytest.fixture
async def ground(database: Database) -> Database:
    """Give the fresh database rows to start from."""
    await stored.lay_ground(database)
    return database


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Make a database without any table, and give its address."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    made = postgres.create_database(server)
    try:
        yield made.render_as_string(hide_password=False)
    finally:
        postgres.drop_database(server, made)
