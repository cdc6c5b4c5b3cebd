"""Offices, advisors and tasks: stored, read back, and changed only as they were read."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from domain.office import CustomerPermission
from persistence import office, scope, task
from persistence.database import Database
from persistence.page import PageRequest
from persistence.task import TaskFilter, TaskOrder
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

NORD, SYD = stored.OFFICES
ANNA, BO, SARA = stored.ADVISORS
TASK, TASK_SYD = stored.TASKS
ALL = scope.everything()


async def test_offices_and_advisors_come_back_as_stored(ground: Database) -> None:
    async with ground.read() as reading:
        assert await office.many_offices(reading, [NORD.id, SYD.id, "nobody"]) == {NORD.id: NORD, SYD.id: SYD}
        assert await office.find_office_by_number(reading, NORD.organisation_number) == NORD
        assert await office.find_office_by_number(reading, "0000000000") is None
        assert await office.many_advisors(reading, [BO.id, "nobody"]) == {BO.id: BO}
        assert await office.advisors_of(reading, [NORD.id, SYD.id]) == {NORD.id: (ANNA, BO), SYD.id: (SARA,)}
        assert await office.find_advisor_by_email(reading, "bo@nordbyran.example") == BO
        assert await office.find_advisor_by_email(reading, "nobody@nordbyran.example") is None


async def test_an_advisors_address_is_one_persons_whatever_its_case_and_known_when_inactive(ground: Database) -> None:
    changed = replace(BO, name="Åsa", email="BO@Nordbyran.Example", active=False, permission=CustomerPermission.OWN)
    await stored.store(ground, lambda unit: office.save_advisor(unit, changed))
    async with ground.read() as reading:
        assert await office.advisor_emails(reading, [NORD.id]) == {
            NORD.id: frozenset({"anna@nordbyran.example", "bo@nordbyran.example"})
        }
        assert await office.advisors_of(reading, [NORD.id]) == {NORD.id: (ANNA, changed)}
    twin = replace(ANNA, id="twin", office_id=SYD.id, email="Anna@NORDBYRAN.example")
    with pytest.raises(IntegrityError):
        await stored.store(ground, lambda unit: office.add_advisor(unit, twin))


async def test_a_tasks_participants_keep_their_order(ground: Database) -> None:
    made = makers.task(id="task-2", type="Årsbokslut", participant_ids=("advisor-sara", "advisor-anna"), active=False)
    await stored.store(ground, lambda unit: task.add(unit, made))
    async with ground.read() as reading:
        assert await task.many(reading, [made.id, TASK.id, "nothing"], scope=ALL) == {made.id: made, TASK.id: TASK}
        assert await task.many(reading, [], scope=ALL) == {}
        assert await task.of_customers(reading, [TASK.customer_id, TASK_SYD.customer_id]) == {
            TASK.customer_id: (TASK, made),
            TASK_SYD.customer_id: (TASK_SYD,),
        }


async def test_a_task_is_saved_only_over_the_version_that_was_read(ground: Database) -> None:
    changed = replace(TASK, type="Lön", owner_id=ANNA.id, participant_ids=(BO.id,), active=False, version=2)
    assert not await ground.write(lambda unit: task.save(unit, changed, expected_version=2))
    assert await ground.write(lambda unit: task.save(unit, changed, expected_version=1))
    assert not await ground.write(lambda unit: task.save(unit, replace(changed, participant_ids=()), expected_version=1))
    async with ground.read() as reading:
        assert await task.many(reading, [TASK.id], scope=ALL) == {TASK.id: changed}


async def test_tasks_are_chosen_by_activity_owner_and_customer(ground: Database) -> None:
    idle = makers.task(id="task-2", owner_id=ANNA.id, active=False)
    await stored.store(ground, lambda unit: task.add(unit, idle))
    cases: list[tuple[TaskFilter, set[str]]] = [
        (TaskFilter(), {TASK.id, TASK_SYD.id, idle.id}),
        (TaskFilter(active=True), {TASK.id, TASK_SYD.id}),
        (TaskFilter(active=False), {idle.id}),
        (TaskFilter(owner_id=BO.id), {TASK.id}),
        (TaskFilter(customer_id="customer-syd"), {TASK_SYD.id}),
        (TaskFilter(customer_id="customer-alfa", active=False), {idle.id}),
        (TaskFilter(owner_id="nobody"), set()),
    ]
    async with ground.read() as reading:
        for wanted, expected in cases:
            found = await task.page(reading, scope=ALL, filter=wanted, order=TaskOrder(), request=PageRequest(limit=9))
            assert {one.id for one in found.items} == expected
            assert await task.count(reading, scope=ALL, filter=wanted) == len(expected)
