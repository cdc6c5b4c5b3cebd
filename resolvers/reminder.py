"""Asking again: the reminder that an advisor sends to the approvers of a request that waits."""

from domain import permissions, scenario, steps
from domain.collaboration import Collaboration
from domain.errors import RecipientUndeliverable
from domain.event import Actor
from domain.lifecycle import Step
from domain.mail import MailKind, Recipient
from domain.viewer import Viewer
from persistence import collaboration, company, customer, event, ids, scope
from persistence import mail as stored_mail
from persistence.database import Unit
from resolvers import answer, mail, settlement
from resolvers.answer import Answered
from resolvers.context import Context


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


async def _approvers(unit: Unit, found: Collaboration) -> tuple[Recipient, ...]:
    people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
    card = (await customer.many(unit, [found.customer_id], scope=scope.everything()))[found.customer_id]
    return scenario.choose_approvers(people, card.main_contact)
