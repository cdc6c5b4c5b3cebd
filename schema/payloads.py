"""What mutations answer with: a payload for each, and its union with the refusals that it may meet."""

from datetime import datetime
from typing import Annotated, TypeVar

import strawberry

from domain.scenario import ActivationScenario, ApprovalKind
from resolvers.activation import Activated
from resolvers.answer import Answered, Approved
from resolvers.context import Context
from schema import errors
from schema.collaboration import Collaboration
from schema.customer import Customer
from schema.declare import output
from schema.shown import show
from schema.task import Task
from schema.viewer import Viewer

_REPLAYED = "True when the same key had done it before, and nothing happened now."
_CURSOR = "Position of this change in the viewer's stream: subscribe after it and nothing is missed."
# The same words for payloads that stand beside their mutations.
REPLAYED, CURSOR = _REPLAYED, _CURSOR


@output
class ActivateCollaborationPayload:
    """What an activation did. The mails are queued with it, and sent at once."""

    collaboration: Collaboration = strawberry.field(description="The collaboration, which waits for its approval.")
    scenario: ActivationScenario = strawberry.field(description="How the customer stood with the provider.")
    approval_kind: ApprovalKind = strawberry.field(description="What the customer is asked to approve.")
    collaboration_activated: bool = strawberry.field(description="True: in every scenario the collaboration is activated.")
    service_activated: bool = strawberry.field(description="True where the service was activated for the company with it.")
    administrator_created: bool = strawberry.field(description="True where the company's administrator was created with it.")
    cursor: str = strawberry.field(description=_CURSOR)
    replayed: bool = strawberry.field(description=_REPLAYED)

    @staticmethod
    def from_value(context: Context, done: Activated) -> "ActivateCollaborationPayload":
        """Show what was done."""
        return ActivateCollaborationPayload(
            collaboration=show(context, done.collaboration),
            scenario=done.scenario,
            approval_kind=done.approval_kind,
            collaboration_activated=done.collaboration_activated,
            service_activated=done.service_activated,
            administrator_created=done.administrator_created,
            cursor=done.cursor,
            replayed=done.replayed,
        )


@output
class ApproveCollaborationPayload:
    """The approval, as recorded."""

    collaboration: Collaboration = strawberry.field(description="The collaboration, approved.")
    already_approved: bool = strawberry.field(description="True when somebody had approved before; then nothing happened now.")
    cursor: str = strawberry.field(description=_CURSOR)
    replayed: bool = strawberry.field(description=_REPLAYED)

    @staticmethod
    def from_value(context: Context, done: Approved) -> "ApproveCollaborationPayload":
        """Show what was done."""
        return ApproveCollaborationPayload(
            collaboration=show(context, done.collaboration),
            already_approved=done.already_approved,
            cursor=done.cursor,
            replayed=done.replayed,
        )


@output
class AnsweredPayload:
    """What a step of a collaboration left."""

    collaboration: Collaboration = strawberry.field(description="The collaboration as it stands after it.")
    cursor: str = strawberry.field(description=_CURSOR)
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class DeclineCollaborationPayload(AnsweredPayload):
    """The request is declined, and what was prepared undone."""


@output
class CancelCollaborationPayload(AnsweredPayload):
    """The request is taken back, and what was prepared undone."""


@output
class RemindApproversPayload(AnsweredPayload):
    """The approvers are asked again."""


Payload = TypeVar("Payload", bound=AnsweredPayload)


def answered(context: Context, payload: type[Payload], done: Answered) -> Payload:
    """Show what a step left, as its payload."""
    return payload(collaboration=show(context, done.collaboration), cursor=done.cursor, replayed=done.replayed)


