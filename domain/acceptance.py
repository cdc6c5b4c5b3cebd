"""A company's yes to newer terms of a service that it uses already: which version, and the evidence of it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain import approval, service, suspension
from domain.approval import AcceptedTerms, ChainHead, Evidence
from domain.company import Administrator
from domain.errors import InputProblemCode, InvalidInput, TermsOutdated, TermsTextMismatch
from domain.identity import Identification
from domain.scenario import ApprovalKind
from domain.service import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a company stands with the terms of a service: every version there is, and the numbers of those that it accepted."""

    versions: tuple[Terms, ...]
    accepted: frozenset[int]

    @property
    def version(self) -> int | None:
        """The version under which the company stands, None where it never accepted one."""
        return max(self.accepted, default=None)

    def waiting(self, today: date) -> tuple[Terms, ...]:
        """Every language of the version that waits for the company's yes; empty where none does."""
        return service.required_terms(self.versions, self.version, today)

    def late_on(self, today: date) -> date | None:
        """Return the first day on which the company is late with what waits today; None where nothing does."""
        return suspension.grace_ends((terms for terms in self.versions if terms.effective_from <= today), self.version)

    def with_accepted(self, version: int) -> "Standing":
        """Return how the company stands once it has accepted another version."""
        return Standing(versions=self.versions, accepted=self.accepted | {version})

    def of_version(self, version: int) -> tuple[Terms, ...]:
        """Every language of a version."""
        return tuple(terms for terms in self.versions if terms.version == version)


def judge(named: AcceptedTerms, standing: Standing, *, today: date, language: str) -> Terms | None:
    """Return the terms that are accepted now, or None where the version had been accepted before and nothing newer waits.

    `language` chooses the text that a refusal shows.

    Raises:
        InvalidInput: the terms are not the service's, or are not what the company is asked to accept.
        TermsOutdated: a newer version waits, or is accepted already.
        TermsTextMismatch: the hash is not that of the text.
    """
    found = next((terms for terms in standing.versions if terms.id == named.terms_id), None)
    if found is None:
        raise InvalidInput.at(InputProblemCode.UNKNOWN_ID, "termsId")
    waiting = standing.waiting(today)
    if waiting and found.version == waiting[0].version:
        if named.sha256 != found.sha256:
            raise TermsTextMismatch(found)
        return found
    if not waiting and found.version in standing.accepted:
        return None
    newest = waiting[0].version if waiting else standing.version
    shown = None if newest is None or found.version > newest else service.in_language(standing.of_version(newest), language)
    if shown is None:
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "termsId")
    raise TermsOutdated(shown)


def make_evidence(
    company_id: str,
    person: Administrator,
    accepted: Terms,
    *,
    evidence_id: str,
    salt: str,
    identification: Identification,
    head: ChainHead,
    now: datetime,
) -> Evidence:
    """Make the next record of the company's chain for terms that are accepted on their own: of no office and no collaboration."""
    return approval.make_record(
        {
            "collaboration": None,
            "collaborationHash": None,
            "kind": ApprovalKind.TERMS_AND_CONDITIONS.value,
            "office": None,
            "service": accepted.service_id,
        },
        person,
        evidence_id=evidence_id,
        company_id=company_id,
        office_id=None,
        collaboration_id=None,
        salt=salt,
        accepted=accepted,
        identification=identification,
        head=head,
        now=now,
    )
