"""Many at once: the mutations on lists, with what they take and answer."""

from typing import Annotated

import strawberry

from domain.errors import DomainError
from domain.scenario import ActivationScenario
from domain.service import InvoiceRecipient
from resolvers import bulk
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.context import Context
from schema import errors, ids
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import ActivateCollaborationPayload, ActivateCollaborationResult, _result
from schema.scalars import given

_ANY = strawberry.UNSET
_REPLAYED = "True when the same key had done before all that is done, and nothing happened now."


@wanted
class ActivateCollaborationItem:
    """One activation of a bulk call."""

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

    def to_use_case(self) -> ActivateCollaboration:
        """Hand the item over."""
        return ActivateCollaboration(
            customer_id=ids.decode("Customer", self.customer_id),
            service_id=ids.decode("Service", self.service_id),
            task_id=ids.decode_optional("Task", self.task_id),
            expected_scenario=given(self.expected_scenario),
            invoice_recipient=given(self.invoice_recipient),
            message=given(self.message),
        )


@wanted
class ActivateCollaborationsInput:
    """Many activations in one call."""

    items: list[ActivateCollaborationItem] = strawberry.field(
        description="1 to 200; each its own transaction, in order. The key covers each item by its position: a retry does "
        "what is missing or was refused."
    )
    idempotency_key: str | None = idempotency_key()


@output
class ActivateCollaborationsPayload:
    """What became of each activation."""

    results: list[ActivateCollaborationResult] = strawberry.field(
        description="One per item, in order; paths of InvalidInput lead from the input of the whole call down."
    )
    replayed: bool = strawberry.field(description=_REPLAYED)


ActivateCollaborationsResult = Annotated[
    ActivateCollaborationsPayload | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    _result("ActivateCollaborationsResult", "activateCollaborations"),
]


@strawberry.type(description="Part of the root of mutations.")
class BulkMutation:
    """Part of the root of mutations."""

    @mutation
    async def activate_collaborations(
        self, info: Info, input: Annotated[ActivateCollaborationsInput, strawberry.argument(description="What is asked for.")]
    ) -> ActivateCollaborationsResult:
        """Activate up to 200 collaborations, each as activateCollaboration does, and each its own transaction. For advisors."""
        items = [item.to_use_case() for item in input.items]
        done = await bulk.activate(info.context, items, given(input.idempotency_key))
        results = [await _activation(info.context, outcome) for outcome in done.outcomes]
        return ActivateCollaborationsPayload(results=results, replayed=done.replayed)


async def _activation(context: Context, outcome: Activated | DomainError) -> ActivateCollaborationResult:
    if isinstance(outcome, DomainError):
        shown: ActivateCollaborationResult = await errors.shown(context, outcome)
        return shown
    return ActivateCollaborationPayload.from_value(context, outcome)
