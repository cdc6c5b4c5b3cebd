"""Which collaborations a list wants, and in which order: as the API's filter has it, and as conditions on rows."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, select

from domain.collaboration import LIVE, CollaborationStatus
from domain.mail import MailStatus
from persistence import status
from persistence.database import Reading
from persistence.page import Order, Rows
from persistence.tables import collaborations, customers, mails, tasks


class CollaborationOrderField(Enum):
    """By what a list of collaborations is ordered."""

    ACTIVATED_AT = "ACTIVATED_AT"
    EXPIRES_AT = "EXPIRES_AT"
    STATUS = "STATUS"
    CUSTOMER_NAME = "CUSTOMER_NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationOrder:
    """An order and its direction; the newest first where nothing is asked."""

    field: CollaborationOrderField = CollaborationOrderField.ACTIVATED_AT
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationFilter:
    """Which are wanted; None means any, `nothing` none at all. `activated_by_id` is an advisor's or a partner's."""

    statuses: frozenset[CollaborationStatus] | None = None
    company_id: str | None = None
    service_id: str | None = None
    task_id: str | None = None
    task_owner_id: str | None = None
    account_manager_id: str | None = None
    customer_id: str | None = None
    activated_by_id: str | None = None
    mail_status: MailStatus | None = None
    expires_before: datetime | None = None
    activated_from: datetime | None = None
    activated_to: datetime | None = None
    approved_from: datetime | None = None
    approved_to: datetime | None = None
    unlinked: bool | None = None
    nothing: bool = False


def rows_of(
    reading: Reading, scope: ColumnElement[bool], wanted: CollaborationFilter, order: CollaborationOrder | None = None
) -> Rows:
    """Return the rows that the scope and the filter let through, with each one's customer card where it is asked of.

    The company's side has no cards before it, and asks nothing of them.
    """
    on_card = wanted.account_manager_id is not None or (
        order is not None and order.field is CollaborationOrderField.CUSTOMER_NAME
    )
    with_card = collaborations.join(customers, customers.c.id == collaborations.c.customer_id)
    return Rows(
        source=with_card if on_card else collaborations,
        condition=and_(scope, *_conditions(reading, wanted)),
        identity=collaborations.c.id,
    )


def _conditions(reading: Reading, wanted: CollaborationFilter) -> list[ColumnElement[bool]]:
    table = collaborations.c
    conditions = [column == value for column, value in _equals(wanted) if value is not None]
    if wanted.nothing:
        conditions.append(false())
    if wanted.statuses is not None:
        conditions.append(status.status_at(reading.now).in_(sorted(wanted.statuses, key=lambda status: status.name)))
    if wanted.activated_by_id is not None:
        conditions.append(func.coalesce(table.activated_by_id, table.activated_by_partner_id) == wanted.activated_by_id)
    if wanted.task_owner_id is not None:
        owned = select(tasks.c.id).where(tasks.c.id == table.task_id, tasks.c.owner_id == wanted.task_owner_id)
        conditions.append(exists(owned))
    if wanted.mail_status is not None:
        written = select(mails.c.id).where(mails.c.collaboration_id == table.id, mails.c.status == wanted.mail_status)
        conditions.append(exists(written))
    if wanted.unlinked is not None:
        unlinked = _unlinked(reading)
        conditions.append(unlinked if wanted.unlinked else ~unlinked)
    bounds: tuple[tuple[datetime | None, Callable[[Any, datetime], ColumnElement[bool]], ColumnElement[Any]], ...] = (
        (wanted.expires_before, operator.lt, table.expires_at),
        (wanted.activated_from, operator.ge, table.activated_at),
        (wanted.activated_to, operator.lt, table.activated_at),
        (wanted.approved_from, operator.ge, table.approved_at),
        (wanted.approved_to, operator.lt, table.approved_at),
    )
    conditions.extend(compare(column, moment) for moment, compare, column in bounds if moment is not None)
    return conditions


def _equals(wanted: CollaborationFilter) -> tuple[tuple[ColumnElement[Any], object], ...]:
    table = collaborations.c
    return (
        (table.company_id, wanted.company_id),
        (table.service_id, wanted.service_id),
        (table.task_id, wanted.task_id),
        (customers.c.account_manager_id, wanted.account_manager_id),
        (table.customer_id, wanted.customer_id),
    )


def _unlinked(reading: Reading) -> ColumnElement[bool]:
    """Live, and its task is null or inactive (domain.md section 4)."""
    active = exists(select(tasks.c.id).where(tasks.c.id == collaborations.c.task_id, tasks.c.active))
    return and_(status.status_at(reading.now).in_(list(LIVE)), ~active)


def order_of(reading: Reading, order: CollaborationOrder) -> Order:
    """Return the order as columns, the id last."""
    columns: dict[CollaborationOrderField, ColumnElement[Any]] = {
        CollaborationOrderField.ACTIVATED_AT: collaborations.c.activated_at,
        CollaborationOrderField.EXPIRES_AT: collaborations.c.expires_at,
        CollaborationOrderField.STATUS: status.status_at(reading.now),
        CollaborationOrderField.CUSTOMER_NAME: customers.c.name_key,
    }
    return Order(columns=(columns[order.field], collaborations.c.id), descending=order.descending)
