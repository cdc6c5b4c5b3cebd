"""What an activation would do, before anything is done, and a customer's Collaborations tab."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import service as domain_service
from domain.errors import ActivationRefusalCode
from domain.mail import Recipient
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient
from resolvers import privacy
from resolvers.context import Context
from resolvers.facts import Preview
from resolvers.tab import CollaborationServiceRow
from schema import words
from schema.approver import Approver
from schema.declare import output, resolved
from schema.info import Info
from schema.office import Advisor
from schema.service import Service, Terms
from schema.shown import find, find_all, show, show_all, shows
from schema.task import Task

if TYPE_CHECKING:
    from schema.collaboration import Collaboration


@output
class ActivationObstacle:
    """One thing that stands in the way of an activation."""

    code: ActivationRefusalCode = strawberry.field(description="What it is.")
    message: str = strawberry.field(description="The same for a person, with what to do about it.")


@shows(Preview)
@output
class ActivationPreview:
    """What an activation would do: derived from the facts of now, and from nothing that the client says about them."""

    value: strawberry.Private[Preview]
    language: strawberry.Private[str]
    scenario: ActivationScenario = strawberry.field(description="How the customer stands with the service's provider.")
    explanation: str = strawberry.field(description="Why this scenario: one sentence a person can read.")
    will_activate_service: bool = strawberry.field(description="True where the service is activated for the company.")
    will_create_administrator: bool = strawberry.field(
        description="True where the card's main contact is made the company's administrator."
    )
    approval_kind: ApprovalKind = strawberry.field(description="What the customer is asked to approve.")
    approvers: list[Approver] = strawberry.field(description="Who will be asked, as they will be mailed.")
    invoice_recipient: InvoiceRecipient = strawberry.field(description="The recipient asked for, or the default of the scenario.")
    allowed_invoice_recipients: list[InvoiceRecipient] = strawberry.field(
        description="What the service, the scenario and the subscription leave open."
    )
    obstacles: list[ActivationObstacle] = strawberry.field(
        description="What stands in the way, in the order of judgement; empty when activation would succeed."
    )

    @staticmethod
    def from_value(context: Context, value: Preview) -> "ActivationPreview":
        """Show a preview in the viewer's language."""
        return preview(context, value, context.language)

    @resolved
    async def terms(self, info: Info) -> Terms | None:
        """The terms to approve, in the language asked for; null where the collaboration alone is approved."""
        found = domain_service.in_language(self.value.plan.terms, self.language)
        shown: Terms | None = show(info.context, found)
        return shown

    @resolved
    async def open_collaboration(self, info: Info) -> Annotated["Collaboration", strawberry.lazy("schema.collaboration")] | None:
        """The live collaboration that is in the way, where the viewer may see it."""
        found: Collaboration | None = await find(
            info.context, info.context.load.collaborations, self.value.plan.open_collaboration_id
        )
        return found

    @resolved
    async def selectable_tasks(self, info: Info) -> list[Task]:
        """The customer's active tasks, of which one must be chosen."""
        return show_all(info.context, self.value.plan.selectable_tasks)

    @resolved
    async def access_for(self, info: Info) -> list[Advisor]:
        """The advisors who will get access when it is approved: owner and participants of the chosen task."""
        found = await find_all(info.context, info.context.load.advisors, self.value.plan.access_ids)
        return [advisor for advisor in found if advisor.active]


def preview(context: Context, value: Preview, language: str) -> ActivationPreview:
    """Show a preview, its terms in the language asked for."""
    plan, facts = value.plan, value.facts
    explanation = words.say(
        words.SCENARIOS[plan.scenario],
        context.language,
        customer=facts.customer.name,
        service=domain_service.named(facts.service.names, context.language),
    )
    return ActivationPreview(
        value=value,
        language=language,
        scenario=plan.scenario,
        explanation=explanation,
        will_activate_service=plan.activates_service,
        will_create_administrator=plan.creates_administrator,
        approval_kind=plan.approval_kind,
        approvers=[_approver(context, value, person) for person in plan.approvers],
        invoice_recipient=plan.invoice_recipient,
        allowed_invoice_recipients=list(plan.allowed_invoice_recipients),
        obstacles=[
            ActivationObstacle(code=code, message=words.say(words.OBSTACLES[code], context.language)) for code in plan.obstacles
        ],
    )


def _approver(context: Context, value: Preview, person: Recipient) -> Approver:
    facts = value.facts
    name = privacy.approver_name(facts, person) or words.say(words.ADMINISTRATOR, context.language)
    return Approver(name=name, email=privacy.preview_email(context, facts, person.email))


@shows(CollaborationServiceRow)
@output
class CollaborationService:
    """One row of a customer's Collaborations tab."""

    value: strawberry.Private[CollaborationServiceRow]
    can_activate: bool = strawberry.field(description="True when the viewer may activate and nothing stands in the way.")

    @staticmethod
    def from_value(_context: Context, value: CollaborationServiceRow) -> "CollaborationService":
        """Show a row."""
        return CollaborationService(value=value, can_activate=value.can_activate)

    @resolved
    async def service(self, info: Info) -> Service:
        """The service."""
        shown: Service = show(info.context, self.value.service)
        return shown

    @resolved
    async def collaboration(self, info: Info) -> Annotated["Collaboration", strawberry.lazy("schema.collaboration")] | None:
        """The live collaboration, or the latest closed one."""
        shown: Collaboration | None = show(info.context, self.value.collaboration)
        return shown

    @resolved
    async def preview(self, info: Info) -> ActivationPreview:
        """What activation would do; the task is chosen with the activation, so that none is named is no obstacle here."""
        shown: ActivationPreview = show(info.context, self.value.preview)
        return shown
