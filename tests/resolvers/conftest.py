"""The world in which use cases are tried."""

import pytest

from persistence.database import Database
from tests.support.world import World, make_world


@pytest.fixture
async def world(database: Database) -> World:
    """Make the world on a fresh database."""
    return await make_world(database)
