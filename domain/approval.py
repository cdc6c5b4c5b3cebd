"""The administrator's answer: the order in which it is judged, and the evidence that proves a yes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain import lifecycle, service, text
from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.errors import (
    InputProblemCode,
    InvalidInput,
    NotFound,
    SelfApprovalForbidden,
    TermsAcceptanceRequired,
    TermsOutdated,
    TermsTextMismatch,
    WrongCompany,
)
from domain.identity import Identification
from domain.lifecycle import Step
from domain.scenario import ApprovalKind
from domain.service import Terms
from domain.viewer import AdministratorViewer

APPROVED = frozenset({CollaborationStatus.ACTIVE, CollaborationStatus.ENDING, CollaborationStatus.SUSPENDED})
FIRST_HASH = "0" * 64
USER_AGENT_LIMIT = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedTerms:
    """What the administrator says was shown: the terms' id, and the SHA-256 of the text in lower-case hex."""

    terms_id: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One record of a company's chain, as stored.

    `content` holds what the record says, persons' data only as commitments; `personal` holds the salt and the data that open
    them, and is None after erasure. Hashes are lower-case hex SHA-256. A record of terms that were accepted on their own is of no
    office and no collaboration.
    """

    id: str
    company_id: str
    number: int
    office_id: str | None
    collaboration_id: str | None
    administrator_id: str
    recorded_at: datetime
    content: dict[str, str | int | None]
    personal: dict[str, str | None] | None
    content_hash: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The last record of a company's chain; number 0 and `FIRST_HASH` before the first."""

    number: int
    hash: str


def make_evidence(
    collaboration: Collaboration,
    person: Administrator,
    *,
    evidence_id: str,
    salt: str,
    accepted: Terms | None,
    identification: Identification,
    head: ChainHead,
    now: datetime,
) -> Evidence:
    """Make the next record of the company's chain (domain.md section 4, Evidence); `salt` is the person's."""
    return make_record(
        {
            "collaboration": collaboration.id,
            "collaborationHash": collaboration_hash(collaboration),
            "kind": collaboration.approval_kind.value,
            "office": collaboration.office_id,
        },
        person,
        evidence_id=evidence_id,
        company_id=collaboration.company_id,
        office_id=collaboration.office_id,
        collaboration_id=collaboration.id,
        salt=salt,
        accepted=accepted,
        identification=identification,
        head=head,
        now=now,
    )


def make_record(
    subject: dict[str, str | int | None],
    person: Administrator,
    *,
    evidence_id: str,
    company_id: str,
    office_id: str | None,
    collaboration_id: str | None,
    salt: str,
    accepted: Terms | None,
    identification: Identification,
    head: ChainHead,
    now: datetime,
) -> Evidence:
    """Make the record that follows `head`; `subject` says what the person agreed to."""
    identity = identification.identity
    personal = {
        "name": person.name,
        "email": person.email,
        "peerAddress": identification.peer,
        "userAgent": None if identification.user_agent is None else identification.user_agent[:USER_AGENT_LIMIT],
        # To an issuer a person may be a personal identity number.
        **({} if identity is None else {"subject": identity.subject}),
    }
    content: dict[str, str | int | None] = {
        **subject,
        "terms": accepted.id if accepted is not None else None,
        "termsVersion": accepted.version if accepted is not None else None,
        "termsSha256": accepted.sha256 if accepted is not None else None,
        "language": accepted.language if accepted is not None else None,
        "administrator": person.id,
        "role": "administrator",
        "actingFor": company_id,
        "identifiedBy": identification.identified_by,
        **({} if identity is None else {"issuer": identity.issuer, "assurance": identity.assurance}),
        "recordedAt": moment(now),
        "link": identification.link_id,
        "linkSentAt": moment(identification.link_sent_at),
        "linkUsedAt": moment(identification.link_used_at),
        "requestId": identification.request_id,
        "applicationVersion": identification.application_version,
        **{f"{name}Commitment": commitment(salt, value) for name, value in personal.items()},
    }
    content_hash = hash_content(content)
    number = head.number + 1
    return Evidence(
        id=evidence_id,
        company_id=company_id,
        number=number,
        office_id=office_id,
        collaboration_id=collaboration_id,
        administrator_id=person.id,
        recorded_at=now,
        content=content,
        personal={"salt": salt, **personal},
        content_hash=content_hash,
        previous_hash=head.hash,
        hash=hash_record(number, head.hash, content_hash),
    )


