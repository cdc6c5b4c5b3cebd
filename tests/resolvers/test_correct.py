"""Correcting a mistyped contact: who is asked then, what dies, what stays, and when it is not the office's to do."""

from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.errors import (
    ReminderTooSoon,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind, MailStatus
from domain.viewer import AdministratorViewer
from persistence import company, mail
from persistence.database import Unit
from resolvers import activation, answer, event, reminder, session
from resolvers.context import UnauthenticatedError
from resolvers.listing import PageArguments
from tests.support.correcting import RIGHT, asked, correct, is_offered
from tests.support.seen import administrators, told, written
from tests.support.world import ANNA, BEA, BETA, CLEO, GUN, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
OMEGA = "2120000142"


async def people_of(world: World, known: Collaboration) -> tuple[Administrator, ...]:
    async with world.database.read() as reading:
        return (await company.administrators_of(reading, [known.company_id])).get(known.company_id, ())


async def test_the_administrator_is_renamed_old_links_die_and_a_new_mail_asks(world: World) -> None:
    known = await asked(world)
    old, (before,) = await world.link_secret(known.id), await people_of(world, known)
    await world.advance(timedelta(days=2))
    assert await is_offered(world, known) is True
    corrected = await correct(world, known)
    (after,) = await people_of(world, known)
    assert (after.id, after.name, after.email, after.language) == (before.id, "Gunvor Grå", RIGHT, before.language)
    assert (corrected.expires_at, corrected.reminders_sent) == (known.expires_at, 0)
    assert corrected.asked_at >= known.asked_at + timedelta(days=2)
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), old, None)
    (sent,) = await written(world, known.id, MailKind.CONTACT_CORRECTED)
    assert (sent.recipient.email, sent.recipient.name, sent.recipient.administrator_id) == (RIGHT, "Gunvor Grå", after.id)
    await world.approve(await world.by_link(known.id), corrected)
    assert (await world.stored(known.id)).status is Status.ACTIVE


async def test_the_office_is_told_and_the_company_is_not(world: World) -> None:
    known = await asked(world)
    await correct(world, known)
    assert await told(world, known) == [Type.ACTIVATED, Type.CONTACT_CORRECTED]
    page = await event.page_of_collaboration(await world.by_link(known.id), known.id, PageArguments())
    assert [entry.event.type for entry in page.items] == [Type.ACTIVATED]


async def test_the_next_reminder_waits_a_day_from_the_correction(world: World) -> None:
    known = await asked(world)
    await world.advance(timedelta(days=2))
    corrected = await correct(world, known)
    with pytest.raises(ReminderTooSoon) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.next_allowed_at == corrected.asked_at + timedelta(hours=24)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert [one.recipient.email for one in await written(world, known.id, MailKind.REMINDER)] == [RIGHT]


async def test_a_bounced_address_is_reminded_again_once_it_is_corrected(world: World) -> None:
    known = await asked(world)

    async def bounce(unit: Unit) -> None:
        for one in await written(world, known.id):
            await mail.mark(unit, one.id, status=MailStatus.BOUNCED, problem="550", sent_at=None, attempts=1)

    await world.database.write(bounce)
    await correct(world, known)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


async def test_every_waiting_request_of_the_office_asks_the_corrected_administrator(world: World) -> None:
    known = await asked(world)
    both = world.activation_of("Gamma AB", service_id=world.archive.id)
    second = (await activation.activate(await world.viewed_by(ANNA), both, None)).collaboration
    old = await world.link_secret(second.id)
    assert second.administrator_created_id is None
    await correct(world, second)
    for request in (known, second):
        (sent,) = await written(world, request.id, MailKind.CONTACT_CORRECTED)
        assert sent.recipient.email == RIGHT
        assert await told(world, request) == [Type.ACTIVATED, Type.CONTACT_CORRECTED]
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), old, None)


async def test_the_mistyped_persons_sessions_end_and_his_sign_in_links_die(world: World) -> None:
    known = await asked(world)
    token = await session.issue_token(world.installation, GUN, None)
    await correct(world, known)
    with pytest.raises(UnauthenticatedError):
        await world.context(token)


