"""Running the service: serve, migrate, and the clock of development."""

import asyncio
import re
import sys
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

import app
from app import Started
from commands import setting_up
from commands.setting_up import Data, RefusedError
from persistence import clock
from persistence.database import Unit
from resolvers.context import Installation

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:\d{1,9}[dhms])+", re.ASCII)
# The calendar ends with the year 9999, and a clock that is moved past it could not be read any more.
_FARTHEST = timedelta(days=36_525)


def serve(
    *,
    port: Annotated[int | None, typer.Option(help="The port to listen on, in the place of SAMARBETE_PORT.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on, in the place of SAMARBETE_HOST.")] = None,
    data: Data = None,
) -> None:
    """Run the service until it is told to stop.

    The built-in SQLite database is brought to this release's version first. A PostgreSQL database is not: run migrate.
    """
    app.serve(setting_up.load(data, port=port, host=host), _greet)


def migrate(*, data: Data = None) -> None:
    """Bring the database to this release's version."""
    asyncio.run(app.migrate(setting_up.load(data)))


def advance(
    by: Annotated[str, typer.Argument(metavar="31d", help="How far: days, hours, minutes and seconds, such as 31d or 1d12h.")],
    *,
    data: Data = None,
) -> None:
    """Move the clock of development forward; what falls due by it is done at once.

    Nothing moves it back: load a new data directory for that.
    """
    known = setting_up.load(data)
    if known.is_production:
        raise RefusedError("the clock of production cannot be moved.")
    distance = _read_duration(by)

    async def work(installation: Installation) -> timedelta:
        async def move(unit: Unit) -> timedelta:
            if await clock.shift(unit) + distance > _FARTHEST:
                raise RefusedError(f"the clock can be moved by {_FARTHEST.days} days in all.")
            await clock.advance(unit, distance)
            return await clock.shift(unit)

        return await installation.database.write(move)

    typer.echo(f"The clock is now moved by {setting_up.on_installation(known, work)}.")


def _read_duration(written: str) -> timedelta:
    if not _DURATION.fullmatch(written):
        raise typer.BadParameter("give days, hours, minutes or seconds, such as 31d, 12h or 1d12h", param_hint="by")
    seconds = sum(int(part[:-1]) * _SECONDS[part[-1]] for part in re.findall(r"\d+[dhms]", written))
    return min(timedelta(seconds=min(seconds, 2**40)), _FARTHEST * 2)


def _greet(started: Started) -> None:
    """Say where to click; a token and addresses are not broken into lines, so that they can be copied."""
    console = Console(highlight=False, soft_wrap=True)
    places = {"GraphiQL": "/graphql", "Mailbox": "/mailbox", "Portal": "/portal", "Sign-in": "/sign-in"}
    absent = {"GraphiQL": not started.has_graphiql, "Mailbox": not started.has_mailbox}
    places = {name: path for name, path in places.items() if not absent.get(name)}
    console.print(f"\n[bold]Samarbete {app.VERSION}[/] runs at {started.url}\n")
    for name, path in places.items():
        console.print(f"  {name:<10}[cyan]{started.url}{path}[/]")
    if started.token is not None:
        console.print("\nA token of Anna Ek, an advisor of the demo world, good for 30 days:\n")
        console.print(started.token, markup=False)
    console.print("\nStop it with Ctrl-C.\n")
    sys.stdout.flush()
