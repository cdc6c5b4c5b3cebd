"""The correction of a mistyped contact: whose it is, and when it is the office's to make (domain.md section 4)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain import lifecycle, text
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.company import Administrator, Company
from domain.errors import ActivationRefusalCode, ActivationRefused, ContactNotCorrectable
from domain.scenario import ActivationScenario


def find_correctable(
    request: Collaboration,
    company: Company,
    administrators: Iterable[Administrator],
    *,
    created_ids: Collection[str],
    live: Iterable[Collaboration],
    now: datetime,
) -> Administrator | None:
    """Return the administrator whom the office may correct through its request, or None where there is none.

    `administrators` are the company's, `created_ids` name those whom requests of the office created for it, and `live` is all
    that is stored as live of the company, whoever's it is. The approvers of a registered company are not the office's to change.
    """
    if request.scenario is not ActivationScenario.NOT_REGISTERED or company.registered:
        return None
    if any(other.office_id != request.office_id and lifecycle.status_at(other, now) in LIVE for other in live):
        return None
    mine = (person for person in administrators if person.id in created_ids and person.accepted_at is None)
    return next(mine, None)


def judge(found: Administrator | None, email: str, advisor_emails: Collection[str]) -> Administrator:
    """Return the administrator to correct.

    Raises:
        ContactNotCorrectable: there is none.
        ActivationRefused: the new address is an advisor's of the office; `advisor_emails` are the case-folded ones.
    """
    if found is None:
        raise ContactNotCorrectable
    if text.email_key(email) in advisor_emails:
        raise ActivationRefused(ActivationRefusalCode.CONTACT_IS_ADVISOR)
    return found


def concerned(request: Collaboration, live: Iterable[Collaboration], now: datetime) -> tuple[Collaboration, ...]:
    """Return the office's requests to the company that wait and ask the same administrator, the one corrected through last."""
    others = (
        other
        for other in live
        if other.id != request.id
        and other.office_id == request.office_id
        and lifecycle.status_at(other, now) is CollaborationStatus.AWAITING_APPROVAL
    )
    return (*others, request)