def judge_answer(
    step: Step,
    collaboration: Collaboration,
    viewer: AdministratorViewer,
    *,
    company_id: str,
    email: str,
    advisor_emails: frozenset[str],
    now: datetime,
) -> bool:
    """Judge an approve or decline in the order of domain.md section 4, and tell whether it had been approved before.

    `company_id` is the company named, `email` the administrator's address, `advisor_emails` the case-folded ones of the office.

    Raises:
        NotFound: the viewer is no administrator of the collaboration's company.
        WrongCompany: he is, but named another.
        SelfApprovalForbidden: his address is an advisor's of the office that asks.
        InvalidTransition: it does not wait for an answer, and was not approved either.
    """
    if collaboration.company_id not in viewer.company_ids:
        raise NotFound
    if company_id != collaboration.company_id:
        raise WrongCompany
    if text.email_key(email) in advisor_emails:
        raise SelfApprovalForbidden
    if step is Step.APPROVE and collaboration.status in APPROVED:
        return True
    lifecycle.transition(step, collaboration, now)
    return False


def judge_terms(
    collaboration: Collaboration,
    named: AcceptedTerms | None,
    *,
    versions: Iterable[Terms],
    asked: tuple[Terms, ...],
    language: str,
) -> Terms | None:
    """Return the terms that the approval accepts, or None where none are asked for.

    `versions` are all of the service, `asked` every language of the version to accept (`service.terms_to_approve`);
    `language` chooses the text that a refusal shows.

    Raises:
        TermsAcceptanceRequired, TermsOutdated, TermsTextMismatch: each with the text to show.
        InvalidInput: another service's terms, or terms named where none are asked.
    """
    if collaboration.approval_kind is ApprovalKind.COLLABORATION:
        if named is not None:
            raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "acceptedTerms")
        return None
    shown = service.in_language(asked, language)
    if shown is None:
        message = "a request that asks for terms has terms pinned"
        raise ValueError(message)
    if named is None:
        raise TermsAcceptanceRequired(shown)
    accepted = next((terms for terms in asked if terms.id == named.terms_id), None)
    if accepted is None:
        if any(terms.id == named.terms_id for terms in versions):
            raise TermsOutdated(shown)
        raise InvalidInput.at(InputProblemCode.UNKNOWN_ID, "acceptedTerms", "termsId")
    if named.sha256 != accepted.sha256:
        raise TermsTextMismatch(accepted)
    return accepted


def commitment(salt: str, value: str | None) -> str | None:
    """Return the salted hash that stands for a person's datum in a record, so that erasing the salt leaves the chain whole."""
    return None if value is None else hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def hash_content(content: dict[str, str | int | None]) -> str:
    """Return the SHA-256 of the content as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def hash_record(number: int, previous_hash: str, content_hash: str) -> str:
    """Return a record's own hash, over its place in the chain, the record before it, and its content."""
    return hashlib.sha256(f"{number}\n{previous_hash}\n{content_hash}".encode()).hexdigest()


def moment(value: datetime | None) -> str | None:
    """Write a moment as records hold it: in UTC, to the microsecond."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def collaboration_hash(collaboration: Collaboration) -> str:
    """Return the hash of what is approved: the parties, service, task, payer and what is asked, as they stand at the approval."""
    return hash_content(
        {
            "collaboration": collaboration.id,
            "office": collaboration.office_id,
            "company": collaboration.company_id,
            "service": collaboration.service_id,
            "task": collaboration.task_id,
            "scenario": collaboration.scenario.value,
            "approvalKind": collaboration.approval_kind.value,
            "invoiceRecipient": collaboration.invoice_recipient.value,
            "activatedAt": moment(collaboration.activated_at),
            "message": hashlib.sha256((collaboration.message or "").encode()).hexdigest(),
        }
    )


def export(chain: Iterable[Evidence], *, office_id: str | None) -> str:
    """Print a chain as JSON lines, first record first.

    The records of the office `office_id` are printed in full, all of them where it is None; the others as number, content
    hash, previous hash and hash, so that the chain can be followed without telling one office of another.
    """
    lines = []
    for record in chain:
        line: dict[str, object] = {
            "number": record.number,
            "contentHash": record.content_hash,
            "previousHash": record.previous_hash,
            "hash": record.hash,
        }
        if office_id is None or record.office_id == office_id:
            line |= {"content": record.content, "personal": record.personal}
        lines.append(json.dumps(line, sort_keys=True, ensure_ascii=False))
    return "\n".join(lines) + "\n"
