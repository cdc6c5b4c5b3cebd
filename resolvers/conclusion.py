"""How an end is carried out: the subscription is settled, and ends that have come are written by whoever meets them."""

from datetime import datetime

from domain import ending, steps
from domain.collaboration import Collaboration
from domain.mail import MailKind
from domain.service import ServiceAfterwards, ServiceSubscription
from domain.steps import Change
from domain.viewer import Side
from persistence import collaboration, event, ids, jobs, service
from persistence.database import Reading, Unit
from resolvers import due, mail


def end_job(collaboration_id: str) -> str:
    """Name the job that writes a scheduled end."""
    return f"end:{collaboration_id}"


async def write_ends(unit: Unit, company_id: str) -> dict[str, Collaboration]:
    """Write the ends of a company's collaborations that have come, whoever's they are, and return what was written by id.

    The company is held. They are written in the order in which they became true, so that each finds the service as it was then.
    """
    stored = await collaboration.live_of_company(unit, company_id)
    written = [await _write_end(unit, at, came) for at, came in due.came(unit, stored)]
    # All at once, since the heads of streams are locked in their order.
    await event.append(unit, [happened for _, happened in written])
    return {ended.id: ended for ended, _ in written}


async def foresee(
    reading: Reading, known: Collaboration, chosen: ServiceAfterwards, *, by: Side, at: datetime
) -> tuple[ServiceAfterwards, ServiceSubscription | None]:
    """Return what an end at a moment makes of the service, and the subscription to store, None where it stays."""
    pair = (known.company_id, known.service_id)
    current = (await service.find_subscriptions(reading, [pair])).get(pair)
    stored = await collaboration.live_of_company(reading, known.company_id)
    return ending.outcome(known, chosen, current, by=by, shared=ending.shares(known, stored, at))


async def settle(
    unit: Unit, known: Collaboration, chosen: ServiceAfterwards, *, by: Side, at: datetime
) -> tuple[ServiceAfterwards, bool]:
    """Let an end at a moment do to the service what it can; return what becomes of it, and whether the customer pays from now."""
    afterwards, settled = await foresee(unit, known, chosen, by=by, at=at)
    if settled is not None:
        await service.store_subscription(unit, settled)
    return afterwards, ending.is_paid_anew(afterwards, settled)


def told(known: Collaboration, *, paid_anew: bool) -> mail.Content:
    """Return what mails about an end say besides: when, whose it is, what becomes of the service, and if the customer pays."""
    return {
        "ends_on": None if known.ends_on is None else known.ends_on.isoformat(),
        "ended_by": None if known.ended_by is None else known.ended_by.value,
        "ended_at": None if known.ended_at is None else mail.moment(known.ended_at),
        "service_afterwards": None if known.service_afterwards is None else known.service_afterwards.value,
        "paid_anew": paid_anew,
    }


async def _write_end(unit: Unit, at: datetime, came: Collaboration) -> Change:
    """Write one end but for its event: the service is settled, and both sides are mailed."""
    await jobs.remove(unit, end_job(came.id))
    chosen, by = due.choice(came)
    afterwards, paid_anew = await settle(unit, came, chosen, by=by, at=at)
    ended, happened = steps.end_as_scheduled(came, event_id=ids.new_id(), afterwards=afterwards)
    await collaboration.save(unit, ended, before=came)
    story = await mail.tell_story(unit, ended)
    more = told(ended, paid_anew=paid_anew)
    await mail.tell_office(unit, story, MailKind.ENDED, more)
    await mail.tell_company(unit, story, MailKind.ENDED, more)
    return ended, happened
