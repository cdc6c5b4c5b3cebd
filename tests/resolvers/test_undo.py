"""A no, of whichever kind: what was prepared is undone without a trace, unless another request needs it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    NotFound,
    NotPermitted,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.office import CustomerPermission
from domain.service import SubscriptionStatus
from persistence import company, service
from persistence.tables import jobs
from resolvers import activation, answer, collaboration, fact, session, settlement
from tests.support.seen import (
    administrators,
    as_administrator,
    subscription_status,
    told,
    written,
)
from tests.support.world import ANNA, BEA, BETA, BO, GUN, SCENARIOS, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


@pytest.mark.parametrize("no", ["decline", "cancel", "expire"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_no_undoes_what_was_prepared(world: World, name: str, no: str) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), name)
    known = activated.collaboration
    secret = await world.link_secret(known.id)
    status = await _say_no(world, known, no)
    assert (await world.stored(known.id)).status is status
    own = SubscriptionStatus.ACTIVE if name == "Alfa AB" else None
    assert await subscription_status(world, known) is own
    assert (GUN in await administrators(world, known.company_id)) is False
    assert await told(world, known) == [Type.ACTIVATED, CollaborationEventType[status.name]]
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), secret, None)
    async with world.database.read() as reading:
        assert (await reading.connection.execute(select(jobs.c.id).where(jobs.c.kind == "expire"))).all() == []
    again = await world.activate(await world.viewed_by(ANNA), name)
    assert again.collaboration.previous_id == known.id


async def _say_no(world: World, known: Collaboration, no: str) -> CollaborationStatus:
    if no == "decline":
        administrator = await world.by_link(known.id)
        await answer.decline(administrator, known.id, known.company_id, "Nej tack", None)
        return Status.DECLINED
    if no == "cancel":
        await answer.cancel(await world.viewed_by(BO), known.id, "Fel kund", None)
        return Status.CANCELLED
    await world.advance(timedelta(days=30))
    await settlement.settle(world.database, known.id)
    return Status.EXPIRED


async def test_a_subscription_that_was_read_only_is_so_again_after_a_no(world: World) -> None:
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.READ_ONLY)
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    assert await subscription_status(world, activated.collaboration) is SubscriptionStatus.PENDING
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await subscription_status(world, activated.collaboration) is SubscriptionStatus.READ_ONLY


async def test_those_who_were_asked_are_told_of_a_cancelling(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, "Fel kund", None)
    written = await collaboration.mails(await world.viewed_by(BO), activated.collaboration)
    assert [(one.kind, one.recipient.email) for one in written][-1] == (MailKind.CANCELLED, GUN)


async def test_only_the_activator_or_full_may_cancel(world: World) -> None:
    await fact.add_advisor(world.installation, world.nord.id, "Ove Otto", "ove@nordbyran.example", CustomerPermission.OWN)
    bo = await world.viewed_by(BO)
    activated = await world.activate(bo, "Beta AB")
    with pytest.raises(NotPermitted, match="FULL"):
        await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    with pytest.raises(NotFound):
        await answer.cancel(await world.viewed_by("ove@nordbyran.example"), activated.collaboration.id, None, None)


@pytest.mark.parametrize("status", [SubscriptionStatus.ENDED, SubscriptionStatus.READ_ONLY, None])
@pytest.mark.parametrize("no", ["decline", "cancel", "expire"])
async def test_a_no_restores_exactly_what_was_there_before(world: World, status: SubscriptionStatus | None, no: str) -> None:
    await fact.set_subscription(world.installation, BETA, "scanner", status)
    async with world.database.read() as reading:
        companies = await company.many_by_number(reading, [BETA])
        before = (await service.subscriptions_of(reading, [companies[BETA].id])).get(companies[BETA].id, ())
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    assert await subscription_status(world, known) is SubscriptionStatus.PENDING
    await _say_no(world, known, no)
    async with world.database.read() as reading:
        assert (await service.subscriptions_of(reading, [known.company_id])).get(known.company_id, ()) == before


async def test_a_person_who_was_made_for_a_request_goes_with_it_and_one_who_signed_in_stays_known(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    with pytest.raises(NotFound):
        await world.viewed_by(GUN)
    again = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    gun = await world.by_link(again.id)
    await answer.decline(gun, again.id, again.company_id, None, None)
    assert as_administrator(await world.viewed_by(GUN)).company_ids == frozenset()
    assert await collaboration.find(await world.viewed_by(GUN), again.id) is None


async def test_an_administrator_stays_while_another_service_waits_for_his_answer(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    scanner = (await world.activate(anna, "Gamma AB")).collaboration
    asked = world.activation_of("Gamma AB", service_id=world.archive.id)
    archive = await activation.activate(anna, asked, None)
    assert (archive.administrator_created, archive.service_activated) == (False, True)
    await answer.cancel(anna, scanner.id, None, None)
    assert await administrators(world, scanner.company_id) == [GUN]
    assert await subscription_status(world, scanner) is None
    assert await subscription_status(world, archive.collaboration) is SubscriptionStatus.PENDING
    await world.approve(await world.by_link(archive.collaboration.id), archive.collaboration)
    assert await administrators(world, scanner.company_id) == [GUN]


async def test_the_office_is_told_of_a_decline_with_its_reason(world: World) -> None:
    known = (await world.activate(await world.viewed_by(BO), "Beta AB")).collaboration
    bea = await world.viewed_by(BEA)
    done = await answer.decline(bea, known.id, known.company_id, "Nej tack", None)
    assert (done.collaboration.decline_reason, done.collaboration.cancel_reason) == ("Nej tack", None)
    mails = await written(world, known.id, MailKind.DECLINED)
    assert {one.recipient.email for one in mails} == {ANNA, BO}
    assert {one.content["reason"] for one in mails} == {"Nej tack"}
