"""Ending: what a screen may offer to become of the service."""

from domain import ending, lifecycle
from domain.collaboration import LIVE, Collaboration
from domain.service import ServiceAfterwards
from resolvers.context import Context


async def options(context: Context, known: Collaboration) -> tuple[ServiceAfterwards, ...]:
    """Return the options of an end that are open to the viewer now; empty where he may not end it."""
    shared = await context.load.services.load(known.service_id)
    if shared is None:
        return ()
    subscriptions = await context.load.subscriptions_of_company.load(known.company_id) or ()
    live = await context.load.live_of_company.load(known.company_id) or ()
    return ending.options(
        context.require_viewer(),
        known,
        context.now,
        service=shared,
        subscription=next((one for one in subscriptions if one.service_id == known.service_id), None),
        shared=any(
            other.id != known.id and other.service_id == known.service_id and lifecycle.status_at(other, context.now) in LIVE
            for other in live
        ),
    )
