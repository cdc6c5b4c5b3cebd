"""Migrations make the tables that the code declares, whole or not at all, and a database of another version is refused."""

import asyncio
import re
from datetime import timedelta
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from domain.collaboration import CollaborationStatus
from persistence import collaboration, migration, tables
from persistence.database import Database
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

# What alembic does not compare.
POSTGRESQL_CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
)
POSTGRESQL_COLUMNS = (
    "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, collname, attidentity "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_collation ON pg_collation.oid = attcollation "
    "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
)
POSTGRESQL_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def opened(url: str) -> Database:
    return Database(url, ring=lambda _topics: None)


async def names(url: str) -> set[str]:
    database = opened(url)
    async with database.engine.connect() as connection:
        found = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await database.close()
    return found - {"alembic_version"}


async def test_migrations_go_up_and_down_and_up_again(empty_url: str) -> None:
    everything = {table.name for table in tables.metadata.sorted_tables}
    await migration.upgrade(empty_url)
    assert await names(empty_url) == everything
    database = opened(empty_url)
    await stored.lay_ground(database)
    await database.close()
    await migration.downgrade(empty_url, "base")
    assert await names(empty_url) == set()
    await migration.upgrade(empty_url)
    assert await names(empty_url) == everything
    database = opened(empty_url)
    assert await migration.current(database) == migration.head()
    await migration.check_version(database)
    await stored.lay_ground(database)
    await database.close()


async def test_every_single_revision_can_be_taken_back_and_made_again(empty_url: str) -> None:
    await migration.upgrade(empty_url)
    before = await names(empty_url)
    for revision in ("0010", "0009", "0008", "0007", "0006", "0005", "0004", "0003", "0002", "0001", "base"):
        await migration.downgrade(empty_url, revision)
        await migration.upgrade(empty_url)
        assert await names(empty_url) == before


async def test_requests_that_wait_from_before_are_reminded_of_by_themselves(empty_url: str) -> None:
    await migration.upgrade(empty_url)
    waits = makers.collaboration(id="waits", expires_at=makers.NOW + timedelta(days=11))
    closed = makers.collaboration(id="closed", status=CollaborationStatus.CANCELLED)
    database = opened(empty_url)
    await stored.lay_ground(database)
    await stored.store(database, *(partial(collaboration.add, added=one) for one in (waits, closed)))
    await database.close()
    await migration.downgrade(empty_url, "0005")
    await migration.upgrade(empty_url)
    database = opened(empty_url)
    async with database.read() as reading:
        rows = (await reading.connection.execute(select(tables.jobs).order_by(tables.jobs.c.due_at))).all()
    await database.close()
    assert [(row.id, row.kind, row.subject_id, row.due_at) for row in rows] == [
        (f"remind:waits:{day}", "remind", "waits", makers.NOW + timedelta(days=day)) for day in (3, 10)
    ]


async def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    def difference(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, tables.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_constraints_collations_and_conditions_of_indexes_are_the_declared_ones(database: Database, empty_url: str) -> None:
    declared = opened(empty_url)
    async with declared.engine.begin() as connection:
        await connection.run_sync(tables.metadata.create_all)
    assert await fine_print(database) == await fine_print(declared)
    await declared.close()


async def fine_print(database: Database) -> set[tuple[object, ...]]:
    """Read what the database itself says of every table, for it to be compared with another."""
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            queries = (POSTGRESQL_CONSTRAINTS, POSTGRESQL_COLUMNS, POSTGRESQL_INDEXES)
            rows = [tuple(row) for query in queries for row in await connection.execute(text(query))]
            return {row for row in rows if "alembic_version" not in str(row[0])}
        query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'")
        return {
            (name, part)
            for name, sql in await connection.execute(query)
            if name != "alembic_version"
            for whole in sqlite_parts(sql)
            for part in re.split(r" (?=CONSTRAINT )", whole)
        }


def sqlite_parts(sql: str) -> list[str]:
    """Take a statement apart at the commas between columns and constraints, which may stand in another order."""
    flat = re.sub(r"\s+", " ", sql).strip()
    head, _, body = flat.partition("(")
    parts, depth, start = [], 0, 0
    for place, character in enumerate(body):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if (character == "," and depth == 0) or depth < 0:
            parts.append(body[start:place].strip())
            start = place + 1
        if depth < 0:
            return [head.strip(), *parts, body[start:].strip()]
    raise AssertionError(sql)


async def test_what_lists_are_sorted_and_searched_by_compares_bytewise(database: Database) -> None:
    if database.is_sqlite:
        query = text("SELECT name FROM sqlite_master WHERE sql LIKE '%COLLATE%'")
    else:
        query = text(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "JOIN pg_index ON indrelid = attrelid AND attnum = ANY(indkey) JOIN pg_collation ON pg_collation.oid = attcollation "
            "WHERE relnamespace = 'public'::regnamespace AND collname <> 'C' "
            "AND attname NOT IN ('version_num', 'language', 'secret_sha256')"
        )
    async with database.engine.connect() as connection:
        assert (await connection.execute(query)).all() == []


async def test_a_database_of_a_newer_release_is_refused_with_the_reason(database: Database, database_url: str) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = await names(database_url)
    for refused in (
        migration.check_version(database),
        migration.upgrade(database_url),
        migration.downgrade(database_url, "base"),
    ):
        with pytest.raises(migration.DatabaseTooNewError, match=rf"version 9999.*its own is {migration.head()}.*newer release"):
            await refused
    assert await migration.current(database) == "9999"
    assert await names(database_url) == before


async def test_a_database_without_tables_is_refused_with_what_to_do(empty_url: str) -> None:
    database = opened(empty_url)
    with pytest.raises(migration.DatabaseNotMigratedError, match=r"no tables yet"):
        await migration.check_version(database)
    await database.close()


async def test_a_database_of_an_older_release_is_refused_with_what_to_do(database: Database, database_url: str) -> None:
    await migration.downgrade(database_url, "0004")
    with pytest.raises(migration.DatabaseNotMigratedError, match=rf"version 0004.*needs {migration.head()}"):
        await migration.check_version(database)


async def test_upgrades_at_once_upgrade_once(empty_url: str) -> None:
    await asyncio.gather(*(migration.upgrade(empty_url) for _ in range(4)))
    database = opened(empty_url)
    await migration.check_version(database)
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM installation")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    await database.close()


async def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    database = opened(empty_url)
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE jobs (id INTEGER)"))
    with pytest.raises(Exception, match="jobs"):
        await migration.upgrade(empty_url)
    assert await names(empty_url) == {"jobs"}
    assert await migration.current(database) is None
    await database.close()


async def test_an_upgrade_of_a_current_database_changes_nothing(ground: Database, database_url: str) -> None:
    async with ground.read() as before:
        epoch = before.epoch
    await migration.upgrade(database_url)
    async with ground.read() as after:
        assert after.epoch == epoch
        assert await after.connection.scalar(text("SELECT count(*) FROM customers")) == len(stored.CUSTOMERS)
