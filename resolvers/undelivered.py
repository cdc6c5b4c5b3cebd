"""Mails that never got through: told to the office as an event, and by mail where the request still waits."""

from dataclasses import replace

from domain import steps
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.event import SYSTEM, CollaborationEventType
from domain.mail import ASKING, Mail, MailKind, MailStatus
from persistence import collaboration, event, ids
from persistence.database import Unit
from resolvers import mail, privacy, settlement


async def record(unit: Unit, undelivered: Mail) -> None:
    """Append MAIL_BOUNCED or MAIL_FAILED, and write to the office where the mail asked and the request still waits.

    Sign-in mails and mails to the office make no event. A closed collaboration keeps its version: the event tells of the mail
    (domain.md section 4, "Mail state").
    """
    if undelivered.collaboration_id is None or undelivered.recipient.advisor_id is not None:
        return
    held = await settlement.hold(unit, undelivered.collaboration_id, viewer=None)
    async with settlement.lapses_first(unit, held) as found:
        noted = found
        if found.status in LIVE:
            noted = replace(found, version=found.version + 1)
            await collaboration.save(unit, noted, before=found)
        if found.status is CollaborationStatus.AWAITING_APPROVAL and undelivered.kind in ASKING:
            await _tell_office(unit, noted, undelivered)
        bounced = undelivered.status is MailStatus.BOUNCED
        told = CollaborationEventType.MAIL_BOUNCED if bounced else CollaborationEventType.MAIL_FAILED
        await event.append(unit, [steps.make_event(noted, told, ids.new_id(), unit.now, SYSTEM, found.status)])


async def _tell_office(unit: Unit, noted: Collaboration, undelivered: Mail) -> None:
    story = await mail.tell_story(unit, noted)
    more: mail.Content = {
        "address": privacy.card_email(story.customer, undelivered.recipient.email),
        "bounced": undelivered.status is MailStatus.BOUNCED,
        "problem": undelivered.problem,
    }
    await mail.tell_office(unit, story, MailKind.BOUNCED, more)
