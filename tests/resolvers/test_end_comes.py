"""An end that comes on its day: true on read before any job has touched it, and written once by whoever meets it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from domain import calendar_day
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import InvalidTransition
from domain.event import SYSTEM, CollaborationEventType
from domain.mail import MailKind
from domain.service import InvoiceRecipient, ServiceAfterwards, ServiceSubscription, SubscriptionStatus
from domain.viewer import Side
from resolvers import activation, answer, collaboration, company, customer, ending, event, fact, linking, reminder, settlement
from resolvers.activation import PreviewRequest
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CollaborationOrderField, CustomerFilter, CustomerOrder
from tests.support.ends import end, move_to, scheduled, tomorrow, withdraw
from tests.support.seen import collaborate, subscription, told, written
from tests.support.world import ANNA, BEA, BETA, BO, CLEO, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards
TOLD = [Type.ACTIVATED, Type.APPROVED, Type.END_SCHEDULED, Type.ENDED]


async def come(world: World, chosen: ServiceAfterwards = READ_ONLY, by: str = BO) -> tuple[Collaboration, datetime]:
    """Schedule an end of Beta's collaboration for tomorrow and let that be over; return it as it was stored, and the moment."""
    known, _ = await collaborate(world, "Beta AB")
    ends = (await scheduled(await world.viewed_by(by), known, chosen)).collaboration
    assert ends.ends_on is not None
    moment = calendar_day.end_of(ends.ends_on)
    await move_to(world, moment)
    return ends, moment


async def listed(context: Context, wanted: CollaborationFilter) -> int:
    order = CollaborationOrder(field=CollaborationOrderField.STATUS)
    found = await collaboration.list_page(context, PageArguments(), wanted, order)
    assert await found.count() == len(found.items)
    return len(found.items)


