"""What every command begins with: the settings, the log, the installation; and how a refusal is told."""

import asyncio
import functools
import os
import shlex
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

import app
import settings
from app import InstallationUnusableError
from commands import logs
from delivery.bell import Bell
from domain.errors import ActivationRefused, DomainError, InputProblemCode, InvalidInput, NotFound
from persistence.backup import BackupUnusableError
from persistence.database import UnsafeDatabaseError
from persistence.keys import KeyUnusableError
from persistence.lock import DatabaseInUseError
from persistence.migration import DatabaseNotMigratedError, DatabaseTooNewError
from resolvers.context import Installation
from schema import words
from schema.manifest import ManifestInvalidError
from settings import Settings, SettingsInvalidError
from web.server import AddressUnusableError

Result = TypeVar("Result")

_CLI = Path(app.__file__).resolve().with_name("cli.py")

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The data directory, in the place of SAMARBETE_DATA.", show_default=False),
]


class RefusedError(Exception):
    """A command that cannot be done; the text is a sentence that says why and what helps."""


# Whatever says in its text, for the person at the terminal, what is wrong and how to mend it.
TOLD = (
    AddressUnusableError,
    BackupUnusableError,
    DatabaseInUseError,
    DatabaseNotMigratedError,
    DatabaseTooNewError,
    InstallationUnusableError,
    KeyUnusableError,
    ManifestInvalidError,
    RefusedError,
    SettingsInvalidError,
    UnsafeDatabaseError,
)


def plain(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command's refusals be one line on standard error and the exit code 1; a fault of ours keeps its traceback."""

    @functools.wraps(command)
    def told(*given: object, **named: object) -> None:
        try:
            command(*given, **named)
        except TOLD as error:
            data = named.get("data")
            why = " ".join([str(error), *remedies(error, data if isinstance(data, Path) else None)])
        except DomainError as refusal:
            why = sentence(refusal)
        else:
            return
        typer.echo(f"samarbete: {why}", err=True)
        raise typer.Exit(1)

    return told


def remedies(error: Exception, data: Path | None) -> list[str]:
    """Return what to type where a command of ours mends what is wrong; nothing for every other error."""
    return [f"Run: {typed('migrate', data)}"] if isinstance(error, DatabaseNotMigratedError) else []


def typed(words: str, data: Path | None) -> str:
    """Return a command of ours as it is typed in this directory, with this Python and the `--data` that was given."""
    here = Path.cwd()
    files = [path.relative_to(here) if path.is_relative_to(here) else path for path in (Path(sys.executable), _CLI)]
    place = "" if data is None else f" --data {shlex.quote(str(data))}"
    return f"{shlex.join(str(file) for file in files)} {words}{place}"


def load(data: Path | None, **given: object) -> Settings:
    """Read the settings, and begin to log as they say."""
    # The data directory holds addresses, personal numbers and the key: its files are for whoever runs the service.
    os.umask(0o077)
    known = settings.load(data=data, **given)
    logs.configure(known)
    return known


def on_installation(known: Settings, work: Callable[[Installation], Awaitable[Result]]) -> Result:
    """Do something with the installation, beside a server that may run on it."""

    async def run() -> Result:
        async with app.open_installation(known, Bell()) as installation:
            return await work(installation)

    return asyncio.run(run())


@contextmanager
def missing(why: str) -> Iterator[None]:
    """Say what was not found, where the use case says only that."""
    try:
        yield
    except NotFound:
        raise RefusedError(why) from None


def read_text(file: str) -> str:
    """Return the text of a file without the blank lines around it.

    Raises:
        RefusedError: it cannot be read, or is not text in UTF-8.
    """
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{file} is not text in UTF-8.") from error


def sentence(refusal: DomainError) -> str:
    """Return what a refusal says to a person."""
    if isinstance(refusal, InvalidInput):
        return "; ".join(f"{'.'.join(one.path)} {_problem(one.code)}" for one in refusal.problems) + "."
    if isinstance(refusal, ActivationRefused):
        return words.say(words.OBSTACLES[refusal.code], "en")
    name = type(refusal).__name__
    pair = words.REFUSALS.get(name, ("", ""))
    # What a refusal has to fill in is meant for screens, and no command meets one of those but when facts have moved.
    return f"refused: {name}." if "{" in pair[1] or not pair[1] else words.say(pair, "en")


def _problem(code: InputProblemCode) -> str:
    # Facts are given one at a time: what is there twice is there already.
    return "is in use already" if code is InputProblemCode.DUPLICATE else words.say(words.PROBLEMS[code], "en")
