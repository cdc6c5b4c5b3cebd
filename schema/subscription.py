"""Everything that can be followed."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from resolvers import event
from resolvers.wanted import EventFilter
from schema import filters, ids
from schema.declare import subscription
from schema.event import CollaborationEvent
from schema.info import Info
from schema.query import CompanyId
from schema.scalars import given
from schema.shown import show

Position = Annotated[str | None, strawberry.argument(description="Start after this position; left out: from now on.")]


@strawberry.type(description="Everything that can be followed, over graphql-transport-ws or server-sent events.")
class Subscription:
    """The root of subscriptions."""

    @subscription
    async def collaboration_status_changed(
        self,
        info: Info,
        after: Position = strawberry.UNSET,
        company_id: CompanyId = strawberry.UNSET,
        only: filters.OnlyEvents = strawberry.UNSET,
    ) -> AsyncIterator[CollaborationEvent]:
        """Every event of the viewer's stream after the cursor, then each new one as it is committed, in order, none left out.

        Also events that leave the status as it is (REMINDED, TASK_CHANGED ...): select with filter.types. An event has one id
        in both streams, and its own sequence and cursor in each; the company's stream omits REMINDED, CONTACT_CORRECTED,
        MAIL_BOUNCED, MAIL_FAILED and TASK_CHANGED.
        """
        async for told in _follow(info, after, company_id, filters.event_filter(only)):
            yield told

    @subscription
    async def collaboration_approved(
        self,
        info: Info,
        after: Position = strawberry.UNSET,
        company_id: CompanyId = strawberry.UNSET,
        only: filters.OnlyApprovals = strawberry.UNSET,
    ) -> AsyncIterator[CollaborationEvent]:
        """Only approvals; what a partner integration waits for."""
        async for told in _follow(info, after, company_id, filters.approval_filter(only)):
            yield told


async def _follow(
    info: Info, after: str | None, company_id: str | None, wanted: EventFilter
) -> AsyncIterator[CollaborationEvent]:
    """Follow the viewer's stream from where the transport says, else from where the argument says, else from now on.

    A client that comes back asks as it did at first, with its first position, and its transport knows the last.
    """
    delivery = info.root_value
    start = given(after)
    if delivery is not None and delivery.after is not None:
        start = delivery.after
    company = ids.decode_optional("Company", company_id)
    async for entry in event.follow(info.context, start, company, wanted):
        told: CollaborationEvent = show(info.context, entry)
        if delivery is not None:
            delivery.cursor = told.cursor
        yield told
