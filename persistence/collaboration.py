"""Collaborations as rows: saved guarded by version and status, read within a scope, their status judged as of now."""

from collections.abc import Collection, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select, true, update

from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.errors import NotFound
from persistence import collaboration_filter, status
from persistence import page as paging
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder
from persistence.database import CollisionError, Reading, Unit
from persistence.page import Page, PageRequest
from persistence.tables import collaborations

_COLUMNS = tuple(Collaboration.__slots__)


class CollaborationParent(Enum):
    """Whose collaborations are listed; the value is the column that names it."""

    CUSTOMER = "customer_id"
    COMPANY = "company_id"


async def add(unit: Unit, added: Collaboration) -> None:
    """Insert a new collaboration; a second live one of the same office, company and service collides on its index."""
    await unit.connection.execute(insert(collaborations).values(_values(added)))


async def save(unit: Unit, changed: Collaboration, *, before: Collaboration) -> None:
    """Write a change in one conditional update.

    Raises:
        CollisionError: it is no longer as it was `before`; the unit of work is run again and reads what it is now.
    """
    same = and_(
        collaborations.c.id == before.id,
        collaborations.c.version == before.version,
        collaborations.c.status == before.status,
    )
    done = await unit.connection.execute(
        update(collaborations).where(same).values(_values(changed)).returning(collaborations.c.id)
    )
    if done.scalar_one_or_none() is None:
        raise CollisionError


