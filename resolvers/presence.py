"""Who is there to answer for a company, when that changes while requests wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from domain import text
from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.event import SYSTEM, CollaborationEventType
from domain.mail import MailKind
from domain.steps import make_event
from persistence import collaboration, company, event, ids, office
from persistence.database import Unit
from resolvers import mail, settlement


async def administrators(unit: Unit, company_id: str) -> tuple[Administrator, ...]:
    """Return who may act for the company, pending or firm."""
    return (await company.administrators_of(unit, [company_id])).get(company_id, ())


@asynccontextmanager
async def watched(unit: Unit, company_id: str) -> AsyncIterator[None]:
    """Let rights be taken in the block, and tell each office whose request waits that nobody is left to answer it.

    An advisor of the office that asks cannot answer it, and is nobody here. Who was told before is not told again.
    """
    before = await _answerable(unit, company_id)
    yield
    after = await _answerable(unit, company_id)
    happened = []
    for waiting in (request for request in before.values() if request.id not in after):
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
    async with watched(unit, company_id):
        await settlement.dismiss_pending_administrators(unit, company_id)


async def _answerable(unit: Unit, company_id: str) -> dict[str, Collaboration]:
    """Return the requests that wait for the company's answer and have somebody who may give it, by id."""
    addresses = {text.email_key(person.email) for person in await administrators(unit, company_id)}
    live = await collaboration.live_of_company(unit, company_id)
    emails = await office.advisor_emails(unit, list({one.office_id for one in live}))
    return {
        one.id: one
        for one in live
        if one.status is CollaborationStatus.AWAITING_APPROVAL
        and not settlement.lapsed(unit, one)
        and addresses - emails.get(one.office_id, frozenset())
    }
