"""PostgreSQL keeps offices apart by itself: with every condition on rows taken away, nobody is shown what is another office's."""

import pytest
from sqlalchemy import text

from persistence import scope
from tests.schema.test_walls import walk
from tests.support import walls
from tests.support.walls import Walled

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.postgresql,
    pytest.mark.parametrize("backend", ["postgresql"], indirect=True),
]


@pytest.fixture
def unfiltered(walled: Walled, monkeypatch: pytest.MonkeyPatch) -> None:  # the world is made with the conditions in place
    """Take the conditions away: on SQLite, that alone lets the walk find another office's rows."""
    for name in ("customers_of", "tasks_of", "collaborations_of"):
        monkeypatch.setattr(scope, name, lambda *_asked: scope.everything())


@pytest.mark.usefixtures("unfiltered")
async def test_ids_of_another_office_find_nothing_without_a_condition_of_ours(walled: Walled) -> None:
    await walk(walled)


@pytest.mark.usefixtures("unfiltered")
async def test_what_is_reached_without_a_condition_of_ours_is_the_viewers_own_offices(walled: Walled) -> None:
    for name, context in (await walled.strangers()).items():
        read = await walls.read_everything(context)
        assert walled.theirs.seen_in(repr(read)) == [], name
        assert read.keys() >= walled.before[name].keys(), name


@pytest.mark.usefixtures("unfiltered")
async def test_the_walk_misses_a_wall_of_the_database_that_is_taken_down(walled: Walled) -> None:
    database = walled.world.database

    async def turn(way: str) -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text(f"ALTER TABLE collaborations {way} ROW LEVEL SECURITY"))

    await turn("DISABLE")
    try:
        with pytest.raises(AssertionError, match=r"(FULL|OWN|administrator|partner) at"):
            await walk(walled)
    finally:
        await turn("ENABLE")
