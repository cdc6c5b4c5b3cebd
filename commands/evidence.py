"""Evidence, by hand: a company's whole chain, to be kept and checked elsewhere."""

from typing import Annotated

import typer

from commands import setting_up
from commands.setting_up import Data, RefusedError
from resolvers import proof
from resolvers.context import Installation


def export(
    number: Annotated[str, typer.Argument(help="The organisation number of the company, with or without its hyphen.")],
    *,
    data: Data = None,
) -> None:
    """Print the evidence of a company's approvals as JSON lines, every record in full; personal data are among it.

    examples/verify_evidence.py checks what is printed. It needs nothing but Python.
    """
    known = setting_up.load(data)

    async def work(installation: Installation) -> str:
        with setting_up.missing("no company has the number."):
            return await proof.export_chain(installation, number)

    printed = setting_up.on_installation(known, work)
    if not printed.strip():
        raise RefusedError("the company has approved nothing yet, so there is no evidence of it.")
    typer.echo(printed, nl=False)
