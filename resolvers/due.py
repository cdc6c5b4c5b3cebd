"""Ends that have come and that nobody has written yet: what they make of subscriptions, true on read (domain.md section 4)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain import ending, lifecycle
from domain.collaboration import Collaboration
from domain.service import ServiceAfterwards, ServiceSubscription
from domain.viewer import Side
from persistence import collaboration, service
from persistence.database import Reading


async def subscriptions(reading: Reading, company_ids: Collection[str]) -> dict[str, tuple[ServiceSubscription, ...]]:
    """Return each company's subscriptions as they are now."""
    found = await service.subscriptions_of(reading, company_ids)
    stored = await collaboration.live_of_companies(reading, company_ids)
    return {company_id: tuple(as_of_now(reading, one, stored) for one in known) for company_id, known in found.items()}


def as_of_now(reading: Reading, known: ServiceSubscription, stored: Iterable[Collaboration]) -> ServiceSubscription:
    """Return a subscription as the ends that have come leave it; `stored` is what is stored as live of its company."""
    here = [one for one in stored if (one.company_id, one.service_id) == (known.company_id, known.service_id)]
    for at, ended in came(reading, here):
        chosen, by = choice(ended)
        _, settled = ending.outcome(ended, chosen, known, by=by, shared=ending.shares(ended, here, at))
        known = settled or known
    return known


def came(reading: Reading, stored: Iterable[Collaboration]) -> list[tuple[datetime, Collaboration]]:
    """Return those whose end has come, each with its moment, in the order in which they came."""
    moments = ((lifecycle.scheduled_end(one), one) for one in stored)
    found = [(at, one) for at, one in moments if at is not None and at <= reading.now]
    return sorted(found, key=lambda pair: (pair[0], pair[1].id))


def choice(scheduled: Collaboration) -> tuple[ServiceAfterwards, Side]:
    """Return what was chosen for the service when the end was scheduled, and by which side.

    Raises:
        ValueError: no end is scheduled.
    """
    if scheduled.service_afterwards is None or scheduled.ended_by is None:
        message = "an end that is scheduled says what becomes of the service, and whose it is"
        raise ValueError(message)
    return scheduled.service_afterwards, scheduled.ended_by
