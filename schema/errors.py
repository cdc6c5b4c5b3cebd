"""The refusals as clients see them: a type for each."""

from datetime import datetime

import strawberry

from domain.collaboration import CollaborationStatus
from domain.errors import ActivationRefusalCode, InputProblemCode
from domain.service import ServiceAfterwards
from schema.activation import ActivationPreview
from schema.collaboration import Collaboration
from schema.customer import Customer
from schema.declare import interface, output
from schema.service import Terms


@interface
class Error:
    """What every refusal says in words fit for an end user, in the viewer's language."""

    message: str = strawberry.field(description="What happened, and what to do next.")


@output
class ActivationRefused(Error):
    """The first obstacle that the activation met; nothing was created, and no mail is sent."""

    code: ActivationRefusalCode = strawberry.field(description="Which obstacle.")


@output
class CollaborationAlreadyOpen(Error):
    """A live collaboration of the same office, company and service."""

    collaboration: Collaboration = strawberry.field(description="The collaboration to go on in.")


@output
class ScenarioChanged(Error):
    """The facts have changed since the preview; nothing was created."""

    preview: ActivationPreview = strawberry.field(description="What activation would do now.")


@output
class InvalidTransition(Error):
    """The collaboration's status does not allow it."""

    status: CollaborationStatus = strawberry.field(description="The status as of now.")
    collaboration: Collaboration = strawberry.field(description="The collaboration as it stands.")


@output
class TermsAcceptanceRequired(Error):
    """Terms must be accepted with the approval, and none were named."""

    terms: Terms = strawberry.field(description="The terms to show, and to name in acceptedTerms.")


@output
class TermsOutdated(Error):
    """An older version was named than the one to accept."""

    terms: Terms = strawberry.field(description="The version to show instead.")


@output
class TermsTextMismatch(Error):
    """The hash is not that of the text: show it again."""

    terms: Terms = strawberry.field(description="The text to show again.")


@output
class WrongCompany(Error):
    """The administrator named another of his companies than the collaboration's."""


@output
class SelfApprovalForbidden(Error):
    """The administrator's address is that of an advisor of the office that asks."""


@output
class ReminderTooSoon(Error):
    """Less than 24 hours have passed since the latest mail that asked."""

    next_allowed_at: datetime = strawberry.field(description="From when a reminder can be sent.")


@output
class ReminderLimitReached(Error):
    """Five reminders by advisors or partners were sent."""

    limit: int = strawberry.field(description="How many reminders can be sent.")


@output
class RecipientUndeliverable(Error):
    """Every address that would be reminded has bounced."""

    problem: str = strawberry.field(description="What the mail server said.")


@output
class ContactNotCorrectable(Error):
    """The approver is not the office's to change.

    The approvers of a registered company are not; nor is an administrator who has signed in, whom another office's request
    created, or on whom one hangs.
    """


@output
class EndOptionNotAllowed(Error):
    """The service may not become that when the collaboration ends; nothing was changed."""

    allowed: list[ServiceAfterwards] = strawberry.field(description="What is open to the viewer now.")


@output
class CustomerNumberTaken(Error):
    """Another customer of the office has the number."""

    taken_by: Customer | None = strawberry.field(
        description="The customer that has the number; null where the viewer may not see it."
    )


@output
class CustomerHasLiveCollaborations(Error):
    """The change is refused while collaborations are live."""

    collaborations: list[Collaboration] = strawberry.field(description="The live ones, of those that the viewer may see.")


@output
class VersionConflict(Error):
    """It has changed since the version that was expected."""

    current_version: int = strawberry.field(description="The version as it stands.")


@output
class SignInLinkInvalid(Error):
    """Used, expired, replaced or never issued: the same words for all."""


@output
class NotFound(Error):
    """The id names nothing that the viewer may see; the same for what does not exist."""


@output
class NotPermitted(Error):
    """The viewer lacks the right."""

    required: str = strawberry.field(
        description="What it takes: FULL, or a PartnerScope, or ADVISOR, or ADMINISTRATOR, "
        "or ASSURANCE: to sign in at an identity provider, and more surely than now."
    )


@output
class InputProblem:
    """One wrong value of an input."""

    path: list[str] = strawberry.field(description='From the input object down: ["contacts", "0", "email"].')
    code: InputProblemCode = strawberry.field(description="What is wrong.")
    message: str = strawberry.field(description="The same in the viewer's language.")


@output
class InvalidInput(Error):
    """Values that were refused, all of them at once."""

    problems: list[InputProblem] = strawberry.field(description="Every wrong value.")


@output
class IdempotencyKeyReused(Error):
    """The key was used with another input in the last seven days."""
