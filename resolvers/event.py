"""Events: the log of the viewer's stream, and following it live without a gap."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from domain import event as domain_event
from domain.errors import InputProblemCode, InvalidInput, NotFound
from domain.event import CollaborationEvent, StreamEntry
from domain.viewer import AdministratorViewer, Side, Viewer
from persistence import event, scope
from persistence.event import EventFilter
from persistence.page import Page
from resolvers import listing, streams, token
from resolvers.context import Context, UnauthenticatedError
from resolvers.listing import Listing, PageArguments

_POLL_S = 1.0
_BATCH = 100


def stream_of(viewer: Viewer, company_id: str | None) -> str:
    """Name the stream that the viewer reads: the office's, or that of the company named.

    Raises:
        InvalidInput: the office's side names a company, or an administrator of several companies names none.
        NotFound: the viewer does not administer the company.
    """
    if not isinstance(viewer, AdministratorViewer):
        if company_id is not None:
            raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "companyId")
        return domain_event.office_stream(viewer.office_id)
    if company_id is None:
        if len(viewer.company_ids) != 1:
            raise InvalidInput.at(InputProblemCode.REQUIRED, "companyId")
        return domain_event.company_stream(next(iter(viewer.company_ids)))
    if company_id not in viewer.company_ids:
        raise NotFound
    return domain_event.company_stream(company_id)


def _within_sight(viewer: Viewer, wanted: EventFilter) -> EventFilter:
    """Let an administrator's filter by customer cards find nothing: cards are the office's."""
    if not isinstance(viewer, AdministratorViewer) or wanted.customer_ids is None:
        return wanted
    return replace(wanted, customer_ids=frozenset())


async def list_page(
    context: Context, arguments: PageArguments, company_id: str | None, wanted: EventFilter
) -> Listing[StreamEntry]:
    """Return a page of the viewer's stream, oldest first: the catch-up half of the subscriptions.

    Raises:
        PageSizeInvalid, CursorInvalid, InvalidInput, NotFound: bad page arguments or company.
    """
    viewer = context.require_viewer()
    stream = stream_of(viewer, company_id)
    listing.check(arguments)
    keys = context.installation.keys
    backwards = arguments.last is not None
    limit = arguments.first or arguments.last or listing.DEFAULT_SIZE
    condition = event.meets(_within_sight(viewer, wanted)) & event.on_visible_collaboration(scope.collaborations_of(viewer))
    async with context.database.read() as reading:
        after = None if arguments.after is None else await streams.position(keys, reading, stream, arguments.after)
        before = None if arguments.before is None else await streams.position(keys, reading, stream, arguments.before)
        found = await event.between(reading, stream, condition, lower=after, upper=before, limit=limit + 1, backwards=backwards)
        epoch = reading.epoch
    more = len(found) > limit
    kept = (found[-limit:] if backwards else found[:limit]) if more else found

    async def count() -> int:
        async with context.database.read() as reading:
            return await event.count(reading, stream, condition)

    return Listing(
        items=kept,
        cursors=tuple(streams.encode(keys, epoch, stream, entry.sequence) for entry in kept),
        has_next=before is not None if backwards else more,
        has_previous=more if backwards else after is not None,
        count=count,
    )


async def follow(
    context: Context, after: str | None, company_id: str | None, wanted: EventFilter
) -> AsyncGenerator[StreamEntry, None]:
    """Yield every event after the position, then each new one as it is committed, in order, none left out.

    The reader registers with the bell before it reads the backlog, and polls once a second besides, so that a lost ring costs
    a second at most; a session that has ended is found out as soon. Rights are judged at each delivery: what the viewer may no
    longer see is passed over.

    Raises:
        CursorInvalid, InvalidInput, NotFound: a bad position or company.
        UnauthenticatedError: the session has ended while the stream was open.
    """
    viewer = context.require_viewer()
    stream = stream_of(viewer, company_id)
    wanted = _within_sight(viewer, wanted)
    bell = context.installation.bell
    with bell.listen(stream) as ear:
        async with context.database.read() as reading:
            keys = context.installation.keys
            if after is None:
                sequence = await event.head(reading, stream)
            else:
                sequence = await streams.position(keys, reading, stream, after)
        while True:
            entries = await _batch(context, stream, sequence, wanted)
            for entry, is_told in entries:
                sequence = entry.sequence
                if is_told:
                    yield entry
            if not entries:
                await ear.wait(_POLL_S)


async def _batch(context: Context, stream: str, sequence: int, wanted: EventFilter) -> list[tuple[StreamEntry, bool]]:
    """Read what follows, and whether each is told: it meets the filter, and the viewer may see it now."""
    viewer = context.require_viewer()
    async with context.database.read() as reading:
        current = await token.find_current(reading, viewer)
        if current is None or stream not in streams.names_of(current):
            raise UnauthenticatedError
        context.viewer = current
        context.now = reading.now
        entries = await event.after(reading, stream, sequence, limit=_BATCH)
        if not entries:
            return []
        visible = await event.visible(
            reading, [entry.event.collaboration_id for entry in entries], scope.collaborations_of(current)
        )
    return [(entry, entry.event.collaboration_id in visible and wanted.takes(entry.event)) for entry in entries]


async def page_of_collaboration(context: Context, collaboration_id: str, arguments: PageArguments) -> Listing[StreamEntry]:
    """Return a page of one collaboration's events, as they stand in the viewer's stream."""
    listing.check(arguments)
    keys = context.installation.keys
    name = f"collaborationEvents:{collaboration_id}"
    request = listing.request(keys, name, arguments)
    found = await context.load.events_of_collaboration.load((collaboration_id, request))
    page: Page[StreamEntry] = found or Page(items=(), keys=(), has_next=False, has_previous=False)

    async def count() -> int:
        return await context.load.event_count_of_collaboration.load(collaboration_id) or 0

    return listing.listing(keys, name, page, count)


def cursor(context: Context, entry: StreamEntry) -> str:
    """Return the entry's position in its stream."""
    return streams.encode(context.installation.keys, context.epoch, entry.stream, entry.sequence)


async def find(context: Context, event_id: str) -> StreamEntry | None:
    """Return an event as it stands in a stream of the viewer's, where he may see its collaboration."""
    viewer = context.require_viewer()
    entries = await context.load.event.load(event_id) or ()
    mine = [entry for entry in entries if entry.stream in streams.names_of(viewer)]
    if not mine or await context.load.collaborations.load(mine[0].event.collaboration_id) is None:
        return None
    return mine[0]


async def actor_name(context: Context, known: CollaborationEvent) -> str | None:
    """Return the name of whoever did it; None for the system, and for a partner where an administrator asks."""
    if known.actor.id is None:
        return None
    if known.actor.side is Side.PARTNER:
        partner = await context.load.partners.load(known.actor.id)
        return None if partner is None else partner.name
    if known.actor.side is Side.OFFICE:
        advisor = await context.load.advisors.load(known.actor.id)
        return None if advisor is None else advisor.name
    person = await context.load.administrators.load(known.actor.id)
    return None if person is None else person.name
