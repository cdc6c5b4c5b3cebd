"""What the mutations of the office's register take, and how it is handed to the use cases."""

from collections.abc import Callable, Iterable
from typing import Any

import strawberry

from domain.customer import Address, CompanyForm, Contact
from domain.task import TaskPeriod
from resolvers.card import UNSET, CreateCustomer, UpdateCustomer
from resolvers.task import CreateTask, UpdateTask
from schema import ids
from schema.declare import idempotency_key, wanted
from schema.scalars import OrganisationNumber, given

_ANY = strawberry.UNSET


@wanted
class AddressInput:
    """A postal address."""

    street: str | None = strawberry.field(default=_ANY, description="At most 200 characters.")
    postal_code: str | None = strawberry.field(default=_ANY, description="At most 20 characters.")
    city: str | None = strawberry.field(default=_ANY, description="At most 100 characters.")
    country: str = strawberry.field(default="SE", description="ISO 3166-1 alpha-2.")

    def to_value(self) -> Address:
        """Hand the input over."""
        return Address(
            street=given(self.street), postal_code=given(self.postal_code), city=given(self.city), country=self.country
        )


@wanted
class ContactInput:
    """A person at the customer."""

    name: str = strawberry.field(description="At most 200 characters.")
    email: str | None = strawberry.field(default=_ANY, description="One address, at most 254 characters.")
    phone: str | None = strawberry.field(default=_ANY, description="At most 40 characters.")
    language: str = strawberry.field(default="sv", description="sv or en: the language of the mails.")
    is_main: bool = strawberry.field(default=False, description="True of one contact at most.")

    def to_value(self) -> Contact:
        """Hand the input over."""
        return Contact(
            name=self.name,
            email=given(self.email),
            phone=given(self.phone),
            language=self.language,
            is_main=self.is_main,
        )


