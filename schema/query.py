"""Everything that can be read."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from domain.errors import InputProblemCode, InvalidInput
from domain.service import InvoiceRecipient
from resolvers import activation as activations
from resolvers import collaboration as collaborations
from resolvers import company as companies
from resolvers import customer as customers
from resolvers import event as events
from resolvers import partner as partners
from resolvers import service as services
from resolvers import task as tasks
from resolvers import viewer as viewers
from resolvers.activation import PreviewRequest
from resolvers.context import Context
from schema import costs, filters, ids, scopes
from schema.activation import ActivationPreview, preview
from schema.collaboration import Collaboration, CollaborationCount
from schema.connection import After, Before, Connection, First, Last, connection, page_arguments
from schema.customer import Customer
from schema.declare import resolved
from schema.event import CollaborationEvent
from schema.info import Info
from schema.node import Node
from schema.partner import Partner
from schema.scalars import given
from schema.service import Service
from schema.shown import show, show_all
from schema.task import Task
from schema.viewer import Viewer

_MOST_IDS = 100
_OF_NODE: dict[str, Callable[[Context, str], Awaitable[Any]]] = {
    "Office": viewers.find_office,
    "Advisor": viewers.find_advisor,
    "Administrator": companies.find_administrator,
    "Customer": customers.find,
    "Task": tasks.find,
    "Service": services.find,
    "Terms": services.find_terms,
    "Company": companies.find,
    "Collaboration": collaborations.find,
    "Evidence": collaborations.find_evidence,
    "CollaborationEvent": events.find,
    "Partner": partners.find,
}

Id = Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
CompanyId = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="The company whose stream is read: for administrators, required of one who administers several; an error "
        "for others."
    ),
]


@strawberry.type(description="Everything that can be read.")
class Query:
    """The root of queries."""

    @resolved
    async def viewer(self, info: Info) -> Viewer:
        """Who is asking."""
        shown: Viewer = show(info.context, await viewers.person(info.context))
        return shown

    @resolved
    async def node(self, info: Info, id: Id) -> Node | None:
        """Any object by its id; null where there is none that the viewer may see. Partners need its scope."""
        shown: Node | None = await _find_node(info.context, id)
        return shown

    @costs.declare(counted="ids")
    @resolved
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 global ids.")],
    ) -> list[Node | None]:
        """Objects by their ids, in their order; null in the place of each that is not visible. Partners need each one's scope."""
        if len(ids) > _MOST_IDS:
            raise InvalidInput.at(InputProblemCode.TOO_MANY, "ids")
        return list(await asyncio.gather(*(_find_node(info.context, each) for each in ids)))

    @resolved
    async def customer(self, info: Info, id: Id) -> Customer | None:
        """One customer card; null where there is none that the viewer may see."""
        shown: Customer | None = show(info.context, await customers.find(info.context, ids.decode("Customer", id)))
        return shown

    @resolved
    async def customers(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        only: filters.OnlyCustomers = strawberry.UNSET,
        by: filters.CustomersBy = strawberry.UNSET,
    ) -> Connection[Customer]:
        """The office's customers that the viewer sees; for administrators, none."""
        page = page_arguments(first, after, last, before)
        wanted, order = filters.customer_filter(only), filters.customer_order(by)
        return connection(info.context, await customers.list_page(info.context, page, wanted, order))

    @resolved
    async def task(self, info: Info, id: Id) -> Task | None:
        """One task; null where there is none that the viewer may see."""
        shown: Task | None = show(info.context, await tasks.find(info.context, ids.decode("Task", id)))
        return shown

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
    ) -> Connection[Task]:
        """The tasks of the customers that the viewer sees."""
        page = page_arguments(first, after, last, before)
        wanted, order = filters.task_filter(only), filters.task_order(by)
        return connection(info.context, await tasks.list_page(info.context, page, wanted, order))

    @resolved
    async def collaboration(self, info: Info, id: Id) -> Collaboration | None:
        """One collaboration; null where there is none that the viewer may see."""
        found = await collaborations.find(info.context, ids.decode("Collaboration", id))
        shown: Collaboration | None = show(info.context, found)
        return shown

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
    ) -> Connection[Collaboration]:
        """The office's overview and its list of sent requests; for an administrator, his companies' collaborations."""
        page = page_arguments(first, after, last, before)
        wanted, order = filters.collaboration_filter(only), filters.collaboration_order(by)
        return connection(info.context, await collaborations.list_page(info.context, page, wanted, order))

    @resolved
    async def collaboration_counts(
        self, info: Info, only: filters.OnlyCollaborations = strawberry.UNSET
    ) -> list[CollaborationCount]:
        """One row per status that occurs, for an overview's tabs; the same filter as collaborations."""
        found = await collaborations.counts(info.context, filters.collaboration_filter(only))
        return [CollaborationCount(status=status, count=count) for status, count in found]

    @resolved
    async def services(self, info: Info) -> list[Service]:
        """The catalogue of services that can be shared."""
        return show_all(info.context, await services.all_services(info.context))

    @resolved
    async def service(self, info: Info, id: Id) -> Service | None:
        """One service of the catalogue."""
        shown: Service | None = show(info.context, await services.find(info.context, ids.decode("Service", id)))
        return shown

    @costs.declare(each=10)
    @resolved
    async def activation_preview(
        self,
        info: Info,
        customer_id: Annotated[strawberry.ID, strawberry.argument(description="The customer to share the service with.")],
        service_id: Annotated[strawberry.ID, strawberry.argument(description="The service to share.")],
        task_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The task to hang it on; left out is an obstacle.")
        ] = strawberry.UNSET,
        invoice_recipient: Annotated[
            InvoiceRecipient | None, strawberry.argument(description="Who pays; left out: the default of the scenario.")
        ] = strawberry.UNSET,
        language: Annotated[
            str | None, strawberry.argument(description="The language of the terms, sv or en; left out: the viewer's.")
        ] = strawberry.UNSET,
    ) -> ActivationPreview | None:
        """What activation would do, before anything is done; null where customer, service or task is not visible."""
        asked = PreviewRequest(
            customer_id=ids.decode("Customer", customer_id),
            service_id=ids.decode("Service", service_id),
            task_id=ids.decode_optional("Task", task_id),
            invoice_recipient=given(invoice_recipient),
        )
        found = await activations.preview(info.context, asked)
        return None if found is None else preview(info.context, found, given(language) or info.context.language)

    @resolved
    async def collaboration_events(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        company_id: CompanyId = strawberry.UNSET,
        only: filters.OnlyEvents = strawberry.UNSET,
    ) -> Connection[CollaborationEvent]:
        """The event log of the viewer's stream, oldest first; the catch-up half of the subscriptions."""
        page = page_arguments(first, after, last, before)
        company = ids.decode_optional("Company", company_id)
        return connection(info.context, await events.list_page(info.context, page, company, filters.event_filter(only)))

    @resolved
    async def partners(self, info: Info) -> list[Partner]:
        """The office's partners by name, the revoked ones too. Empty for viewers who may not manage settings."""
        return show_all(info.context, await partners.all_partners(info.context))


async def _find_node(context: Context, global_id: str) -> Any:  # noqa: ANN401 - whichever type the id names
    viewer = context.require_viewer()
    kind, local_id = ids.decode_any(global_id)
    scopes.check_kind(viewer, kind)
    find = _OF_NODE.get(kind)
    return None if find is None else show(context, await find(context, local_id))
