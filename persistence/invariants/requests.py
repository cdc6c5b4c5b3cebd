"""What is true of collaborations: one that is live, none usable without a yes, each naming what it came after."""

from sqlalchemy import Select, func, select

from domain.collaboration import LIVE, CollaborationStatus
from persistence.tables import collaborations, companies, customers, tasks

APPROVED = (CollaborationStatus.ACTIVE, CollaborationStatus.SUSPENDED, CollaborationStatus.ENDING)
NEVER_APPROVED = (
    CollaborationStatus.AWAITING_APPROVAL,
    CollaborationStatus.DECLINED,
    CollaborationStatus.CANCELLED,
    CollaborationStatus.EXPIRED,
)
_own = collaborations.c
_triple = (_own.office_id, _own.company_id, _own.service_id)


def _before() -> Select[tuple[str]]:
    earlier = collaborations.alias("earlier")
    fits = (earlier.c.office_id == _own.office_id) & (earlier.c.company_id == _own.company_id)
    closed = earlier.c.status.not_in(list(LIVE))
    right = select(earlier.c.id).where(
        earlier.c.id == _own.previous_id, fits & (earlier.c.service_id == _own.service_id) & closed
    )
    return select(_own.id).where(_own.previous_id.is_not(None), ~right.exists())


def _other_office() -> Select[tuple[str]]:
    card = select(customers.c.id).where(
        customers.c.id == _own.customer_id,
        customers.c.office_id == _own.office_id,
        customers.c.organisation_number == companies.c.organisation_number,
    )
    joined = select(_own.id).join_from(collaborations, companies, companies.c.id == _own.company_id)
    # The card of a closed one may have been given another number.
    return joined.where(_own.status.in_(list(LIVE)), ~card.exists())


def _foreign_task() -> Select[tuple[str]]:
    right = select(tasks.c.id).where(tasks.c.id == _own.task_id, tasks.c.customer_id == _own.customer_id)
    return select(_own.id).where(_own.task_id.is_not(None), ~right.exists())


CHECKS: dict[str, Select[tuple[str]]] = {
    "an office, a company and a service have one live collaboration": (
        select(func.min(_own.id)).where(_own.status.in_(list(LIVE))).group_by(*_triple).having(func.count() > 1)
    ),
    "what was never approved has no moment of approval": select(_own.id).where(
        _own.status.in_(NEVER_APPROVED), _own.approved_at.is_not(None)
    ),
    "what was approved is at a registered company": (
        select(_own.id)
        .join_from(collaborations, companies, companies.c.id == _own.company_id)
        .where(_own.status.in_(APPROVED), ~companies.c.registered)
    ),
    "the previous collaboration is of the same three, and closed": _before(),
    "a live collaboration is on a card of its office and its company": _other_office(),
    "a task is of the collaboration's customer": _foreign_task(),
}
