"""The composition root: settings become a database, a bell, a schema and a worker, and these become the service."""

import asyncio
import signal
import socket
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg
import structlog
import uvloop
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from delivery.bell import Bell
from delivery.issuers import TrustedIssuers
from delivery.letter import Letterhead
from delivery.mailbox import Mailbox
from delivery.post import Post
from delivery.smtp import Smtp
from delivery.worker import Worker
from persistence import clock, filesystem, keys, migration
from persistence.database import Database
from persistence.jobs import Job
from persistence.lock import ServerLock
from persistence.migration import DatabaseNotMigratedError
from resolvers import publication, reminder, retention, settlement, timetable, undelivered
from resolvers.context import Installation
from resolvers.demo import examples
from resolvers.retention import Kept
from schema import manifest
from schema.api import SCHEMA
from schema.edge import Edge
from schema.persisted import StoredDocuments, TrustedDocuments
from schema.rates import Quotas, Rates
from schema.workbench import Workbench
from settings import Settings
from web import pages, server, site
from web.server import Server

VERSION: str = tomllib.loads((Path(__file__).parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
LOCK_FILE = "server.lock"

_log = structlog.get_logger()


class InstallationUnusableError(Exception):
    """The service cannot run on what is set up; the text says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What there is to look at now; `token` is an advisor's of the demo world, in development and if that is loaded."""

    url: str
    token: str | None = field(repr=False)
    has_mailbox: bool
    has_graphiql: bool


@asynccontextmanager
async def open_installation(settings: Settings, bell: Bell) -> AsyncIterator[Installation]:
    """Open what is set up, and close it when the block ends; a server may run on it at the same time.

    Raises:
        InstallationUnusableError: production's clock is moved.
        KeyUnusableError: the data directory's key is damaged, or in production one that development made.
        What `open_database` raises.
    """
    async with open_database(settings, bell) as database:
        with usable(settings):
            settings.data.mkdir(parents=True, exist_ok=True)
            known = keys.load_or_create(settings.data, is_production=settings.is_production)
            async with database.read() as reading:
                shift = await clock.shift(reading)
        if shift and settings.is_production:
            message = f"The database's clock is moved by {shift}, which production refuses. Use one that was never moved."
            raise InstallationUnusableError(message)
        yield Installation(
            database=database,
            keys=known,
            bell=bell,
            base_url=settings.url,
            application_version=VERSION,
            approval_lifetime=timedelta(days=settings.approval_days),
            issuers=TrustedIssuers(settings.oidc_issuers),
            terms_assurance=settings.demanded_assurance,
        )


@asynccontextmanager
async def open_database(settings: Settings, bell: Bell) -> AsyncIterator[Database]:
    """Open the database that is set up, checked, and close it when the block ends.

    Raises:
        InstallationUnusableError: it cannot be reached or read.
        DatabaseNotMigratedError, DatabaseTooNewError: it is of another version than the code.
        UnsafeDatabaseError: it would not keep what it acknowledges.
    """
    _require_local(settings)
    _require_file(settings)
    database = Database(settings.database, ring=bell.ring)
    try:
        with usable(settings):
            await migration.check_version(database)
            await database.check()
        yield database
    finally:
        await database.close()


async def migrate(settings: Settings) -> None:
    """Bring the database to the code's version; SQLite's is made with its directory.

    Raises:
        InstallationUnusableError: the data directory or the database cannot be used.
        DatabaseTooNewError: it is newer than the code.
    """
    _require_local(settings)
    with usable(settings):
        settings.data.mkdir(parents=True, exist_ok=True)
        await migration.upgrade(settings.database)


def _require_local(settings: Settings) -> None:
    kind = filesystem.network_of(settings.sqlite_file) if settings.is_production and settings.sqlite_file else None
    if kind is not None:
        message = (
            f"{settings.data} lies on a network file system ({kind}), on which SQLite can lose what it has acknowledged. "
            "Choose a directory on a disk of this machine with SAMARBETE_DATA, or PostgreSQL with SAMARBETE_DATABASE_URL."
        )
        raise InstallationUnusableError(message)


def _require_file(settings: Settings) -> None:
    # Opening SQLite makes the file, and a mistyped directory should stay empty.
    if settings.sqlite_file is not None and not settings.sqlite_file.is_file():
        message = f"There is no database in {settings.data} yet."
        raise DatabaseNotMigratedError(message)


def create(installation: Installation, settings: Settings, edge: Edge) -> Starlette:
    """Return the application; whoever runs it drains the edge when it stops."""
    mailbox = Mailbox(installation.database) if settings.has_mailbox else None
    return site.application(
        edge.routes(), installation, mailbox=mailbox, has_graphiql=settings.has_ready_graphiql, hosts=settings.names
    )


def make_edge(installation: Installation, settings: Settings, workbench: Workbench) -> Edge:
    """Return the edge at /graphql, with GraphiQL for those who ask for a page, unless that is off.

    Raises:
        ManifestInvalidError: the documents that are to be trusted cannot be read.
    """

    async def page(_request: Request) -> Response:
        return pages.graphiql(await workbench.settings() if settings.has_ready_graphiql else {})

    file = settings.trusted_documents
    documents = StoredDocuments() if file is None else TrustedDocuments(manifest.read(file), pages.documents())
    return Edge(
        schema=SCHEMA,
        installation=installation,
        page=page if settings.has_graphiql else None,
        rates=Rates(Quotas(**settings.quotas), store=settings.rate_store),
        is_production=settings.is_production,
        documents=documents,
        origins=settings.cors_origins,
    )


def make_worker(installation: Installation, settings: Settings, bell: Bell) -> Worker:
    """Return the worker: it sends mails, reminds, writes what the clock makes of things, and forgets at night what is old."""
    head = Letterhead(base_url=installation.base_url, sender=settings.mail_from, keys=installation.keys)
    post = Post(installation.database, make_transport(settings) or Mailbox(installation.database), head, undelivered.record)
    database = installation.database
    kept = Kept(**{name: timedelta(days=getattr(settings, f"keep_{name}_days")) for name in Kept.__slots__})
    by_subject: dict[str, Callable[[str], Awaitable[None]]] = {
        "expire": partial(settlement.settle, database),
        "end": partial(settlement.settle, database),
        **publication.jobs_of(database),
        retention.KIND: lambda _night: retention.forget(database, kept),
    }
    whole: dict[str, Callable[[Job], Awaitable[None]]] = {
        "mail": post.send,
        timetable.KIND: partial(reminder.remind_due, installation),
    }
    return Worker(database, bell, whole | {kind: _on_subject(do) for kind, do in by_subject.items()})


def _on_subject(do: Callable[[str], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
    async def work(job: Job) -> None:
        await do(job.subject_id)

    return work


def make_transport(settings: Settings) -> Smtp | None:
    """Return the way to the mail server, or None where mails go into the built-in mailbox."""
    if settings.smtp_host is None:
        return None
    return Smtp(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security.value,
        username=settings.smtp_username,
        password=None if settings.smtp_password is None else settings.smtp_password.get_secret_value(),
    )


def serve(settings: Settings, greet: Callable[[Started], None]) -> None:
    """Run the service until SIGTERM or SIGINT; `greet` is called once requests are taken.

    SQLite's database is brought to the code's version first, under the lock that keeps a second server off it.

    Raises:
        DatabaseInUseError: another server runs on the same SQLite database.
        AddressUnusableError: the address cannot be listened to.
        What `migrate` and `open_installation` raise.
    """
    with locked(settings), server.listening(settings.host, settings.port) as listener:
        # With port 0 the system has chosen one, and links in mails need it.
        bound = settings.model_copy(update={"port": listener.getsockname()[1]})
        uvloop.run(_serve(bound, listener, greet))


async def _serve(settings: Settings, listener: socket.socket, greet: Callable[[Started], None]) -> None:
    if settings.database_url is None:
        await migrate(settings)
    bell = Bell()
    async with open_installation(settings, bell) as installation:
        await retention.schedule(installation.database)
        workbench = Workbench(installation)
        edge = make_edge(installation, settings, workbench)
        working = asyncio.create_task(make_worker(installation, settings, bell).run())

        async def started() -> None:
            token = await workbench.token(examples.ADVISOR) if settings.has_ready_graphiql else None
            _log.info("serving", url=settings.url, version=VERSION, profile=settings.profile.value)
            has = {"has_mailbox": settings.has_mailbox, "has_graphiql": settings.has_graphiql}
            greet(Started(url=settings.url, token=token, **has))

        async def stopping() -> None:
            _log.info("stopping")
            working.cancel()
            await asyncio.gather(edge.drain(), asyncio.wait([working]))

        running = Server(
            server.configuration(create(installation, settings, edge), settings.trusted_proxies),
            started=started,
            stopping=stopping,
        )
        # Without its worker a server would take requests whose mails never leave.
        working.add_done_callback(lambda _ended: running.handle_exit(signal.SIGTERM, None))
        try:
            await running.serve([listener])
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
    _log.info("stopped")


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the lock of the data directory; PostgreSQL serves any number of servers."""
    with usable(settings):
        settings.data.mkdir(parents=True, exist_ok=True)
        lock = ServerLock(settings.data / LOCK_FILE)
        if settings.database_url is None:
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def usable(settings: Settings) -> Iterator[None]:
    """Turn what the system, a driver or a database raises into a sentence that says what cannot be used."""
    try:
        yield
    except PermissionError as error:
        message = f"{error.filename or settings.data} may not be written by this account. Choose another place with DATA=."
        raise InstallationUnusableError(message) from error
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        where = f"in {settings.data}" if settings.database_url is None else "that SAMARBETE_DATABASE_URL names"
        why = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise InstallationUnusableError(f"The database {where} cannot be used: {type(error).__name__}: {why}") from error
