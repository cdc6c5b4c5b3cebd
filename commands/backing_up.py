"""Backups of the built-in database, and restoring one; PostgreSQL has tools of its own."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import app
from commands import setting_up
from commands.setting_up import Data, RefusedError
from delivery.bell import Bell
from persistence import backup as backups
from persistence import invariants, keys, migration
from persistence.database import Database
from settings import Settings

_PREPARED = "restoring.sqlite"


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    *,
    data: Data = None,
) -> None:
    """Copy the built-in database into a file, as it is now; the service may run meanwhile."""
    known = setting_up.load(data)
    if known.sqlite_file is None:
        raise RefusedError("PostgreSQL is backed up with its own tools: docs/backups.md says how.")
    if not known.sqlite_file.is_file():
        raise RefusedError(f"There is no database in {known.data} to back up.")
    with app.usable(known):
        backups.take(known.sqlite_file, file)
    typer.echo(f"The database as it is now is in {file}. Keep {known.data / keys.FILE} besides, in another place.")


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The backup; none where PostgreSQL is restored.")] = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the database that is there, which is kept beside it.")
    ] = False,
    data: Data = None,
) -> None:
    """Restore a backup while no server runs: look at every row, and begin a new epoch of the streams.

    On PostgreSQL its own tools put the rows back, and this does the rest, without a FILE.
    """
    known = setting_up.load(data)
    if (file is None) != (known.sqlite_file is None):
        wanted = "Name the backup" if known.sqlite_file else "Restore PostgreSQL with its own tools, then leave the file out"
        raise RefusedError(f"{wanted}: docs/backups.md says how.")
    if file is None:
        asyncio.run(_begin_anew_on_postgresql(known))
        kept = None
    else:
        with app.locked(known):
            kept = _restore(known, file, replace=replace)
    typer.echo(f"Restored: all of {len(invariants.SENTENCES)} sentences about the rows are true.")
    typer.echo("The streams begin anew: whoever comes with an older cursor is told CURSOR_EPOCH, and reads what is there.")
    if kept is not None:
        typer.echo(f"The database that was there is kept in {kept}.")


def _restore(known: Settings, file: Path, *, replace: bool) -> Path | None:
    database = known.sqlite_file
    assert database is not None, "PostgreSQL was told apart before"
    if not file.is_file():
        raise RefusedError(f"There is no file {file}.")
    if database.exists() and not replace:
        raise RefusedError(f"There is a database in {known.data}. With --replace the backup takes its place, and it is kept.")
    backups.check(file)
    prepared, kept = known.data / _PREPARED, known.data / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite"
    prepared.unlink(missing_ok=True)
    try:
        with app.usable(known):
            backups.take(file, prepared)
            asyncio.run(_prepare(f"sqlite+aiosqlite:///{prepared.absolute()}"))
            return kept if backups.put(prepared, database, kept) else None
    finally:
        prepared.unlink(missing_ok=True)


async def _prepare(url: str) -> None:
    await migration.upgrade(url)
    database = Database(url, ring=Bell().ring)
    try:
        await _begin_anew(database)
    finally:
        await database.close()


async def _begin_anew_on_postgresql(known: Settings) -> None:
    async with app.open_database(known, Bell()) as database:
        await _begin_anew(database)


async def _begin_anew(database: Database) -> None:
    async with database.read() as reading:
        broken = await invariants.check(reading)
    if broken:
        told = "; ".join(f"{one.sentence} ({one.row})" for one in broken[:3])
        raise RefusedError(f"What would be restored is broken, and nothing was changed. Not true of it: {told}.")
    await database.write(backups.begin_epoch)
