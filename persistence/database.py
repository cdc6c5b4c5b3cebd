"""The database: engines for SQLite and PostgreSQL, reading, and the one transaction in which every change is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.errors import DomainError
from domain.viewer import Viewer
from persistence import sight, tables

Result = TypeVar("Result")

_ATTEMPTS = 5
# How many read from SQLite at a time, and how long the others stand in line.
_SQLITE_READERS = 8
_IN_LINE_S = 30.0
_BUSY_TIMEOUT_MS = 5_000
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": _BUSY_TIMEOUT_MS}
_RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})


class RefusedAfterChangeError(Exception):
    """A refusal whose transaction is committed all the same, because it first wrote what time had made true."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class CollisionError(Exception):
    """What a unit of work read has changed before it wrote; run again, it reads what the other wrote."""


class UnsafeDatabaseError(Exception):
    """The database would not keep what it acknowledges; the text says which setting is wrong."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """A connection to read with, the database's time when it was opened, the epoch of its streams, and what it may see."""

    connection: AsyncConnection
    now: datetime
    epoch: str
    seen: str = sight.EVERYTHING

    async def widen(self) -> None:
        """See everything from here on: the viewer's part is done, and what rules ask of other offices' rows is the service's.

        What is read after it decides, and is shown to no viewer; without it the database shows and takes the viewer's rows alone.
        """
        if self.seen == sight.EVERYTHING:
            return
        if self.connection.dialect.name == "postgresql":
            await self.connection.execute(select(sight.changed(sight.EVERYTHING)))
        self.seen = sight.EVERYTHING


@dataclass(slots=True, kw_only=True)
class Unit(Reading):
    """A unit of work: everything done with it is committed at once or not at all.

    `topics` collects who must be woken after the commit: names of streams, and `jobs`.
    """

    topics: set[str] = field(default_factory=set)


class Database:
    """One database; `ring` is called with the topics of each committed unit of work, and must not raise."""

    def __init__(self, url: str, *, ring: Callable[[frozenset[str]], None]) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self._ring = ring
        self._writer = asyncio.Lock()
        self._readers = asyncio.Semaphore(_SQLITE_READERS)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)

    async def check(self) -> None:
        """Read the durability settings back.

        Raises:
            UnsafeDatabaseError: one of them would let acknowledged changes be lost, or offices are not kept apart.
        """
        async with self.engine.connect() as connection:
            if self.is_sqlite:
                found = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in _PRAGMAS}
                wanted: dict[str, object] = dict(_PRAGMAS)
            else:
                wanted = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
                found = {name: await connection.scalar(text(f"SHOW {name}")) for name in wanted}
        wrong = {name: value for name, value in found.items() if value != wanted[name]}
        if wrong:
            message = f"the database's durability settings are {wrong}, and must be {wanted}"
            raise UnsafeDatabaseError(message)
        if not self.is_sqlite:
            await self._check_walls()

    async def _check_walls(self) -> None:
        async with self.engine.connect() as connection:
            try:
                await sight.check(connection)
            except sight.NoWallError as error:
                raise UnsafeDatabaseError(str(error)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    def seen_by(self, viewer: Callable[[], Viewer | None]) -> "Seen":
        """Return the database as a viewer sees it; this one itself is for the service's own work, and sees everything."""
        return Seen(self, viewer)

    @asynccontextmanager
    async def read(self, seen: str = sight.EVERYTHING) -> AsyncIterator[Reading]:
        """Open one consistent view of the database: all that is read through it is as of one moment."""
        async with self._reading() as connection:
            if not self.is_sqlite:
                # By default every statement sees a moment of its own, and what belongs together would not fit.
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            now, epoch = await self._begin(connection, seen)
            yield Reading(connection=connection, now=now, epoch=epoch, seen=seen)

    async def write(self, work: Callable[[Unit], Awaitable[Result]], seen: str = sight.EVERYTHING) -> Result:
        """Run `work` in one transaction, commit, wake those who wait, and return what it returned.

        Two writers that collide (a unique key, a serialisation failure, a deadlock) are told apart by running `work` again:
        it then reads what the other wrote. A `DomainError` rolls back; a `RefusedAfterChangeError` commits, then raises.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._write_once(work, seen)
            except (CollisionError, DBAPIError) as error:
                if attempt == _ATTEMPTS or not _is_collision(error):
                    raise
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _write_once(self, work: Callable[[Unit], Awaitable[Result]], seen: str) -> Result:
        refusal: DomainError | None = None
        async with self._writing() as connection:
            now, epoch = await self._begin(connection, seen)
            unit = Unit(connection=connection, now=now, epoch=epoch, seen=seen)
            try:
                result = await work(unit)
            except RefusedAfterChangeError as refused:
                refusal = refused.refusal
        if unit.topics:
            self._ring(frozenset(unit.topics))
        if refusal is not None:
            raise refusal
        return result

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        if not self.is_sqlite:
            async with self.engine.connect() as connection:
                yield connection
            return
        # The pool has one connection more: a write that stood in line with all reads would keep every other write waiting.
        async with asyncio.timeout(_IN_LINE_S):
            await self._readers.acquire()
        try:
            async with self.engine.connect() as connection:
                yield connection
        finally:
            self._readers.release()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        # SQLite has one writer: waiting here is fair, while waiting for the file's lock polls.
        async with self._writer, self.engine.connect() as connection:
            await connection.execution_options(samarbete_writes=True)
            async with connection.begin():
                yield connection

    async def _begin(self, connection: AsyncConnection, seen: str) -> tuple[datetime, str]:
        """Say what the transaction may see, and read when it begins, in one statement."""
        columns: list[ColumnElement[Any]] = [tables.installation.c.clock_shift_seconds, tables.installation.c.epoch]
        if not self.is_sqlite:
            columns += [func.clock_timestamp().label("now"), *sight.beginning(seen)]
        row = (await connection.execute(select(*columns))).one()
        # SQLite runs in this process, so its clock is this process's clock, read here to the microsecond.
        now = datetime.now(UTC) if self.is_sqlite else row.now.astimezone(UTC)
        return now + timedelta(seconds=row.clock_shift_seconds), row.epoch


class Seen:
    """The database as one viewer sees it: each transaction begins with his sight, and sees no more until it is widened."""

    def __init__(self, database: Database, viewer: Callable[[], Viewer | None]) -> None:
        self._database = database
        self._viewer = viewer

    def read(self) -> AbstractAsyncContextManager[Reading]:
        """Open one consistent view, as `Database.read` does."""
        return self._database.read(sight.of(self._viewer()))

    async def write(self, work: Callable[[Unit], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction, as `Database.write` does."""
        return await self._database.write(work, sight.of(self._viewer()))


def _is_collision(error: CollisionError | DBAPIError) -> bool:
    if isinstance(error, CollisionError):
        return True
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _RETRIED_STATES


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=_SQLITE_READERS + 1, max_overflow=0, connect_args={"isolation_level": None})

    @event.listens_for(engine.sync_engine, "connect")
    def _set_pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the driver's own types
        cursor = connection.cursor()
        for name, value in _PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A plain BEGIN takes the write lock at the first write, too late to wait for it: updates were lost that way.
        writes = connection.get_execution_options().get("samarbete_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> AsyncEngine:
    return create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
