"""Two offices that ask one company: what is pending is shared, and neither learns of the other."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.collaboration import CollaborationStatus
from domain.customer import Contact
from domain.event import CollaborationEventType
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, SubscriptionStatus
from persistence import company
from persistence.tables import administrators as people_table
from resolvers import activation, answer, collaboration, event, privacy, settlement
from resolvers.activation import Activated, PreviewRequest
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, EventFilter
from tests.support.seen import administrators, subscription, subscription_status, written
from tests.support.world import ANNA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_two_offices_share_what_is_pending_and_each_needs_its_own_yes(world: World) -> None:
    sara = await world.viewed_by(SARA)
    gun = contact("Gun Grå", GUN)
    first = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, gun)
    second = await world.activate(sara, "Gamma hos Syd")
    assert (second.service_activated, second.administrator_created) == (False, False)
    await answer.cancel(await world.viewed_by(BO), first.collaboration.id, None, None)
    assert await subscription_status(world, second.collaboration) is SubscriptionStatus.PENDING
    assert await administrators(world, second.collaboration.company_id) == [GUN]
    third = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    asked = await world.by_link(second.collaboration.id)
    await world.approve(asked, second.collaboration)
    waiting = await world.stored(third.collaboration.id)
    assert (waiting.status, waiting.approval_kind) == (Status.AWAITING_APPROVAL, ApprovalKind.COLLABORATION)
    again = await world.by_link(third.collaboration.id)
    done = await world.approve(again, waiting)
    assert done.collaboration.status is Status.ACTIVE
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER


async def both_ask(world: World, *, syd_contact: Contact | None = None) -> tuple[Activated, Activated]:
    """Let Nordbyrån and then Sydbyrån activate for Gamma, each on its own card."""
    first = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, syd_contact or contact("Gun Grå", GUN))
    return first, await world.activate(sara, "Gamma hos Syd")


async def test_the_second_office_shares_what_the_first_prepared(world: World) -> None:
    first, second = await both_ask(world)
    assert (first.service_activated, first.administrator_created) == (True, True)
    assert (second.service_activated, second.administrator_created) == (False, False)
    assert first.scenario is second.scenario is ActivationScenario.NOT_REGISTERED
    assert first.collaboration.company_id == second.collaboration.company_id
    assert await administrators(world, first.collaboration.company_id) == [GUN]
    assert [one.recipient.email for one in await written(world, second.collaboration.id)] == [GUN]
    async with world.database.read() as reading:
        companies = await company.many_by_number(reading, [GAMMA])
        people = await reading.connection.scalar(select(func.count()).select_from(people_table))
    assert len(companies) == 1
    assert people == 4, "Cleo, Dag, Bea and one Gun"


async def test_the_first_approval_activates_with_its_own_requests_recipient_and_later_ones_leave_it(world: World) -> None:
    anna, sara = await world.viewed_by(ANNA), await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    first = await activation.activate(anna, world.activation_of("Gamma AB", invoice_recipient=InvoiceRecipient.CUSTOMER), None)
    second = await world.activate(sara, "Gamma hos Syd")
    pending = await subscription(world, first.collaboration)
    assert pending is not None
    assert (pending.status, pending.paying_office_id) == (SubscriptionStatus.PENDING, None)
    done = await world.approve(await world.by_link(second.collaboration.id), second.collaboration)
    active = await subscription(world, second.collaboration)
    assert active is not None
    assert (active.invoice_recipient, active.paying_office_id) == (InvoiceRecipient.OFFICE, world.syd.id)
    assert done.collaboration.invoice_recipient is InvoiceRecipient.OFFICE
    later = await world.approve(await world.by_link(first.collaboration.id), await world.stored(first.collaboration.id))
    assert later.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER
    assert later.collaboration.scenario is ActivationScenario.NOT_REGISTERED
    assert await subscription(world, first.collaboration) == active


@pytest.mark.parametrize("no", ["cancelled", "expired"])
async def test_what_the_first_prepared_stays_for_the_second_and_goes_with_it(world: World, no: str) -> None:
    first, second = await both_ask(world)
    if no == "cancelled":
        await answer.cancel(await world.viewed_by(ANNA), first.collaboration.id, None, None)
    else:
        await world.advance(timedelta(days=30) - timedelta(seconds=30))
        await answer.cancel(await world.viewed_by(SARA), second.collaboration.id, None, None)
        second = await world.activate(await world.viewed_by(SARA), "Gamma hos Syd")
        await world.advance(timedelta(minutes=1))
        await settlement.settle(world.database, first.collaboration.id)
    pending = await subscription(world, second.collaboration)
    assert pending is not None
    assert (pending.status, pending.paying_office_id) == (SubscriptionStatus.PENDING, world.syd.id)
    assert await administrators(world, second.collaboration.company_id) == [GUN]
    await answer.cancel(await world.viewed_by(SARA), second.collaboration.id, None, None)
    assert await subscription(world, second.collaboration) is None
    assert await administrators(world, second.collaboration.company_id) == []


async def test_neither_office_learns_of_the_other(world: World) -> None:
    other_contact = contact("Olle Grå", "olle@gamma.example")
    first, second = await both_ask(world, syd_contact=other_contact)
    sara, bo = await world.viewed_by(SARA), await world.viewed_by(BO)
    assert await collaboration.find(sara, first.collaboration.id) is None
    assert await collaboration.find(bo, second.collaboration.id) is None
    nothing, order = CollaborationFilter(), CollaborationOrder()
    for context, known in ((bo, first.collaboration), (sara, second.collaboration)):
        listed = await collaboration.list_page(context, PageArguments(), nothing, order)
        assert [one.id for one in listed.items] == [known.id]
        log = await event.list_page(context, PageArguments(), None, EventFilter())
        assert [entry.event.collaboration_id for entry in log.items] == [known.id]
    (mailed,) = await collaboration.mails(sara, second.collaboration)
    assert mailed.recipient.email == GUN
    assert await privacy.collaboration_email(sara, second.collaboration, GUN) == "g***@gamma.example"
    assert await privacy.collaboration_email(bo, first.collaboration, GUN) == GUN
    asked = PreviewRequest(
        customer_id=world.customers["Gamma hos Syd"].id,
        service_id=world.archive.id,
        task_id=world.tasks["Gamma hos Syd"].id,
    )
    preview = await activation.preview(sara, asked)
    assert preview is not None
    assert (preview.plan.scenario, preview.plan.obstacles) == (ActivationScenario.NOT_REGISTERED, ())
    assert (preview.plan.activates_service, preview.plan.creates_administrator) == (True, False)
    assert preview.plan.open_collaboration_id is None
    gun = await world.viewed_by(GUN)
    both = await collaboration.list_page(gun, PageArguments(), nothing, order)
    assert {one.id for one in both.items} == {first.collaboration.id, second.collaboration.id}


async def test_a_request_that_has_lapsed_is_not_changed_by_another_offices_approval(world: World) -> None:
    first, second = await both_ask(world)
    await world.advance(timedelta(days=29))
    await answer.cancel(await world.viewed_by(SARA), second.collaboration.id, None, None)
    again = await world.activate(await world.viewed_by(SARA), "Gamma hos Syd")
    await world.advance(timedelta(days=1))
    await world.approve(await world.by_link(again.collaboration.id), again.collaboration)
    lapsed = await world.stored(first.collaboration.id)
    assert (lapsed.version, lapsed.approval_kind) == (1, ApprovalKind.TERMS_AND_CONDITIONS)


async def test_a_preview_names_no_contact_of_another_office(world: World) -> None:
    await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    sara = await world.viewed_by(SARA)
    for number, (name, email, shown) in enumerate([("Syd Svan", "syd@gamma.example", None), ("Gunnar Fel", GUN, "Gunnar Fel")]):
        await world.add_customer(sara, f"Gamma hos Syd {number}", GAMMA, contact(name, email))
        asked = world.activation_of(f"Gamma hos Syd {number}", service_id=world.archive.id)
        request = PreviewRequest(customer_id=asked.customer_id, service_id=asked.service_id, task_id=asked.task_id)
        found = await activation.preview(sara, request)
        assert found is not None
        (person,) = found.plan.approvers
        assert person.email == GUN
        assert privacy.approver_name(found.facts, person) == shown
