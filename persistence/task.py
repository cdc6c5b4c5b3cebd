"""Tasks as rows, with their participants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, and_, delete, insert, select, true, update

from domain import text
from domain.task import Task
from persistence import page as paging
from persistence.database import Reading, Unit
from persistence.page import Order, Page, PageRequest, Rows
from persistence.tables import customers, task_participants, tasks


class TaskOrderField(Enum):
    """By what a list of tasks is ordered."""

    TYPE = "TYPE"
    CUSTOMER_NAME = "CUSTOMER_NAME"
    CREATED_AT = "CREATED_AT"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrder:
    """An order and its direction; by type where nothing is asked."""

    field: TaskOrderField = TaskOrderField.TYPE
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks are wanted; None means any."""

    active: bool | None = None
    owner_id: str | None = None
    customer_id: str | None = None


async def add(unit: Unit, added: Task) -> None:
    """Insert a task with its participants."""
    await add_many(unit, [added])


async def add_many(unit: Unit, added: Sequence[Task]) -> None:
    """Insert tasks with their participants, with two statements for any number."""
    await unit.connection.execute(insert(tasks), [_values(task) for task in added])
    await _add_participants(unit, added)


async def save(unit: Unit, changed: Task, *, expected_version: int) -> bool:
    """Write a change, and tell whether the task was still of the expected version."""
    same = (tasks.c.id == changed.id) & (tasks.c.version == expected_version)
    done = await unit.connection.execute(update(tasks).where(same).values(_values(changed)).returning(tasks.c.id))
    if done.scalar_one_or_none() is None:
        return False
    await unit.connection.execute(delete(task_participants).where(task_participants.c.task_id == changed.id))
    await _add_participants(unit, [changed])
    return True


async def many(reading: Reading, ids: Collection[str], *, scope: ColumnElement[bool]) -> dict[str, Task]:
    """Return those of the ids that the scope lets through."""
    if not ids:
        return {}
    return {found.id: found for found in await _select(reading, tasks.c.id.in_(list(ids)), scope)}


async def of_customers(reading: Reading, customer_ids: Collection[str]) -> dict[str, tuple[Task, ...]]:
    """Return each customer's tasks, by type."""
    found: dict[str, tuple[Task, ...]] = {}
    for task in await _select(reading, tasks.c.customer_id.in_(list(customer_ids))):
        found[task.customer_id] = (*found.get(task.customer_id, ()), task)
    return found


async def page(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: TaskFilter,  # noqa: A002 - the field's own word
    order: TaskOrder,
    request: PageRequest,
) -> Page[Task]:
    """Return a page of what the scope and the filter let through."""

    async def load(ids: Collection[str]) -> dict[str, Task]:
        return await many(reading, ids, scope=true())

    return await paging.page_of(reading, _rows(scope, filter), _order(order), request, load)


async def page_by_customer(
    reading: Reading,
    customer_ids: Collection[str],
    *,
    scope: ColumnElement[bool],
    filter: TaskFilter,  # noqa: A002 - the field's own word
    order: TaskOrder,
    request: PageRequest,
) -> dict[str, Page[Task]]:
    """Return the same page of each customer's tasks."""

    async def load(ids: Collection[str]) -> dict[str, Task]:
        return await many(reading, ids, scope=true())

    return await paging.pages_of(
        reading,
        _rows(scope, filter),
        _order(order),
        request,
        load,
        parent=tasks.c.customer_id,
        parents=customer_ids,
    )


async def count(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: TaskFilter,  # noqa: A002 - the field's own word
) -> int:
    """Count what the scope and the filter let through."""
    return await paging.count_of(reading, _rows(scope, filter))


async def count_by_customer(
    reading: Reading,
    customer_ids: Collection[str],
    *,
    scope: ColumnElement[bool],
    filter: TaskFilter,  # noqa: A002 - the field's own word
) -> dict[str, int]:
    """Count each customer's tasks."""
    return await paging.counts_of(reading, _rows(scope, filter), parent=tasks.c.customer_id, parents=customer_ids)


def _rows(scope: ColumnElement[bool], wanted: TaskFilter) -> Rows:
    pairs = (
        (tasks.c.active, wanted.active),
        (tasks.c.owner_id, wanted.owner_id),
        (tasks.c.customer_id, wanted.customer_id),
    )
    conditions = [column == value for column, value in pairs if value is not None]
    return Rows(
        source=tasks.join(customers, customers.c.id == tasks.c.customer_id),
        condition=and_(scope, *conditions),
        identity=tasks.c.id,
    )


def _order(order: TaskOrder) -> Order:
    columns = {
        TaskOrderField.TYPE: tasks.c.type_key,
        TaskOrderField.CUSTOMER_NAME: customers.c.name_key,
        TaskOrderField.CREATED_AT: tasks.c.created_at,
    }
    return Order(columns=(columns[order.field], tasks.c.id), descending=order.descending)


async def _select(reading: Reading, *conditions: ColumnElement[bool]) -> list[Task]:
    query = select(tasks).where(*conditions).order_by(tasks.c.type_key, tasks.c.id)
    found = (await reading.connection.execute(query)).mappings().all()
    takes_part = select(task_participants).where(task_participants.c.task_id.in_([row["id"] for row in found]))
    participants: dict[str, list[str]] = {}
    for row in await reading.connection.execute(takes_part.order_by(task_participants.c.position)):
        participants.setdefault(row.task_id, []).append(row.advisor_id)
    return [
        Task(
            id=row["id"],
            office_id=row["office_id"],
            customer_id=row["customer_id"],
            type=row["type"],
            period=row["period"],
            owner_id=row["owner_id"],
            participant_ids=tuple(participants.get(row["id"], ())),
            active=row["active"],
            version=row["version"],
            created_at=row["created_at"],
        )
        for row in found
    ]


async def _add_participants(unit: Unit, added: Sequence[Task]) -> None:
    rows = [
        {"task_id": task.id, "advisor_id": advisor_id, "position": position}
        for task in added
        for position, advisor_id in enumerate(task.participant_ids)
    ]
    if rows:
        await unit.connection.execute(insert(task_participants), rows)


def _values(task: Task) -> dict[str, object]:
    return {
        "id": task.id,
        "office_id": task.office_id,
        "customer_id": task.customer_id,
        "type": task.type,
        "type_key": text.sort_key(task.type),
        "period": task.period,
        "owner_id": task.owner_id,
        "active": task.active,
        "version": task.version,
        "created_at": task.created_at,
    }
