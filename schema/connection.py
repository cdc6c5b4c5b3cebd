"""Pages of lists, after Relay: edges, nodes, page info, and a total that is counted only when it is selected."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from resolvers.context import Context
from resolvers.listing import Listing, PageArguments
from schema import costs
from schema.declare import output, resolved
from schema.scalars import given
from schema.shown import show_all

Item = TypeVar("Item")

First = Annotated[int | None, strawberry.argument(description="How many from the start, 1 to 100; left out with `last`: 20.")]
After = Annotated[str | None, strawberry.argument(description="Start after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100; never with `first`.")]
Before = Annotated[str | None, strawberry.argument(description="Stop before this cursor.")]


@output
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="True when the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="True when there is more before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null where there is none.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item; null where there is none.")


@output
class Edge(Generic[Item]):
    """One item of a page, with its position."""

    cursor: str = strawberry.field(description="The position: give it back as `after` or `before`.")
    node: Item = strawberry.field(description="The item.")


@output
class Connection(Generic[Item]):
    """One page of a list."""

    count: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[Edge[Item]] = strawberry.field(description="The items of the page, each with its cursor.", metadata=costs.PAGED)
    nodes: list[Item] = strawberry.field(description="The items of the page.", metadata=costs.PAGED)
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")

    @costs.declare(each=20)
    @resolved
    async def total_count(self) -> int:
        """How many the whole list has; counted only when asked for."""
        return await self.count()


def page_arguments(first: int | None, after: str | None, last: int | None, before: str | None) -> PageArguments:
    """Gather what a client asked of a list."""
    return PageArguments(first=given(first), after=given(after), last=given(last), before=given(before))


def connection(context: Context, listing: Listing[Any]) -> Connection[Any]:
    """Show a page of values."""
    nodes = show_all(context, listing.items)
    cursors = listing.cursors
    return Connection(
        count=listing.count,
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=listing.has_next,
            has_previous_page=listing.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )
