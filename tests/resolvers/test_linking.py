"""Another task for a collaboration: who may hang it on which, and who has access from then on; and those that hang on none."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    IdempotencyKeyReused,
    InvalidTransition,
    NotFound,
    NotPermitted,
)
from domain.event import CollaborationEventType
from domain.permissions import CollaborationAction
from domain.service import ServiceAfterwards
from domain.task import Task, TaskPeriod
from persistence import collaboration as stored_collaboration
from persistence.database import Unit
from resolvers import answer, collaboration, event, linking, task
from resolvers.listing import PageArguments
from resolvers.task import CreateTask, UpdateTask
from resolvers.wanted import CollaborationFilter, CollaborationOrder, EventFilter
from tests.support.ends import end, scheduled
from tests.support.seen import collaborate, rows, told, written
from tests.support.world import ANNA, BEA, BO, GAMMA, SARA, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
KEEP = ServiceAfterwards.KEEP
ACTION = CollaborationAction.CHANGE_TASK


async def another(world: World, name: str = "Beta AB", *, active: bool = True) -> Task:
    """Add a task of Bo's on a customer."""
    bo = await world.viewed_by(BO)
    asked = CreateTask(customer_id=world.customers[name].id, type="Lön", period=TaskPeriod.MONTH)
    added = (await task.create(bo, asked, None)).value
    return added if active else (await task.update(bo, UpdateTask(task_id=added.id, active=False), None)).task


async def deactivate(world: World, name: str = "Beta AB") -> None:
    await task.update(await world.viewed_by(BO), UpdateTask(task_id=world.tasks[name].id, active=False), None)


async def waiting(world: World) -> Collaboration:
    return (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration


async def active(world: World) -> Collaboration:
    return (await collaborate(world, "Beta AB"))[0]


async def ending(world: World) -> Collaboration:
    known, bea = await collaborate(world, "Beta AB")
    return (await scheduled(bea, known)).collaboration


async def suspended(world: World) -> Collaboration:
    known = await active(world)
    after = replace(known, status=Status.SUSPENDED, version=known.version + 1)

    async def work(unit: Unit) -> None:
        await stored_collaboration.save(unit, after, before=known)

    await world.database.write(work)
    return after


async def ended(world: World) -> Collaboration:
    known, bea = await collaborate(world, "Beta AB")
    return (await end(bea, known, KEEP)).collaboration


async def declined(world: World) -> Collaboration:
    known = await waiting(world)
    return (await answer.decline(await world.viewed_by(BEA), known.id, known.company_id, None, None)).collaboration


async def cancelled(world: World) -> Collaboration:
    return (await answer.cancel(await world.viewed_by(BO), (await waiting(world)).id, None, None)).collaboration


async def expired(world: World) -> Collaboration:
    known = await waiting(world)
    await world.advance(timedelta(days=31))
    return known


Make = Callable[[World], Awaitable[Collaboration]]
STANDING: dict[Make, Status] = {
    waiting: Status.AWAITING_APPROVAL,
    active: Status.ACTIVE,
    suspended: Status.SUSPENDED,
    ending: Status.ENDING,
    ended: Status.ENDED,
    declined: Status.DECLINED,
    cancelled: Status.CANCELLED,
    expired: Status.EXPIRED,
}


async def names_with_access(world: World, known: Collaboration) -> list[str]:
    return [advisor.name for advisor in await collaboration.access(await world.viewed_by(BO), known)]


async def unlinked(world: World, email: str = BO) -> list[str]:
    viewer = await world.viewed_by(email)
    wanted = CollaborationFilter(unlinked=True)
    listed = await collaboration.list_page(viewer, PageArguments(), wanted, CollaborationOrder())
    assert await listed.count() == len(listed.items)
    return [one.id for one in listed.items]


async def test_access_follows_the_task_with_the_change(world: World) -> None:
    known = await active(world)
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    assert await collaboration.open_url(anna, known) is not None
    assert await collaboration.open_url(bo, known) is None
    done = await linking.change_task(anna, known.id, (await another(world)).id, None)
    changed = done.collaboration
    assert (changed.version, changed.status, done.replayed) == (known.version + 1, Status.ACTIVE, False)
    assert await names_with_access(world, changed) == ["Bo Berg"]
    assert await collaboration.open_url(await world.viewed_by(ANNA), changed) is None
    assert await collaboration.open_url(await world.viewed_by(BO), changed) is not None
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.TASK_CHANGED]
    assert await told(world, known, BEA) == [Type.ACTIVATED, Type.APPROVED]
    follows = await event.list_page(bo, PageArguments(after=done.cursor), None, EventFilter())
    assert follows.items == ()


async def test_a_request_that_waits_hangs_on_the_task_that_it_got_when_it_is_approved(world: World) -> None:
    known = await waiting(world)
    changed = (await linking.change_task(await world.viewed_by(ANNA), known.id, (await another(world)).id, None)).collaboration
    assert (changed.status, changed.expires_at) == (Status.AWAITING_APPROVAL, known.expires_at)
    assert len(await written(world, known.id)) == 1
    approved = (await world.approve(await world.by_link(known.id), changed)).collaboration
    assert await names_with_access(world, approved) == ["Bo Berg"]


