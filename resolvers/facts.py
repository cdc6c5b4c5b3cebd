"""The facts that decide an activation, read for any number of customers and services with a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import calendar_day, lifecycle
from domain import service as domain_service
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.company import Administrator, Company
from domain.customer import Customer
from domain.scenario import ActivationFacts, ActivationPlan, TaskChoice
from domain.service import InvoiceRecipient, Service, ServiceSubscription, Terms
from domain.task import Task
from domain.viewer import Viewer
from persistence import collaboration, company, customer, office, scope, service, task
from persistence.database import Reading
from resolvers import due


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What would be activated; ids that name nothing the viewer may see find no facts."""

    customer_id: str
    service_id: str
    task_id: str | None
    task_choice: TaskChoice
    invoice_recipient: InvoiceRecipient | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What activation would do, and the facts that say so."""

    plan: ActivationPlan
    facts: ActivationFacts


@dataclass(slots=True, kw_only=True)
class _Loaded:
    customers: dict[str, Customer]
    services: dict[str, Service]
    tasks: dict[str, tuple[Task, ...]]
    named_tasks: dict[str, Task]
    companies: dict[str, Company]
    administrators: dict[str, tuple[Administrator, ...]]
    subscriptions: dict[tuple[str, str], ServiceSubscription]
    terms: dict[str, tuple[Terms, ...]]
    advisor_emails: dict[str, frozenset[str]]
    stored: tuple[Collaboration, ...]
    live: tuple[Collaboration, ...]
    visible_open: frozenset[str]


async def load(reading: Reading, viewer: Viewer, questions: Sequence[Question]) -> list[ActivationFacts | None]:
    """Return the facts of each question, None where the customer, task or service is not visible to the viewer."""
    visible = scope.customers_of(viewer)
    customers = await customer.many(reading, {question.customer_id for question in questions}, scope=visible)
    services = await service.many(reading, {question.service_id for question in questions})
    named = {question.task_id for question in questions if question.task_id is not None}
    named_tasks = await task.many(reading, named, scope=scope.tasks_of(viewer)) if named else {}
    # The cards are the viewer's; how their companies stand is everybody's doing.
    await reading.widen()
    numbers = {card.organisation_number for card in customers.values()}
    companies = await company.many_by_number(reading, numbers)
    company_ids = {found.id for found in companies.values()}
    pairs = {(company_id, service_id) for company_id in company_ids for service_id in services}
    stored = await collaboration.live_of_companies(reading, company_ids)
    live = [found for found in stored if lifecycle.status_at(found, reading.now) in LIVE]
    mine = await collaboration.many(reading, {found.id for found in live}, scope=scope.collaborations_of(viewer))
    loaded = _Loaded(
        customers=customers,
        services=services,
        tasks=await task.of_customers(reading, set(customers)),
        named_tasks=named_tasks,
        companies=companies,
        administrators=await company.administrators_of(reading, company_ids),
        subscriptions=await service.find_subscriptions(reading, pairs),
        terms=await service.terms_of(reading, set(services)),
        advisor_emails=await office.advisor_emails(reading, {card.office_id for card in customers.values()}),
        stored=stored,
        live=tuple(live),
        visible_open=frozenset(mine),
    )
    return [_facts(reading, loaded, question) for question in questions]


def _facts(reading: Reading, loaded: _Loaded, question: Question) -> ActivationFacts | None:
    card = loaded.customers.get(question.customer_id)
    shared = loaded.services.get(question.service_id)
    named = None if question.task_id is None else loaded.named_tasks.get(question.task_id)
    if card is None or shared is None or (question.task_id is not None and named is None):
        return None
    found = loaded.companies.get(card.organisation_number)
    of_company = [other for other in loaded.live if found is not None and other.company_id == found.id]
    blocking = next((other for other in of_company if (other.office_id, other.service_id) == (card.office_id, shared.id)), None)
    current = None if found is None else loaded.subscriptions.get((found.id, shared.id))
    today = calendar_day.day_of(reading.now)
    return ActivationFacts(
        customer=card,
        tasks=loaded.tasks.get(card.id, ()),
        task=named,
        task_choice=question.task_choice,
        service=shared,
        terms=domain_service.terms_in_force(loaded.terms.get(shared.id, ()), today),
        company=found,
        administrators=_administrators(loaded, found, of_company),
        subscription=None if current is None else due.as_of_now(reading, current, loaded.stored),
        advisor_emails=loaded.advisor_emails.get(card.office_id, frozenset()),
        open_collaboration_id=None if blocking is None else blocking.id,
        open_collaboration_visible=blocking is not None and blocking.id in loaded.visible_open,
        invoice_recipient=question.invoice_recipient,
    )


def _administrators(loaded: _Loaded, found: Company | None, of_company: list[Collaboration]) -> tuple[Administrator, ...]:
    """Return who can be asked; of a company that is not registered, only whom a still unanswered request created."""
    if found is None:
        return ()
    waits = any(other.status is CollaborationStatus.AWAITING_APPROVAL for other in of_company)
    return loaded.administrators.get(found.id, ()) if found.registered or waits else ()
