"""Loaders that gather the ids asked for in one turn of the event loop and fetch them with one statement."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

from domain.approval import Evidence
from domain.collaboration import Collaboration
from domain.company import Administrator, Company
from domain.customer import Customer
from domain.event import StreamEntry
from domain.mail import Mail
from domain.office import Advisor, Office
from domain.partner import Partner
from domain.service import Service, ServiceSubscription, Terms, TermsAcceptance
from domain.task import Task
from domain.viewer import AdministratorViewer, Viewer
from persistence import collaboration, company, customer, event, evidence, mail, office, partner, scope, service, task
from persistence.collaboration import CollaborationParent
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder
from persistence.database import Database, Reading, Seen
from persistence.page import Page, PageRequest
from persistence.task import TaskFilter, TaskOrder
from resolvers import due, tab
from resolvers.tab import CollaborationServiceRow

_TaskPage = tuple[str, TaskFilter, TaskOrder, PageRequest]
_CollaborationPage = tuple[str, CollaborationFilter, CollaborationOrder, PageRequest]

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


class Gathered(Generic[Name, Value]):
    """One loader: many keys in, a dict of what was found out."""

    def __init__(
        self, database: Database | Seen, fetch: Callable[[Reading, Collection[Name]], Awaitable[dict[Name, Value]]]
    ) -> None:
        self._database = database
        self._fetch = fetch
        # Nothing is cached: one operation of a subscription lives for hours, and a mutation reads what it has just changed.
        self._loader: DataLoader[Name, Value | None] = DataLoader(load_fn=self._load, cache=False)

    async def load(self, key: Name) -> Value | None:
        """Return what the key names, or None where there is nothing that the viewer may see."""
        return await self._loader.load(key)

    async def load_many(self, keys: Sequence[Name]) -> list[Value]:
        """Return what the keys name, in their order, leaving out what is not there."""
        return [value for value in await self._loader.load_many(list(keys)) if value is not None]

    async def _load(self, keys: list[Name]) -> list[Value | None]:
        async with self._database.read() as reading:
            found = await self._fetch(reading, list(dict.fromkeys(keys)))
        return [found.get(key) for key in keys]


class Loaders:
    """The loaders of one operation; what an office or a company owns only where the viewer may see it.

    Those that are given `everything` decide what the viewer is shown, and ask of other offices' rows too.
    """

    def __init__(self, everything: Database, viewer: Callable[[], Viewer | None]) -> None:
        self._viewer = viewer
        database = everything.seen_by(viewer)
        self.offices: Gathered[str, Office] = Gathered(database, office.many_offices)
        self.advisors: Gathered[str, Advisor] = Gathered(database, office.many_advisors)
        self.advisors_of_office: Gathered[str, tuple[Advisor, ...]] = Gathered(database, office.advisors_of)
        self.advisor_emails: Gathered[str, frozenset[str]] = Gathered(database, office.advisor_emails)
        self.partners: Gathered[str, Partner] = Gathered(database, self._partners)
        self.customers: Gathered[str, Customer] = Gathered(database, self._customers)
        self.tasks: Gathered[str, Task] = Gathered(database, self._tasks)
        # For what hangs on an object that has been shown already: a right that was lost meanwhile cannot leave a hole in it.
        self.customers_unscoped: Gathered[str, Customer] = Gathered(database, _all_customers)
        self.tasks_unscoped: Gathered[str, Task] = Gathered(everything, _all_tasks)
        self.collaborations_unscoped: Gathered[str, Collaboration] = Gathered(database, _all_collaborations)
        self.services: Gathered[str, Service] = Gathered(database, service.many)
        self.terms: Gathered[str, Terms] = Gathered(database, service.many_terms)
        self.terms_of_service: Gathered[str, tuple[Terms, ...]] = Gathered(database, service.terms_of)
        self.companies: Gathered[str, Company] = Gathered(database, self._companies)
        self.companies_unscoped: Gathered[str, Company] = Gathered(database, company.many)
        self.administrators: Gathered[str, Administrator] = Gathered(database, company.many_administrators)
        self.administrators_of_company: Gathered[str, tuple[Administrator, ...]] = Gathered(database, company.administrators_of)
        self.companies_of_administrator: Gathered[str, tuple[Company, ...]] = Gathered(database, company.companies_of)
        self.subscriptions_of_company: Gathered[str, tuple[ServiceSubscription, ...]] = Gathered(everything, due.subscriptions)
        self.acceptances_of_company: Gathered[str, tuple[TermsAcceptance, ...]] = Gathered(database, service.acceptances_of)
        self.collaborations: Gathered[str, Collaboration] = Gathered(database, self._collaborations)
        self.live_of_company: Gathered[str, tuple[Collaboration, ...]] = Gathered(everything, _live_of_companies)
        self.created_administrators_of_company: Gathered[str, frozenset[tuple[str, str]]] = Gathered(
            everything, collaboration.created_administrators
        )
        self.collaborations_of_task: Gathered[str, tuple[Collaboration, ...]] = Gathered(database, self._of_tasks)
        self.tasks_of_customer: Gathered[_TaskPage, Page[Task]] = Gathered(database, self._task_pages)
        self.task_count_of_customer: Gathered[tuple[str, TaskFilter], int] = Gathered(database, self._task_counts)
        self.collaborations_of_customer: Gathered[_CollaborationPage, Page[Collaboration]] = Gathered(
            database, self._collaboration_pages
        )
        self.collaboration_count_of_customer: Gathered[tuple[str, CollaborationFilter], int] = Gathered(
            database, self._collaboration_counts
        )
        self.collaborations_of_company: Gathered[_CollaborationPage, Page[Collaboration]] = Gathered(
            database, self._collaboration_pages_of_companies
        )
        self.collaboration_count_of_company: Gathered[tuple[str, CollaborationFilter], int] = Gathered(
            database, self._collaboration_counts_of_companies
        )
        self.tab_of_customer: Gathered[str, tuple[CollaborationServiceRow, ...]] = Gathered(database, self._tabs)
        self.events_of_collaboration: Gathered[tuple[str, PageRequest], Page[StreamEntry]] = Gathered(database, self._event_pages)
        self.event_count_of_collaboration: Gathered[str, int] = Gathered(database, self._event_counts)
        self.event: Gathered[str, tuple[StreamEntry, ...]] = Gathered(database, event.many)
        self.evidence_of_collaboration: Gathered[str, Evidence] = Gathered(database, evidence.of_collaborations)
        self.evidence: Gathered[str, Evidence] = Gathered(database, evidence.many)
        self.mails_of_collaboration: Gathered[str, tuple[Mail, ...]] = Gathered(database, mail.of_collaborations)

    def _require(self) -> Viewer:
        viewer = self._viewer()
        if viewer is None:
            message = "rows of an office are loaded for a viewer"
            raise RuntimeError(message)
        return viewer

    async def _partners(self, reading: Reading, ids: Collection[str]) -> dict[str, Partner]:
        return await partner.many(reading, ids, scope=scope.partners_of(self._require()))

    async def _customers(self, reading: Reading, ids: Collection[str]) -> dict[str, Customer]:
        return await customer.many(reading, ids, scope=scope.customers_of(self._require()))

    async def _tasks(self, reading: Reading, ids: Collection[str]) -> dict[str, Task]:
        return await task.many(reading, ids, scope=scope.tasks_of(self._require()))

    async def _collaborations(self, reading: Reading, ids: Collection[str]) -> dict[str, Collaboration]:
        return await collaboration.many(reading, ids, scope=scope.collaborations_of(self._require()))

    async def _of_tasks(self, reading: Reading, ids: Collection[str]) -> dict[str, tuple[Collaboration, ...]]:
        return await collaboration.of_tasks(reading, ids, scope=scope.collaborations_of(self._require()))

    async def _companies(self, reading: Reading, ids: Collection[str]) -> dict[str, Company]:
        viewer = self._require()
        if not isinstance(viewer, AdministratorViewer):
            return {}
        return await company.many(reading, [company_id for company_id in ids if company_id in viewer.company_ids])

    async def _task_pages(self, reading: Reading, keys: Collection[_TaskPage]) -> dict[_TaskPage, Page[Task]]:
        found: dict[_TaskPage, Page[Task]] = {}
        for (wanted, order, request), ids in _by_question(keys).items():
            pages = await task.page_by_customer(
                reading, ids, scope=scope.tasks_of(self._require()), filter=wanted, order=order, request=request
            )
            found |= {(customer_id, wanted, order, request): page for customer_id, page in pages.items()}
        return found

    async def _task_counts(self, reading: Reading, keys: Collection[tuple[str, TaskFilter]]) -> dict[tuple[str, TaskFilter], int]:
        found: dict[tuple[str, TaskFilter], int] = {}
        for (wanted,), ids in _by_question(keys).items():
            counts = await task.count_by_customer(reading, ids, scope=scope.tasks_of(self._require()), filter=wanted)
            found |= {(customer_id, wanted): count for customer_id, count in counts.items()}
        return found

    async def _collaboration_pages(
        self, reading: Reading, keys: Collection[_CollaborationPage]
    ) -> dict[_CollaborationPage, Page[Collaboration]]:
        return await self._collaboration_pages_by(CollaborationParent.CUSTOMER, reading, keys)

    async def _collaboration_pages_of_companies(
        self, reading: Reading, keys: Collection[_CollaborationPage]
    ) -> dict[_CollaborationPage, Page[Collaboration]]:
        return await self._collaboration_pages_by(CollaborationParent.COMPANY, reading, keys)

    async def _collaboration_pages_by(
        self, parent: CollaborationParent, reading: Reading, keys: Collection[_CollaborationPage]
    ) -> dict[_CollaborationPage, Page[Collaboration]]:
        found: dict[_CollaborationPage, Page[Collaboration]] = {}
        visible = scope.collaborations_of(self._require())
        for (wanted, order, request), ids in _by_question(keys).items():
            pages = await collaboration.page_by_parent(
                reading, parent, ids, scope=visible, filter=wanted, order=order, request=request
            )
            found |= {(parent_id, wanted, order, request): page for parent_id, page in pages.items()}
        return found

    async def _collaboration_counts(
        self, reading: Reading, keys: Collection[tuple[str, CollaborationFilter]]
    ) -> dict[tuple[str, CollaborationFilter], int]:
        return await self._collaboration_counts_by(CollaborationParent.CUSTOMER, reading, keys)

    async def _collaboration_counts_of_companies(
        self, reading: Reading, keys: Collection[tuple[str, CollaborationFilter]]
    ) -> dict[tuple[str, CollaborationFilter], int]:
        return await self._collaboration_counts_by(CollaborationParent.COMPANY, reading, keys)

    async def _collaboration_counts_by(
        self, parent: CollaborationParent, reading: Reading, keys: Collection[tuple[str, CollaborationFilter]]
    ) -> dict[tuple[str, CollaborationFilter], int]:
        found: dict[tuple[str, CollaborationFilter], int] = {}
        visible = scope.collaborations_of(self._require())
        for (wanted,), ids in _by_question(keys).items():
            counts = await collaboration.count_by_parent(reading, parent, ids, scope=visible, filter=wanted)
            found |= {(parent_id, wanted): count for parent_id, count in counts.items()}
        return found

    async def _tabs(self, reading: Reading, ids: Collection[str]) -> dict[str, tuple[CollaborationServiceRow, ...]]:
        return await tab.load(reading, self._require(), ids)

    async def _event_pages(
        self, reading: Reading, keys: Collection[tuple[str, PageRequest]]
    ) -> dict[tuple[str, PageRequest], Page[StreamEntry]]:
        found: dict[tuple[str, PageRequest], Page[StreamEntry]] = {}
        stream = event.own_stream(self._require())
        for (request,), ids in _by_question(keys).items():
            pages = await event.page_by_collaboration(reading, ids, stream_of=stream, request=request)
            found |= {(collaboration_id, request): page for collaboration_id, page in pages.items()}
        return found

    async def _event_counts(self, reading: Reading, ids: Collection[str]) -> dict[str, int]:
        return await event.count_by_collaboration(reading, ids, stream_of=event.own_stream(self._require()))


def _by_question(keys: Collection[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[str]]:
    """Gather the parents that are asked the same question, so that each question is one statement."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for parent, *question in keys:
        found.setdefault(tuple(question), []).append(parent)
    return found


async def _all_customers(reading: Reading, ids: Collection[str]) -> dict[str, Customer]:
    return await customer.many(reading, ids, scope=scope.everything())


async def _all_collaborations(reading: Reading, ids: Collection[str]) -> dict[str, Collaboration]:
    return await collaboration.many(reading, ids, scope=scope.everything())


async def _all_tasks(reading: Reading, ids: Collection[str]) -> dict[str, Task]:
    return await task.many(reading, ids, scope=scope.everything())


async def _live_of_companies(reading: Reading, ids: Collection[str]) -> dict[str, tuple[Collaboration, ...]]:
    """Return what is stored as live of each company, whoever's it is: it decides, and is shown to nobody."""
    found: dict[str, tuple[Collaboration, ...]] = {}
    for one in await collaboration.live_of_companies(reading, ids):
        found[one.company_id] = (*found.get(one.company_id, ()), one)
    return found
