"""The office's tasks: found, listed, created and changed."""

from dataclasses import dataclass, replace

from domain import lifecycle, permissions, text
from domain.collaboration import USABLE, Collaboration
from domain.errors import ActivationRefusalCode, ActivationRefused, NotFound, VersionConflict
from domain.input_check import InputCheck
from domain.task import Task, TaskPeriod
from domain.viewer import AdvisorViewer, Viewer
from persistence import collaboration, customer, ids, office, page, scope, task
from persistence.database import Unit
from persistence.task import TaskFilter, TaskOrder
from resolvers import card, listing, replay
from resolvers.card import UNSET, Unset
from resolvers.context import Context
from resolvers.customer import Changed, change
from resolvers.listing import Listing, PageArguments
from resolvers.replay import Kept

PARTICIPANTS_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTask:
    """A new task; the owner left out is the advisor who asks."""

    customer_id: str
    type: str
    period: TaskPeriod
    owner_id: str | None = None
    participant_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask:
    """A change of a task: what is `UNSET` stays; nothing of it can be removed."""

    task_id: str
    expected_version: int | None = None
    type: str | Unset | None = UNSET
    period: TaskPeriod | Unset | None = UNSET
    owner_id: str | Unset | None = UNSET
    participant_ids: tuple[str, ...] | Unset | None = UNSET
    active: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdated:
    """The task after the change, and the usable collaborations whose access has changed with it."""

    task: Task
    collaborations: tuple[Collaboration, ...]
    replayed: bool


async def find(context: Context, task_id: str) -> Task | None:
    """Return the task where the viewer may see it."""
    return await context.load.tasks.load(task_id)


async def list_page(context: Context, arguments: PageArguments, wanted: TaskFilter, order: TaskOrder) -> Listing[Task]:
    """Return a page of the tasks that the viewer sees.

    Raises:
        PageSizeInvalid, CursorInvalid: bad page arguments.
    """
    visible = scope.tasks_of(context.require_viewer())
    request = listing.request(context.installation.keys, _name(order), arguments)
    async with context.database.read() as reading:
        found = await task.page(reading, scope=visible, filter=wanted, order=order, request=request)

    async def count() -> int:
        async with context.database.read() as reading:
            return await task.count(reading, scope=visible, filter=wanted)

    return listing.listing(context.installation.keys, _name(order), found, count)


async def page_of_customer(
    context: Context, customer_id: str, arguments: PageArguments, wanted: TaskFilter, order: TaskOrder
) -> Listing[Task]:
    """Return a page of one customer's tasks; the pages of many customers are fetched with one statement."""
    name = f"{_name(order)}:{customer_id}"
    request = listing.request(context.installation.keys, name, arguments)
    found = await context.load.tasks_of_customer.load((customer_id, wanted, order, request))

    async def count() -> int:
        return await context.load.task_count_of_customer.load((customer_id, wanted)) or 0

    return listing.listing(context.installation.keys, name, found or page.EMPTY, count)


async def create(context: Context, asked: CreateTask, key: str | None) -> Changed[Task]:
    """Add a task to a customer that is not archived.

    Raises:
        NotFound, NotPermitted: customer or advisor not visible; not an advisor.
        ActivationRefused: CUSTOMER_ARCHIVED.
        InvalidInput: bad values.
    """
    viewer = permissions.require_advisor(context.require_viewer())
    check = InputCheck()
    task_type = check.text(asked.type, "type", limit=text.TASK_TYPE_LIMIT)
    check.count(asked.participant_ids, "participantIds", limit=PARTICIPANTS_LIMIT)
    check.finish()

    async def do(unit: Unit) -> Task:
        found = await customer.get(unit, asked.customer_id, scope=scope.customers_of(viewer))
        if found.archived:
            raise ActivationRefused(ActivationRefusalCode.CUSTOMER_ARCHIVED)
        added = Task(
            id=ids.new_id(),
            office_id=viewer.office_id,
            customer_id=found.id,
            type=task_type,
            period=asked.period,
            owner_id=viewer.id if asked.owner_id is None else asked.owner_id,
            participant_ids=tuple(dict.fromkeys(asked.participant_ids)),
            active=True,
            version=1,
            created_at=unit.now,
        )
        await _check_advisors(unit, viewer, added.advisor_ids)
        await task.add(unit, added)
        return added

    return await change(context, "createTask", key, asked, do, _again)


