"""What a partner does for its office: activate, remind, correct, change the task and cancel its own; and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    CollaborationAlreadyOpen,
    DomainError,
    NotFound,
    NotPermitted,
)
from domain.event import Actor, CollaborationEventType
from domain.mail import MailKind
from domain.partner import PartnerScope
from domain.permissions import CollaborationAction
from domain.task import TaskPeriod
from domain.viewer import Side
from persistence import invariants
from resolvers import (
    activation,
    answer,
    bulk,
    collaboration,
    correction,
    customer,
    event,
    linking,
    partner,
    reminder,
    task,
)
from resolvers.card import UpdateCustomer
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.task import CreateTask
from resolvers.wanted import CollaborationFilter, CollaborationOrder, EventFilter
from tests.support import partner_steps, partners
from tests.support.partners import as_partner
from tests.support.seen import as_advisor, request, rows, told, written
from tests.support.world import ANNA, BEA, BO, CLEO, NORD, SARA, World, contact

pytestmark = pytest.mark.anyio

WRITE = PartnerScope.COLLABORATIONS_WRITE
Type = CollaborationEventType
Status = CollaborationStatus


@pytest.fixture
async def flow(world: World) -> Context:
    """Act as a partner that may only write."""
    return await partners.act_as(world, WRITE)


async def first_event(context: Context, known: Collaboration) -> tuple[Actor, str | None]:
    """Return who is told to have activated, by id and by name."""
    page = await event.page_of_collaboration(context, known.id, PageArguments(first=1))
    happened = page.items[0].event
    return happened.actor, await event.actor_name(context, happened)


async def test_a_partner_activates_in_its_own_name_and_the_customer_hears_of_the_office_alone(
    world: World, flow: Context
) -> None:
    known = (await world.activate(flow, "Beta AB")).collaboration
    flow_id = as_partner(flow).id
    assert (known.activated_by_id, known.activated_by_partner_id) == (None, flow_id)
    assert await first_event(await world.viewed_by(ANNA), known) == (Actor(side=Side.PARTNER, id=flow_id), "Flow")
    assert await first_event(await world.viewed_by(BEA), known) == (Actor(side=Side.PARTNER, id=flow_id), None)
    [mail] = await written(world, known.id)
    assert (mail.recipient.email, mail.content["advisor"]) == (BEA, "Nordbyrån")
    assert "Flow" not in repr(mail.content)


async def test_the_account_manager_is_told_of_what_a_partner_has_begun(world: World, flow: Context) -> None:
    known = (await world.activate(flow, "Beta AB")).collaboration
    await world.approve(await world.by_link(known.id), known)
    office = [one for one in await written(world, known.id, MailKind.APPROVED) if one.recipient.advisor_id]
    assert [one.recipient.email for one in office] == [ANNA]
    async with world.database.read() as reading:
        assert await invariants.check(reading) == ()


async def test_where_no_advisor_has_to_do_with_it_those_who_see_every_customer_are_mailed(world: World, flow: Context) -> None:
    bo = await world.viewed_by(BO)
    await customer.update(bo, UpdateCustomer(customer_id=world.customers["Beta AB"].id, account_manager_id=None), None)
    known = (await world.activate(flow, "Beta AB")).collaboration
    await world.approve(await world.by_link(known.id), known)
    assert [one.recipient.email for one in await written(world, known.id) if one.recipient.advisor_id] == [BO]
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]


async def test_a_partner_activates_many_at_once_under_a_key_of_its_own(world: World, flow: Context) -> None:
    items = [world.activation_of(name) for name in ("Alfa AB", "Beta AB", "Gamma AB")]
    done = await bulk.activate(flow, items, "a key")
    assert [isinstance(one, activation.Activated) for one in done.outcomes] == [True] * 3
    assert (await bulk.activate(flow, items, "a key")).replayed
    other = await bulk.activate(await partners.act_as(world, WRITE, name="Other"), items, "a key")
    assert [type(one) for one in other.outcomes] == [CollaborationAlreadyOpen] * 3


async def test_a_partner_reminds_corrects_changes_the_task_and_cancels_its_own(world: World, flow: Context) -> None:
    known = (await world.activate(flow, "Gamma AB", key="k")).collaboration
    assert (await world.activate(flow, "Gamma AB", key="k")).replayed
    corrected = (await correction.correct(flow, known.id, "Gunvor Grå", "gunvor@gamma.example", None)).collaboration
    await world.advance(timedelta(hours=24))
    later = replace(flow, now=flow.now + timedelta(hours=25))
    assert await collaboration.allowed_actions(later, corrected) == (
        CollaborationAction.CANCEL,
        CollaborationAction.REMIND,
        CollaborationAction.CORRECT_CONTACT,
        CollaborationAction.CHANGE_TASK,
    )
    await reminder.remind(flow, known.id, "Hej igen", None)
    wanted = CreateTask(customer_id=known.customer_id, type="Lön", period=TaskPeriod.MONTH)
    added = (await task.create(await world.viewed_by(BO), wanted, None)).value
    assert (await linking.change_task(flow, known.id, added.id, None)).collaboration.task_id == added.id
    assert (await answer.cancel(flow, known.id, None, None)).collaboration.status is Status.CANCELLED
    bo = await world.viewed_by(BO)
    page = await event.page_of_collaboration(bo, known.id, PageArguments())
    assert [one.event.type for one in page.items] == [
        Type.ACTIVATED, Type.CONTACT_CORRECTED, Type.REMINDED, Type.TASK_CHANGED, Type.CANCELLED,
    ]  # fmt: skip
    assert {one.event.actor for one in page.items} == {Actor(side=Side.PARTNER, id=as_partner(flow).id)}


async def test_a_partner_works_on_what_others_have_activated_but_cancels_it_not(world: World, flow: Context) -> None:
    mine = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    others = (await world.activate(await partners.act_as(world, WRITE, name="Other"), "Alfa AB")).collaboration
    await world.advance(timedelta(hours=24))
    for known in (mine, others):
        assert (await reminder.remind(flow, known.id, None, None)).collaboration.reminders_sent == 1
        with pytest.raises(NotPermitted, match="FULL"):
            await answer.cancel(flow, known.id, None, None)
    with pytest.raises(NotPermitted, match="FULL"):
        await answer.cancel(await world.viewed_by(ANNA), others.id, None, None)
    assert (await answer.cancel(await world.viewed_by(BO), others.id, None, None)).collaboration.status is Status.CANCELLED


async def test_a_partner_with_every_scope_does_nothing_else(world: World, subtests: pytest.Subtests) -> None:
    flow = await partners.act_as(world, *partners.EVERYTHING)
    known = (await world.activate(flow, "Gamma AB")).collaboration
    before = await rows(world)
    for name, (do, required) in partner_steps.REFUSED.items():
        with subtests.test(name), pytest.raises(NotPermitted) as refusal:
            await do(flow, world, known)
        assert refusal.value.required == required, name
    assert await rows(world) == before


async def test_a_partner_that_may_only_read_changes_nothing_and_is_told_the_scope(
    world: World, subtests: pytest.Subtests
) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    reader = await partners.act_as(world, *partners.without(WRITE))
    before = await rows(world)
    for name, do in partner_steps.WRITING.items():
        with subtests.test(name), pytest.raises(NotPermitted) as refusal:
            await do(reader, world, known)
        assert refusal.value.required == WRITE.value, name
    assert await rows(world) == before
    stored = await collaboration.find(reader, known.id)
    assert stored is not None
    assert await collaboration.allowed_actions(reader, stored) == ()
    tab = await activation.tab_of_customer(reader, world.customers["Alfa AB"].id)
    assert not any(row.can_activate for row in tab)


async def test_the_first_hit_wins_of_the_refusals_of_a_partner(world: World, flow: Context) -> None:
    reader = await partners.act_as(world, *partners.without(WRITE))
    bo = await world.viewed_by(BO)
    await customer.archive(bo, world.customers["Alfa AB"].id, None)
    for context, changes, expected in (
        (reader, {"customer_id": "nobody"}, NotFound),
        (reader, {"task_id": "nothing"}, NotFound),
        (reader, {}, NotPermitted),
        (flow, {}, ActivationRefused),
    ):
        with pytest.raises(expected) as refusal:
            await activation.activate(context, world.activation_of("Alfa AB", **changes), None)
    assert isinstance(refusal.value, ActivationRefused)
    assert refusal.value.code is ActivationRefusalCode.CUSTOMER_ARCHIVED


async def test_a_partner_of_one_office_finds_nothing_of_another(world: World, subtests: pytest.Subtests) -> None:
    known, _ = await request(world, "Gamma AB")
    stranger = await partners.act_as(world, *partners.EVERYTHING, by=SARA)
    for name, do in partner_steps.WRITING.items():
        if name != "activate many":
            with subtests.test(name), pytest.raises(NotFound):
                await do(stranger, world, known.collaboration)
    outcomes = (await bulk.activate(stranger, [world.activation_of("Alfa AB")], None)).outcomes
    assert [type(one) for one in outcomes] == [NotFound]
    assert await collaboration.find(stranger, known.collaboration.id) is None
    page = await collaboration.list_page(stranger, PageArguments(), CollaborationFilter(), CollaborationOrder())
    assert (page.items, await page.count(), await collaboration.counts(stranger, CollaborationFilter())) == ((), 0, ())
    log = await event.list_page(stranger, PageArguments(), None, EventFilter())
    assert (log.items, await log.count()) == ((), 0)


async def test_lists_are_filtered_by_the_partner_who_activated(world: World, flow: Context) -> None:
    mine = (await world.activate(flow, "Beta AB")).collaboration
    annas = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    for asks in (flow, await world.viewed_by(BO)):
        for activator, found in ((as_partner(flow).id, [mine.id]), (as_advisor(await world.viewed_by(ANNA)).id, [annas.id])):
            wanted = CollaborationFilter(activated_by_id=activator)
            page = await collaboration.list_page(asks, PageArguments(), wanted, CollaborationOrder())
            assert [one.id for one in page.items] == found
    cleo = await world.viewed_by(CLEO)
    hidden = CollaborationFilter(activated_by_id=as_partner(flow).id)
    assert (await collaboration.list_page(cleo, PageArguments(), hidden, CollaborationOrder())).items == ()


async def test_a_partner_that_was_revoked_meanwhile_activates_nothing(world: World) -> None:
    made = await partners.make(world, WRITE)
    flow = await world.context(made.token)
    await partner.revoke(await world.viewed_by(BO), made.partner.id, None)
    before = await rows(world)
    with pytest.raises(NotPermitted, match=WRITE.value):
        await world.activate(flow, "Beta AB")
    outcomes = (await bulk.activate(flow, [world.activation_of("Beta AB")], None)).outcomes
    assert [type(one) for one in outcomes] == [NotPermitted]
    assert await rows(world) == before


async def test_a_partner_sees_every_customer_of_its_office(world: World, flow: Context) -> None:
    bo = await world.viewed_by(BO)
    await world.add_customer(bo, "Delta AB", NORD, contact("Dora Dal", "dora@delta.example"))
    known = (await world.activate(flow, "Delta AB")).collaboration
    assert await collaboration.find(flow, known.id) == known
    assert await collaboration.find(await world.viewed_by(ANNA), known.id) is None


async def test_a_refusal_leaves_a_partners_key_unused(world: World) -> None:
    flow = await partners.act_as(world, WRITE)
    asked = world.activation_of("Beta AB", task_id=None)
    with pytest.raises(DomainError):
        await activation.activate(flow, asked, "key")
    assert not (await world.activate(flow, "Beta AB", key="key")).replayed