async def test_until_its_day_is_over_it_is_used(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    ends = (await scheduled(bea, known)).collaboration
    assert ends.ends_on is not None
    # To the whole second, by which the clock is moved.
    await move_to(world, calendar_day.end_of(ends.ends_on) - timedelta(seconds=10))
    for email in (ANNA, BEA):
        viewer = await world.viewed_by(email)
        assert collaboration.status(viewer, ends) is Status.ENDING
        assert await collaboration.open_url(viewer, ends) is not None
    await settlement.settle(world.database, known.id)
    assert (await world.stored(known.id)).status is Status.ENDING
    assert (await withdraw(await world.viewed_by(BEA), known)).collaboration.status is Status.ACTIVE


async def test_an_end_that_has_come_is_true_everywhere_before_any_job_has_touched_it(world: World) -> None:
    ends, moment = await come(world)
    for email, expected in ((BO, 1), (ANNA, 1), (BEA, 1), (CLEO, 0), (SARA, 0)):
        viewer = await world.viewed_by(email)
        for status in Status:
            wanted = CollaborationFilter(statuses=frozenset({status}))
            found = expected if status is Status.ENDED else 0
            assert await listed(viewer, wanted) == found
            assert dict(await collaboration.counts(viewer, wanted)) == ({status: found} if found else {})
        assert collaboration.status(viewer, ends) is Status.ENDED
        assert ending.ended_at(viewer, ends) == moment
        assert await collaboration.access(viewer, ends) == ()
        assert await collaboration.open_url(viewer, ends) is None
        assert await collaboration.allowed_actions(viewer, ends) == ()
        assert await ending.options(viewer, ends) == ()
    bo, bea = await world.viewed_by(BO), await world.viewed_by(BEA)
    by_status = CustomerFilter(collaboration_status=Status.ENDED)
    cards = await customer.list_page(bo, PageArguments(), by_status, CustomerOrder())
    assert [card.name for card in cards.items] == ["Beta AB"]
    assert await listed(bo, CollaborationFilter(unlinked=True)) == 0
    [standing] = await company.subscriptions(bea, ends.company_id)
    assert standing.status is SubscriptionStatus.READ_ONLY
    # And nobody has written anything.
    stored = await world.stored(ends.id)
    assert (stored.status, stored.version) == (Status.ENDING, 3)
    assert await told(world, ends) == TOLD[:-1]


async def test_the_job_writes_it_as_of_the_moment_at_which_it_came(world: World) -> None:
    ends, moment = await come(world)
    await world.advance(timedelta(days=2))
    for _ in range(2):
        await settlement.settle(world.database, ends.id)
    written_down = await world.stored(ends.id)
    assert (written_down.status, written_down.ended_at, written_down.version) == (Status.ENDED, moment, 4)
    assert (written_down.ends_on, written_down.ended_by, written_down.service_afterwards) == (
        ends.ends_on,
        Side.OFFICE,
        READ_ONLY,
    )
    entries = (await event.page_of_collaboration(await world.viewed_by(BO), ends.id, PageArguments())).items
    last = entries[-1].event
    assert (last.type, last.occurred_at, last.actor, last.previous_status) == (Type.ENDED, moment, SYSTEM, Status.ENDING)
    assert await told(world, ends) == await told(world, ends, BEA) == TOLD
    mails = await written(world, ends.id, MailKind.ENDED)
    assert sorted(one.recipient.email for one in mails) == [ANNA, BEA]
    assert {one.content["service_afterwards"] for one in mails} == {"READ_ONLY"}
    left = await subscription(world, ends)
    assert left is not None
    assert left.status is SubscriptionStatus.READ_ONLY


@pytest.mark.parametrize(
    ("chosen", "by", "status", "pays"),
    [
        (READ_ONLY, BO, SubscriptionStatus.READ_ONLY, InvoiceRecipient.OFFICE),
        (END, BEA, SubscriptionStatus.ENDED, InvoiceRecipient.OFFICE),
        (KEEP, BEA, SubscriptionStatus.ACTIVE, InvoiceRecipient.CUSTOMER),
    ],
)
async def test_the_service_becomes_what_was_chosen_on_read_as_when_it_is_written(
    world: World, chosen: ServiceAfterwards, by: str, status: SubscriptionStatus, pays: InvoiceRecipient
) -> None:
    ends, _ = await come(world, chosen, by)
    assert await ending.afterwards(await world.viewed_by(BEA), ends) is chosen
    [read] = await company.subscriptions(await world.viewed_by(BEA), ends.company_id)
    await settlement.settle(world.database, ends.id)
    stored = await subscription(world, ends)
    assert stored is not None
    assert (stored.status, stored.invoice_recipient) == (status, pays)
    assert (stored.paying_office_id is None) is (pays is InvoiceRecipient.CUSTOMER)
    assert read == stored


async def approve(world: World, known: Collaboration) -> None:
    await world.approve(await world.viewed_by(BEA), known)


async def decline(world: World, known: Collaboration) -> None:
    await answer.decline(await world.viewed_by(BEA), known.id, known.company_id, None, None)


async def cancel(world: World, known: Collaboration) -> None:
    await answer.cancel(await world.viewed_by(BO), known.id, None, None)


async def remind(world: World, known: Collaboration) -> None:
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


async def end_at_once(world: World, known: Collaboration) -> None:
    await end(await world.viewed_by(BEA), known, KEEP)


async def end_later(world: World, known: Collaboration) -> None:
    bo = await world.viewed_by(BO)
    await end(bo, known, END, on=tomorrow(bo))


async def withdraw_it(world: World, known: Collaboration) -> None:
    await withdraw(await world.viewed_by(BO), known)


async def change_task(world: World, known: Collaboration) -> None:
    await linking.change_task(await world.viewed_by(ANNA), known.id, world.tasks["Beta AB"].id, None)


LATE = [approve, decline, cancel, remind, end_at_once, end_later, withdraw_it, change_task]


@pytest.mark.parametrize("late", LATE, ids=lambda late: late.__name__)
async def test_whoever_comes_late_is_told_that_it_has_ended_and_it_is_written_once(
    world: World, late: Callable[[World, Collaboration], Awaitable[None]]
) -> None:
    ends, moment = await come(world)
    for _ in range(2):
        with pytest.raises(InvalidTransition) as refused:
            await late(world, ends)
        assert (refused.value.status, refused.value.collaboration_id) == (Status.ENDED, ends.id)
    await settlement.settle(world.database, ends.id)
    stored = await world.stored(ends.id)
    assert (stored.version, stored.ended_at) == (4, moment)
    assert await told(world, ends) == TOLD
    assert len(await written(world, ends.id, MailKind.ENDED)) == 2


async def test_activating_anew_meets_the_end_and_what_became_of_the_service(world: World) -> None:
    ends, _ = await come(world, END)
    anna = await world.viewed_by(ANNA)
    asked = PreviewRequest(
        customer_id=world.customers["Beta AB"].id, service_id=world.scanner.id, task_id=world.tasks["Beta AB"].id
    )
    shown = await activation.preview(anna, asked)
    assert shown is not None
    assert (shown.plan.obstacles, shown.plan.activates_service) == ((), True)
    wanted = world.activation_of("Beta AB", expected_scenario=shown.plan.scenario)
    again = await activation.activate(anna, wanted, None)
    assert (again.collaboration.previous_id, again.service_activated) == (ends.id, True)
    assert await told(world, ends) == TOLD
    await answer.cancel(anna, again.collaboration.id, None, None)
    restored = await subscription(world, ends)
    assert restored is not None
    assert restored.status is SubscriptionStatus.ENDED


async def test_a_service_that_another_office_has_taken_up_meanwhile_is_kept(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await scheduled(await world.viewed_by(BO), known, END)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", BEA))
    others = (await world.activate(sara, "Beta hos Syd")).collaboration
    await world.approve(await world.by_link(others.id), others)
    await world.advance(timedelta(days=2))
    bea = await world.viewed_by(BEA)
    assert await ending.afterwards(bea, await world.stored(known.id)) is KEEP
    [read] = await company.subscriptions(bea, known.company_id)
    await settlement.settle(world.database, known.id)
    kept = await subscription(world, known)
    assert kept is not None
    assert (kept.status, kept.invoice_recipient) == (SubscriptionStatus.ACTIVE, InvoiceRecipient.CUSTOMER)
    assert read == kept
    assert (await world.stored(known.id)).service_afterwards is KEEP
    assert {one.content["paid_anew"] for one in await written(world, known.id, MailKind.ENDED)} == {True}
    assert await told(world, others, SARA) == [Type.ACTIVATED, Type.APPROVED]


async def test_another_offices_answer_finds_the_service_as_the_end_has_left_it(world: World) -> None:
    """The end was true before the approval, so that the approval cannot find the service in use that it ended."""
    ends, moment = await come(world, END)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", BEA))
    others = await world.activate(sara, "Beta hos Syd")
    assert others.service_activated is True
    assert (await world.stored(ends.id)).ended_at == moment
    approved = (await world.approve(await world.by_link(others.collaboration.id), others.collaboration)).collaboration
    paid = await subscription(world, ends)
    assert isinstance(paid, ServiceSubscription)
    assert (paid.status, paid.paying_office_id) == (SubscriptionStatus.ACTIVE, approved.office_id)


async def test_a_subscription_that_the_company_buys_after_the_end_is_its_own(world: World) -> None:
    ends, _ = await come(world, END, BEA)
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)
    assert await told(world, ends) == TOLD
    bought = await subscription(world, ends)
    assert bought is not None
    await settlement.settle(world.database, ends.id)
    assert await subscription(world, ends) == bought
    assert bought.status is SubscriptionStatus.ACTIVE


async def test_a_subscription_that_the_company_buys_before_an_offices_end_stays_its_own(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await scheduled(await world.viewed_by(BO), known, END)
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)
    bought = await subscription(world, known)
    assert await ending.afterwards(await world.viewed_by(BO), await world.stored(known.id)) is END
    await world.advance(timedelta(days=2))
    assert await ending.afterwards(await world.viewed_by(BO), await world.stored(known.id)) is KEEP
    await settlement.settle(world.database, known.id)
    assert await subscription(world, known) == bought
    assert (await world.stored(known.id)).service_afterwards is KEEP


async def test_a_job_that_comes_for_nothing_writes_nothing(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await scheduled(bea, known, KEEP)
    await withdraw(bea, known)
    await world.advance(timedelta(days=3))
    await settlement.settle(world.database, known.id)
    await settlement.settle(world.database, "no such id")
    assert await told(world, known) == [*TOLD[:-1], Type.END_WITHDRAWN]


async def test_an_end_that_everybody_meets_at_once_is_written_once(world: World) -> None:
    ends, moment = await come(world, END)
    bea, anna = await world.viewed_by(BEA), await world.viewed_by(ANNA)
    results = await asyncio.gather(
        *(settlement.settle(world.database, ends.id) for _ in range(4)),
        *(end(bea, ends, KEEP) for _ in range(4)),
        *(linking.change_task(anna, ends.id, world.tasks["Beta AB"].id, None) for _ in range(4)),
        world.activate(anna, "Beta AB"),
        return_exceptions=True,
    )
    assert {type(one) for one in results if isinstance(one, BaseException)} == {InvalidTransition}
    assert await told(world, ends) == TOLD
    assert len(await written(world, ends.id, MailKind.ENDED)) == 2
    stored = await world.stored(ends.id)
    assert (stored.status, stored.ended_at, stored.version) == (Status.ENDED, moment, 4)
