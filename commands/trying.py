"""Trying the service out: the demo world, and bearer tokens."""

import asyncio
from collections import Counter
from enum import Enum
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import app
from commands import setting_up
from commands.setting_up import Data
from domain.viewer import Side
from resolvers import session
from resolvers.context import Installation
from resolvers.demo import generated, world


class TokenSide(Enum):
    """The sides that persons have."""

    OFFICE = Side.OFFICE.value
    COMPANY = Side.COMPANY.value


def demo(
    *,
    customers: Annotated[
        int, typer.Option(min=0, max=generated.MOST, help="How many generated customers Nordbyrån shall have besides.")
    ] = 0,
    data: Data = None,
) -> None:
    """Load what is missing of the demo world; the database is migrated first, and nothing is changed the second time."""
    known = setting_up.load(data)
    asyncio.run(app.migrate(known))

    async def work(installation: Installation) -> Counter[str]:
        added = await world.load(installation)
        if customers:
            added["generated customers"] += await _generate(installation, customers)
        return +added

    added = setting_up.on_installation(known, work)
    counted = ", ".join(f"{what} {number}" for what, number in added.items())
    typer.echo(f"Added: {counted}." if added else "The demo world is there already.")


def token(
    email: Annotated[str, typer.Argument(help="The address of an advisor or an administrator.")],
    *,
    side: Annotated[TokenSide | None, typer.Option(case_sensitive=False, help="Which one, for a person who is of both.")] = None,
    data: Data = None,
) -> None:
    """Print a bearer token for a person, good for 30 days, and nothing else."""
    known = setting_up.load(data)
    wanted = None if side is None else Side(side.value)

    async def work(installation: Installation) -> str:
        return await session.issue_token(installation, email, wanted)

    who = "an active advisor's or an administrator's" if wanted is None else f"a person's on the side {wanted.value}"
    with setting_up.missing(f"the address is not {who}. The demo world comes with: {setting_up.typed('demo', data)}"):
        typer.echo(setting_up.on_installation(known, work))


async def _generate(installation: Installation, wanted: int) -> int:
    columns = (TextColumn("Customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Customers", total=wanted)
        return await generated.add(installation, wanted, told=lambda there: progress.update(bar, completed=there))
