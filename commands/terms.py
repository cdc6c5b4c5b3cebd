"""Terms, by hand: publishing a text as a new version, or as another language of the newest."""

from datetime import datetime
from typing import Annotated

import typer

from commands import setting_up
from commands.setting_up import Data
from domain.publication import DEFAULT_GRACE_DAYS
from domain.service import Terms
from resolvers import publication
from resolvers.context import Installation


def publish(
    file: Annotated[str, typer.Argument(help="The text, as a file in UTF-8.")],
    *,
    service: Annotated[str, typer.Option(help="The code of the service, such as VISMA_SCANNER.")],
    language: Annotated[str, typer.Option(help="The language of the text: sv or en.")],
    effective_from: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day on which it is in force.")],
    mandatory: Annotated[bool, typer.Option("--mandatory", help="Companies must accept it to go on.")] = False,
    grace_days: Annotated[
        int | None, typer.Option(help=f"How many days they have for that, 1 to 366; {DEFAULT_GRACE_DAYS}, if left out.")
    ] = None,
    data: Data = None,
) -> None:
    """Publish a text of a service's terms; once published it never changes.

    It begins the next version, or becomes another language of the newest one where its days and its say are the same.
    """
    known = setting_up.load(data)
    body = setting_up.read_text(file)

    async def work(installation: Installation) -> Terms:
        with setting_up.missing("no service has the code. Add it with: python cli.py service add"):
            return await publication.publish(
                installation,
                service,
                language=language,
                body=body,
                effective_from=effective_from.date(),
                mandatory=mandatory,
                grace_days=grace_days,
            )

    done = setting_up.on_installation(known, work)
    must = f", and must be accepted within {done.grace_days} days" if done.mandatory else ""
    typer.echo(f"Published version {done.version} of the terms of {service} in {done.language}.")
    typer.echo(f"It is in force from {done.effective_from.isoformat()}{must}. SHA-256: {done.sha256}")
