"""Asking again: the reminders of a request that waits, sent by an advisor, or by themselves on the third, tenth and 24th day."""

from domain import permissions, scenario, steps
from domain.collaboration import Collaboration
from domain.errors import RecipientUndeliverable
from domain.event import Actor
from domain.lifecycle import Step
from domain.mail import MailKind, Recipient
from domain.viewer import Viewer
from persistence import collaboration, company, customer, event, ids, jobs, scope
from persistence import mail as stored_mail
from persistence.database import Unit
from persistence.jobs import Job
from resolvers import answer, mail, settlement
from resolvers.answer import Answered
from resolvers.context import Context, Installation


async def remind(context: Context, collaboration_id: str, message: str | None, key: str | None) -> Answered:
    """Ask the approvers again, each with a new link; older unused ones stay valid, and so does the deadline.

    An address that has bounced is left out; where nobody is left whom a mail would reach, the reminder is refused.

    Raises:
        NotFound, NotPermitted, InvalidTransition: not visible; not the office's side; it does not wait.
        ReminderTooSoon, ReminderLimitReached, RecipientUndeliverable: as domain.md section 4 has them.
        InvalidInput: the message is too long or holds control characters.
    """
    cleaned = answer.clean(message, "message")

    async def take(unit: Unit, viewer: Viewer) -> answer.Taken:
        waiting = await answer.get_held(unit, viewer, collaboration_id)
        permissions.check_step(Step.REMIND, viewer, waiting)
        async with settlement.lapses_first(unit, waiting) as found:
            actor = Actor(side=viewer.side, id=viewer.id)
            reminded, happened = steps.remind(found, now=unit.now, actor=actor, event_id=ids.new_id())
            approvers = await _approvers(unit, found)
            mails = (await stored_mail.of_collaborations(unit, [found.id])).get(found.id, ())
            recipients = mail.deliverable(mails, approvers)
            if not recipients:
                raise RecipientUndeliverable(mail.problem_of(mails, approvers))
            await collaboration.save(unit, reminded, before=found)
            story = await mail.tell_story(unit, reminded)
            more: mail.Content = {} if cleaned is None else {"message": cleaned}
            await mail.ask(unit, context.installation, story, recipients, MailKind.REMINDER, more)
            return reminded, await event.append(unit, [happened])

    asked = {"collaboration": collaboration_id, "message": cleaned}
    return await answer.take_once(context, "remindApprovers", key, asked, take)


async def remind_due(installation: Installation, job: Job) -> None:
    """Ask again because the day has come: the job's work, done once however many workers are at it.

    Nothing is sent within 24 hours of another mail that asked, to an address that has bounced, or once the request has its
    answer; that it has lapsed is written down.
    """

    async def work(unit: Unit) -> None:
        if await collaboration.find(unit, job.subject_id) is None:
            return
        held = await settlement.hold(unit, job.subject_id, viewer=None)
        if not await jobs.claim(unit, job):
            return
        async with settlement.lapses_first(unit, held) as found:
            change = steps.remind_by_itself(found, now=unit.now, event_id=ids.new_id())
            mails = (await stored_mail.of_collaborations(unit, [found.id])).get(found.id, ())
            recipients = mail.deliverable(mails, await _approvers(unit, found))
            if change is None or not recipients:
                return
            reminded, happened = change
            await collaboration.save(unit, reminded, before=found)
            story = await mail.tell_story(unit, reminded)
            await mail.ask(unit, installation, story, recipients, MailKind.REMINDER, {})
            await event.append(unit, [happened])

    await installation.database.write(work)


async def _approvers(unit: Unit, found: Collaboration) -> tuple[Recipient, ...]:
    people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
    card = (await customer.many(unit, [found.customer_id], scope=scope.everything()))[found.customer_id]
    return scenario.choose_approvers(people, card.main_contact)
