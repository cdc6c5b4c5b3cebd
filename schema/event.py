"""What happened to collaborations, as told in the viewer's stream."""

from datetime import datetime

import strawberry

from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType, StreamEntry
from domain.viewer import Side
from resolvers import event
from resolvers.context import Context
from schema import ids, words
from schema.collaboration import Collaboration
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.shown import get, shows


@output
class EventActor:
    """Who did it."""

    side: Side = strawberry.field(description="On whose behalf.")
    name: str | None = strawberry.field(description="The person's or the partner's name; null for the system.")


@shows(StreamEntry)
@output
class CollaborationEvent(Node):
    """One thing that happened to a collaboration; it has one id in both streams, and a sequence and cursor in each."""

    value: strawberry.Private[StreamEntry]
    cursor: str = strawberry.field(description="Give it back as `after` to go on from here; over SSE it is also the event's id.")
    sequence: int = strawberry.field(
        description="Without gaps in the stream. A filter, or a customer whom the viewer may not see now, hides events and so "
        "numbers; the cursor still passes them. Rights are judged at delivery."
    )
    version: int = strawberry.field(description="The version of the collaboration that this event made.")
    type: CollaborationEventType = strawberry.field(description="What happened.")
    previous_status: CollaborationStatus | None = strawberry.field(description="The status before; null at the activation.")
    status: CollaborationStatus = strawberry.field(description="The status that the event left.")
    occurred_at: datetime = strawberry.field(
        description="When it became true; a lapse that is written later lies before the event told before it."
    )

    @staticmethod
    def from_value(context: Context, value: StreamEntry) -> "CollaborationEvent":
        """Show an event at its place in the viewer's stream."""
        happened = value.event
        return CollaborationEvent(
            id=ids.encode("CollaborationEvent", happened.id),
            value=value,
            cursor=event.cursor(context, value),
            sequence=value.sequence,
            version=happened.version,
            type=happened.type,
            previous_status=happened.previous_status,
            status=happened.status,
            occurred_at=happened.occurred_at,
        )

    @resolved
    async def actor(self, info: Info) -> EventActor:
        """Who did it."""
        happened = self.value.event
        name = await event.actor_name(info.context, happened)
        if name is None and happened.actor.id is not None:
            # The person is gone, or not for the viewer to know.
            nameless = {Side.OFFICE: words.ADVISOR, Side.PARTNER: words.PARTNER}.get(happened.actor.side, words.ADMINISTRATOR)
            name = words.say(nameless, info.context.language)
        if name == "":
            name = words.say(words.ERASED, info.context.language)
        return EventActor(side=happened.actor.side, name=name)

    @resolved
    async def collaboration(self, info: Info) -> Collaboration:
        """The collaboration as it stands now, which may be further on than the event."""
        found: Collaboration = await get(
            info.context, info.context.load.collaborations_unscoped, self.value.event.collaboration_id
        )
        return found