async def test_the_same_address_under_another_name_is_a_correction_too(world: World) -> None:
    known = await asked(world)
    await correct(world, known, GUN.upper().replace("@GAMMA.EXAMPLE", "@gamma.example"), name="Gunilla Grå")
    (person,) = await people_of(world, known)
    assert (person.name, person.email) == ("Gunilla Grå", "GUN@gamma.example")


async def test_an_address_that_is_a_known_administrators_makes_that_person_the_administrator_unrenamed(world: World) -> None:
    known = await asked(world)
    corrected = await correct(world, known, CLEO.title().replace(".Example", ".example"), name="Någon Annan")
    (person,) = await people_of(world, known)
    assert (person.name, person.email) == ("Cleo Falk", CLEO)
    assert corrected.administrator_created_id == person.id
    (sent,) = await written(world, known.id, MailKind.CONTACT_CORRECTED)
    assert (sent.recipient.name, sent.recipient.email) == ("Cleo Falk", CLEO)
    async with world.database.read() as reading:
        assert await company.find_administrator_by_email(reading, GUN) is None
        alfa = await company.find_by_number(reading, "5560160680")
    assert alfa is not None
    cleo = (await world.viewed_by(CLEO)).require_viewer()
    assert isinstance(cleo, AdministratorViewer)
    assert cleo.company_ids == {alfa.id, known.company_id}
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    assert await administrators(world, alfa.id) == [CLEO, "dag@alfa.example"]


async def test_a_person_who_administers_another_company_is_never_renamed(world: World) -> None:
    """Bea of Beta has not signed in yet: the office that mistyped her address must not take Beta over."""
    await world.add_customer(await world.viewed_by(ANNA), "Omega AB", OMEGA, contact("Fel Person", BEA))
    known = await asked(world, "Omega AB")
    old = await world.link_secret(known.id)
    await correct(world, known)
    assert await administrators(world, known.company_id) == [RIGHT]
    async with world.database.read() as reading:
        beta = await company.find_by_number(reading, BETA)
        bea = await company.find_administrator_by_email(reading, BEA)
    assert beta is not None
    assert bea is not None
    assert (bea.name, await administrators(world, beta.id)) == ("Bea Bok", [BEA])
    viewer = (await world.viewed_by(BEA)).require_viewer()
    assert isinstance(viewer, AdministratorViewer)
    assert viewer.company_ids == {beta.id}
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), old, None)
    await world.approve(await world.by_link(known.id), await world.stored(known.id))


async def test_a_person_of_two_pending_companies_is_corrected_for_each_by_itself(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await world.add_customer(anna, "Omega AB", OMEGA, contact("Gun Grå", GUN))
    gamma, omega = await asked(world), await asked(world, "Omega AB")
    await correct(world, gamma)
    assert (await administrators(world, gamma.company_id), await administrators(world, omega.company_id)) == ([RIGHT], [GUN])
    await correct(world, omega)
    assert await administrators(world, omega.company_id) == [RIGHT]
    async with world.database.read() as reading:
        assert await company.find_administrator_by_email(reading, GUN) is None


async def test_the_address_of_a_shared_person_stays_and_is_asked_anew(world: World) -> None:
    await world.add_customer(await world.viewed_by(ANNA), "Omega AB", OMEGA, contact("Fel Namn", BEA))
    known = await asked(world, "Omega AB")
    await correct(world, known, BEA, name="Beata")
    (person,) = await people_of(world, known)
    assert (person.name, person.email) == ("Bea Bok", BEA)
    assert len(await written(world, known.id, MailKind.CONTACT_CORRECTED)) == 1


async def test_a_second_correction_corrects_the_first(world: World) -> None:
    known = await asked(world)
    await correct(world, known, "fel@gamma.example")
    await correct(world, known)
    assert await administrators(world, known.company_id) == [RIGHT]


async def test_the_same_key_corrects_once(world: World) -> None:
    known = await asked(world)
    for _ in range(2):
        await correct(world, known, key="k")
    assert len(await written(world, known.id, MailKind.CONTACT_CORRECTED)) == 1
