"""Who an identity provider's subjects are here: linked by hand, and unlinked."""

from typing import Annotated

import typer

from commands import setting_up
from commands.setting_up import Data
from domain.viewer import Side
from resolvers import identity
from resolvers.context import Installation

IssuerUrl = Annotated[str, typer.Argument(metavar="ISSUER", help="The issuer's URL, as SAMARBETE_OIDC_ISSUERS has it.")]
Subject = Annotated[str, typer.Argument(help="The person as the issuer knows it: `sub` in its tokens.")]


def link(
    issuer: IssuerUrl,
    subject: Subject,
    email: Annotated[str, typer.Argument(help="The address that the person has here.")],
    side: Annotated[Side, typer.Option(case_sensitive=False, help="OFFICE: an advisor. COMPANY: an administrator.")],
    *,
    data: Data = None,
) -> None:
    """Let an issuer's subject be a person here, whatever address the issuer knows of him."""

    async def work(installation: Installation) -> str:
        with setting_up.missing("nobody has the address on that side."):
            return f"The subject is {(await identity.link(installation, issuer, subject, email, side)).name} now."

    typer.echo(setting_up.on_installation(setting_up.load(data), work))


def unlink(issuer: IssuerUrl, subject: Subject, *, data: Data = None) -> None:
    """Let an issuer's subject be nobody here: tokens are refused and streams close."""

    async def work(installation: Installation) -> str:
        with setting_up.missing("the subject is linked with nobody."):
            await identity.unlink(installation, issuer, subject)
        return "The subject is nobody here now."

    typer.echo(setting_up.on_installation(setting_up.load(data), work))
