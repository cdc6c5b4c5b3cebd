"""PostgreSQL's own wall: who says nothing sees nothing, what was said ends with the transaction, and none is no way to serve."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from domain.viewer import Viewer
from persistence import collaboration, migration, office, sight, tables
from persistence.database import Database, Reading, UnsafeDatabaseError
from tests.persistence import stored
from tests.support import makers, postgres

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.postgresql,
    pytest.mark.parametrize("backend", ["postgresql"], indirect=True),
]

# What belongs to no office: what the provider knows, of which rules ask for every office, and what the service works with.
NOBODYS = {
    "administrators", "companies", "company_administrators", "idempotency_keys", "identities", "installation", "jobs", "links",
    "services", "sessions", "subscriptions", "terms", "terms_acceptances",
}  # fmt: skip
NORD, SYD = "office-nord", "office-syd"


@pytest.fixture
async def ground(database: Database) -> Database:
    """Have two offices, a card of one of them, and a collaboration."""
    await stored.lay_ground(database)
    await stored.store(database, partial(collaboration.add, added=makers.collaboration()))
    return database


async def counted(reading: Reading) -> dict[str, int]:
    """Count the rows of every walled table that the reading sees."""
    names = [tables.metadata.tables[name] for name in sight.WALLED]
    return {table.name: await reading.connection.scalar(select(func.count()).select_from(table)) or 0 for table in names}


def test_every_table_is_walled_or_named_as_nobodys(backend: str) -> None:
    assert set(sight.WALLED) | NOBODYS == tables.metadata.tables.keys()
    assert not set(sight.WALLED) & NOBODYS


async def test_the_wall_holds_for_owners_too_on_every_walled_table(database: Database) -> None:
    query = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    async with database.engine.connect() as connection:
        assert sorted(await connection.scalars(query)) == sorted(sight.WALLED)


@pytest.mark.parametrize(
    "forged", [sight.NOTHING, "nobody", "Everything", "everything or", "office-nord or", "%", "{office-nord}"]
)
async def test_who_says_nothing_or_makes_something_up_sees_nothing(ground: Database, forged: str) -> None:
    async with ground.read(forged) as reading:
        assert not any((await counted(reading)).values())


async def test_a_viewer_sees_the_rows_of_his_side_and_everything_once_the_transaction_is_widened(ground: Database) -> None:
    async with ground.read() as reading:
        everything = await counted(reading)
    viewers: list[Viewer] = [makers.advisor_viewer(), makers.administrator_viewer()]
    for viewer, cards in zip(viewers, (1, 0), strict=True):
        async with ground.seen_by(lambda viewer=viewer: viewer).read() as reading:  # type: ignore[misc]  # mypy takes the default for an argument
            found = await counted(reading)
            assert (found["collaborations"], found["customers"], found["offices"]) == (1, cards, 1)
            await reading.widen()
            assert await counted(reading) == everything
    async with ground.seen_by(lambda: makers.advisor_viewer(office_id=SYD)).read() as reading:
        found = await counted(reading)
        assert (found["collaborations"], found["customers"], found["offices"], found["contacts"]) == (0, 1, 1, 0)
    async with ground.seen_by(lambda: None).read() as reading:
        assert not any((await counted(reading)).values())


async def test_a_row_of_another_office_is_not_taken(ground: Database) -> None:
    forged = makers.advisor(id="forged", office_id=NORD, email="eve@nordbyran.example")
    with pytest.raises(DBAPIError, match="row-level security"):
        await ground.write(lambda unit: office.add_advisor(unit, forged), SYD)


async def test_what_a_transaction_may_see_ends_with_it(ground: Database) -> None:
    said = text("SELECT current_user = session_user, coalesce(current_setting('samarbete.sight', true), ''), pg_backend_pid()")
    used: set[int] = set()
    for _ in range(3):
        async with ground.read() as reading:
            used.add(await reading.connection.scalar(text("SELECT pg_backend_pid()")) or 0)
    async with ground.engine.connect() as connection:
        assert (await connection.execute(said)).one() == (True, "", used.pop())
    assert not used


async def test_a_server_behind_no_wall_is_refused(ground: Database, subtests: pytest.Subtests) -> None:
    await ground.check()
    for open_it, close_it, told in (
        ("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY", "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY", "apart .* in tasks"),
        ("CREATE POLICY all_see ON customers USING (true)", "DROP POLICY all_see ON customers", "added or changed a policy"),
    ):
        with subtests.test(open_it):
            await stored.execute(ground, text("SET LOCAL ROLE NONE"), text(open_it))
            try:
                with pytest.raises(UnsafeDatabaseError, match=told):
                    await ground.check()
            finally:
                await stored.execute(ground, text("SET LOCAL ROLE NONE"), text(close_it))
    await ground.check()


@contextmanager
def made_role(server: URL) -> Iterator[str]:
    """Make a role that is nobody special, for as long as the block lasts."""
    name = f"samarbete_{uuid.uuid4().hex}"
    postgres.execute(server, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    try:
        yield name
    finally:
        postgres.execute(server, f"DROP ROLE {name}")


@pytest.fixture
def login(postgres_server: URL) -> Iterator[str]:
    """Give a role that is nobody special."""
    with made_role(postgres_server) as name:
        yield name


@pytest.fixture
def own_database(postgres_server: URL, postgres_template: URL) -> Iterator[tuple[str, str]]:
    """Give a role, and the address of an empty database of its own, as operators make them."""
    with made_role(postgres_server) as owner:
        made = postgres.create_database(postgres_server)
        try:
            postgres.execute(made, f'ALTER DATABASE "{made.database}" OWNER TO {owner}')
            yield owner, made.set(username=owner, password=owner).render_as_string(hide_password=False)
        finally:
            postgres.drop_database(postgres_server, made)


@pytest.fixture
def granted(own_database: tuple[str, str], postgres_server: URL) -> str:
    """Give the address of an empty database, whose owner may act as the role."""
    owner, address = own_database
    postgres.execute(postgres_server, f"GRANT {sight.ROLE} TO {owner}")
    return address


async def test_an_ordinary_owner_migrates_and_serves_behind_the_wall(granted: str, backend: str) -> None:
    assert backend == "postgresql"
    await migration.upgrade(granted)
    database = Database(granted, ring=lambda _topics: None)
    try:
        await database.check()
        await stored.lay_ground(database)
        async with database.engine.connect() as connection:
            unsaid = await connection.scalar(select(func.count()).select_from(tables.offices))
        async with database.read() as reading:
            said = (await counted(reading))["offices"]
        assert (unsaid, said) == (0, len(stored.OFFICES))
    finally:
        await database.close()
    await migration.downgrade(granted, "base")


async def test_a_migration_by_one_who_may_not_act_as_the_role_says_what_to_run(
    own_database: tuple[str, str], backend: str
) -> None:
    assert backend == "postgresql"
    with pytest.raises(DBAPIError, match=f"the role {sight.ROLE} is needed.* GRANT {sight.ROLE} TO {own_database[0]};"):
        await migration.upgrade(own_database[1])


async def test_a_login_that_may_not_act_as_the_role_is_told_what_to_run(database_url: str, login: str) -> None:
    address = make_url(database_url).set(username=login, password=login).render_as_string(hide_password=False)
    database = Database(address, ring=lambda _topics: None)
    try:
        with pytest.raises(UnsafeDatabaseError, match=f'GRANT {sight.ROLE} TO "{login}"'):
            await database.check()
    finally:
        await database.close()
