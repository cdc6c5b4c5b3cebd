"""Tasks: made and changed, and access that follows owner and participants with the next read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import Collaboration
from domain.errors import ActivationRefusalCode, ActivationRefused, CursorInvalid, InvalidInput, NotFound, VersionConflict
from domain.task import TaskPeriod
from resolvers import collaboration, customer, fact, task
from resolvers.listing import PageArguments
from resolvers.task import CreateTask, UpdateTask
from resolvers.wanted import CollaborationFilter, CollaborationOrder, TaskFilter, TaskOrder, TaskOrderField
from tests.support.seen import as_advisor, collaborate
from tests.support.world import ANNA, BO, SARA, World

pytestmark = pytest.mark.anyio

LISTED = PageArguments(first=100)


async def has_access(world: World, email: str, known: Collaboration) -> bool:
    context = await world.viewed_by(email)
    names = {advisor.id for advisor in await collaboration.access(context, known)}
    opens = await collaboration.open_url(context, known) is not None
    assert opens is (as_advisor(context).id in names)
    return opens


async def test_access_follows_the_tasks_people_with_the_next_read(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    bo, anna = as_advisor(await world.viewed_by(BO)), as_advisor(await world.viewed_by(ANNA))
    hangs_on = world.tasks["Beta AB"]
    context = await world.viewed_by(BO)
    assert [await has_access(world, email, known) for email in (ANNA, BO)] == [True, False]
    joined = await task.update(context, UpdateTask(task_id=hangs_on.id, participant_ids=(bo.id,)), None)
    assert [one.id for one in joined.collaborations] == [known.id]
    assert [await has_access(world, email, known) for email in (ANNA, BO)] == [True, True]
    handed = await task.update(context, UpdateTask(task_id=hangs_on.id, owner_id=bo.id, participant_ids=()), None)
    assert handed.task.advisor_ids == (bo.id,)
    assert [await has_access(world, email, known) for email in (ANNA, BO)] == [False, True]
    paused = await task.update(context, UpdateTask(task_id=hangs_on.id, active=False), None)
    assert [one.id for one in paused.collaborations] == [known.id]
    assert [await has_access(world, email, known) for email in (ANNA, BO)] == [False, False]
    assert await collaboration.open_url(bea, known) is not None
    assert anna.id not in paused.task.advisor_ids


async def test_only_collaborations_whose_access_has_moved_are_told_also_when_replayed(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    bo = await world.viewed_by(BO)
    renamed = UpdateTask(task_id=world.tasks["Beta AB"].id, type="Löpande bokföring")
    assert (await task.update(bo, renamed, None)).collaborations == ()
    joins = UpdateTask(task_id=world.tasks["Beta AB"].id, participant_ids=(as_advisor(bo).id,))
    first = await task.update(bo, joins, "k")
    again = await task.update(bo, joins, "k")
    assert again == replace(first, replayed=True)
    assert [one.id for one in again.collaborations] == [known.id]
    waits = UpdateTask(task_id=world.tasks["Gamma AB"].id, participant_ids=(as_advisor(bo).id,))
    assert (await task.update(bo, waits, None)).collaborations == ()


async def test_a_live_collaboration_without_an_active_task_is_unlinked(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    waiting = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    bo = await world.viewed_by(BO)
    order = CollaborationOrder()
    listed = await collaboration.list_page(bo, LISTED, CollaborationFilter(unlinked=True), order)
    assert listed.items == ()
    for name in ("Alfa AB", "Beta AB"):
        await task.update(bo, UpdateTask(task_id=world.tasks[name].id, active=False), None)
    await world.advance(timedelta(days=30))
    later = await world.viewed_by(BO)
    for unlinked, expected in ((True, {known.id}), (False, {waiting.id})):
        listed = await collaboration.list_page(later, LISTED, CollaborationFilter(unlinked=unlinked), order)
        assert {one.id for one in listed.items} == expected


async def test_an_inactive_advisor_of_the_task_has_no_access(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    assert len(await collaboration.access(await world.viewed_by(BO), known)) == 1
    await fact.deactivate_advisor(world.installation, ANNA)
    assert await collaboration.access(await world.viewed_by(BO), known) == ()


async def test_a_task_is_made_for_a_customer_and_its_people_are_advisors_of_the_office(world: World) -> None:
    anna, bo, sara = [await world.viewed_by(email) for email in (ANNA, BO, SARA)]
    card = world.customers["Beta AB"]
    twice = (as_advisor(bo).id, as_advisor(bo).id)
    asked = CreateTask(customer_id=card.id, type=" Lön ", period=TaskPeriod.MONTH, participant_ids=twice)
    made = (await task.create(anna, asked, None)).value
    assert (made.type, made.owner_id, made.participant_ids) == ("Lön", as_advisor(anna).id, twice[:1])
    assert (made.active, made.version) == (True, 1)
    await fact.deactivate_advisor(world.installation, BO)
    for advisor_id in (as_advisor(sara).id, as_advisor(bo).id, "no such id"):
        for do in (
            task.create(anna, replace(asked, owner_id=advisor_id, participant_ids=()), None),
            task.create(anna, replace(asked, participant_ids=(advisor_id,)), None),
            task.update(anna, UpdateTask(task_id=world.tasks["Beta AB"].id, owner_id=advisor_id), None),
        ):
            with pytest.raises(NotFound):
                await do
    kept = await task.update(anna, UpdateTask(task_id=made.id, type="Löner"), None)
    assert kept.task.participant_ids == twice[:1]


async def test_a_task_is_refused_for_what_is_wrong_with_it(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    card, known = world.customers["Beta AB"], world.tasks["Beta AB"]
    for bad in ("", " ", "x" * 101, "a\nb"):
        with pytest.raises(InvalidInput):
            await task.create(anna, CreateTask(customer_id=card.id, type=bad, period=TaskPeriod.YEAR), None)
        with pytest.raises(InvalidInput):
            await task.update(anna, UpdateTask(task_id=known.id, type=bad), None)
    many = tuple(f"advisor {turn}" for turn in range(101))
    with pytest.raises(InvalidInput):
        await task.update(anna, UpdateTask(task_id=known.id, participant_ids=many), None)
    with pytest.raises(VersionConflict) as conflict:
        await task.update(anna, UpdateTask(task_id=known.id, expected_version=7, active=False), None)
    assert conflict.value.current_version == 1
    assert (await task.update(anna, UpdateTask(task_id=known.id), None)).task == known
    await customer.archive(anna, card.id, None)
    with pytest.raises(ActivationRefused) as refused:
        await task.create(anna, CreateTask(customer_id=card.id, type="Lön", period=TaskPeriod.YEAR), None)
    assert refused.value.code is ActivationRefusalCode.CUSTOMER_ARCHIVED


async def test_tasks_are_listed_by_order_filter_and_sight_with_cursors_of_their_own_list(world: World) -> None:
    anna, sara = await world.viewed_by(ANNA), await world.viewed_by(SARA)
    beta, gamma = world.customers["Beta AB"], world.customers["Gamma AB"]
    for kind in ("Årsbokslut", "Lön"):
        await task.create(anna, CreateTask(customer_id=beta.id, type=kind, period=TaskPeriod.YEAR), None)
    by_type = await task.page_of_customer(anna, beta.id, PageArguments(first=2), TaskFilter(), TaskOrder())
    assert [one.type for one in by_type.items] == ["Bokföring", "Lön"]
    rest = await task.page_of_customer(anna, beta.id, PageArguments(after=by_type.cursors[-1]), TaskFilter(), TaskOrder())
    assert [one.type for one in rest.items] == ["Årsbokslut"]
    assert await rest.count() == 3
    with pytest.raises(CursorInvalid):
        await task.page_of_customer(anna, gamma.id, PageArguments(after=by_type.cursors[-1]), TaskFilter(), TaskOrder())
    with pytest.raises(CursorInvalid):
        await task.list_page(anna, PageArguments(after=by_type.cursors[-1]), TaskFilter(), TaskOrder())
    by_customer = TaskOrder(field=TaskOrderField.CUSTOMER_NAME, descending=True)
    listed = await task.list_page(anna, LISTED, TaskFilter(active=True), by_customer)
    assert [one.customer_id for one in listed.items] == [gamma.id, *[beta.id] * 3, world.customers["Alfa AB"].id]
    mine = TaskFilter(owner_id=as_advisor(anna).id, customer_id=beta.id)
    assert await (await task.list_page(anna, LISTED, mine, by_customer)).count() == 3
    assert (await task.list_page(sara, LISTED, TaskFilter(), by_customer)).items == ()
