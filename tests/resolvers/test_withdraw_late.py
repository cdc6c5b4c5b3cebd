"""Ends that are taken back while newer terms wait: suspended at once where they are late, and never forgotten."""

from datetime import timedelta

import pytest

from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.service import ServiceAfterwards, Terms
from persistence import invariants
from resolvers import acceptance
from resolvers.acceptance import AcceptTerms
from resolvers.context import Context
from tests.support.ends import end, tomorrow, withdraw
from tests.support.publishing import publish, status, work_off
from tests.support.seen import collaborate, told, written
from tests.support.world import BEA, BO, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
KEEP = ServiceAfterwards.KEEP


async def accept(bea: Context, known: Collaboration, named: Terms) -> None:
    terms = AcceptedTerms(terms_id=named.id, sha256=named.sha256)
    await acceptance.accept(bea, AcceptTerms(company_id=known.company_id, terms=terms), None)


async def late_jobs(world: World) -> list[str]:
    async with world.database.read() as reading:
        return [one.sentence for one in await invariants.check(reading) if "suspend" in one.sentence]


async def test_what_is_late_when_its_end_is_taken_back_is_suspended_with_it_and_nobody_is_told_otherwise(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await publish(world, grace_days=1)
    await end(bea, known, KEEP, on=tomorrow(bea) + timedelta(days=30))
    await world.advance(timedelta(days=3))
    bea = await world.viewed_by(BEA)
    assert (await withdraw(bea, known)).collaboration.status is CollaborationStatus.SUSPENDED
    assert (await told(world, known))[-2:] == [Type.END_WITHDRAWN, Type.SUSPENDED]
    [letter] = await written(world, known.id, MailKind.END_WITHDRAWN)
    assert letter.content["suspended"] is True
    assert {one.recipient.email for one in await written(world, known.id, MailKind.SUSPENDED)} >= {BEA}


async def test_a_second_withdrawal_is_suspended_for_in_time_though_a_job_of_the_first_is_due_later(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    second = await publish(world, "Andra", grace_days=300)
    for _ in range(2):
        await end(bea, known, KEEP, on=tomorrow(bea) + timedelta(days=60))
        await withdraw(bea, known)
    await accept(bea, known, second)
    await publish(world, "Tredje", grace_days=2)
    await end(bea, known, KEEP, on=tomorrow(bea) + timedelta(days=60))
    await work_off(world)
    await withdraw(bea, known)
    assert await late_jobs(world) == []
    await world.advance(timedelta(days=3))
    await work_off(world)
    assert await status(world, known, BO) is CollaborationStatus.SUSPENDED
    assert (await told(world, known))[-1] is Type.SUSPENDED