@wanted
class CreateCustomerInput:
    """A new card."""

    name: str = strawberry.field(description="At most 200 characters.")
    organisation_number: OrganisationNumber = strawberry.field(description="Ten digits, or twelve that begin with 16.")
    company_form: CompanyForm = strawberry.field(description="The legal form.")
    customer_number: str | None = strawberry.field(default=_ANY, description="Left out: the next free number.")
    address: AddressInput | None = strawberry.field(default=_ANY, description="The postal address.")
    contacts: list[ContactInput] = strawberry.field(default_factory=list, description="At most 50, at most one of them main.")
    account_manager_id: strawberry.ID | None = strawberry.field(
        default=_ANY, description="The advisor who answers for the customer. Left out by an advisor with OWN: that advisor."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> CreateCustomer:
        """Hand the input over."""
        address: AddressInput | None = given(self.address)
        return CreateCustomer(
            name=self.name,
            organisation_number=self.organisation_number,
            company_form=self.company_form,
            customer_number=given(self.customer_number),
            address=None if address is None else address.to_value(),
            contacts=_to_contacts(self.contacts),
            account_manager_id=ids.decode_optional("Advisor", self.account_manager_id),
        )


@wanted
class UpdateCustomerInput:
    """A change of a card: what is left out stays as it is."""

    customer_id: strawberry.ID = strawberry.field(description="The card to change.")
    expected_version: int | None = strawberry.field(
        default=_ANY, description="Refused with VersionConflict when the customer has changed since."
    )
    name: str | None = strawberry.field(default=_ANY, description="At most 200 characters; cannot be removed.")
    organisation_number: OrganisationNumber | None = strawberry.field(
        default=_ANY, description="Not while a collaboration is live; cannot be removed."
    )
    company_form: CompanyForm | None = strawberry.field(
        default=_ANY, description="Not while a collaboration is live; cannot be removed."
    )
    customer_number: str | None = strawberry.field(default=_ANY, description="Unique in the office; cannot be removed.")
    address: AddressInput | None = strawberry.field(default=_ANY, description="null removes it.")
    contacts: list[ContactInput] | None = strawberry.field(default=_ANY, description="Replaces the whole list.")
    account_manager_id: strawberry.ID | None = strawberry.field(default=_ANY, description="null removes it.")
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> UpdateCustomer:
        """Hand the input over; what is left out stays `UNSET`."""
        return UpdateCustomer(
            customer_id=ids.decode("Customer", self.customer_id),
            expected_version=given(self.expected_version),
            name=_kept(self.name),
            organisation_number=_kept(self.organisation_number),
            company_form=_kept(self.company_form),
            customer_number=_kept(self.customer_number),
            address=_kept(self.address, AddressInput.to_value),
            contacts=_kept(self.contacts, _to_contacts),
            account_manager_id=_kept(self.account_manager_id, _to_advisor),
        )


@wanted
class ArchiveCustomerInput:
    """A card to put away."""

    customer_id: strawberry.ID = strawberry.field(description="The card.")
    idempotency_key: str | None = idempotency_key()


@wanted
class RestoreCustomerInput:
    """A card to take out of the archive."""

    customer_id: strawberry.ID = strawberry.field(description="The card.")
    idempotency_key: str | None = idempotency_key()


@wanted
class CreateTaskInput:
    """A new task."""

    customer_id: strawberry.ID = strawberry.field(description="The customer for whom it is done.")
    type: str = strawberry.field(description="What is done: at most 100 characters.")
    period: TaskPeriod = strawberry.field(description="How often the work comes round.")
    owner_id: strawberry.ID | None = strawberry.field(default=_ANY, description="Left out: the advisor who asks.")
    participant_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The advisors who work on it besides; at most 100."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> CreateTask:
        """Hand the input over."""
        return CreateTask(
            customer_id=ids.decode("Customer", self.customer_id),
            type=self.type,
            period=self.period,
            owner_id=ids.decode_optional("Advisor", self.owner_id),
            participant_ids=_to_advisors(self.participant_ids),
        )


@wanted
class UpdateTaskInput:
    """A change of a task: what is left out stays as it is."""

    task_id: strawberry.ID = strawberry.field(description="The task to change.")
    expected_version: int | None = strawberry.field(
        default=_ANY, description="Refused with VersionConflict when the task has changed since."
    )
    type: str | None = strawberry.field(default=_ANY, description="At most 100 characters; cannot be removed.")
    period: TaskPeriod | None = strawberry.field(default=_ANY, description="How often the work comes round; cannot be removed.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=_ANY, description="The advisor who answers for it; cannot be removed."
    )
    participant_ids: list[strawberry.ID] | None = strawberry.field(default=_ANY, description="Replaces the whole list.")
    active: bool | None = strawberry.field(
        default=_ANY, description="False ends the work, and with it access; cannot be removed."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> UpdateTask:
        """Hand the input over; what is left out stays `UNSET`."""
        return UpdateTask(
            task_id=ids.decode("Task", self.task_id),
            expected_version=given(self.expected_version),
            type=_kept(self.type),
            period=_kept(self.period),
            owner_id=_kept(self.owner_id, _to_advisor),
            participant_ids=_kept(self.participant_ids, _to_advisors),
            active=_kept(self.active),
        )


def _kept(value: Any, convert: Callable[[Any], Any] = lambda value: value) -> Any:  # noqa: ANN401 - whatever the field holds
    """Return a field of an update for its use case: left out is `UNSET`, null is None."""
    if value is strawberry.UNSET:
        return UNSET
    return None if value is None else convert(value)


def _to_contacts(contacts: Iterable[ContactInput]) -> tuple[Contact, ...]:
    return tuple(contact.to_value() for contact in contacts)


def _to_advisor(advisor_id: str) -> str:
    return ids.decode("Advisor", advisor_id)


def _to_advisors(advisor_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(ids.decode("Advisor", advisor_id) for advisor_id in advisor_ids)
