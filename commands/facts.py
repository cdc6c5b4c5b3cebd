"""What makes the facts, by hand: offices, advisors, companies, administrators and subscriptions."""

from collections.abc import Awaitable, Callable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from commands import setting_up
from commands.setting_up import Data, RefusedError
from domain import organisation_number
from domain.office import CustomerPermission
from domain.service import SubscriptionStatus
from persistence import office
from resolvers import fact
from resolvers.context import Installation

Number = Annotated[str, typer.Argument(help="An organisation number, with or without its hyphen.")]
Name = Annotated[str, typer.Argument(help="The name.")]
Email = Annotated[str, typer.Argument(help="The e-mail address.")]
Language = Annotated[str, typer.Option(help="The language of the person's mails: sv or en.")]

_OWN_OR_FULL = "OWN: the customers that concern the advisor. FULL: all of the office's."


class Subscribed(Enum):
    """How a company's own subscription may be set; PENDING is what an activation makes, and NONE removes it."""

    ACTIVE = SubscriptionStatus.ACTIVE.value
    READ_ONLY = SubscriptionStatus.READ_ONLY.value
    ENDED = SubscriptionStatus.ENDED.value
    NONE = "NONE"


def add_office(name: Name, number: Number, *, data: Data = None) -> None:
    """Add an accounting office."""

    async def work(installation: Installation) -> str:
        return f"Added the office {(await fact.add_office(installation, name, number)).name}."

    _say(data, work)


def add_advisor(
    office_number: Annotated[str, typer.Argument(metavar="OFFICE", help="The organisation number of the office.")],
    name: Name,
    email: Email,
    *,
    permission: Annotated[CustomerPermission, typer.Option(case_sensitive=False, help=_OWN_OR_FULL)] = CustomerPermission.OWN,
    language: Language = "sv",
    data: Data = None,
) -> None:
    """Add an advisor to an office."""

    async def work(installation: Installation) -> str:
        async with installation.database.read() as reading:
            found = await office.find_office_by_number(reading, organisation_number.parse(office_number) or "")
        if found is None:
            wanted = setting_up.typed("office add", data)
            raise RefusedError(f"no office has the organisation number. Add it with: {wanted}")
        added = await fact.add_advisor(installation, found.id, name, email, permission, language=language)
        return f"Added {added.name} to {found.name}, with the permission {added.permission.value}."

    _say(data, work)


def set_permission(
    email: Email,
    permission: Annotated[CustomerPermission, typer.Argument(case_sensitive=False, help=_OWN_OR_FULL)],
    *,
    data: Data = None,
) -> None:
    """Change which customers an advisor sees."""

    async def work(installation: Installation) -> str:
        with setting_up.missing("no advisor has the address."):
            changed = await fact.set_advisor_permission(installation, email, permission)
        return f"{changed.name} now has the permission {changed.permission.value}."

    _say(data, work)


def deactivate_advisor(email: Email, *, data: Data = None) -> None:
    """Take an advisor's access away: tokens are refused and streams close."""

    async def work(installation: Installation) -> str:
        with setting_up.missing("no advisor has the address."):
            return f"{(await fact.deactivate_advisor(installation, email)).name} has no access any more."

    _say(data, work)


def register_company(number: Number, name: Name, *, data: Data = None) -> None:
    """Register a company with the provider, as if it had accepted the provider's agreement itself."""

    async def work(installation: Installation) -> str:
        return f"{(await fact.register_company(installation, number, name)).name} is registered."

    _say(data, work)


def add_administrator(number: Number, name: Name, email: Email, *, language: Language = "sv", data: Data = None) -> None:
    """Let a person act for a registered company."""

    async def work(installation: Installation) -> str:
        wanted = setting_up.typed("company register", data)
        with setting_up.missing(f"no registered company has the number. Register it with: {wanted}"):
            return f"{(await fact.add_administrator(installation, number, name, email, language=language)).name} may act for it."

    _say(data, work)


def remove_administrator(number: Number, email: Email, *, data: Data = None) -> None:
    """Take a person's right to act for a company; offices whose requests wait are told where nobody is left."""

    async def work(installation: Installation) -> str:
        with setting_up.missing("no company has the number, or the address is not one of its administrators'."):
            await fact.remove_administrator(installation, number, email)
        return "The person may not act for it any more."

    _say(data, work)


def set_subscription(
    number: Number,
    code: Annotated[str, typer.Argument(metavar="SERVICE", help="The code of the service, such as VISMA_SCANNER.")],
    status: Annotated[Subscribed, typer.Argument(case_sensitive=False, help="NONE removes it.")],
    *,
    name: Annotated[str | None, typer.Option(help="The name of a company that the provider does not know yet.")] = None,
    data: Data = None,
) -> None:
    """Set a company's own subscription to a service."""
    wanted = None if status is Subscribed.NONE else SubscriptionStatus(status.value)

    async def work(installation: Installation) -> str:
        with setting_up.missing("no company has the number, or no service has the code."):
            await fact.set_subscription(installation, number, code, wanted, name=name)
        return "The company has no subscription to it." if wanted is None else f"The company's subscription is {wanted.value}."

    _say(data, work)


def _say(data: Path | None, work: Callable[[Installation], Awaitable[str]]) -> None:
    typer.echo(setting_up.on_installation(setting_up.load(data), work))