async def update(context: Context, asked: UpdateTask, key: str | None) -> TaskUpdated:
    """Change a task; access to the collaborations that hang on it follows with the same commit.

    Raises:
        NotFound, NotPermitted, InvalidInput: task or advisor not visible; not an advisor; bad values.
        VersionConflict: it has changed since the expected version.
    """
    viewer = permissions.require_advisor(context.require_viewer())
    card.refuse_removal(
        type=asked.type,
        period=asked.period,
        ownerId=asked.owner_id,
        participantIds=asked.participant_ids,
        active=asked.active,
    )
    check = InputCheck()
    task_type = asked.type
    if isinstance(task_type, str):
        task_type = check.text(task_type, "type", limit=text.TASK_TYPE_LIMIT)
    if isinstance(asked.participant_ids, tuple):
        check.count(asked.participant_ids, "participantIds", limit=PARTICIPANTS_LIMIT)
    check.finish()

    use = replay.use_of(context, "updateTask", key, asked)

    async def work(unit: Unit) -> TaskUpdated:
        async def first() -> TaskUpdated:
            found, changed = await _store(unit, viewer, replace(asked, type=task_type))
            with_access = [set(one.advisor_ids) if one.active else set() for one in (found, changed)]
            moved = with_access[0] != with_access[1]
            return await _updated(unit, viewer, changed, moved=moved, replayed=False)

        async def again(kept: Kept) -> TaskUpdated:
            known = await _again(unit, viewer, str(kept["task"]))
            return await _updated(unit, viewer, known, moved=bool(kept["moved"]), replayed=True)

        def keep(done: TaskUpdated) -> Kept:
            return {"task": done.task.id, "moved": bool(done.collaborations)}

        return await replay.once(unit, use, do=first, keep=keep, again=again)

    return await context.database.write(work)


async def _store(unit: Unit, viewer: AdvisorViewer, asked: UpdateTask) -> tuple[Task, Task]:
    """Change the task, and return it as it was and as it is."""
    found = (await task.many(unit, [asked.task_id], scope=scope.tasks_of(viewer))).get(asked.task_id)
    if found is None:
        raise NotFound
    if asked.expected_version is not None and asked.expected_version != found.version:
        raise VersionConflict(found.version)
    changed = _changed(found, asked)
    if changed.advisor_ids != found.advisor_ids:
        kept = set(found.advisor_ids)
        await _check_advisors(unit, viewer, tuple(one for one in changed.advisor_ids if one not in kept))
    if changed == found:
        return found, found
    stored = replace(changed, version=found.version + 1)
    if not await task.save(unit, stored, expected_version=found.version):
        raise VersionConflict(found.version + 1)
    return found, stored


async def _updated(unit: Unit, viewer: AdvisorViewer, known: Task, *, moved: bool, replayed: bool) -> TaskUpdated:
    """Return the task with the usable collaborations that hang on it, where access to them has moved with it."""
    hanging = (await collaboration.of_tasks(unit, [known.id], scope=scope.collaborations_of(viewer))).get(known.id, ())
    usable = tuple(one for one in hanging if lifecycle.status_at(one, unit.now) in USABLE)
    return TaskUpdated(task=known, collaborations=usable if moved else (), replayed=replayed)


async def _again(unit: Unit, viewer: Viewer, task_id: str) -> Task:
    found = (await task.many(unit, [task_id], scope=scope.tasks_of(viewer))).get(task_id)
    if found is None:
        raise NotFound
    return found


async def _check_advisors(unit: Unit, viewer: AdvisorViewer, advisor_ids: tuple[str, ...]) -> None:
    known = await office.many_advisors(unit, advisor_ids)
    for advisor_id in advisor_ids:
        found = known.get(advisor_id)
        if found is None or found.office_id != viewer.office_id or not found.active:
            raise NotFound


def _changed(found: Task, asked: UpdateTask) -> Task:
    names = ("type", "period", "owner_id", "participant_ids", "active")
    values = {name: value for name in names if not isinstance(value := getattr(asked, name), Unset)}
    changed = replace(found, **values)
    return replace(changed, participant_ids=tuple(dict.fromkeys(changed.participant_ids)))


def _name(order: TaskOrder) -> str:
    return f"tasks:{order.field.name}:{order.descending}"
