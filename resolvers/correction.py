"""Correcting the contact: the administrator whom the office's request created, under a mistyped name or address."""

from dataclasses import replace

from domain import correction, lifecycle, permissions, steps, text
from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.event import Actor
from domain.input_check import InputCheck
from domain.lifecycle import Step
from domain.mail import MailKind, Recipient
from domain.scenario import ActivationScenario
from domain.viewer import AdministratorViewer, Viewer
from persistence import collaboration, company, event, ids, keys, office, session
from persistence.database import Unit
from resolvers import answer, mail, settlement
from resolvers.answer import Answered
from resolvers.context import Context, Installation


async def correct(context: Context, collaboration_id: str, name: str, email: str, key: str | None) -> Answered:
    """Rename the administrator whom the office's request created; old links die, and a new mail asks the right person.

    The office's other requests to the company that wait for the same administrator are asked anew with it. The deadline stays,
    and so does the card.

    Raises:
        NotFound, NotPermitted, InvalidTransition: not visible; not the office's side; it does not wait.
        ContactNotCorrectable, ActivationRefused: as `domain.correction` judges.
        InvalidInput: a bad name or address.
    """
    check = InputCheck()
    cleaned = check.text(name, "name", limit=text.NAME_LIMIT), check.email(email, "email")
    check.finish()

    async def take(unit: Unit, viewer: Viewer) -> answer.Taken:
        waiting = await answer.get_held(unit, viewer, collaboration_id)
        permissions.check_step(Step.CORRECT_CONTACT, viewer, waiting)
        async with settlement.lapses_first(unit, waiting) as found:
            lifecycle.transition(Step.CORRECT_CONTACT, found, unit.now)
            return await _correct(context.installation, unit, found, Actor(side=viewer.side, id=viewer.id), *cleaned)

    asked = {"collaboration": collaboration_id, "name": cleaned[0], "email": cleaned[1]}
    return await answer.take_once(context, "correctContact", key, asked, take)


async def is_correctable(context: Context, known: Collaboration) -> bool:
    """Tell whether the viewer's office could correct the contact now: the same judgement as the mutation makes."""
    waits = lifecycle.status_at(known, context.now) is CollaborationStatus.AWAITING_APPROVAL
    asks_created = known.scenario is ActivationScenario.NOT_REGISTERED
    if not (waits and asks_created) or isinstance(context.require_viewer(), AdministratorViewer):
        return False
    of_company = await context.load.companies_unscoped.load(known.company_id)
    if of_company is None:
        return False
    created = await context.load.created_administrators_of_company.load(known.company_id) or frozenset()
    found = correction.find_correctable(
        known,
        of_company,
        await context.load.administrators_of_company.load(known.company_id) or (),
        created_ids={person for creator, person in created if creator == known.office_id},
        live=await context.load.live_of_company.load(known.company_id) or (),
        now=context.now,
    )
    return found is not None


async def _correct(
    installation: Installation, unit: Unit, found: Collaboration, actor: Actor, name: str, email: str
) -> answer.Taken:
    live = await collaboration.live_of_company(unit, found.company_id)
    advisor_emails = (await office.advisor_emails(unit, [found.office_id])).get(found.office_id, frozenset())
    person = correction.judge(await _find_correctable(unit, found, live), email, advisor_emails)
    right = await _put_right(unit, found, person, name, email)
    to = Recipient(name=right.name, email=right.email, language=right.language, administrator_id=right.id)
    happened = []
    corrected = found
    for request in correction.concerned(found, live, unit.now):
        corrected, told = steps.correct_contact(request, now=unit.now, actor=actor, event_id=ids.new_id())
        if request.administrator_created_id == person.id:
            corrected = replace(corrected, administrator_created_id=right.id)
        await collaboration.save(unit, corrected, before=request)
        await session.void_links(unit, request.id)
        await mail.ask(unit, installation, await mail.tell_story(unit, corrected), (to,), MailKind.CONTACT_CORRECTED, {})
        happened.append(told)
    return corrected, await event.append(unit, happened)


async def _find_correctable(unit: Unit, found: Collaboration, live: tuple[Collaboration, ...]) -> Administrator | None:
    people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
    created = (await collaboration.created_administrators(unit, [found.company_id])).get(found.company_id, frozenset())
    # Held before they are judged: who has just signed in, or just been made another company's administrator, is seen so.
    held = [await company.hold_administrator(unit, person.id) for person in people if (found.office_id, person.id) in created]
    return correction.find_correctable(
        found,
        (await company.many(unit, [found.company_id]))[found.company_id],
        [person for person in held if person is not None],
        created_ids={person for creator, person in created if creator == found.office_id},
        live=live,
        now=unit.now,
    )


async def _put_right(unit: Unit, found: Collaboration, wrong: Administrator, name: str, email: str) -> Administrator:
    """Let the right person be the company's administrator, and return it.

    Whoever has the address already is that person, under the name by which it is known. Only a person who acts for this company
    alone is renamed: one who acts for another company too stays as it is there, and lets go of this company.
    """
    known = await company.find_administrator_by_email(unit, text.email_key(email))
    shared = len((await company.companies_of(unit, [wrong.id])).get(wrong.id, ())) > 1
    if not shared and (known is None or known.id == wrong.id):
        await company.rename(unit, wrong.id, name=name, email=email)
        await session.shut_out(unit, wrong.id)
        return replace(wrong, name=name, email=email)
    if known is not None and known.id == wrong.id:
        return wrong
    right = known or Administrator(id=ids.new_id(), name=name, email=email, language=wrong.language, accepted_at=None)
    if known is None:
        await company.add_administrator(unit, right, salt=keys.new_salt())
    await company.unlink(unit, found.company_id, wrong.id)
    await company.link(unit, found.company_id, right.id, pending=True)
    if not shared:
        await company.delete_administrator(unit, wrong.id)
    return right
