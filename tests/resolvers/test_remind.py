"""Asking again: how often, to whom, and what it leaves as it is."""

from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.customer import Contact
from domain.errors import (
    DomainError,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind, MailStatus
from domain.permissions import CollaborationAction
from persistence import mail
from persistence.database import Unit
from resolvers import collaboration, customer, event, fact, reminder, session
from resolvers.card import UpdateCustomer
from resolvers.listing import PageArguments
from tests.support.seen import (
    told,
    written,
)
from tests.support.world import ANNA, BEA, BETA, CLEO, DAG, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_reminders_wait_a_day_and_are_five(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    known = activated.collaboration
    await world.advance(timedelta(hours=1))
    with pytest.raises(ReminderTooSoon) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.next_allowed_at == known.activated_at + timedelta(hours=24)
    for sent in range(1, 6):
        await world.advance(timedelta(days=1))
        done = await reminder.remind(await world.viewed_by(ANNA), known.id, "Hej igen", None)
        assert done.collaboration.reminders_sent == sent
        assert done.collaboration.expires_at == known.expires_at
    await world.advance(timedelta(days=1))
    with pytest.raises(ReminderLimitReached):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert await told(world, known) == [Type.ACTIVATED, *[Type.REMINDED] * 5]
    company_side = await world.viewed_by(BEA)
    page = await event.page_of_collaboration(company_side, known.id, PageArguments())
    assert [entry.event.type for entry in page.items] == [Type.ACTIVATED]


async def test_a_reminder_leaves_the_older_link_valid(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    older = await world.link_secret(activated.collaboration.id)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await world.link_secret(activated.collaboration.id) != older
    opened = await session.sign_in(await world.context(), older, None)
    assert opened.collaboration is not None


async def bounce(world: World, known: Collaboration, *addresses: str) -> None:
    """Let the mails to the addresses come back."""
    returned = [one for one in await written(world, known.id) if one.recipient.email in addresses]

    async def work(unit: Unit) -> None:
        for one in returned:
            problem = f"550 no {one.recipient.email}"
            await mail.mark(unit, one.id, status=MailStatus.BOUNCED, problem=problem, sent_at=unit.now, attempts=1)

    await world.database.write(work)


async def offers_reminding(world: World, known: Collaboration) -> bool:
    anna = await world.viewed_by(ANNA)
    return CollaborationAction.REMIND in await collaboration.allowed_actions(anna, known)


async def has_other_contact(world: World, name: str, main: Contact) -> None:
    """Let a card have another main contact."""
    changed = UpdateCustomer(customer_id=world.customers[name].id, contacts=(main,))
    await customer.update(await world.viewed_by(ANNA), changed, None)


async def test_a_bounced_address_is_not_reminded(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=2))
    assert await offers_reminding(world, known) is True
    await bounce(world, known, BEA)
    assert await offers_reminding(world, known) is False
    with pytest.raises(RecipientUndeliverable, match="550 no bea"):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert (await world.stored(known.id)).reminders_sent == 0


async def test_of_several_approvers_those_are_reminded_whom_a_mail_reaches(world: World) -> None:
    await has_other_contact(world, "Alfa AB", contact("Någon Annan", "annan@alfa.example"))
    known = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await bounce(world, known, CLEO)
    await world.advance(timedelta(days=1))
    assert await offers_reminding(world, known) is True
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert [one.recipient.email for one in await written(world, known.id, MailKind.REMINDER)] == [DAG]


async def test_another_main_contact_is_reminded_where_the_first_ones_mail_bounced(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await bounce(world, known, CLEO)
    await has_other_contact(world, "Alfa AB", contact("Dag Dahl", DAG))
    await world.advance(timedelta(days=1))
    assert await offers_reminding(world, known) is True
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert [one.recipient.email for one in await written(world, known.id, MailKind.REMINDER)] == [DAG]


async def test_nobody_is_reminded_where_nobody_is_left_to_answer(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await fact.remove_administrator(world.installation, BETA, BEA)
    await world.advance(timedelta(days=1))
    assert await offers_reminding(world, known) is False
    with pytest.raises(RecipientUndeliverable):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    await fact.add_administrator(world.installation, BETA, "Eva Ny", "eva@beta.example")
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert [one.recipient.email for one in await written(world, known.id, MailKind.REMINDER)] == ["eva@beta.example"]


async def test_the_judgement_of_a_reminder_goes_by_sight_right_status_number_and_time(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    cases: list[tuple[str, type[DomainError]]] = [(SARA, NotFound), (BEA, NotPermitted), (ANNA, ReminderTooSoon)]
    for email, refusal in cases:
        with pytest.raises(refusal):
            await reminder.remind(await world.viewed_by(email), known.id, None, None)
    await world.advance(timedelta(days=30))
    with pytest.raises(InvalidTransition) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.status is CollaborationStatus.EXPIRED
    assert await told(world, known) == [Type.ACTIVATED, Type.EXPIRED]


async def test_a_reminder_carries_its_message_and_a_link_that_lives_as_long_as_the_request(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=29))
    await reminder.remind(await world.viewed_by(ANNA), known.id, "Hej\nigen", None)
    (sent,) = await written(world, known.id, MailKind.REMINDER)
    assert sent.content["message"] == "Hej\nigen"
    secret = await world.link_secret(known.id)
    await world.advance(timedelta(days=1))
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), secret, None)


@pytest.mark.parametrize("message", ["x" * 1_001, "a\x00b"])
async def test_a_message_that_cannot_be_mailed_is_refused(world: World, message: str) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=1))
    with pytest.raises(InvalidInput):
        await reminder.remind(await world.viewed_by(ANNA), known.id, message, None)
