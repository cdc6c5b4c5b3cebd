"""Which customers a list wants, and in which order: as the API's filter has it, and as conditions on rows."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from domain import organisation_number, text
from domain.collaboration import CollaborationStatus
from persistence import status
from persistence.database import Reading
from persistence.page import Order, Rows
from persistence.tables import collaborations, customer_words, customers

# As `organisation_number.is_personal` has it of valid numbers, the only ones that are stored: a month is below 20.
_IS_PERSONAL = func.substr(customers.c.organisation_number, 3, 1) < "2"


class CustomerOrderField(Enum):
    """By what a list of customers is ordered."""

    NAME = "NAME"
    CUSTOMER_NUMBER = "CUSTOMER_NUMBER"
    CREATED_AT = "CREATED_AT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOrder:
    """An order and its direction; by name where nothing is asked."""

    field: CustomerOrderField = CustomerOrderField.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers are wanted; None means any, and only those not archived where `archived` is left out.

    `hides_personal_numbers` lets no card be found by a number that the viewer may not see.
    """

    search: str | None = None
    organisation_number: str | None = None
    account_manager_id: str | None = None
    collaboration_status: CollaborationStatus | None = None
    service_id: str | None = None
    archived: bool | None = None
    hides_personal_numbers: bool = False


def rows_of(reading: Reading, scope: ColumnElement[bool], wanted: CustomerFilter) -> Rows:
    """Return the rows that the scope and the filter let through."""
    conditions = [scope, customers.c.archived == (wanted.archived or False)]
    if wanted.search is not None and wanted.search.strip():
        words = text.search_words(wanted.search)
        # A search of signs alone has no word that anything could begin with.
        conditions.extend([_has_word(word, wanted) for word in words] or [false()])
    if wanted.organisation_number is not None:
        number = organisation_number.parse(wanted.organisation_number) or ""
        conditions.append(customers.c.organisation_number == number)
        if wanted.hides_personal_numbers:
            conditions.append(~_IS_PERSONAL)
    if wanted.account_manager_id is not None:
        conditions.append(customers.c.account_manager_id == wanted.account_manager_id)
    if wanted.collaboration_status is not None or wanted.service_id is not None:
        conditions.append(_has_collaboration(reading, wanted))
    return Rows(source=customers, condition=and_(*conditions), identity=customers.c.id)


def _has_word(prefix: str, wanted: CustomerFilter) -> ColumnElement[bool]:
    """Find a word that begins so, as a range that the index can answer."""
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    found = select(customer_words.c.word).where(
        customer_words.c.customer_id == customers.c.id,
        customer_words.c.office_id == customers.c.office_id,
        customer_words.c.word >= prefix,
        customer_words.c.word < after,
    )
    if wanted.hides_personal_numbers:
        # Else a number that is masked could be guessed digit by digit.
        found = found.where(or_(customer_words.c.word != customers.c.organisation_number, ~_IS_PERSONAL))
    return exists(found)


def _has_collaboration(reading: Reading, wanted: CustomerFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [collaborations.c.customer_id == customers.c.id]
    if wanted.collaboration_status is not None:
        conditions.append(status.status_at(reading.now) == wanted.collaboration_status)
    if wanted.service_id is not None:
        conditions.append(collaborations.c.service_id == wanted.service_id)
    return exists(select(collaborations.c.id).where(*conditions))


def order_of(order: CustomerOrder) -> Order:
    """Return the order as columns, the id last."""
    columns = {
        CustomerOrderField.NAME: customers.c.name_key,
        CustomerOrderField.CUSTOMER_NUMBER: customers.c.number_key,
        CustomerOrderField.CREATED_AT: customers.c.created_at,
    }
    return Order(columns=(columns[order.field], customers.c.id), descending=order.descending)
