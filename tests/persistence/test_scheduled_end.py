"""Ends that are scheduled, as the database judges them: over where the day is over in Stockholm, whatever is stored."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import calendar_day, lifecycle
from domain.collaboration import LIVE, CollaborationStatus
from domain.service import ServiceAfterwards
from domain.viewer import Side
from persistence import collaboration, scope
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.customer import page as customer_page
from persistence.customer_filter import CustomerFilter, CustomerOrder
from persistence.database import Database
from persistence.page import PageRequest
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

Status = CollaborationStatus
ALL = scope.everything()
EVERYTHING = PageRequest(limit=1_000)
INSTANT = timedelta(microseconds=1)
DAYS = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2027, 12, 31)]


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_an_end_comes_by_the_clock_alone(ground: Database, day: date) -> None:
    ending = makers.collaboration(
        status=Status.ENDING, approved_at=makers.NOW, ends_on=day, ended_by=Side.OFFICE, task_id=None,
        service_afterwards=ServiceAfterwards.END, expires_at=datetime(2027, 12, 30, tzinfo=UTC),
    )  # fmt: skip
    await stored.store(ground, lambda unit: collaboration.add(unit, ending))
    by_status = CollaborationOrder(field=CollaborationOrderField.STATUS)
    come = calendar_day.end_of(day)
    for moment, status in ((come - INSTANT, Status.ENDING), (come, Status.ENDED), (come + timedelta(days=500), Status.ENDED)):
        assert lifecycle.status_at(ending, moment) is status
        async with ground.read() as reading:
            then = replace(reading, now=moment)
            assert await collaboration.count_by_status(then, scope=ALL, filter=CollaborationFilter()) == {status: 1}
            for asked in Status:
                wanted = CollaborationFilter(statuses=frozenset({asked}))
                assert await collaboration.count(then, scope=ALL, filter=wanted) == int(asked is status)
                page = await collaboration.page(then, scope=ALL, filter=wanted, order=by_status, request=EVERYTHING)
                assert page.keys == (((status.name, ending.id),) if asked is status else ())
                cards = CustomerFilter(collaboration_status=asked)
                found = await customer_page(then, scope=ALL, filter=cards, order=CustomerOrder(), request=EVERYTHING)
                assert len(found.items) == int(asked is status)
            live = [ending.id] if status in LIVE else []
            assert list(await collaboration.live_of_customer(then, ending.customer_id)) == live
            unlinked = CollaborationFilter(unlinked=True)
            assert await collaboration.count(then, scope=ALL, filter=unlinked) == len(live)
            # What is stored is touched by nobody: whoever writes next finds it, and writes the end.
            assert await collaboration.live_of_company(then, ending.company_id) == (ending,)


@pytest.mark.parametrize("status", [status for status in Status if status not in {Status.ENDING, Status.AWAITING_APPROVAL}])
async def test_a_day_ends_only_what_is_ending(ground: Database, status: Status) -> None:
    known = makers.collaboration(status=status, approved_at=makers.NOW, ends_on=makers.TODAY)
    await stored.store(ground, lambda unit: collaboration.add(unit, known))
    async with ground.read() as reading:
        then = replace(reading, now=makers.NOW + timedelta(days=3))
        assert await collaboration.count_by_status(then, scope=ALL, filter=CollaborationFilter()) == {status: 1}
