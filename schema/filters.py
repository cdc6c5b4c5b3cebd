"""What may be asked of a list: filters and orders, and how they are handed to the use cases."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType
from domain.mail import MailStatus
from resolvers import wanted as asked
from resolvers.wanted import CollaborationOrderField, CustomerOrderField, EventFilter, TaskOrderField
from schema import ids
from schema.declare import wanted
from schema.enums import Direction
from schema.scalars import OrganisationNumber, given

_ANY = strawberry.UNSET


@wanted
class CustomerFilter:
    """Which customers are wanted; what is left out does not matter."""

    search: str | None = strawberry.field(
        default=_ANY,
        description="Prefix of each word in name, or of the customer number, or of the ten digits; "
        "case and accents do not matter.",
    )
    organisation_number: OrganisationNumber | None = strawberry.field(default=_ANY, description="The company with this number.")
    account_manager_id: strawberry.ID | None = strawberry.field(default=_ANY, description="This advisor's customers.")
    collaboration_status: CollaborationStatus | None = strawberry.field(
        default=_ANY, description="Customers with a collaboration of this status."
    )
    service_id: strawberry.ID | None = strawberry.field(
        default=_ANY,
        description="Customers with a collaboration in this service, of the status asked for where one is.",
    )
    archived: bool | None = strawberry.field(default=_ANY, description="Left out: only those not archived.")


@wanted
class CustomerOrder:
    """By what customers are ordered, and which way."""

    field: CustomerOrderField = strawberry.field(description="By what.")
    direction: Direction = strawberry.field(description="Which way.")


@wanted
class TaskFilter:
    """Which tasks are wanted; what is left out does not matter."""

    active: bool | None = strawberry.field(default=_ANY, description="Active ones, or those that are not.")
    owner_id: strawberry.ID | None = strawberry.field(default=_ANY, description="This advisor's own.")
    customer_id: strawberry.ID | None = strawberry.field(default=_ANY, description="This customer's.")


@wanted
class TaskOrder:
    """By what tasks are ordered, and which way."""

    field: TaskOrderField = strawberry.field(description="By what.")
    direction: Direction = strawberry.field(description="Which way.")


@wanted
class CollaborationFilter:
    """Which collaborations are wanted: the office's overview and its list of sent requests."""

    statuses: list[CollaborationStatus] | None = strawberry.field(default=_ANY, description="In one of these statuses.")
    company_id: strawberry.ID | None = strawberry.field(default=_ANY, description="For an administrator: one of his companies.")
    service_id: strawberry.ID | None = strawberry.field(default=_ANY, description="In this service.")
    task_id: strawberry.ID | None = strawberry.field(default=_ANY, description="Hanging on this task.")
    task_owner_id: strawberry.ID | None = strawberry.field(default=_ANY, description="Hanging on a task that this advisor owns.")
    account_manager_id: strawberry.ID | None = strawberry.field(
        default=_ANY, description="Of customers that this advisor answers for."
    )
    customer_id: strawberry.ID | None = strawberry.field(default=_ANY, description="Of this customer.")
    activated_by_id: strawberry.ID | None = strawberry.field(default=_ANY, description="Activated by this advisor or partner.")
    mail_status: MailStatus | None = strawberry.field(default=_ANY, description="With a mail that this has become of.")
    expires_before: datetime | None = strawberry.field(default=_ANY, description="Expiring before this moment.")
    activated_from: datetime | None = strawberry.field(default=_ANY, description="Activated then or later.")
    activated_to: datetime | None = strawberry.field(default=_ANY, description="Activated before then.")
    approved_from: datetime | None = strawberry.field(default=_ANY, description="Approved then or later.")
    approved_to: datetime | None = strawberry.field(default=_ANY, description="Approved before then.")
    unlinked: bool | None = strawberry.field(default=_ANY, description="Live, and its task is null or inactive.")


@wanted
class CollaborationOrder:
    """By what collaborations are ordered, and which way."""

    field: CollaborationOrderField = strawberry.field(description="By what.")
    direction: Direction = strawberry.field(description="Which way.")


@wanted
class CollaborationEventFilter:
    """Which events are wanted; what is left out does not matter."""

    types: list[CollaborationEventType] | None = strawberry.field(default=_ANY, description="Of one of these types.")
    statuses: list[CollaborationStatus] | None = strawberry.field(
        default=_ANY, description="That left the collaboration in one of these statuses."
    )
    collaboration_ids: list[strawberry.ID] | None = strawberry.field(default=_ANY, description="Of one of these collaborations.")
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=_ANY, description="Of one of these customers' collaborations."
    )
    service_ids: list[strawberry.ID] | None = strawberry.field(
        default=_ANY, description="Of collaborations in one of these services."
    )


@wanted
class CollaborationApprovalFilter:
    """Which approvals are wanted: like CollaborationEventFilter, without what approvals cannot differ in."""

    collaboration_ids: list[strawberry.ID] | None = strawberry.field(default=_ANY, description="Of one of these collaborations.")
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=_ANY, description="Of one of these customers' collaborations."
    )
    service_ids: list[strawberry.ID] | None = strawberry.field(
        default=_ANY, description="Of collaborations in one of these services."
    )


