"""The heart: from the facts of a customer and a service to scenario, obstacles in their order, and the plan of an activation."""

from dataclasses import dataclass
from enum import Enum

from domain import text
from domain.company import Administrator, Company
from domain.customer import Contact, Customer
from domain.errors import ActivationRefusalCode
from domain.mail import Recipient
from domain.service import InvoiceRecipient, Service, ServiceSubscription, SubscriptionStatus, Terms
from domain.task import Task

Code = ActivationRefusalCode


class ActivationScenario(Enum):
    """How the customer stands with the service's provider (domain.md section 3)."""

    SERVICE_IN_USE = "SERVICE_IN_USE"
    REGISTERED_WITHOUT_SERVICE = "REGISTERED_WITHOUT_SERVICE"
    NOT_REGISTERED = "NOT_REGISTERED"


class ApprovalKind(Enum):
    """What the customer is asked to approve."""

    COLLABORATION = "COLLABORATION"
    TERMS_AND_CONDITIONS = "TERMS_AND_CONDITIONS"


class TaskChoice(Enum):
    """Whether the task is named with the question, left out, or to be chosen on the next screen."""

    NAMED = "NAMED"
    LEFT_OUT = "LEFT_OUT"
    TO_COME = "TO_COME"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationFacts:
    """All that decides an activation, read in one transaction and never taken from the client.

    `tasks` are the customer's; `task` is the named one; `administrators` those of the company, registered or not;
    `advisor_emails` the case-folded addresses of the office's advisors; `terms` every language of the version in force.
    """

    customer: Customer
    tasks: tuple[Task, ...]
    task: Task | None
    task_choice: TaskChoice
    service: Service
    terms: tuple[Terms, ...]
    company: Company | None
    administrators: tuple[Administrator, ...]
    subscription: ServiceSubscription | None
    advisor_emails: frozenset[str]
    open_collaboration_id: str | None
    open_collaboration_visible: bool
    invoice_recipient: InvoiceRecipient | None

    @property
    def registered(self) -> bool:
        """The company exists at the provider and has accepted the provider's agreement."""
        return self.company is not None and self.company.registered


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationPlan:
    """What activation does, or what stands in its way; preview and activation are made from the same plan."""

    scenario: ActivationScenario
    activates_service: bool
    creates_administrator: bool
    approval_kind: ApprovalKind
    approvers: tuple[Recipient, ...]
    terms: tuple[Terms, ...]
    invoice_recipient: InvoiceRecipient
    allowed_invoice_recipients: tuple[InvoiceRecipient, ...]
    obstacles: tuple[ActivationRefusalCode, ...]
    open_collaboration_id: str | None
    selectable_tasks: tuple[Task, ...]
    access_ids: tuple[str, ...]


def scenario_of(facts: ActivationFacts) -> ActivationScenario:
    """Derive the scenario; read-only and ended subscriptions count as not active (domain.md section 3)."""
    if not facts.registered:
        return ActivationScenario.NOT_REGISTERED
    if facts.subscription is not None and facts.subscription.status is SubscriptionStatus.ACTIVE:
        return ActivationScenario.SERVICE_IN_USE
    return ActivationScenario.REGISTERED_WITHOUT_SERVICE


def plan(facts: ActivationFacts) -> ActivationPlan:
    """Derive the plan: scenario, whom to ask for what, who pays, and every obstacle in the order of the refusal table."""
    scenario = scenario_of(facts)
    allowed = _allowed_invoice_recipients(facts, scenario)
    not_registered = scenario is ActivationScenario.NOT_REGISTERED
    return ActivationPlan(
        scenario=scenario,
        activates_service=scenario is not ActivationScenario.SERVICE_IN_USE,
        creates_administrator=not_registered and not facts.administrators,
        approval_kind=ApprovalKind.TERMS_AND_CONDITIONS if not_registered else ApprovalKind.COLLABORATION,
        approvers=_approvers(facts, scenario),
        terms=facts.terms if not_registered else (),
        invoice_recipient=facts.invoice_recipient or _default_invoice_recipient(allowed),
        allowed_invoice_recipients=allowed,
        obstacles=_obstacles(facts, scenario, allowed),
        open_collaboration_id=facts.open_collaboration_id if facts.open_collaboration_visible else None,
        selectable_tasks=tuple(task for task in facts.tasks if task.active),
        access_ids=_access_ids(facts),
    )


