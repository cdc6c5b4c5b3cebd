"""The reminders on days 3, 10 and 24: who gets them, when they stay away, and that no two workers send one twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.bell import Bell
from delivery.worker import Worker
from domain.collaboration import Collaboration, CollaborationStatus
from domain.event import SYSTEM, CollaborationEventType
from domain.mail import MailKind, MailStatus
from persistence import jobs, mail
from persistence.database import Unit
from persistence.jobs import Job
from persistence.tables import jobs as table
from resolvers import activation, answer, correction, event, reminder, session, settlement
from resolvers.listing import PageArguments
from tests.support.seen import told, written
from tests.support.world import ANNA, BEA, CLEO, DAG, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType


def worker(world: World) -> Worker:
    """Make a worker whose mails go nowhere."""

    async def send(_job: Job) -> None:
        pass

    async def expire(job: Job) -> None:
        await settlement.settle(world.database, job.subject_id)

    async def remind(job: Job) -> None:
        await reminder.remind_due(world.installation, job)

    return Worker(world.database, Bell(), {"mail": send, "expire": expire, "remind": remind})


async def pass_days(world: World, days: float) -> None:
    """Let time pass, and then do what is due."""
    await world.advance(timedelta(days=days))
    await worker(world).run_once()


async def asked(world: World, name: str = "Beta AB") -> Collaboration:
    return (await world.activate(await world.viewed_by(ANNA), name)).collaboration


async def reminded(world: World, known: Collaboration) -> list[str]:
    """Return to whom reminders were written, oldest first."""
    return [one.recipient.email for one in await written(world, known.id, MailKind.REMINDER)]


async def waiting_jobs(world: World) -> list[str]:
    async with world.database.read() as reading:
        return list(await reading.connection.scalars(select(table.c.kind).where(table.c.kind == "remind")))


async def bounce(world: World, known: Collaboration, address: str) -> None:
    """Let the mails to the address come back."""

    async def work(unit: Unit) -> None:
        for one in await written(world, known.id):
            if one.recipient.email == address:
                await mail.mark(unit, one.id, status=MailStatus.BOUNCED, problem="550", sent_at=None, attempts=1)

    await world.database.write(work)


async def test_a_request_is_reminded_of_on_days_3_10_and_24_and_expires(world: World) -> None:
    known = await asked(world)
    seen = []
    for _day in range(1, 31):
        await pass_days(world, 1)
        seen.append(len(await reminded(world, known)))
    assert seen == [0] * 2 + [1] * 7 + [2] * 14 + [3] * 7
    assert await told(world, known) == [Type.ACTIVATED, *[Type.REMINDED] * 3, Type.EXPIRED]
    assert (await world.stored(known.id)).reminders_sent == 0
    assert await waiting_jobs(world) == []


async def test_an_automatic_reminder_is_the_systems_has_a_link_of_its_own_and_is_not_counted(world: World) -> None:
    known = await asked(world)
    first = await world.link_secret(known.id)
    await pass_days(world, 3)
    page = await event.page_of_collaboration(await world.viewed_by(ANNA), known.id, PageArguments())
    assert [(entry.event.type, entry.event.actor) for entry in page.items[1:]] == [(Type.REMINDED, SYSTEM)]
    second = await world.link_secret(known.id)
    assert second != first
    for secret in (first, second):
        assert (await session.sign_in(await world.context(), secret, None)).collaboration is not None
    after = await world.stored(known.id)
    assert (after.reminders_sent, after.expires_at, after.version) == (0, known.expires_at, 2)


async def test_after_five_reminders_by_advisors_the_automatic_ones_still_go_out(world: World) -> None:
    known = await asked(world)
    for _day in range(5):
        await world.advance(timedelta(days=1, hours=1))
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    await pass_days(world, 6)
    assert len(await reminded(world, known)) == 6


async def remind(world: World, known: Collaboration) -> None:
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


async def correct(world: World, known: Collaboration) -> None:
    await correction.correct(await world.viewed_by(ANNA), known.id, "Gunvor", "gunvor@gamma.example", None)


async def renew(world: World, known: Collaboration) -> None:
    secret = await world.link_secret(known.id)
    await session.sign_in(await world.context(), secret, None)
    await session.renew_link(world.installation, secret)


@pytest.mark.parametrize("ask", [remind, correct, renew], ids=lambda ask: ask.__name__)
async def test_within_24_hours_of_another_mail_that_asked_it_is_left_out(
    world: World, ask: Callable[[World, Collaboration], Awaitable[None]]
) -> None:
    known = await asked(world, "Gamma AB")
    await world.advance(timedelta(days=2, hours=1))
    await ask(world, known)
    before = await told(world, known)
    await pass_days(world, 1 - 1 / 24)
    assert await told(world, known) == before
    assert await waiting_jobs(world) == ["remind"] * 2
    await pass_days(world, 7)
    assert await told(world, known) == [*before, Type.REMINDED]


async def test_after_a_bounce_nothing_is_sent_until_the_address_is_corrected(world: World) -> None:
    known = await asked(world, "Gamma AB")
    await bounce(world, known, "gun@gamma.example")
    await pass_days(world, 3)
    assert await reminded(world, known) == []
    await correction.correct(await world.viewed_by(ANNA), known.id, "Gun Grå", "gun.gra@gamma.example", None)
    await pass_days(world, 7)
    assert await reminded(world, known) == ["gun.gra@gamma.example"]


async def test_of_several_approvers_those_are_reminded_whom_a_mail_reaches(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await world.add_customer(anna, "Alfa igen", "5560160680", contact("Någon Annan", "annan@alfa.example"))
    known = await asked(world, "Alfa igen")
    await bounce(world, known, CLEO)
    await pass_days(world, 3)
    assert await reminded(world, known) == [DAG]


async def approve(world: World, known: Collaboration) -> None:
    await world.approve(await world.viewed_by(BEA), known)


async def decline(world: World, known: Collaboration) -> None:
    await answer.decline(await world.viewed_by(BEA), known.id, known.company_id, None, None)


async def cancel(world: World, known: Collaboration) -> None:
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)


@pytest.mark.parametrize("settle", [approve, decline, cancel], ids=lambda settle: settle.__name__)
async def test_a_request_that_has_its_answer_is_not_reminded_of(
    world: World, settle: Callable[[World, Collaboration], Awaitable[None]]
) -> None:
    known = await asked(world)
    held = await lease(world, 3)
    await settle(world, known)
    assert await waiting_jobs(world) == []
    for job in held:
        await reminder.remind_due(world.installation, job)
    assert await reminded(world, known) == []


async def lease(world: World, days: float) -> list[Job]:
    """Let so many days pass, and lease the reminders that are due."""
    await world.advance(timedelta(days=days))
    leased = await world.database.write(lambda unit: jobs.lease(unit, limit=99, seconds=60))
    return [job for job in leased if job.kind == "remind"]


async def test_two_workers_at_the_same_reminder_send_it_once(world: World) -> None:
    known = await asked(world)
    [job] = await lease(world, 3)
    await asyncio.gather(*(reminder.remind_due(world.installation, job) for _ in range(4)))
    assert await reminded(world, known) == [BEA]
    assert await told(world, known) == [Type.ACTIVATED, Type.REMINDED]
    await world.advance(timedelta(days=2))
    await reminder.remind_due(world.installation, job)
    assert await reminded(world, known) == [BEA]


async def test_a_worker_whose_lease_has_run_out_leaves_the_reminder_to_the_next(world: World) -> None:
    known = await asked(world)
    [late] = await lease(world, 3)
    [job] = await lease(world, 0.01)
    assert (job.id, job.attempts) == (late.id, 2)
    await reminder.remind_due(world.installation, late)
    assert await reminded(world, known) == []
    await reminder.remind_due(world.installation, job)
    assert await reminded(world, known) == [BEA]


async def test_running_workers_side_by_side_remind_of_every_request_once(world: World) -> None:
    known = [await asked(world, name) for name in ("Alfa AB", "Beta AB", "Gamma AB")]
    await world.advance(timedelta(days=3))
    await asyncio.gather(worker(world).run_once(), worker(world).run_once())
    assert [len(await reminded(world, one)) for one in known] == [1, 1, 1]


async def test_after_a_long_stand_still_one_reminder_goes_out_and_no_crowd(world: World) -> None:
    known = await asked(world)
    await pass_days(world, 25)
    assert await reminded(world, known) == [BEA]
    assert await waiting_jobs(world) == []


async def test_a_reminder_that_comes_after_the_deadline_writes_the_expiry(world: World) -> None:
    known = await asked(world)
    [first, *_later] = await lease(world, 31)
    await reminder.remind_due(world.installation, first)
    assert await told(world, known) == [Type.ACTIVATED, Type.EXPIRED]
    assert (await world.stored(known.id)).status is CollaborationStatus.EXPIRED
    assert await reminded(world, known) == []


@pytest.mark.parametrize(("lifetime", "number"), [(3, 0), (10, 1), (11, 2)])
async def test_with_a_shorter_lifetime_only_the_days_before_the_deadline_are_used(
    world: World, lifetime: int, number: int
) -> None:
    anna = await world.viewed_by(ANNA)
    anna.installation = replace(world.installation, approval_lifetime=timedelta(days=lifetime))
    known = (await activation.activate(anna, world.activation_of("Beta AB"), None)).collaboration
    assert len(await waiting_jobs(world)) == number
    for _day in range(lifetime + 1):
        await pass_days(world, 1)
    assert len(await reminded(world, known)) == number