async def get(reading: Reading, collaboration_id: str, *, scope: ColumnElement[bool], lock: bool = False) -> Collaboration:
    """Return the collaboration within the scope, held until the commit where `lock`.

    Raises:
        NotFound: the scope does not let it through, or there is none.
    """
    query = select(collaborations).where(collaborations.c.id == collaboration_id, scope)
    if lock:
        query = query.with_for_update(of=collaborations)
    row = (await reading.connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _collaboration(row)


async def find(reading: Reading, collaboration_id: str, *, lock: bool = False) -> Collaboration | None:
    """Return the collaboration for the service's own work, or None."""
    try:
        return await get(reading, collaboration_id, scope=true(), lock=lock)
    except NotFound:
        return None


async def many(reading: Reading, ids: Collection[str], *, scope: ColumnElement[bool]) -> dict[str, Collaboration]:
    """Return those of the ids that the scope lets through."""
    if not ids:
        return {}
    return {found.id: found for found in await _select(reading, collaborations.c.id.in_(list(ids)), scope)}


async def of_tasks(
    reading: Reading, task_ids: Collection[str], *, scope: ColumnElement[bool]
) -> dict[str, tuple[Collaboration, ...]]:
    """Return what hangs on each task, oldest first."""
    found: dict[str, tuple[Collaboration, ...]] = {}
    for one in await _select(reading, collaborations.c.task_id.in_(list(task_ids)), scope):
        if one.task_id is not None:
            found[one.task_id] = (*found.get(one.task_id, ()), one)
    return found


async def live_of_companies(reading: Reading, company_ids: Collection[str]) -> tuple[Collaboration, ...]:
    """Return what is stored as live of the companies, whoever's it is, oldest first; lapsed requests included."""
    if not company_ids:
        return ()
    return await _select(reading, collaborations.c.company_id.in_(list(company_ids)), _stored_as_live())


async def live_of_company(reading: Reading, company_id: str) -> tuple[Collaboration, ...]:
    """Return what is stored as live of one company, oldest first; lapsed requests included."""
    return await live_of_companies(reading, [company_id])


async def created_administrators(reading: Reading, company_ids: Collection[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """Return, by company, which office's requests created which administrators: pairs of office and administrator."""
    if not company_ids:
        return {}
    columns = (collaborations.c.company_id, collaborations.c.office_id, collaborations.c.administrator_created_id)
    created = collaborations.c.administrator_created_id.is_not(None)
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for row in await reading.connection.execute(select(*columns).where(columns[0].in_(list(company_ids)), created)):
        found[row[0]] = found.get(row[0], frozenset()) | {(row[1], row[2])}
    return found


async def live_of_customer(reading: Reading, customer_id: str) -> tuple[str, ...]:
    """Return the ids of what is live now on a card, oldest first."""
    live = status.status_at(reading.now).in_(list(LIVE))
    return tuple(one.id for one in await _select(reading, collaborations.c.customer_id == customer_id, live))


async def latest_of_company(reading: Reading, office_id: str, company_id: str, service_id: str) -> Collaboration | None:
    """Return the office's live collaboration with the company in the service, or the latest closed one."""
    mine = (collaborations.c.office_id == office_id) & (collaborations.c.company_id == company_id)
    found = await _select(reading, mine, collaborations.c.service_id == service_id)
    return _latest(found) if found else None


async def latest_of_customers(
    reading: Reading, customer_ids: Collection[str], *, scope: ColumnElement[bool]
) -> dict[tuple[str, str], Collaboration]:
    """Return, by customer and service, the live collaboration or the latest closed one."""
    found: dict[tuple[str, str], list[Collaboration]] = {}
    for one in await _select(reading, collaborations.c.customer_id.in_(list(customer_ids)), scope):
        found.setdefault((one.customer_id, one.service_id), []).append(one)
    return {place: _latest(known) for place, known in found.items()}


async def page(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: CollaborationFilter,  # noqa: A002 - the field's own word
    order: CollaborationOrder,
    request: PageRequest,
) -> Page[Collaboration]:
    """Return a page of what the scope and the filter let through."""
    return await paging.page_of(
        reading,
        collaboration_filter.rows_of(reading, scope, filter, order),
        collaboration_filter.order_of(reading, order),
        request,
        _load(reading),
    )


async def page_by_parent(
    reading: Reading,
    parent: CollaborationParent,
    ids: Collection[str],
    *,
    scope: ColumnElement[bool],
    filter: CollaborationFilter,  # noqa: A002 - the field's own word
    order: CollaborationOrder,
    request: PageRequest,
) -> dict[str, Page[Collaboration]]:
    """Return the same page of the collaborations of each customer, or of each company."""
    return await paging.pages_of(
        reading,
        collaboration_filter.rows_of(reading, scope, filter, order),
        collaboration_filter.order_of(reading, order),
        request,
        _load(reading),
        parent=collaborations.c[parent.value],
        parents=ids,
    )


async def count(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: CollaborationFilter,  # noqa: A002 - the field's own word
) -> int:
    """Count what the scope and the filter let through."""
    return await paging.count_of(reading, collaboration_filter.rows_of(reading, scope, filter))


async def count_by_parent(
    reading: Reading,
    parent: CollaborationParent,
    ids: Collection[str],
    *,
    scope: ColumnElement[bool],
    filter: CollaborationFilter,  # noqa: A002 - the field's own word
) -> dict[str, int]:
    """Count the collaborations of each customer, or of each company."""
    rows = collaboration_filter.rows_of(reading, scope, filter)
    return await paging.counts_of(reading, rows, parent=collaborations.c[parent.value], parents=ids)


async def has_created(reading: Reading, administrator_id: str) -> bool:
    """Tell whether an activation has made the person an administrator."""
    query = select(collaborations.c.id).where(collaborations.c.administrator_created_id == administrator_id).limit(1)
    return await reading.connection.scalar(query) is not None


async def count_by_status(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: CollaborationFilter,  # noqa: A002 - the field's own word
) -> dict[CollaborationStatus, int]:
    """Count per status as of now; statuses that do not occur are left out."""
    rows = collaboration_filter.rows_of(reading, scope, filter)
    status_now = status.status_at(reading.now).label("status_now")
    query = select(status_now, func.count()).select_from(rows.source).where(rows.condition).group_by(status_now)
    return {row[0]: row[1] for row in await reading.connection.execute(query)}


def _load(reading: Reading) -> Any:  # noqa: ANN401 - a function that page_of takes
    async def load(ids: Collection[str]) -> dict[str, Collaboration]:
        return await many(reading, ids, scope=true())

    return load


def _latest(oldest_first: Sequence[Collaboration]) -> Collaboration:
    # The clock may have been set back, so that a closed one bears a later moment than the live one that came after it.
    return next((one for one in reversed(oldest_first) if one.status in LIVE), oldest_first[-1])


def _stored_as_live() -> ColumnElement[bool]:
    return collaborations.c.status.in_(list(LIVE))


async def _select(reading: Reading, *conditions: ColumnElement[bool]) -> tuple[Collaboration, ...]:
    query = select(collaborations).where(*conditions).order_by(collaborations.c.activated_at, collaborations.c.id)
    return tuple(_collaboration(row) for row in (await reading.connection.execute(query)).mappings())


def _values(known: Collaboration) -> dict[str, object]:
    return {name: getattr(known, name) for name in _COLUMNS}


def _collaboration(row: RowMapping) -> Collaboration:
    return Collaboration(**{name: row[name] for name in _COLUMNS})