def customer_filter(only: CustomerFilter | None) -> asked.CustomerFilter:
    """Hand the filter over."""
    if not only:
        return asked.CustomerFilter()
    return asked.CustomerFilter(
        search=given(only.search),
        organisation_number=given(only.organisation_number),
        account_manager_id=ids.decode_optional("Advisor", only.account_manager_id),
        collaboration_status=given(only.collaboration_status),
        service_id=ids.decode_optional("Service", only.service_id),
        archived=given(only.archived),
    )


def customer_order(order: CustomerOrder | None) -> asked.CustomerOrder:
    """Hand the order over."""
    if not order:
        return asked.CustomerOrder()
    return asked.CustomerOrder(field=order.field, descending=order.direction is Direction.DESC)


def task_filter(only: TaskFilter | None) -> asked.TaskFilter:
    """Hand the filter over."""
    if not only:
        return asked.TaskFilter()
    return asked.TaskFilter(
        active=given(only.active),
        owner_id=ids.decode_optional("Advisor", only.owner_id),
        customer_id=ids.decode_optional("Customer", only.customer_id),
    )


def task_order(order: TaskOrder | None) -> asked.TaskOrder:
    """Hand the order over."""
    if not order:
        return asked.TaskOrder()
    return asked.TaskOrder(field=order.field, descending=order.direction is Direction.DESC)


def collaboration_filter(only: CollaborationFilter | None) -> asked.CollaborationFilter:
    """Hand the filter over."""
    if not only:
        return asked.CollaborationFilter()
    statuses = given(only.statuses)
    return asked.CollaborationFilter(
        statuses=None if statuses is None else frozenset(statuses),
        company_id=ids.decode_optional("Company", only.company_id),
        service_id=ids.decode_optional("Service", only.service_id),
        task_id=ids.decode_optional("Task", only.task_id),
        task_owner_id=ids.decode_optional("Advisor", only.task_owner_id),
        account_manager_id=ids.decode_optional("Advisor", only.account_manager_id),
        customer_id=ids.decode_optional("Customer", only.customer_id),
        activated_by_id=ids.decode_optional("Advisor", only.activated_by_id)
        or ids.decode_optional("Partner", only.activated_by_id),
        mail_status=given(only.mail_status),
        expires_before=given(only.expires_before),
        activated_from=given(only.activated_from),
        activated_to=given(only.activated_to),
        approved_from=given(only.approved_from),
        approved_to=given(only.approved_to),
        unlinked=given(only.unlinked),
    )


def collaboration_order(order: CollaborationOrder | None) -> asked.CollaborationOrder:
    """Hand the order over."""
    if not order:
        return asked.CollaborationOrder()
    return asked.CollaborationOrder(field=order.field, descending=order.direction is Direction.DESC)


def event_filter(only: CollaborationEventFilter | None) -> EventFilter:
    """Hand the filter over."""
    if not only:
        return EventFilter()
    types, statuses = given(only.types), given(only.statuses)
    return EventFilter(
        types=None if types is None else frozenset(types),
        statuses=None if statuses is None else frozenset(statuses),
        collaboration_ids=ids.decode_all("Collaboration", only.collaboration_ids),
        customer_ids=ids.decode_all("Customer", only.customer_ids),
        service_ids=ids.decode_all("Service", only.service_ids),
    )


def approval_filter(only: CollaborationApprovalFilter | None) -> EventFilter:
    """Hand the filter over, for approvals alone."""
    types = frozenset({CollaborationEventType.APPROVED})
    if not only:
        return EventFilter(types=types)
    return EventFilter(
        types=types,
        collaboration_ids=ids.decode_all("Collaboration", only.collaboration_ids),
        customer_ids=ids.decode_all("Customer", only.customer_ids),
        service_ids=ids.decode_all("Service", only.service_ids),
    )


def _filter(description: str) -> object:
    return strawberry.argument(name="filter", description=description)


def _order(description: str) -> object:
    return strawberry.argument(name="orderBy", description=description)


OnlyCustomers = Annotated[CustomerFilter | None, _filter("Which customers; left out: all that are not archived.")]
OnlyTasks = Annotated[TaskFilter | None, _filter("Which tasks; left out: all.")]
OnlyCollaborations = Annotated[CollaborationFilter | None, _filter("Which collaborations; left out: all.")]
OnlyEvents = Annotated[CollaborationEventFilter | None, _filter("Which events; left out: all.")]
OnlyApprovals = Annotated[CollaborationApprovalFilter | None, _filter("Which approvals; left out: all.")]
CustomersBy = Annotated[CustomerOrder | None, _order("In which order; left out: by name.")]
TasksBy = Annotated[TaskOrder | None, _order("In which order; left out: by type.")]
CollaborationsBy = Annotated[CollaborationOrder | None, _order("In which order; left out: the latest activated first.")]
