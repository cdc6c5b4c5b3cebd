"""What is true of mails: every request was asked for, nobody is written to who is nobody, and what is queued will be sent."""

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal, or_, select

from domain.collaboration import CollaborationStatus
from domain.mail import ASKING, MailKind, MailStatus
from persistence.tables import administrators, collaborations, jobs, links, mails

_mail, _asked = mails.c, collaborations.c
_waits = _asked.status == CollaborationStatus.AWAITING_APPROVAL


def _written(*kinds: MailKind) -> ColumnElement[bool]:
    return and_(_mail.collaboration_id == _asked.id, _mail.kind.in_(kinds))


def _asked_otherwise() -> Select[tuple[str]]:
    latest = select(func.max(_mail.queued_at)).where(_written(*ASKING)).scalar_subquery()
    return select(_asked.id).where(_waits, latest != _asked.asked_at)


def _fewer_reminders() -> Select[tuple[str]]:
    times = select(func.count(_mail.queued_at.distinct())).where(_written(MailKind.REMINDER)).scalar_subquery()
    return select(_asked.id).where(_waits, times < _asked.reminders_sent)


def _to_nobody() -> Select[tuple[str]]:
    one_person = _mail.administrator_id.is_(None) != _mail.advisor_id.is_(None)
    # Nobody is written to who was erased; what was written before has lost the address with all that it said.
    was_erased = and_(cast(_mail.content, Text) == "{}", _mail.status != MailStatus.QUEUED)
    return select(_mail.id).where(or_(~one_person, and_(func.length(_mail.recipient_email) == 0, ~was_erased)))


def _asks_with_nothing() -> Select[tuple[str]]:
    of_its_own = exists(select(links.c.id).where(links.c.id == _mail.link_id, links.c.collaboration_id == _mail.collaboration_id))
    # A person who is no more has taken the links along, and those of answered requests are not kept for ever.
    known = and_(administrators.c.id == _mail.administrator_id, administrators.c.name != "")
    gone = ~exists(select(administrators.c.id).where(known))
    waits = exists(select(_asked.id).where(_asked.id == _mail.collaboration_id, _waits))
    without = or_(_mail.collaboration_id.is_(None), _mail.link_id.is_(None), and_(waits, ~of_its_own, ~gone))
    return select(_mail.id).where(_mail.kind.in_(ASKING), without)


def _not_sent() -> Select[tuple[str]]:
    job = exists(select(jobs.c.id).where(jobs.c.id == literal("mail:").concat(_mail.id), jobs.c.subject_id == _mail.id))
    return select(_mail.id).where(_mail.status == MailStatus.QUEUED, ~job)


CHECKS: dict[str, Select[tuple[str]]] = {
    "a request that waits was asked for by mail": select(_asked.id).where(
        _waits, ~exists(select(_mail.id).where(_written(MailKind.ACTIVATION)))
    ),
    "the latest mail that asked is from the moment that the request remembers": _asked_otherwise(),
    "as many reminders were written as are counted": _fewer_reminders(),
    "a mail is to one person, who has an address": _to_nobody(),
    "a mail that asks has a link of its own to answer by": _asks_with_nothing(),
    "a mail that is queued has a job that sends it": _not_sent(),
}
