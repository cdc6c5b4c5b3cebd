"""What is true of what time will bring: each collaboration that the clock will change has a job that writes it in time."""

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select

from domain.collaboration import CollaborationStatus
from persistence.tables import collaborations, jobs, terms

_own, _job = collaborations.c, jobs.c


def _has_job(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(_job.id).where(*which))


def _of_its_own(kind: str) -> ColumnElement[bool]:
    return and_(_job.kind == kind, _job.id == literal(f"{kind}:").concat(_own.id), _job.subject_id == _own.id)


def _never_suspended() -> Select[tuple[str]]:
    in_time = _job.due_at <= _own.suspends_at
    alone = and_(_job.kind == "suspend", _job.subject_id == _own.id, in_time)
    # A version that is published has one job for all that use the service.
    published = exists(select(terms.c.id).where(terms.c.id == _job.subject_id, terms.c.service_id == _own.service_id))
    together = and_(_job.kind == "terms_overdue", published, in_time)
    active = _own.status == CollaborationStatus.ACTIVE
    return select(_own.id).where(active, _own.suspends_at.is_not(None), ~_has_job(or_(alone, together)))


CHECKS: dict[str, Select[tuple[str]]] = {
    "a request that waits has a job that closes it": select(_own.id).where(
        _own.status == CollaborationStatus.AWAITING_APPROVAL, ~_has_job(_of_its_own("expire"), _job.due_at <= _own.expires_at)
    ),
    "an end that is scheduled has a job that brings it": select(_own.id).where(
        _own.status == CollaborationStatus.ENDING, ~_has_job(_of_its_own("end"))
    ),
    "what newer terms will suspend has a job that suspends it in time": _never_suspended(),
}
