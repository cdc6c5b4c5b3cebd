"""Many at once: the mutations on lists, with what they take and answer."""

import asyncio
from typing import Annotated

import strawberry

from domain.customer import CompanyForm, Customer
from domain.errors import DomainError
from domain.scenario import ActivationScenario
from domain.service import InvoiceRecipient
from resolvers import bulk, intake
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.card import CreateCustomer
from resolvers.context import Context
from resolvers.customer import Changed
from schema import costs, errors, ids, refusals
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import (
    ActivateCollaborationPayload,
    ActivateCollaborationResult,
    CreateCustomerPayload,
    CreateCustomerResult,
    result_of,
)
from schema.register_inputs import AddressInput, ContactInput
from schema.scalars import OrganisationNumber, given
from schema.shown import show

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
        description="One per item, in order; paths of InvalidInput lead from the input of the whole call down.",
        metadata=costs.PAGED,
    )
    replayed: bool = strawberry.field(description=_REPLAYED)


ActivateCollaborationsResult = Annotated[
    ActivateCollaborationsPayload | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("ActivateCollaborationsResult", "activateCollaborations"),
]


@wanted
class ImportCustomerRow:
    """One row of an import; a row with a customerNumber that exists updates nothing and is refused."""

    name: str = strawberry.field(description="At most 200 characters.")
    organisation_number: OrganisationNumber = strawberry.field(description="Ten digits, or twelve that begin with 16.")
    company_form: CompanyForm = strawberry.field(description="The legal form.")
    customer_number: str | None = strawberry.field(default=_ANY, description="Left out: the next free number.")
    address: AddressInput | None = strawberry.field(default=_ANY, description="The postal address.")
    contacts: list[ContactInput] = strawberry.field(default_factory=list, description="At most 50, at most one of them main.")
    account_manager_id: strawberry.ID | None = strawberry.field(
        default=_ANY, description="The advisor who answers for the customer. Left out by an advisor with OWN: that advisor."
    )

    def to_use_case(self) -> CreateCustomer:
        """Hand the row over."""
        address: AddressInput | None = given(self.address)
        return CreateCustomer(
            name=self.name,
            organisation_number=self.organisation_number,
            company_form=self.company_form,
            customer_number=given(self.customer_number),
            address=None if address is None else address.to_value(),
            contacts=tuple(contact.to_value() for contact in self.contacts),
            account_manager_id=ids.decode_optional("Advisor", self.account_manager_id),
        )


@wanted
class ImportCustomersInput:
    """Many new cards in one call."""

    rows: list[ImportCustomerRow] = strawberry.field(
        description="1 to 1,000. The key covers each row by its position: a retry does what is missing or was refused."
    )
    idempotency_key: str | None = idempotency_key()


@output
class ImportCustomersPayload:
    """What became of each row."""

    results: list[CreateCustomerResult] = strawberry.field(
        description="One per row, in order; paths of InvalidInput lead from the input of the whole call down.",
        metadata=costs.PAGED,
    )
    created: int = strawberry.field(description="How many rows have their card, those of an earlier call with the key included.")
    refused: int = strawberry.field(description="How many rows were refused.")
    replayed: bool = strawberry.field(description=_REPLAYED)


ImportCustomersResult = Annotated[
    ImportCustomersPayload | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("ImportCustomersResult", "importCustomers"),
]


@strawberry.type(description="Part of the root of mutations.")
class BulkMutation:
    """Part of the root of mutations."""

    @costs.declare(each=10, counted="input.items")
    @mutation
    async def activate_collaborations(
        self, info: Info, input: Annotated[ActivateCollaborationsInput, strawberry.argument(description="What is asked for.")]
    ) -> ActivateCollaborationsResult:
        """Activate up to 200 collaborations, each as activateCollaboration does, and each its own transaction.

        For advisors and partners.
        """
        items = [item.to_use_case() for item in input.items]
        done = await bulk.activate(info.context, items, given(input.idempotency_key))
        # Asked for together, what refusals name is loaded together.
        results = await asyncio.gather(*(_activation(info.context, outcome) for outcome in done.outcomes))
        return ActivateCollaborationsPayload(results=list(results), replayed=done.replayed)

    @costs.declare(each=5, counted="input.rows")
    @mutation
    async def import_customers(
        self, info: Info, input: Annotated[ImportCustomersInput, strawberry.argument(description="What is asked for.")]
    ) -> ImportCustomersResult:
        """Add up to 1,000 cards to the office's register, each as createCustomer does. For advisors."""
        rows = [row.to_use_case() for row in input.rows]
        done = await intake.import_rows(info.context, rows, given(input.idempotency_key))
        results = await asyncio.gather(*(_row(info.context, outcome) for outcome in done.outcomes))
        return ImportCustomersPayload(results=list(results), created=done.created, refused=done.refused, replayed=done.replayed)


async def _activation(context: Context, outcome: Activated | DomainError) -> ActivateCollaborationResult:
    if isinstance(outcome, DomainError):
        shown: ActivateCollaborationResult = await refusals.shown(context, outcome)
        return shown
    return ActivateCollaborationPayload.from_value(context, outcome)


async def _row(context: Context, outcome: Changed[Customer] | DomainError) -> CreateCustomerResult:
    if isinstance(outcome, DomainError):
        shown: CreateCustomerResult = await refusals.shown(context, outcome)
        return shown
    return CreateCustomerPayload(customer=show(context, outcome.value), replayed=outcome.replayed)
