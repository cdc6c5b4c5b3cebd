"""Collaborations: saved in one conditional update with one winner, and found by task, company, customer and service."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import NotFound
from domain.service import ServiceAfterwards
from domain.viewer import Side
from persistence import collaboration, scope
from persistence.database import CollisionError, Database, Unit
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

Status = CollaborationStatus
ALL = scope.everything()
ALFA = makers.collaboration()
LATER = makers.NOW + timedelta(days=1)


async def add(database: Database, *added: Collaboration) -> None:
    await stored.store(database, *(lambda unit, one=one: collaboration.add(unit, one) for one in added))


async def test_a_collaboration_comes_back_as_stored(ground: Database) -> None:
    full = makers.collaboration(
        status=Status.ENDED, message="Hej\n日本", terms_version=3, administrator_created_id="administrator-cleo",
        approved_at=makers.NOW, decline_reason="a", cancel_reason="b", ends_on=makers.TODAY, ended_by=Side.COMPANY,
        service_afterwards=ServiceAfterwards.READ_ONLY, ended_at=LATER, reminders_sent=5,
    )  # fmt: skip
    await add(ground, full)
    second = makers.collaboration(id="second", previous_id=full.id, task_id=None)
    await add(ground, second)
    async with ground.read() as reading:
        assert await collaboration.get(reading, full.id, scope=ALL) == full
        assert await collaboration.find(reading, second.id) == second
        assert await collaboration.find(reading, "nothing") is None
        assert await collaboration.many(reading, [], scope=ALL) == {}
    assert await ground.write(lambda unit: collaboration.find(unit, full.id, lock=True)) == full


async def test_a_collaboration_outside_the_scope_is_not_found(ground: Database) -> None:
    await add(ground, ALFA)
    elsewhere = scope.collaborations_of(makers.advisor_viewer(id="advisor-sara", office_id="office-syd"))
    async with ground.read() as reading:
        for name in (ALFA.id, "nothing"):
            with pytest.raises(NotFound):
                await collaboration.get(reading, name, scope=elsewhere)


async def test_of_many_answers_at_once_one_is_written_and_the_others_meet_it(ground: Database) -> None:
    await add(ground, ALFA)
    answers = {Status.ACTIVE: makers.NOW, Status.DECLINED: None, Status.CANCELLED: None}

    async def answer(unit: Unit, status: CollaborationStatus) -> bool:
        # Read without a lock: it is the conditional update that tells the answers apart.
        before = await collaboration.get(unit, ALFA.id, scope=ALL)
        if before.status is not Status.AWAITING_APPROVAL:
            return False
        changed = replace(before, status=status, approved_at=answers[status], version=before.version + 1)
        await collaboration.save(unit, changed, before=before)
        return True

    won = await asyncio.gather(
        *(ground.write(lambda unit, status=status: answer(unit, status)) for status in (*answers, *answers))  # type: ignore[misc]  # mypy does not infer a lambda with a default
    )
    assert sum(won) == 1
    async with ground.read() as reading:
        found = await collaboration.get(reading, ALFA.id, scope=ALL)
        assert found.version == 2
        assert found.status is [*answers, *answers][won.index(True)]


async def test_a_change_to_what_was_read_otherwise_collides(ground: Database) -> None:
    await add(ground, ALFA)
    changed = replace(ALFA, status=Status.DECLINED, version=2)
    for stale in (replace(ALFA, version=7), replace(ALFA, status=Status.ACTIVE), replace(ALFA, id="nothing")):
        with pytest.raises(CollisionError):
            await ground.write(lambda unit, stale=stale: collaboration.save(unit, changed, before=stale))  # type: ignore[misc]  # mypy does not infer a lambda with a default
    async with ground.read() as reading:
        assert await collaboration.get(reading, ALFA.id, scope=ALL) == ALFA


async def test_collaborations_are_found_by_task_company_customer_and_service(ground: Database) -> None:
    closed = replace(ALFA, id="closed", status=Status.DECLINED, activated_at=makers.NOW - timedelta(days=2))
    older = replace(closed, id="older", activated_at=makers.NOW - timedelta(days=3), task_id=None)
    archive = replace(ALFA, id="archive", service_id="service-archive", task_id=None, activated_at=LATER)
    syd = replace(ALFA, id="syd", office_id="office-syd", customer_id="customer-syd", task_id="task-syd", activated_at=LATER)
    await add(ground, archive, closed, syd, ALFA, older)
    async with ground.read() as reading:
        assert await collaboration.of_tasks(reading, ["task-alfa", "task-syd", "nothing"], scope=ALL) == {
            "task-alfa": (closed, ALFA),
            "task-syd": (syd,),
        }
        nord = scope.collaborations_of(makers.advisor_viewer())
        assert await collaboration.of_tasks(reading, ["task-alfa", "task-syd"], scope=nord) == {"task-alfa": (closed, ALFA)}
        assert await collaboration.live_of_company(reading, "company-alfa") == (ALFA, archive, syd)
        assert await collaboration.live_of_companies(reading, []) == ()
        assert await collaboration.latest_of_company(reading, "office-nord", "company-alfa", "service-scanner") == ALFA
        assert await collaboration.latest_of_company(reading, "office-syd", "company-alfa", "service-archive") is None
        assert await collaboration.latest_of_customers(reading, ["customer-alfa", "customer-syd"], scope=ALL) == {
            ("customer-alfa", "service-scanner"): ALFA,
            ("customer-alfa", "service-archive"): archive,
            ("customer-syd", "service-scanner"): syd,
        }


async def test_the_live_collaboration_is_the_latest_even_after_the_clock_was_set_back(ground: Database) -> None:
    """A clock that was ahead has dated the closed one later than the live one."""
    closed = replace(ALFA, id="closed", status=Status.DECLINED, activated_at=LATER)
    await add(ground, closed)
    await add(ground, replace(ALFA, previous_id=closed.id))
    async with ground.read() as reading:
        by_customer = await collaboration.latest_of_customers(reading, ["customer-alfa"], scope=ALL)
        assert by_customer[("customer-alfa", "service-scanner")].id == ALFA.id
        latest = await collaboration.latest_of_company(reading, "office-nord", "company-alfa", "service-scanner")
        assert latest is not None
        assert latest.id == ALFA.id
