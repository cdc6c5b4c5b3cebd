"""What is true of what activations prepare: nothing of it is left where no request waits any more."""

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select

from domain.collaboration import LIVE, CollaborationStatus
from persistence.tables import (
    administrators,
    collaborations,
    companies,
    company_administrators,
    evidence,
    jobs,
    links,
    mails,
)

_own, _acts = collaborations.c, company_administrators.c
_REFUSED = (CollaborationStatus.DECLINED, CollaborationStatus.CANCELLED, CollaborationStatus.EXPIRED)
_pair = (_acts.company_id + literal(" ") + _acts.administrator_id).label("row")


def _firm_at_nobody() -> Select[tuple[str]]:
    unregistered = exists(select(companies.c.id).where(companies.c.id == _acts.company_id, ~companies.c.registered))
    return select(_pair).where(unregistered, ~_acts.pending)


def _waits_here(company_id: ColumnElement[str]) -> ColumnElement[bool]:
    waits = _own.status == CollaborationStatus.AWAITING_APPROVAL
    return exists(select(_own.id).where(_own.company_id == company_id, waits))


def _created_for_nothing() -> Select[tuple[str]]:
    person = administrators.c
    created = exists(select(_own.id).where(_own.administrator_created_id == person.id))
    acts = exists(select(_acts.company_id).where(_acts.administrator_id == person.id))
    answered = exists(select(evidence.c.id).where(evidence.c.administrator_id == person.id))
    return select(person.id).where(created, person.accepted_at.is_(None), person.name != "", ~acts, ~answered)


def _links_of_the_closed() -> Select[tuple[str]]:
    closed = exists(select(_own.id).where(_own.id == links.c.collaboration_id, _own.status.in_(_REFUSED)))
    return select(links.c.id).where(closed, links.c.used_at.is_(None), links.c.voided_at.is_(None))


def _jobs_of_the_closed() -> Select[tuple[str]]:
    closed = exists(select(_own.id).where(_own.id == jobs.c.subject_id, _own.status.not_in(list(LIVE))))
    # A worker that has just closed it holds the job a moment longer.
    return select(jobs.c.id).where(closed, jobs.c.leased_until.is_(None))


def _expiries_of_the_answered() -> Select[tuple[str]]:
    waits = exists(select(_own.id).where(_own.id == jobs.c.subject_id, _own.status == CollaborationStatus.AWAITING_APPROVAL))
    return select(jobs.c.id).where(jobs.c.kind == "expire", jobs.c.leased_until.is_(None), ~waits)


CHECKS: dict[str, Select[tuple[str]]] = {
    "an administrator is pending only while a request of the company waits": select(_pair).where(
        _acts.pending, ~_waits_here(_acts.company_id)
    ),
    "a company that is not registered has no administrator who is not pending": _firm_at_nobody(),
    "a person whom an activation made, and who never came, is no more once the answer is no": _created_for_nothing(),
    "the links of a request that was refused are dead": _links_of_the_closed(),
    "no job is left of a collaboration that is closed": _jobs_of_the_closed(),
    "no expiry is left of a request that was answered": _expiries_of_the_answered(),
    "a job that sends a mail has a mail to send": select(jobs.c.id).where(
        and_(jobs.c.kind == "mail", ~exists(select(mails.c.id).where(mails.c.id == jobs.c.subject_id)))
    ),
}
