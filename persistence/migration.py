"""The database's version: upgrading it, and refusing to run on one that is older or newer than the code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, select, text

from persistence import sight
from persistence.database import Database

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number that nothing else in the database uses: it makes upgrades wait for each other.
_ADVISORY_LOCK = 6_172_635


class DatabaseTooNewError(Exception):
    """The database was migrated by a newer release than this code."""


class DatabaseNotMigratedError(Exception):
    """The database has no tables yet, or those of an older release."""


async def upgrade(url: str) -> None:
    """Bring the database to the code's version, in one transaction; two that try at once do it once.

    Raises:
        DatabaseTooNewError: it is newer than the code.
    """
    async with _migrating(url) as database, database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision, `base` for none, in one transaction; what later revisions stored is lost.

    Raises:
        DatabaseTooNewError: it is newer than the code.
    """
    async with _migrating(url) as database, database.engine.begin() as connection:
        await connection.run_sync(_downgrade, revision)


async def current(database: Database) -> str | None:
    """Return the database's revision, or None where it was never migrated."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_revision)


def head() -> str:
    """Return the code's revision."""
    return str(_scripts().get_current_head())


async def check_version(database: Database) -> None:
    """Refuse a database of another version than the code's.

    Raises:
        DatabaseTooNewError: it is newer.
        DatabaseNotMigratedError: it is older, or was never migrated.
    """
    found = await current(database)
    if found == head():
        return
    check_known(found)
    state = "has no tables yet" if found is None else f"is of version {found}, and this release needs {head()}"
    message = f"The database {state}."
    raise DatabaseNotMigratedError(message)


@asynccontextmanager
async def _migrating(url: str) -> AsyncIterator[Database]:
    database = Database(url, ring=_ring_nobody)
    if database.is_sqlite:
        # A table is changed by copying it, and dropping the old one would cascade; the copies are checked at the end.
        @event.listens_for(database.engine.sync_engine, "connect")
        def _let_tables_be_copied(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the driver's own types
            connection.execute("PRAGMA foreign_keys = 0")

        database.engine.update_execution_options(samarbete_writes=True)
    try:
        yield database
    finally:
        await database.close()


def _ring_nobody(_topics: frozenset[str]) -> None:
    """Wake nobody: nothing listens to a database that is being migrated."""


def _upgrade(connection: Connection) -> None:
    _wait_for_others(connection)
    check_known(_revision(connection))
    command.upgrade(_configuration(connection), "head")
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            message = f"the migration would leave rows that point nowhere: {orphans[:10]}"
            raise RuntimeError(message)


def _downgrade(connection: Connection, revision: str) -> None:
    _wait_for_others(connection)
    check_known(_revision(connection))
    command.downgrade(_configuration(connection), revision)


def _wait_for_others(connection: Connection) -> None:
    # On SQLite the transaction has begun by taking the write lock.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        # The owner of the tables has no rows before him either, unless he says that he wants them all.
        connection.execute(select(sight.changed(sight.EVERYTHING)))


def check_known(revision: str | None) -> None:
    """Refuse a revision that this release has never heard of.

    Raises:
        DatabaseTooNewError: a newer release has made it.
    """
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        message = (
            f"The database is of version {revision}, which this release does not know (its own is {head()}): "
            "it was migrated by a newer release. Run that release or a newer one, or restore a backup."
        )
        raise DatabaseTooNewError(message)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_SCRIPTS))


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration
