"""Ending: now or on a day, by either side, with what becomes of the service; and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain import calendar_day
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    EndOptionNotAllowed,
    IdempotencyKeyReused,
    NotPermitted,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.service import InvoiceRecipient, ServiceAfterwards, SubscriptionStatus
from domain.viewer import Side
from persistence.tables import jobs
from resolvers import collaboration, ending, event
from resolvers.listing import PageArguments
from resolvers.wanted import EventFilter
from tests.support.ends import end, scheduled, tomorrow, withdraw
from tests.support.seen import collaborate, subscription, told, written
from tests.support.world import ANNA, BEA, BETA, BO, CLEO, DAG, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards
CLOSED = {READ_ONLY: SubscriptionStatus.READ_ONLY, END: SubscriptionStatus.ENDED}


async def test_an_office_ends_a_collaboration_now_and_its_access_goes_with_it(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    assert await collaboration.open_url(anna, known) is not None
    done = await end(bo, known, END)
    ended = done.collaboration
    assert (ended.status, ended.version, ended.ended_by, ended.service_afterwards) == (Status.ENDED, 3, Side.OFFICE, END)
    assert (ended.ends_on, ended.ended_at is not None, done.replayed) == (None, True, False)
    for viewer in (anna, bo, bea):
        assert await collaboration.access(viewer, ended) == ()
        assert await collaboration.open_url(viewer, ended) is None
        assert await collaboration.allowed_actions(viewer, ended) == ()
    assert await told(world, known) == await told(world, known, BEA) == [Type.ACTIVATED, Type.APPROVED, Type.ENDED]
    assert (await event.list_page(bo, PageArguments(after=done.cursor), None, EventFilter())).items == ()
    assert [one.recipient.email for one in await written(world, known.id, MailKind.ENDED)] == [BEA]


@pytest.mark.parametrize("chosen", CLOSED)
@pytest.mark.parametrize("email", [BO, BEA])
async def test_the_service_becomes_what_was_chosen(world: World, email: str, chosen: ServiceAfterwards) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await end(await world.viewed_by(email), known, chosen)
    left = await subscription(world, known)
    assert left is not None
    assert (left.status, left.invoice_recipient) == (CLOSED[chosen], InvoiceRecipient.OFFICE)


async def test_an_administrator_keeps_the_service_and_the_customer_pays_from_the_end(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await end(bea, known, KEEP)
    kept = await subscription(world, known)
    assert kept is not None
    assert (kept.status, kept.invoice_recipient, kept.paying_office_id) == (
        SubscriptionStatus.ACTIVE,
        InvoiceRecipient.CUSTOMER,
        None,
    )
    mails = await written(world, known.id, MailKind.ENDED)
    assert [(one.recipient.email, one.content["paid_anew"], one.content["ended_by"]) for one in mails] == [
        (ANNA, True, "COMPANY")
    ]


async def test_the_companys_own_subscription_stays_as_it_was(world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    before = await subscription(world, known)
    await end(await world.viewed_by(BO), known, KEEP)
    assert await subscription(world, known) == before
    mails = await written(world, known.id, MailKind.ENDED)
    assert sorted((one.recipient.email, one.content["paid_anew"]) for one in mails) == [(CLEO, False), (DAG, False)]


async def test_an_end_on_a_day_is_scheduled_and_everything_is_used_until_then(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    before = await subscription(world, known)
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    day = calendar_day.day_of(bo.now) + timedelta(days=366)
    ends = (await end(bo, known, READ_ONLY, on=day)).collaboration
    assert (ends.status, ends.ends_on, ends.ended_by, ends.service_afterwards) == (Status.ENDING, day, Side.OFFICE, READ_ONLY)
    assert ending.ended_at(bo, ends) is None
    assert await subscription(world, known) == before
    assert await collaboration.open_url(anna, ends) is not None
    assert await collaboration.open_url(bea, ends) is not None
    assert await told(world, known, BEA) == [Type.ACTIVATED, Type.APPROVED, Type.END_SCHEDULED]
    assert [one.recipient.email for one in await written(world, known.id, MailKind.END_SCHEDULED)] == [BEA]
    assert await jobs_of(world, known) == [("end", calendar_day.end_of(day))]


async def test_the_office_is_told_of_an_end_that_the_company_schedules(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await end(bea, known, KEEP, on=tomorrow(bea))
    [sent] = await written(world, known.id, MailKind.END_SCHEDULED)
    assert (sent.recipient.email, sent.content["ends_on"], sent.content["paid_anew"]) == (ANNA, tomorrow(bea).isoformat(), True)


@pytest.mark.parametrize("email", [BO, BEA])
async def test_the_side_that_scheduled_an_end_withdraws_it_and_all_is_as_before(world: World, email: str) -> None:
    known, _ = await collaborate(world, "Beta AB")
    before = await subscription(world, known)
    viewer = await world.viewed_by(email)
    await scheduled(viewer, known)
    goes_on = (await withdraw(viewer, known)).collaboration
    assert (goes_on.status, goes_on.ends_on, goes_on.ended_by, goes_on.service_afterwards) == (Status.ACTIVE, None, None, None)
    assert goes_on.version == 4
    assert await subscription(world, known) == before
    assert await told(world, known, BEA) == [Type.ACTIVATED, Type.APPROVED, Type.END_SCHEDULED, Type.END_WITHDRAWN]
    told_of_it = await written(world, known.id, MailKind.END_WITHDRAWN)
    assert [one.recipient.email for one in told_of_it] == [ANNA if email == BEA else BEA]
    assert told_of_it[0].content["ends_on"] == tomorrow(viewer).isoformat()
    assert await jobs_of(world, known) == []
    await world.advance(timedelta(days=3))
    assert collaboration.status(await world.viewed_by(BO), await world.stored(known.id)) is Status.ACTIVE


@pytest.mark.parametrize(("email", "other", "required"), [(BO, BEA, "ADVISOR"), (BEA, BO, "ADMINISTRATOR")])
async def test_the_other_side_does_not_withdraw_an_end_but_may_end_at_once(
    world: World, email: str, other: str, required: str
) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await scheduled(await world.viewed_by(email), known)
    with pytest.raises(NotPermitted) as refused:
        await withdraw(await world.viewed_by(other), known)
    assert refused.value.required == required
    assert (await world.stored(known.id)).status is Status.ENDING
    ended = (await end(await world.viewed_by(other), known, READ_ONLY)).collaboration
    assert (ended.status, ended.ends_on) == (Status.ENDED, None)
    assert ended.ended_by is (Side.COMPANY if other == BEA else Side.OFFICE)
    assert await jobs_of(world, known) == []


async def test_a_service_that_another_office_uses_is_kept_for_both(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", BEA))
    others = (await world.activate(sara, "Beta hos Syd")).collaboration
    others = (await world.approve(await world.by_link(others.id), others)).collaboration
    bo = await world.viewed_by(BO)
    with pytest.raises(EndOptionNotAllowed):
        await end(bo, known, END)
    await end(bo, known, KEEP)
    kept = await subscription(world, known)
    assert kept is not None
    assert (kept.status, kept.invoice_recipient) == (SubscriptionStatus.ACTIVE, InvoiceRecipient.CUSTOMER)
    assert await collaboration.find(sara, others.id) == others
    assert await collaboration.open_url(sara, others) is not None
    assert await told(world, others, SARA) == [Type.ACTIVATED, Type.APPROVED]
    assert await ending.options(bea, others) == (KEEP, READ_ONLY, END)


async def test_activating_anew_after_an_end_names_the_one_before(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await end(bea, known, END)
    again = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    assert (again.collaboration.previous_id, again.service_activated) == (known.id, True)
    approved = await world.approve(await world.by_link(again.collaboration.id), again.collaboration)
    renewed = await subscription(world, known)
    assert renewed is not None
    assert (approved.collaboration.status, renewed.status) == (Status.ACTIVE, SubscriptionStatus.ACTIVE)
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.ENDED]


async def test_an_end_under_a_key_is_made_once(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    first = await end(bea, known, KEEP, on=tomorrow(bea), key="end-1")
    again = await end(bea, known, KEEP, on=tomorrow(bea), key="end-1")
    assert (first.replayed, again.replayed, again.cursor) == (False, True, first.cursor)
    with pytest.raises(IdempotencyKeyReused):
        await end(bea, known, KEEP, key="end-1")
    with pytest.raises(IdempotencyKeyReused):
        await end(bea, known, END, on=tomorrow(bea), key="end-1")
    back = await withdraw(bea, known, key="back-1")
    assert (await withdraw(bea, known, key="back-1")).cursor == back.cursor
    # The entity as it stands now: it was withdrawn since.
    assert (await end(bea, known, KEEP, on=tomorrow(bea), key="end-1")).collaboration.status is Status.ACTIVE
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.END_SCHEDULED, Type.END_WITHDRAWN]
    assert len(await written(world, known.id, MailKind.END_SCHEDULED)) == 1


async def test_a_refused_end_does_not_burn_its_key(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    bo = await world.viewed_by(BO)
    with pytest.raises(EndOptionNotAllowed):
        await end(bo, known, KEEP, key="k")
    assert (await end(bo, known, END, key="k")).replayed is False


async def test_buttons_work_by_status_and_side(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    bo = await world.viewed_by(BO)
    names = [[one.value for one in await collaboration.allowed_actions(viewer, known)] for viewer in (bo, bea)]
    assert names == [["END", "CHANGE_TASK"], ["END", "OPEN"]]
    ends = (await scheduled(bea, known)).collaboration
    names = [[one.value for one in await collaboration.allowed_actions(viewer, ends)] for viewer in (bo, bea)]
    assert names == [["END"], ["END", "WITHDRAW_END", "OPEN"]]


async def jobs_of(world: World, known: Collaboration) -> list[tuple[str, datetime]]:
    """Return the kinds and times of the jobs that concern the collaboration, mails apart."""
    async with world.database.read() as reading:
        found = (await reading.connection.execute(select(jobs.c.kind, jobs.c.due_at).where(jobs.c.subject_id == known.id))).all()
    return [(row.kind, row.due_at.astimezone(UTC)) for row in found]