@output
class CreateCustomerPayload:
    """The new card."""

    customer: Customer = strawberry.field(description="The card.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class UpdateCustomerPayload:
    """The changed card."""

    customer: Customer = strawberry.field(description="The card.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class ArchiveCustomerPayload:
    """The card, put away."""

    customer: Customer = strawberry.field(description="The card.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class RestoreCustomerPayload:
    """The card, in use again."""

    customer: Customer = strawberry.field(description="The card.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class CreateTaskPayload:
    """The new task."""

    task: Task = strawberry.field(description="The task.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class UpdateTaskPayload:
    """The changed task."""

    task: Task = strawberry.field(description="The task.")
    collaborations: list[Collaboration] = strawberry.field(description="Collaborations whose access has changed with it.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class RequestSignInLinkPayload:
    """The same answer for every address."""

    expires_at: datetime = strawberry.field(description="When a link that was sent goes out of use.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class SignInPayload:
    """A session, opened by a link."""

    token: str | None = strawberry.field(description="The bearer token: shown once, null when replayed.")
    expires_at: datetime = strawberry.field(description="When the token goes out of use.")
    viewer: Viewer = strawberry.field(description="Who has signed in.")
    collaboration: Collaboration | None = strawberry.field(description="What an approval link leads to.")
    replayed: bool = strawberry.field(description=_REPLAYED)


@output
class SignOutPayload:
    """The token that asked is revoked, and its streams close."""

    replayed: bool = strawberry.field(description=_REPLAYED)


def result_of(name: str, of: str) -> object:
    """Declare a mutation's union: its payload and the refusals that it may meet."""
    return strawberry.union(name, description=f"What {of} answers with: its payload, or the refusal that it met.")


ActivateCollaborationResult = Annotated[
    ActivateCollaborationPayload
    | errors.ActivationRefused
    | errors.CollaborationAlreadyOpen
    | errors.ScenarioChanged
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("ActivateCollaborationResult", "activateCollaboration"),
]
ApproveCollaborationResult = Annotated[
    ApproveCollaborationPayload
    | errors.TermsAcceptanceRequired
    | errors.TermsOutdated
    | errors.TermsTextMismatch
    | errors.WrongCompany
    | errors.SelfApprovalForbidden
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("ApproveCollaborationResult", "approveCollaboration"),
]
DeclineCollaborationResult = Annotated[
    DeclineCollaborationPayload
    | errors.WrongCompany
    | errors.SelfApprovalForbidden
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("DeclineCollaborationResult", "declineCollaboration"),
]
CancelCollaborationResult = Annotated[
    CancelCollaborationPayload
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("CancelCollaborationResult", "cancelCollaboration"),
]
RemindApproversResult = Annotated[
    RemindApproversPayload
    | errors.ReminderTooSoon
    | errors.ReminderLimitReached
    | errors.RecipientUndeliverable
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("RemindApproversResult", "remindApprovers"),
]
CreateCustomerResult = Annotated[
    CreateCustomerPayload
    | errors.CustomerNumberTaken
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("CreateCustomerResult", "createCustomer"),
]
UpdateCustomerResult = Annotated[
    UpdateCustomerPayload
    | errors.CustomerNumberTaken
    | errors.CustomerHasLiveCollaborations
    | errors.VersionConflict
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("UpdateCustomerResult", "updateCustomer"),
]
ArchiveCustomerResult = Annotated[
    ArchiveCustomerPayload
    | errors.CustomerHasLiveCollaborations
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("ArchiveCustomerResult", "archiveCustomer"),
]
RestoreCustomerResult = Annotated[
    RestoreCustomerPayload | errors.NotFound | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("RestoreCustomerResult", "restoreCustomer"),
]
CreateTaskResult = Annotated[
    CreateTaskPayload
    | errors.ActivationRefused
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("CreateTaskResult", "createTask"),
]
UpdateTaskResult = Annotated[
    UpdateTaskPayload
    | errors.VersionConflict
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("UpdateTaskResult", "updateTask"),
]
SignInResult = Annotated[
    SignInPayload | errors.SignInLinkInvalid | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("SignInResult", "signIn"),
]
