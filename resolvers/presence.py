"""Who is there to answer for a company, when that changes while requests wait."""

from dataclasses import replace

from domain.collaboration import CollaborationStatus
from domain.company import Administrator
from domain.event import SYSTEM, CollaborationEventType
from domain.mail import MailKind
from domain.steps import make_event
from persistence import collaboration, company, event, ids
from persistence.database import Unit
from resolvers import mail, settlement


async def administrators(unit: Unit, company_id: str) -> tuple[Administrator, ...]:
    """Return who may act for the company, pending or firm."""
    return (await company.administrators_of(unit, [company_id])).get(company_id, ())


async def tell_approver_missing(unit: Unit, company_id: str) -> None:
    """Tell each office whose request waits that nobody is left to answer it."""
    happened = []
    for waiting in await collaboration.live_of_company(unit, company_id):
        if waiting.status is CollaborationStatus.AWAITING_APPROVAL and not settlement.lapsed(unit, waiting):
            noted = replace(waiting, version=waiting.version + 1)
            await collaboration.save(unit, noted, before=waiting)
            await mail.tell_office(unit, await mail.tell_story(unit, noted), MailKind.APPROVER_MISSING, {})
            happened.append(
                make_event(noted, CollaborationEventType.APPROVER_MISSING, ids.new_id(), unit.now, SYSTEM, waiting.status)
            )
    await event.append(unit, happened)


async def take_over(unit: Unit, company_id: str) -> None:
    """Let a company that registers itself say who acts for it: whom an unanswered activation made administrator is not one.

    Else an office could capture a company by naming a contact of its own (domain.md section 3, row 9).
    """
    await settlement.dismiss_pending_administrators(unit, company_id)
    if not await administrators(unit, company_id):
        await tell_approver_missing(unit, company_id)
