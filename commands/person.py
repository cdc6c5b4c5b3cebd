"""What the law gives a person: an export of what is stored about him, and its erasure."""

from typing import Annotated

import orjson
import typer

from commands import setting_up
from commands.setting_up import Data
from persistence.person import Row
from resolvers import person
from resolvers.context import Installation

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]

_NOTHING = "nothing is stored about the address."


def export(email: Email, *, data: Data = None) -> None:
    """Print everything that is stored about a person, as JSON."""

    async def work(installation: Installation) -> dict[str, list[Row]]:
        return await person.export(installation, email)

    with setting_up.missing(_NOTHING):
        found = setting_up.on_installation(setting_up.load(data), work)
    typer.echo(orjson.dumps(found, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode())


def erase(email: Email, *, data: Data = None) -> None:
    """Erase a person: name, addresses, what was written to him, links and sessions.

    Evidence stays, without saying who it was. Nothing brings back what is erased: look at it with export first.
    """

    async def work(installation: Installation) -> dict[str, int]:
        return await person.erase(installation, email)

    with setting_up.missing(_NOTHING):
        found = setting_up.on_installation(setting_up.load(data), work)
    typer.echo(f"Erased what was about the person: {', '.join(f'{name} {number}' for name, number in found.items())}.")
