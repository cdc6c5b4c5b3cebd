"""The collaboration of an office and a customer in a service."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.collaboration import Collaboration as CollaborationValue
from domain.collaboration import CollaborationStatus
from domain.permissions import CollaborationAction
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, ServiceAfterwards
from domain.viewer import Side
from resolvers import collaboration as collaborations
from resolvers import ending, event, privacy
from resolvers import terms as required
from resolvers.context import Context
from schema import ids
from schema.company import Company, RequiredTerms
from schema.connection import After, Before, Connection, First, Last, connection, page_arguments
from schema.customer import Customer
from schema.declare import output, resolved
from schema.evidence import Approval, approval
from schema.info import Info
from schema.mail import Mail
from schema.node import Node
from schema.office import Advisor, Office
from schema.partner import Partner
from schema.scalars import URL, given
from schema.service import Language, Service, Terms
from schema.shown import find, get, show, show_all, shows
from schema.task import Task

if TYPE_CHECKING:
    from schema.event import CollaborationEvent


@shows(CollaborationValue)
@output
class Collaboration(Node):
    """An office and a customer who share a service: activated by the office, approved by the customer."""

    value: strawberry.Private[CollaborationValue]
    version: int = strawberry.field(description="Goes up by one with every change.")
    status: CollaborationStatus = strawberry.field(description="Where it stands now, by the clock and not by any job.")
    scenario: ActivationScenario = strawberry.field(description="How the customer stood with the provider at the activation.")
    approval_kind: ApprovalKind = strawberry.field(description="What the customer is asked to approve, or approved.")
    invoice_recipient: InvoiceRecipient = strawberry.field(description="Who pays for the service.")
    activated_at: datetime = strawberry.field(description="When the office activated it.")
    expires_at: datetime | None = strawberry.field(description="Until when it can be approved; null once it was approved.")
    decline_reason: str | None = strawberry.field(description="What the administrator gave as reason for a no.")
    cancel_reason: str | None = strawberry.field(description="What the office gave as reason for taking the request back.")
    ends_on: date | None = strawberry.field(description="The last day on which the office has access, where an end is scheduled.")
    ended_by: Side | None = strawberry.field(description="The side that scheduled or made the end; only it may withdraw.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    reminders_sent: int = strawberry.field(description="Sent by the office's side, at most 5; the automatic ones are in mails.")

    @staticmethod
    def from_value(context: Context, value: CollaborationValue) -> "Collaboration":
        """Show a collaboration as of now."""
        return Collaboration(
            id=ids.encode("Collaboration", value.id),
            value=value,
            version=value.version,
            status=collaborations.status(context, value),
            scenario=value.scenario,
            approval_kind=value.approval_kind,
            invoice_recipient=value.invoice_recipient,
            activated_at=value.activated_at,
            expires_at=None if value.approved_at is not None else value.expires_at,
            decline_reason=value.decline_reason,
            cancel_reason=value.cancel_reason,
            ends_on=value.ends_on,
            ended_by=value.ended_by,
            ended_at=ending.ended_at(context, value),
            reminders_sent=value.reminders_sent,
        )

    @resolved
    async def customer(self, info: Info) -> Customer | None:
        """The office's card; null for administrators."""
        found: Customer | None = await find(info.context, info.context.load.customers, self.value.customer_id)
        return found

    @resolved
    async def company(self, info: Info) -> Company | None:
        """The company; null for the office's side, which sees its card."""
        found: Company | None = await find(info.context, info.context.load.companies, self.value.company_id)
        return found

    @resolved
    async def office(self, info: Info) -> Office:
        """The office that activated it."""
        found: Office = await get(info.context, info.context.load.offices, self.value.office_id)
        return found

    @resolved
    async def service(self, info: Info) -> Service:
        """The service that is shared."""
        found: Service = await get(info.context, info.context.load.services, self.value.service_id)
        return found

    @resolved
    async def task(self, info: Info) -> Task | None:
        """The task that it hangs on. Null when unlinked (live, and the task is inactive), and for administrators."""
        shown: Task | None = show(info.context, await collaborations.task(info.context, self.value))
        return shown

    @resolved
    async def activated_by(self, info: Info) -> Advisor | None:
        """The advisor who activated it; null where a partner did."""
        found: Advisor | None = await find(info.context, info.context.load.advisors, self.value.activated_by_id)
        return found

    @resolved
    async def activated_by_partner(self, info: Info) -> Partner | None:
        """The partner who activated it; null where an advisor did, and for administrators."""
        found: Partner | None = await find(info.context, info.context.load.partners, self.value.activated_by_partner_id)
        return found

    @resolved
    async def terms(self, info: Info, language: Language = strawberry.UNSET) -> Terms | None:
        """The terms to approve, as pinned at activation or the newer mandatory version; once approved, those accepted."""
        shown: Terms | None = show(info.context, await collaborations.terms(info.context, self.value, given(language)))
        return shown

    @resolved
    async def required_terms(self, info: Info, language: Language = strawberry.UNSET) -> RequiredTerms | None:
        """A newer mandatory version that waits while this one is in use, and until when."""
        found = await required.required_of_collaboration(info.context, self.value, given(language))
        shown: RequiredTerms | None = show(info.context, found)
        return shown

    @resolved
    async def approval(self, info: Info) -> Approval | None:
        """The recorded yes; null before it."""
        return await approval(info.context, self.value)

    @resolved
    async def service_afterwards(self, info: Info) -> ServiceAfterwards | None:
        """What becomes, or became, of the service."""
        return await ending.afterwards(info.context, self.value)

    @resolved
    async def end_options(self, info: Info) -> list[ServiceAfterwards]:
        """The options of an end that are open to the viewer now."""
        return list(await ending.options(info.context, self.value))

    @resolved
    async def previous(self, info: Info) -> "Collaboration | None":
        """The closed collaboration of the same office, company and service that this one follows."""
        found: Collaboration | None = await find(info.context, info.context.load.collaborations, self.value.previous_id)
        return found

    @resolved
    async def mails(self, info: Info) -> list[Mail]:
        """What was written about it, oldest first; an administrator sees what was written to himself."""
        written = await collaborations.mails(info.context, self.value)
        return [
            Mail.from_value(sent, await privacy.collaboration_email(info.context, self.value, sent.recipient.email))
            for sent in written
        ]

    @resolved
    async def next_reminder_allowed_at(self, info: Info) -> datetime | None:
        """From when the next reminder can be sent; null where none can be."""
        return collaborations.next_reminder_allowed_at(info.context, self.value)

    @resolved
    async def access_for(self, info: Info) -> list[Advisor]:
        """Advisors with access to the shared service now."""
        return show_all(info.context, await collaborations.access(info.context, self.value))

    @resolved
    async def open_url(self, info: Info) -> URL | None:
        """Opens the shared service; null unless it may be used by the viewer now."""
        found = await collaborations.open_url(info.context, self.value)
        return None if found is None else URL(found)

    @resolved
    async def allowed_actions(self, info: Info) -> list[CollaborationAction]:
        """What the viewer may do with it now; lets a screen show only buttons that work."""
        return list(await collaborations.allowed_actions(info.context, self.value))

    @resolved
    async def events(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Annotated["CollaborationEvent", strawberry.lazy("schema.event")]]:
        """What happened to it, oldest first, as told in the viewer's stream."""
        page = page_arguments(first, after, last, before)
        return connection(info.context, await event.page_of_collaboration(info.context, self.value.id, page))


@output
class CollaborationCount:
    """How many collaborations there are of one status."""

    status: CollaborationStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many.")
