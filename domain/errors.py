"""Every refusal of the domain, each with the data that a person needs to act on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.collaboration import CollaborationStatus
    from domain.partner import PartnerScope
    from domain.scenario import ActivationFacts, ActivationPlan
    from domain.service import ServiceAfterwards, Terms


class InputProblemCode(Enum):
    """What is wrong with one value of an input."""

    REQUIRED = "REQUIRED"
    BLANK = "BLANK"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    NOT_ALLOWED_CHARACTER = "NOT_ALLOWED_CHARACTER"
    ORGANISATION_NUMBER_INVALID = "ORGANISATION_NUMBER_INVALID"
    EMAIL_INVALID = "EMAIL_INVALID"
    DATE_OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
    UNKNOWN_ID = "UNKNOWN_ID"
    NOT_ALLOWED = "NOT_ALLOWED"
    DUPLICATE = "DUPLICATE"


class ActivationRefusalCode(Enum):
    """What stands in the way of an activation, in the order in which it is checked (domain.md section 3)."""

    CUSTOMER_ARCHIVED = "CUSTOMER_ARCHIVED"
    TASK_REQUIRED = "TASK_REQUIRED"
    TASK_NOT_ON_CUSTOMER = "TASK_NOT_ON_CUSTOMER"
    TASK_INACTIVE = "TASK_INACTIVE"
    COLLABORATION_ALREADY_OPEN = "COLLABORATION_ALREADY_OPEN"
    COMPANY_DATA_CONFLICT = "COMPANY_DATA_CONFLICT"
    CONTACT_REQUIRED = "CONTACT_REQUIRED"
    CONTACT_EMAIL_INVALID = "CONTACT_EMAIL_INVALID"
    CONTACT_IS_ADVISOR = "CONTACT_IS_ADVISOR"
    ADDRESS_INCOMPLETE = "ADDRESS_INCOMPLETE"
    COMPANY_HAS_NO_ADMINISTRATOR = "COMPANY_HAS_NO_ADMINISTRATOR"
    INVOICE_RECIPIENT_NOT_ALLOWED = "INVOICE_RECIPIENT_NOT_ALLOWED"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputProblem:
    """One wrong value; `path` leads to it from the input object down, list positions as decimal text."""

    path: tuple[str, ...]
    code: InputProblemCode


class DomainError(Exception):
    """A refusal that a user can read and act on; nothing was changed."""


class NotFound(DomainError):
    """The id names nothing that the viewer may see; the same for what does not exist."""


class NotPermitted(DomainError):
    """The viewer sees it but lacks the right; `required` is FULL, ADVISOR, ADMINISTRATOR, ASSURANCE or a partner scope."""

    def __init__(self, required: str) -> None:
        super().__init__(required)
        self.required = required


class ScopeRequired(DomainError):
    """What is to be read takes a scope that the partner has not."""

    def __init__(self, scope: "PartnerScope") -> None:
        super().__init__(scope.value)
        self.scope = scope


class InvalidInput(DomainError):
    """Values that the domain refuses, all of them at once."""

    def __init__(self, *problems: InputProblem) -> None:
        super().__init__(problems)
        self.problems = problems

    @staticmethod
    def at(code: InputProblemCode, *path: str) -> "InvalidInput":
        """Make the refusal of one value."""
        return InvalidInput(InputProblem(path=path, code=code))


class ActivationRefused(DomainError):
    """The first obstacle that an activation met."""

    def __init__(self, code: ActivationRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code


class CollaborationAlreadyOpen(DomainError):
    """A live collaboration of the same office, company and service that the viewer may see."""

    def __init__(self, collaboration_id: str) -> None:
        super().__init__(collaboration_id)
        self.collaboration_id = collaboration_id


class ScenarioChanged(DomainError):
    """The facts have changed since the preview; `plan` is what activation would do now, and `facts` say why."""

    def __init__(self, plan: "ActivationPlan", facts: "ActivationFacts") -> None:
        super().__init__(plan.scenario.value)
        self.plan = plan
        self.facts = facts


class InvalidTransition(DomainError):
    """The collaboration's status does not allow the action; `status` is as of now."""

    def __init__(self, collaboration_id: str, status: "CollaborationStatus") -> None:
        super().__init__(status.value)
        self.collaboration_id = collaboration_id
        self.status = status


class TermsRefusal(DomainError):
    """The terms named are not those to accept; `terms` is the text to show."""

    def __init__(self, terms: "Terms") -> None:
        super().__init__(terms.id)
        self.terms = terms


class TermsAcceptanceRequired(TermsRefusal):
    """Terms must be accepted with the approval, and none were named."""


class TermsOutdated(TermsRefusal):
    """An older version was named than the one in force."""


class TermsTextMismatch(TermsRefusal):
    """The hash is not that of the text."""


class WrongCompany(DomainError):
    """The administrator named another company than the collaboration's."""


class SelfApprovalForbidden(DomainError):
    """The administrator's address is that of an advisor of the office that asks."""


class ReminderTooSoon(DomainError):
    """Less than 24 hours since the latest mail that asked."""

    def __init__(self, next_allowed_at: datetime) -> None:
        super().__init__(next_allowed_at)
        self.next_allowed_at = next_allowed_at


class ReminderLimitReached(DomainError):
    """As many reminders by advisors as are allowed were sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RecipientUndeliverable(DomainError):
    """Every address that would be reminded has bounced; `problem` is what its mail server said."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class ContactNotCorrectable(DomainError):
    """The approver is not the office's to change."""


class EndOptionNotAllowed(DomainError):
    """The service may not become that when the collaboration ends; `allowed` is what is open to the viewer."""

    def __init__(self, allowed: "tuple[ServiceAfterwards, ...]") -> None:
        super().__init__(allowed)
        self.allowed = allowed


class CustomerNumberTaken(DomainError):
    """Another customer of the office has the number; the id is None where the viewer may not see that customer."""

    def __init__(self, customer_id: str | None) -> None:
        super().__init__(customer_id)
        self.customer_id = customer_id


class CustomerHasLiveCollaborations(DomainError):
    """The change is refused while these collaborations are live."""

    def __init__(self, collaboration_ids: tuple[str, ...]) -> None:
        super().__init__(collaboration_ids)
        self.collaboration_ids = collaboration_ids


class VersionConflict(DomainError):
    """It has changed since the version that the caller expected."""

    def __init__(self, current_version: int) -> None:
        super().__init__(current_version)
        self.current_version = current_version


class SignInLinkInvalid(DomainError):
    """Used, expired, replaced or never issued: one answer for all."""


class IdempotencyKeyReused(DomainError):
    """The key was used with another input."""


class CursorInvalid(DomainError):
    """The cursor is not one that this list gave out; `code` is the client's error code (domain.md section 7).

    `earliest` is the first that can still be gone on from, where what followed the cursor is not kept any more.
    """

    def __init__(self, code: str = "CURSOR_INVALID", *, earliest: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.earliest = earliest


class PageSizeInvalid(DomainError):
    """`first` or `last` outside 1 to 100, or both."""
