"""What is wrong with a set-up, and how to mend it; changes nothing but what it is asked to."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import app
from commands import setting_up
from commands.setting_up import Data
from delivery import key_set
from delivery.bell import Bell
from delivery.key_set import KeysUnavailableError
from delivery.transport import TemporaryFailureError
from domain.issuer import Issuer
from persistence import clock, jobs, keys, lock
from persistence import invariants as rules
from persistence.database import Database, Unit
from settings import Settings, SettingsInvalidError
from web import pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at and what was found; `remedy` is set where something is wrong."""

    about: str
    found: str
    remedy: str | None = None


def doctor(
    *,
    retry: Annotated[bool, typer.Option("--retry", help="Let the jobs that were set aside be tried again.")] = False,
    invariants: Annotated[
        bool, typer.Option("--invariants", help="Look at every row besides: whether all that must be true of them is.")
    ] = False,
    data: Data = None,
) -> None:
    """Say what is wrong with a set-up, and how to mend it; exit with 1 where something is."""
    try:
        known = setting_up.load(data)
    except SettingsInvalidError as error:
        findings = [Finding(about="settings", found=str(error), remedy="docs/settings.md lists them all.")]
    else:
        findings = asyncio.run(_examine(known, data, retry=retry, invariants=invariants))
    console = Console(highlight=False, soft_wrap=True)
    for one in findings:
        console.print("[green]ok   [/]" if one.remedy is None else "[red]wrong[/]", end="  ")
        console.print(f"{one.about:<10}{one.found}", markup=False)
        if one.remedy is not None:
            console.print(f"{'':<17}{one.remedy}", markup=False)
    raise typer.Exit(int(any(one.remedy is not None for one in findings)))


async def _examine(known: Settings, data: Path | None, *, retry: bool, invariants: bool) -> list[Finding]:
    directory = _directory(known.data, data)
    found = [Finding(about="settings", found=f"they can be used; the profile is {known.profile.value}"), directory]
    if directory.remedy is None:
        found += [_key(known), _server(known)]
    found += [one async for one in _database(known, data, retry=retry, invariants=invariants)]
    return [*found, _graphiql(), await _mail(known), *[await _issuer(one) for one in known.oidc_issuers]]


def _directory(directory: Path, data: Path | None) -> Finding:
    if not directory.is_dir():
        missing = f"there is no directory {directory}"
        return Finding(about="data", found=missing, remedy=f"Make it with: {setting_up.typed('migrate', data)}")
    try:
        with tempfile.TemporaryFile(dir=directory):
            return Finding(about="data", found=f"{directory} can be written")
    except OSError as error:
        remedy = "Let this account write it, or choose another with SAMARBETE_DATA."
        return Finding(about="data", found=f"{directory} cannot be written: {error.strerror}", remedy=remedy)


def _key(known: Settings) -> Finding:
    file = known.data / keys.FILE
    if not file.exists():
        return Finding(about="key", found="there is none yet; the first command that needs it makes it")
    try:
        keys.load_or_create(known.data, is_production=known.is_production)
        is_open = bool(file.stat().st_mode & 0o077)
    except (OSError, keys.KeyUnusableError) as error:
        return Finding(about="key", found=str(error), remedy="Restore it from a backup: it signs every token and link.")
    if is_open:
        return Finding(about="key", found=f"{file} can be read by other accounts", remedy=f"Run: chmod 600 {file}")
    return Finding(about="key", found="it can be read, by its owner alone")


def _server(known: Settings) -> Finding:
    if known.database_url is not None:
        return Finding(about="server", found="any number of them may run on PostgreSQL")
    holder = lock.holder(known.data / app.LOCK_FILE)
    return Finding(about="server", found="none runs here" if holder is None else f"one runs here (process {holder})")


async def _database(known: Settings, data: Path | None, *, retry: bool, invariants: bool) -> AsyncIterator[Finding]:
    try:
        async with app.open_database(known, Bell()) as database:
            kind = "SQLite" if database.is_sqlite else "PostgreSQL"
            yield Finding(about="database", found=f"{kind}, of this release's version, and keeps what it acknowledges")
            yield await _clock(database, known)
            yield await _jobs(database, data, retry=retry)
            if invariants:
                for one in await _invariants(database):
                    yield one
    except setting_up.TOLD as error:
        remedy, *_ = *setting_up.remedies(error, data), "Mend what it says, and look again."
        yield Finding(about="database", found=str(error), remedy=remedy)


async def _clock(database: Database, known: Settings) -> Finding:
    async with database.read() as reading:
        shift = await clock.shift(reading)
    if not shift:
        return Finding(about="clock", found="it tells the time")
    remedy = "Use a database whose clock was never moved." if known.is_production else None
    return Finding(about="clock", found=f"it is moved by {shift}", remedy=remedy)


async def _jobs(database: Database, data: Path | None, *, retry: bool) -> Finding:
    if retry:

        async def work(unit: Unit) -> int:
            return await jobs.release(unit)

        return Finding(about="jobs", found=f"{await database.write(work)} were set aside, and are tried again now")
    async with database.read() as reading:
        parked = await jobs.parked(reading)
    if not parked:
        return Finding(about="jobs", found="none is set aside")
    counted = ", ".join(f"{number} of the kind {kind}" for kind, number in parked.items())
    remedy = f'The log says why, at "job parked". Then: {setting_up.typed("doctor --retry", data)}'
    return Finding(about="jobs", found=f"set aside after failing again and again: {counted}", remedy=remedy)


async def _invariants(database: Database) -> list[Finding]:
    async with database.read() as reading:
        broken = await rules.check(reading)
    if not broken:
        return [Finding(about="rows", found=f"{len(rules.SENTENCES)} sentences about them were looked at, and all are true")]
    remedy = "Stop the server, keep a copy of the database, and report it: nothing that the service does may lead here."
    return [Finding(about="rows", found=f"not true: {one.sentence} ({one.row})", remedy=remedy) for one in broken]


def _graphiql() -> Finding:
    if pages.is_graphiql_built():
        return Finding(about="graphiql", found="it is built")
    return Finding(about="graphiql", found="it is not built; requests are served without it", remedy="Run: make graphiql")


async def _mail(known: Settings) -> Finding:
    smtp = app.make_transport(known)
    if smtp is None:
        return Finding(about="mail", found="it goes into the built-in mailbox")
    where = f"{known.smtp_host} port {known.smtp_port}"
    try:
        await smtp.check()
    except TemporaryFailureError as failure:
        remedy = "Look at SAMARBETE_SMTP_HOST, _PORT, _SECURITY, _USERNAME and _PASSWORD."
        return Finding(about="mail", found=f"{where}: {failure.problem}", remedy=remedy)
    return Finding(about="mail", found=f"{where} takes our connection")


async def _issuer(issuer: Issuer) -> Finding:
    try:
        _, keys_of_issuer = await key_set.fetch(issuer, None)
    except KeysUnavailableError as problem:
        remedy = "Look at its url and jwks_url in SAMARBETE_OIDC_ISSUERS, and whether this machine reaches it."
        return Finding(about="issuer", found=f"{issuer.url}: {problem}", remedy=remedy)
    advice = None if keys_of_issuer else "Ask the issuer: public keys with a kid, RSA of 2048 bits or more, EC or Ed25519."
    return Finding(about="issuer", found=f"{issuer.url} has {len(keys_of_issuer)} keys that can be used", remedy=advice)
