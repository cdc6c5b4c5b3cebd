"""The office's cards of its customers."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.customer import Address as AddressValue
from domain.customer import CompanyForm
from domain.customer import Contact as ContactValue
from domain.customer import Customer as CustomerValue
from resolvers import activation, privacy
from resolvers import collaboration as collaborations
from resolvers import task as tasks
from resolvers.context import Context
from schema import costs, filters, ids
from schema.connection import After, Before, Connection, First, Last, connection, page_arguments
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.office import Advisor
from schema.scalars import OrganisationNumber
from schema.shown import find, show_all, shows

if TYPE_CHECKING:
    from schema.activation import CollaborationService
    from schema.collaboration import Collaboration
    from schema.task import Task


@output
class Address:
    """A postal address."""

    street: str | None = strawberry.field(description="The street and number, or the box.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    city: str | None = strawberry.field(description="The city.")
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    complete: bool = strawberry.field(description="All four given.")

    @staticmethod
    def from_value(value: AddressValue) -> "Address":
        """Show an address."""
        return Address(
            street=value.street,
            postal_code=value.postal_code,
            city=value.city,
            country=value.country,
            complete=value.complete,
        )


@output
class Contact:
    """A person at a customer."""

    name: str = strawberry.field(description="The person's name.")
    email: str | None = strawberry.field(description="The address that is written to.")
    phone: str | None = strawberry.field(description="The phone number.")
    language: str = strawberry.field(description="sv or en: the language of the mails.")
    is_main: bool = strawberry.field(description="True of the main contact, of whom there is one at most.")

    @staticmethod
    def from_value(value: ContactValue) -> "Contact":
        """Show a contact."""
        return Contact(name=value.name, email=value.email, phone=value.phone, language=value.language, is_main=value.is_main)


@shows(CustomerValue)
@output
class Customer(Node):
    """The office's card of a company."""

    value: strawberry.Private[CustomerValue]
    customer_number: str = strawberry.field(description="Unique in the office.")
    name: str = strawberry.field(description="The company's name, as the office writes it.")
    organisation_number: OrganisationNumber = strawberry.field(description="The company's organisation number.")
    company_form: CompanyForm = strawberry.field(description="The legal form.")
    address: Address | None = strawberry.field(description="The postal address.")
    contacts: list[Contact] = strawberry.field(description="The persons at the customer.")
    main_contact: Contact | None = strawberry.field(
        description="The contact marked as main: who becomes administrator of a company that is not registered."
    )
    archived: bool = strawberry.field(description="True when the card is put away; nothing can be activated on it.")
    version: int = strawberry.field(description="Goes up by one with every change; give it back as expectedVersion.")
    created_at: datetime = strawberry.field(description="When the card was created.")
    updated_at: datetime = strawberry.field(description="When the card was last changed.")

    @staticmethod
    def from_value(context: Context, value: CustomerValue) -> "Customer":
        """Show a card."""
        number = privacy.card_number(context, value)
        value = privacy.shown_card(context, value)
        main = value.main_contact
        return Customer(
            id=ids.encode("Customer", value.id),
            value=value,
            customer_number=value.customer_number,
            name=value.name,
            organisation_number=OrganisationNumber(number),
            company_form=value.company_form,
            address=None if value.address is None else Address.from_value(value.address),
            contacts=[Contact.from_value(contact) for contact in value.contacts],
            main_contact=None if main is None else Contact.from_value(main),
            archived=value.archived,
            version=value.version,
            created_at=value.created_at,
            updated_at=value.updated_at,
        )

    @resolved
    async def account_manager(self, info: Info) -> Advisor | None:
        """The advisor who answers for the customer."""
        found: Advisor | None = await find(info.context, info.context.load.advisors, self.value.account_manager_id)
        return found

    @resolved
    async def tasks(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        only: filters.OnlyTasks = strawberry.UNSET,
        by: filters.TasksBy = strawberry.UNSET,
    ) -> Connection[Annotated["Task", strawberry.lazy("schema.task")]]:
        """What the office does for the customer."""
        page = page_arguments(first, after, last, before)
        asked, order = filters.task_filter(only), filters.task_order(by)
        return connection(info.context, await tasks.page_of_customer(info.context, self.value.id, page, asked, order))

    @resolved
    async def collaborations(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        only: filters.OnlyCollaborations = strawberry.UNSET,
        by: filters.CollaborationsBy = strawberry.UNSET,
    ) -> Connection[Annotated["Collaboration", strawberry.lazy("schema.collaboration")]]:
        """The collaborations that the office has activated on this card."""
        page = page_arguments(first, after, last, before)
        asked, order = filters.collaboration_filter(only), filters.collaboration_order(by)
        found = await collaborations.page_of_customer(info.context, self.value.id, page, asked, order)
        return connection(info.context, found)

    @costs.declare(each=10)
    @resolved
    async def collaboration_services(
        self, info: Info
    ) -> list[Annotated["CollaborationService", strawberry.lazy("schema.activation")]]:
        """The Collaborations tab: every service of the catalogue with what stands between this customer and it."""
        return show_all(info.context, await activation.tab_of_customer(info.context, self.value.id))