def _access_ids(facts: ActivationFacts) -> tuple[str, ...]:
    """Return who gets access with the named task, where a collaboration may hang on it."""
    named = facts.task
    if named is None or not named.active or named.customer_id != facts.customer.id:
        return ()
    return named.advisor_ids


def _allowed_invoice_recipients(facts: ActivationFacts, scenario: ActivationScenario) -> tuple[InvoiceRecipient, ...]:
    if scenario is ActivationScenario.SERVICE_IN_USE:
        # The company's own subscription is never touched, so who pays for it is settled already.
        return (InvoiceRecipient.CUSTOMER,)
    return facts.service.allowed_invoice_recipients


def _default_invoice_recipient(allowed: tuple[InvoiceRecipient, ...]) -> InvoiceRecipient:
    return InvoiceRecipient.OFFICE if InvoiceRecipient.OFFICE in allowed else InvoiceRecipient.CUSTOMER


def choose_approvers(administrators: tuple[Administrator, ...], contact: Contact | None) -> tuple[Recipient, ...]:
    """Choose who is mailed: the administrator whose address equals the main contact's; if none, every one (section 3)."""
    people = tuple(
        Recipient(name=person.name, email=person.email, language=person.language, administrator_id=person.id)
        for person in administrators
    )
    address = text.email_key(contact.email) if contact is not None and contact.email else None
    return tuple(person for person in people if text.email_key(person.email) == address) or people


def _approvers(facts: ActivationFacts, scenario: ActivationScenario) -> tuple[Recipient, ...]:
    contact = facts.customer.main_contact
    if scenario is not ActivationScenario.NOT_REGISTERED or facts.administrators:
        return choose_approvers(facts.administrators, contact)
    if contact is None or contact.email is None or not text.is_email(contact.email):
        return ()
    return (Recipient(name=contact.name, email=contact.email, language=contact.language),)


def _obstacles(
    facts: ActivationFacts, scenario: ActivationScenario, allowed: tuple[InvoiceRecipient, ...]
) -> tuple[ActivationRefusalCode, ...]:
    not_registered = scenario is ActivationScenario.NOT_REGISTERED
    subscription = facts.subscription
    found: list[Code] = [Code.CUSTOMER_ARCHIVED] if facts.customer.archived else []
    found.extend(_task_obstacles(facts))
    if facts.open_collaboration_id is not None:
        found.append(Code.COLLABORATION_ALREADY_OPEN)
    if not_registered and subscription is not None and subscription.status is SubscriptionStatus.ACTIVE:
        found.append(Code.COMPANY_DATA_CONFLICT)
    if not_registered:
        found.extend(_contact_obstacles(facts))
    elif not facts.administrators:
        # An administrator is never created for a registered company: an office could capture it.
        found.append(Code.COMPANY_HAS_NO_ADMINISTRATOR)
    if facts.invoice_recipient is not None and facts.invoice_recipient not in allowed:
        found.append(Code.INVOICE_RECIPIENT_NOT_ALLOWED)
    return tuple(found)


def _task_obstacles(facts: ActivationFacts) -> list[ActivationRefusalCode]:
    found: list[Code] = []
    has_active = any(task.active for task in facts.tasks)
    if not has_active or facts.task_choice is TaskChoice.LEFT_OUT:
        found.append(Code.TASK_REQUIRED)
    if facts.task is not None:
        if facts.task.customer_id != facts.customer.id:
            found.append(Code.TASK_NOT_ON_CUSTOMER)
        elif not facts.task.active:
            found.append(Code.TASK_INACTIVE)
    return found


def _contact_obstacles(facts: ActivationFacts) -> list[ActivationRefusalCode]:
    found: list[Code] = []
    contact = facts.customer.main_contact
    if contact is None:
        found.append(Code.CONTACT_REQUIRED)
    elif contact.email is None or not text.is_email(contact.email):
        found.append(Code.CONTACT_EMAIL_INVALID)
    elif text.email_key(contact.email) in facts.advisor_emails:
        found.append(Code.CONTACT_IS_ADVISOR)
    if facts.customer.address is None or not facts.customer.address.complete:
        found.append(Code.ADDRESS_INCOMPLETE)
    return found
