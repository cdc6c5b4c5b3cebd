"""The services of the catalogue, their terms, and a company's subscription to one."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain import service as domain_service
from domain.service import InvoiceRecipient, ServiceAfterwards, SubscriptionStatus
from domain.service import Service as ServiceValue
from domain.service import ServiceSubscription as SubscriptionValue
from domain.service import Terms as TermsValue
from resolvers import service as services
from resolvers.context import Context
from schema import ids
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.office import Office
from schema.scalars import URL, given
from schema.shown import find, get, show, shows

Language = Annotated[
    str | None,
    strawberry.argument(description="The language of the text, sv or en; left out: the viewer's. Swedish if missing."),
]


@shows(ServiceValue)
@output
class Service(Node):
    """A service that offices and customers share."""

    value: strawberry.Private[ServiceValue]
    code: str = strawberry.field(description="The service's code in the catalogue.")
    name: str = strawberry.field(description="The name, in the viewer's language.")
    description: str = strawberry.field(description="What the service is for, in the viewer's language.")
    information_url: URL | None = strawberry.field(description="More to read; what 'Read more' leads to.")
    allowed_invoice_recipients: list[InvoiceRecipient] = strawberry.field(
        description="Who may pay when an activation activates the service."
    )
    end_options: list[ServiceAfterwards] = strawberry.field(
        description="What may become of the service when a collaboration ends."
    )

    @staticmethod
    def from_value(context: Context, value: ServiceValue) -> "Service":
        """Show a service in the viewer's language."""
        return Service(
            id=ids.encode("Service", value.id),
            value=value,
            code=value.code,
            name=domain_service.named(value.names, context.language),
            description=domain_service.named(value.descriptions, context.language),
            information_url=None if value.information_url is None else URL(value.information_url),
            allowed_invoice_recipients=list(value.allowed_invoice_recipients),
            end_options=list(value.end_options),
        )

    @resolved
    async def current_terms(self, info: Info, language: Language = strawberry.UNSET) -> "Terms | None":
        """The terms and conditions in force today; null where the service has none."""
        value = await services.current_terms(info.context, self.value.id, given(language))
        shown: Terms | None = show(info.context, value)
        return shown


@shows(TermsValue)
@output
class Terms(Node):
    """One language of one published version of a service's terms and conditions; its text never changes."""

    value: strawberry.Private[TermsValue]
    version: int = strawberry.field(description="The version's number, counted from 1.")
    language: str = strawberry.field(description="The language of the text, sv or en.")
    text: str = strawberry.field(description="The whole text.")
    sha256: str = strawberry.field(description="Lower-case hex SHA-256 of the UTF-8 bytes of the text.")
    effective_from: date = strawberry.field(description="The first day on which the version is in force.")
    mandatory: bool = strawberry.field(description="True when companies must accept it to go on.")
    grace_days: int = strawberry.field(description="How many days a company has to accept a mandatory version.")

    @staticmethod
    def from_value(_context: Context, value: TermsValue) -> "Terms":
        """Show one text."""
        return Terms(
            id=ids.encode("Terms", value.id),
            value=value,
            version=value.version,
            language=value.language,
            text=value.text,
            sha256=value.sha256,
            effective_from=value.effective_from,
            mandatory=value.mandatory,
            grace_days=value.grace_days,
        )

    @resolved
    async def service(self, info: Info) -> Service:
        """The service whose terms these are."""
        found: Service = await get(info.context, info.context.load.services, self.value.service_id)
        return found


@shows(SubscriptionValue)
@output
class ServiceSubscription:
    """A company's right to use a service."""

    value: strawberry.Private[SubscriptionValue]
    status: SubscriptionStatus = strawberry.field(description="What the company may do with the service.")
    invoice_recipient: InvoiceRecipient = strawberry.field(description="Who pays.")
    started_at: datetime | None = strawberry.field(description="When it became active; null where it never was.")

    @staticmethod
    def from_value(_context: Context, value: SubscriptionValue) -> "ServiceSubscription":
        """Show a subscription to the company's administrators."""
        return ServiceSubscription(
            value=value,
            status=value.status,
            invoice_recipient=value.invoice_recipient,
            started_at=value.started_at,
        )

    @resolved
    async def service(self, info: Info) -> Service:
        """The service."""
        found: Service = await get(info.context, info.context.load.services, self.value.service_id)
        return found

    @resolved
    async def paying_office(self, info: Info) -> Office | None:
        """The office that pays, where the recipient is OFFICE; null to viewers of another office."""
        found: Office | None = await find(info.context, info.context.load.offices, self.value.paying_office_id)
        return found
