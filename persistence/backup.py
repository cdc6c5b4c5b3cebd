"""Copies of the built-in database: whole while the service writes, and put in the place of another in one step."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import update

from persistence import ids, migration
from persistence.database import Unit
from persistence.tables import installation

_NO_BACKUP = "{} is no backup of Samarbete's built-in database"


class BackupUnusableError(Exception):
    """A backup cannot be written or restored; the text says why and what helps."""


def take(database: Path, copy: Path) -> None:
    """Copy the database, as it is at one moment, into a file that is not there yet; a server may read and write meanwhile.

    The file appears when all of it is on the disk, so a copy that was interrupted is never taken for one.

    Raises:
        BackupUnusableError: there is such a file already, it cannot be written, or what is to be copied is no database.
    """
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(database, part)
        # Unlike a renaming, a link never takes the place of another file.
        os.link(part, copy)
    except FileExistsError as error:
        raise BackupUnusableError(f"{copy} exists already. Name a file that does not.") from error
    except sqlite3.OperationalError as error:
        raise BackupUnusableError(f"{database} cannot be copied to {copy}: {error}. Nothing was changed.") from error
    except sqlite3.DatabaseError as error:
        raise BackupUnusableError(f"{_NO_BACKUP.format(database)}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    _sync(copy.parent)


def check(copy: Path) -> None:
    """Look whether a file is a database of ours, whole, and of a release that is not newer.

    Raises:
        BackupUnusableError: it is none, or damaged.
        DatabaseTooNewError: it is of a newer release.
    """
    try:
        with _opened(copy) as opened:
            [damage] = opened.execute("PRAGMA quick_check(1)").fetchone()
            [revision] = opened.execute("SELECT version_num FROM alembic_version").fetchone()
            opened.execute("SELECT epoch FROM installation").fetchone()
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise BackupUnusableError(f"{_NO_BACKUP.format(copy)}.") from error
    if damage != "ok":
        raise BackupUnusableError(f"{copy} is damaged ({' '.join(damage.split())}). Take another backup.")
    migration.check_known(revision)


def put(prepared: Path, database: Path, kept: Path) -> bool:
    """Let a database take the place of another, which is kept under a third name; tell whether there was one to keep.

    Nobody may have either of them open. Whenever this is interrupted, there is a whole database in the place.

    Raises:
        BackupUnusableError: somebody has the database open.
    """
    was_there = database.exists()
    if was_there:
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if database.with_name(f"{database.name}-wal").exists():
            raise BackupUnusableError(f"Another command has the database in {database.parent} open. Wait until it is done.")
        os.link(database, kept)
    prepared.replace(database)
    _sync(database.parent)
    return was_there


async def begin_epoch(unit: Unit) -> None:
    """Let the streams begin anew: whoever comes with a cursor from before is told so, and not what happened since in silence."""
    await unit.connection.execute(update(installation).values(epoch=ids.new_id()))


def _copy(database: Path, part: Path) -> None:
    with _opened(database) as source, closing(sqlite3.connect(part)) as target:
        # In one step: a copy in several begins again with every write of the service.
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE").fetchone()
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opened(database: Path) -> closing[sqlite3.Connection]:
    """Open a file that must be there; even to read, SQLite writes its index of a log that was not put away."""
    return closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True))


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
