"""The one transaction in which every change is made: whole or not at all, one after another, and told when it is done."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import NotFound
from persistence import clock, office
from persistence.database import (
    CollisionError,
    Database,
    Reading,
    RefusedAfterChangeError,
    Unit,
    UnsafeDatabaseError,
)
from persistence.tables import offices, streams, task_participants
from tests.persistence import stored
from tests.support import databases

pytestmark = pytest.mark.anyio

MANY = 40
COUNTER = "counter"


async def count(reading: Reading) -> int:
    found: int = (await reading.connection.execute(select(streams.c.head).where(streams.c.id == COUNTER))).scalar_one()
    return found


async def set_count(unit: Unit, value: int) -> None:
    await unit.connection.execute(update(streams).where(streams.c.id == COUNTER).values(head=value))


async def office_names(database: Database) -> list[str]:
    async with database.read() as reading:
        return sorted(await reading.connection.scalars(select(offices.c.name)))


@pytest.fixture
async def counter(database: Database) -> Database:
    """Have a row that holds a number."""
    await stored.execute(database, insert(streams).values(id=COUNTER, head=0))
    return database


async def test_what_many_add_in_their_transactions_is_all_there(counter: Database) -> None:
    async def add_one(unit: Unit) -> None:
        query = select(streams.c.head).where(streams.c.id == COUNTER).with_for_update()
        found = (await unit.connection.execute(query)).scalar_one()
        await asyncio.sleep(0)
        await set_count(unit, found + 1)

    await asyncio.gather(*(counter.write(add_one) for _ in range(MANY)))
    async with counter.read() as reading:
        assert await count(reading) == MANY


async def test_two_servers_on_one_database_lose_no_update_either(counter: Database, database_url: str) -> None:
    async def add_one(unit: Unit) -> None:
        query = select(streams.c.head).where(streams.c.id == COUNTER).with_for_update()
        found = (await unit.connection.execute(query)).scalar_one()
        await set_count(unit, found + 1)

    other = Database(database_url, ring=lambda _topics: None)
    await asyncio.gather(*(database.write(add_one) for _ in range(MANY // 2) for database in (counter, other)))
    await other.close()
    async with counter.read() as reading:
        assert await count(reading) == MANY


@pytest.mark.sqlite
async def test_a_sqlite_transaction_takes_the_write_lock_before_it_reads(sqlite_template: Path, tmp_path: Path) -> None:
    counter = Database(databases.copy_sqlite(sqlite_template, tmp_path), ring=lambda _topics: None)
    begun: list[str] = []

    @event.listens_for(counter.engine.sync_engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        begun.append(statement)

    await counter.write(lambda unit: set_count(unit, 1))
    async with counter.read():
        pass
    assert [statement for statement in begun if statement.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]
    await counter.close()


async def test_a_refusal_rolls_everything_back_and_rings_for_nobody(database: Database, rung: list[frozenset[str]]) -> None:
    async def work(unit: Unit) -> None:
        await office.add_office(unit, stored.OFFICES[0])
        unit.topics.add("jobs")
        raise NotFound

    with pytest.raises(NotFound):
        await database.write(work)
    assert await office_names(database) == []
    assert rung == []


async def test_what_time_made_true_is_committed_before_the_refusal_is_raised(
    database: Database, rung: list[frozenset[str]]
) -> None:
    refusal = NotFound()

    async def work(unit: Unit) -> None:
        await office.add_office(unit, stored.OFFICES[0])
        unit.topics.add("office:office-nord")
        raise RefusedAfterChangeError(refusal)

    with pytest.raises(NotFound) as raised:
        await database.write(work)
    assert raised.value is refusal
    assert await office_names(database) == ["Nordbyrån"]
    assert rung == [frozenset({"office:office-nord"})]


async def test_the_bell_is_rung_when_the_change_can_be_read(database_url: str) -> None:
    seen: list[frozenset[str]] = []
    readings: list[asyncio.Task[list[str]]] = []
    reader = Database(database_url, ring=lambda _topics: None)

    def ring(topics: frozenset[str]) -> None:
        seen.append(topics)
        readings.append(asyncio.ensure_future(office_names(reader)))

    database = Database(database_url, ring=ring)

    async def work(unit: Unit) -> str:
        await office.add_office(unit, stored.OFFICES[0])
        unit.topics.update({"jobs", "office:office-nord"})
        assert seen == []
        return "returned"

    assert await database.write(work) == "returned"
    assert seen == [frozenset({"jobs", "office:office-nord"})]
    assert await readings[0] == ["Nordbyrån"]
    await database.write(lambda unit: office.add_office(unit, stored.OFFICES[1]))
    assert len(seen) == 1
    await database.close()
    await reader.close()


async def test_a_unit_that_collides_is_run_again_from_the_start(database: Database, rung: list[frozenset[str]]) -> None:
    found: list[object] = []

    async def add(unit: Unit) -> None:
        unit.topics.add(f"run {len(found)}")
        known = await office.find_office_by_number(unit, stored.OFFICES[0].organisation_number)
        found.append(known)
        if known is None:
            await office.add_office(unit, stored.OFFICES[0])
            if len(found) < 3:
                raise CollisionError

    await database.write(add)
    assert found == [None] * 3
    assert rung == [frozenset({"run 2"})]
    assert await office_names(database) == ["Nordbyrån"]


async def test_two_that_insert_the_same_key_at_once_are_told_apart(database: Database) -> None:
    async def get_or_add(unit: Unit) -> str:
        known = await office.find_office_by_number(unit, stored.OFFICES[0].organisation_number)
        if known is not None:
            return known.id
        await asyncio.sleep(0.01)
        await office.add_office(unit, stored.OFFICES[0])
        return "added"

    answers = await asyncio.gather(*(database.write(get_or_add) for _ in range(8)))
    assert sorted(answers) == ["added", *["office-nord"] * 7]


async def test_a_key_that_stays_taken_is_an_error_in_the_end(database: Database) -> None:
    runs = 0

    async def add(unit: Unit) -> None:
        nonlocal runs
        runs += 1
        await office.add_office(unit, stored.OFFICES[0])

    await database.write(add)
    with pytest.raises(IntegrityError):
        await database.write(add)
    assert runs == 1 + 5


async def test_two_that_lock_each_others_rows_both_come_through(database: Database) -> None:
    await stored.execute(database, *(insert(streams).values(id=name, head=0) for name in ("a", "b")))
    together = asyncio.Barrier(2)
    waited: set[str] = set()

    async def work(unit: Unit, first: str, second: str) -> None:
        await unit.connection.execute(update(streams).where(streams.c.id == first).values(head=streams.c.head + 1))
        if not database.is_sqlite and first not in waited:
            waited.add(first)
            await together.wait()
        await unit.connection.execute(update(streams).where(streams.c.id == second).values(head=streams.c.head + 1))

    await asyncio.gather(
        database.write(lambda unit: work(unit, "a", "b")),
        database.write(lambda unit: work(unit, "b", "a")),
    )
    async with database.read() as reading:
        assert set(await reading.connection.scalars(select(streams.c.head))) == {2}


async def test_a_unit_that_is_cancelled_leaves_nothing_and_lets_the_next_one_write(database: Database) -> None:
    written = asyncio.Event()

    async def never_ends(unit: Unit) -> None:
        await office.add_office(unit, stored.OFFICES[0])
        written.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(database.write(never_ends))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(2):
        await database.write(lambda unit: office.add_office(unit, stored.OFFICES[1]))
    assert await office_names(database) == ["Sydbyrån"]


async def test_a_reading_sees_one_moment_however_long_it_lasts(database: Database) -> None:
    async with database.read() as reading:
        query = select(offices.c.name)
        before = (await reading.connection.scalars(query)).all()
        await database.write(lambda unit: office.add_office(unit, stored.OFFICES[0]))
        assert (await reading.connection.scalars(query)).all() == before == []
    assert await office_names(database) == ["Nordbyrån"]


async def test_durability_settings_are_read_back_and_a_wrong_one_is_refused(
    database: Database, database_url: str, subtests: pytest.Subtests
) -> None:
    await database.check()
    for weaker in (
        ["PRAGMA synchronous = 1", "PRAGMA foreign_keys = 0"] if database.is_sqlite else ["SET synchronous_commit = off"]
    ):
        with subtests.test(weaker):
            assert weaker.split()[1] in await why_unsafe(database_url, weaker)


async def why_unsafe(url: str, weaker: str) -> str:
    """Return why a database is refused on whose connections the statement was run."""
    unsafe = Database(url, ring=lambda _topics: None)

    @event.listens_for(unsafe.engine.sync_engine, "connect")
    def _weaken(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the driver's own types
        cursor = connection.cursor()
        cursor.execute(weaker)
        cursor.close()
        if not unsafe.is_sqlite:
            connection.commit()

    with pytest.raises(UnsafeDatabaseError) as refusal:
        await unsafe.check()
    await unsafe.close()
    return str(refusal.value)


async def test_a_key_to_nowhere_is_refused_on_every_connection(database: Database) -> None:
    together = asyncio.Barrier(6)

    async def refuse() -> None:
        nowhere = insert(task_participants).values(task_id="nowhere", advisor_id="nowhere", position=0)
        async with database.engine.connect() as connection:
            await together.wait()
            with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
                await connection.execute(nowhere)

    await asyncio.gather(*(refuse() for _ in range(6)))


async def test_the_clock_tells_the_time_of_day_and_its_shift(database: Database, rung: list[frozenset[str]]) -> None:
    async with database.read() as reading:
        assert abs(reading.now - datetime.now(UTC)) < timedelta(seconds=5)
        assert reading.now.tzinfo is UTC
        assert await clock.shift(reading) == timedelta(0)
        epoch = reading.epoch
    await database.write(lambda unit: clock.advance(unit, timedelta(days=31, hours=1)))
    await database.write(lambda unit: clock.advance(unit, timedelta(days=-1)))
    assert rung == [frozenset({"jobs"})] * 2
    async with database.read() as reading:
        shift = timedelta(days=30, hours=1)
        assert await clock.shift(reading) == shift
        assert abs(reading.now - shift - datetime.now(UTC)) < timedelta(seconds=5)
        assert reading.epoch == epoch

    async def told(unit: Unit) -> datetime:
        return unit.now

    assert abs(await database.write(told) - shift - datetime.now(UTC)) < timedelta(seconds=5)
