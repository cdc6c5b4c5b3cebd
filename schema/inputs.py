"""What the mutations of collaborations and of signing in take, and how it is handed to the use cases."""

import strawberry

from domain.approval import AcceptedTerms
from domain.scenario import ActivationScenario
from domain.service import InvoiceRecipient
from domain.viewer import Side
from resolvers.activation import ActivateCollaboration
from resolvers.answer import ApproveCollaboration
from schema import ids
from schema.declare import idempotency_key, wanted
from schema.scalars import given

_ANY = strawberry.UNSET


@wanted
class ActivateCollaborationInput:
    """What the office asks for."""

    customer_id: strawberry.ID = strawberry.field(description="The customer to share the service with.")
    service_id: strawberry.ID = strawberry.field(description="The service to share.")
    task_id: strawberry.ID | None = strawberry.field(
        default=_ANY, description="The task to hang it on. Left out: TASK_REQUIRED; a task is never guessed."
    )
    expected_scenario: ActivationScenario | None = strawberry.field(
        default=_ANY, description="The scenario of the preview: refused as ScenarioChanged where the facts have changed since."
    )
    invoice_recipient: InvoiceRecipient | None = strawberry.field(
        default=_ANY, description="Who pays; left out: the default of the scenario."
    )
    message: str | None = strawberry.field(
        default=_ANY, description="A personal line in the e-mail; at most 1,000 characters, shown as plain text."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> ActivateCollaboration:
        """Hand the input over."""
        return ActivateCollaboration(
            customer_id=ids.decode("Customer", self.customer_id),
            service_id=ids.decode("Service", self.service_id),
            task_id=ids.decode_optional("Task", self.task_id),
            expected_scenario=given(self.expected_scenario),
            invoice_recipient=given(self.invoice_recipient),
            message=given(self.message),
        )


@wanted
class AcceptedTermsInput:
    """The terms that were shown and accepted."""

    terms_id: strawberry.ID = strawberry.field(description="The terms' id.")
    sha256: str = strawberry.field(description="The hash of the text that was shown, exactly as Terms.sha256 has it.")


@wanted
class ApproveCollaborationInput:
    """The administrator's yes."""

    collaboration_id: strawberry.ID = strawberry.field(description="What is approved.")
    company_id: strawberry.ID = strawberry.field(description="The company the administrator acts for.")
    accepted_terms: AcceptedTermsInput | None = strawberry.field(
        default=_ANY, description="Required when approvalKind is TERMS_AND_CONDITIONS: exactly what was shown."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> ApproveCollaboration:
        """Hand the input over."""
        named: AcceptedTermsInput | None = given(self.accepted_terms)
        accepted = None
        if named is not None:
            accepted = AcceptedTerms(terms_id=ids.decode("Terms", named.terms_id), sha256=named.sha256)
        return ApproveCollaboration(
            collaboration_id=ids.decode("Collaboration", self.collaboration_id),
            company_id=ids.decode("Company", self.company_id),
            accepted_terms=accepted,
        )


@wanted
class DeclineCollaborationInput:
    """The administrator's no."""

    collaboration_id: strawberry.ID = strawberry.field(description="What is declined.")
    company_id: strawberry.ID = strawberry.field(description="The company the administrator acts for.")
    reason: str | None = strawberry.field(default=_ANY, description="At most 1,000 characters; the office sees it.")
    idempotency_key: str | None = idempotency_key()


@wanted
class CancelCollaborationInput:
    """The office takes its request back."""

    collaboration_id: strawberry.ID = strawberry.field(description="What is taken back.")
    reason: str | None = strawberry.field(default=_ANY, description="At most 1,000 characters; those who got mail see it.")
    idempotency_key: str | None = idempotency_key()


@wanted
class RemindApproversInput:
    """The office asks again."""

    collaboration_id: strawberry.ID = strawberry.field(description="What waits for its answer.")
    message: str | None = strawberry.field(
        default=_ANY, description="A personal line in the e-mail; at most 1,000 characters, shown as plain text."
    )
    idempotency_key: str | None = idempotency_key()


@wanted
class RequestSignInLinkInput:
    """Who wants to sign in."""

    email: str = strawberry.field(description="The address that the link is mailed to, if it is somebody's.")
    side: Side = strawberry.field(description="OFFICE for advisors, COMPANY for administrators: a person who is both chooses.")
    idempotency_key: str | None = idempotency_key()


@wanted
class SignInInput:
    """A link's secret, to be exchanged once."""

    secret: str = strawberry.field(description="The secret from the fragment of the link.")
    idempotency_key: str | None = idempotency_key()


@wanted
class SignOutInput:
    """The end of the session whose token asks."""

    idempotency_key: str | None = idempotency_key()