@pytest.mark.parametrize("make", STANDING, ids=lambda make: make.__name__)
async def test_a_linked_one_gets_another_task_while_it_waits_or_is_active(world: World, make: Make) -> None:
    known, wanted = await make(world), await another(world)
    anna = await world.viewed_by(ANNA)
    offered = ACTION in await collaboration.allowed_actions(anna, known)
    if STANDING[make] in {Status.AWAITING_APPROVAL, Status.ACTIVE}:
        assert (await linking.change_task(anna, known.id, wanted.id, None)).collaboration.task_id == wanted.id
        assert offered is True
        return
    with pytest.raises(InvalidTransition) as refused:
        await linking.change_task(anna, known.id, wanted.id, None)
    assert refused.value.status is STANDING[make]
    assert offered is False


@pytest.mark.parametrize("make", STANDING, ids=lambda make: make.__name__)
async def test_an_unlinked_one_is_listed_while_it_is_live_and_linked_in_every_live_status(world: World, make: Make) -> None:
    known = await make(world)
    wanted = await another(world)
    await deactivate(world)
    is_live = STANDING[make] in LIVE
    assert await unlinked(world) == await unlinked(world, ANNA) == ([known.id] if is_live else [])
    bo = await world.viewed_by(BO)
    assert await collaboration.access(bo, known) == ()
    assert await collaboration.open_url(bo, known) is None
    assert (ACTION in await collaboration.allowed_actions(bo, known)) is is_live
    if not is_live:
        with pytest.raises(InvalidTransition):
            await linking.change_task(bo, known.id, wanted.id, None)
        return
    linked = (await linking.change_task(bo, known.id, wanted.id, None)).collaboration
    assert linked.status is STANDING[make]
    assert await unlinked(world) == []
    usable = STANDING[make] in {Status.ACTIVE, Status.ENDING}
    assert await names_with_access(world, linked) == (["Bo Berg"] if usable else [])
    assert (await collaboration.open_url(bo, linked) is not None) is usable
    assert (await told(world, known))[-1] is Type.TASK_CHANGED


async def test_one_that_hangs_on_nothing_is_unlinked_and_gets_a_task(world: World) -> None:
    known = await active(world)
    loose = replace(known, task_id=None, version=known.version + 1)

    async def work(unit: Unit) -> None:
        await stored_collaboration.save(unit, loose, before=known)

    await world.database.write(work)
    assert await unlinked(world) == [known.id]
    assert await names_with_access(world, loose) == []
    task_id = world.tasks["Beta AB"].id
    assert (await linking.change_task(await world.viewed_by(ANNA), known.id, task_id, None)).collaboration.task_id == task_id
    assert await unlinked(world) == []


@pytest.mark.parametrize("make", [waiting, active], ids=lambda make: make.__name__)
async def test_a_task_of_another_customer_or_that_is_inactive_is_refused(world: World, make: Make) -> None:
    known = await make(world)
    anna = await world.viewed_by(ANNA)
    await another(world)
    wrong = {
        ActivationRefusalCode.TASK_NOT_ON_CUSTOMER: world.tasks["Alfa AB"],
        ActivationRefusalCode.TASK_INACTIVE: await another(world, active=False),
    }
    before = await rows(world)
    for code, chosen in wrong.items():
        with pytest.raises(ActivationRefused) as refused:
            await linking.change_task(anna, known.id, chosen.id, None)
        assert refused.value.code is code
    assert await rows(world) == before
    assert (await world.stored(known.id)).version == known.version


async def test_another_offices_task_is_not_found_nor_is_another_offices_collaboration(world: World) -> None:
    known = await active(world)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Syds egen", GAMMA, None)
    for viewer, task_id in ((ANNA, world.tasks["Syds egen"].id), (ANNA, "no such id"), (SARA, world.tasks["Syds egen"].id)):
        with pytest.raises(NotFound):
            await linking.change_task(await world.viewed_by(viewer), known.id, task_id, None)


async def test_the_company_changes_no_task(world: World) -> None:
    known = await active(world)
    with pytest.raises(NotPermitted) as refused:
        await linking.change_task(await world.viewed_by(BEA), known.id, world.tasks["Beta AB"].id, None)
    assert refused.value.required == "ADVISOR"


async def test_naming_the_task_that_it_hangs_on_changes_and_tells_nothing(world: World) -> None:
    known = await active(world)
    anna = await world.viewed_by(ANNA)
    before = await rows(world)
    done = await linking.change_task(anna, known.id, world.tasks["Beta AB"].id, None)
    assert done.collaboration == known
    assert await rows(world) == before
    await world.activate(anna, "Alfa AB")
    follows = await event.list_page(anna, PageArguments(after=done.cursor), None, EventFilter())
    assert [entry.event.type for entry in follows.items] == [Type.ACTIVATED]


async def test_a_change_under_a_key_is_made_once(world: World) -> None:
    known, wanted = await active(world), await another(world)
    anna = await world.viewed_by(ANNA)
    first = await linking.change_task(anna, known.id, wanted.id, "k")
    back = await linking.change_task(anna, known.id, world.tasks["Beta AB"].id, None)
    again = await linking.change_task(anna, known.id, wanted.id, "k")
    assert (again.replayed, again.cursor) == (True, first.cursor)
    assert again.collaboration == back.collaboration
    with pytest.raises(IdempotencyKeyReused):
        await linking.change_task(anna, known.id, world.tasks["Beta AB"].id, "k")
    assert (await told(world, known)).count(Type.TASK_CHANGED) == 2
