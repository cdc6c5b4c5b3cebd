"""Which collaborations a filter lets through, as of now: the conditions for the database against the rule in Python."""

import itertools
import random
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import lifecycle
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.mail import MailStatus
from persistence import clock, collaboration, scope
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.database import Database
from persistence.page import PageRequest
from tests.persistence import crowd, stored
from tests.persistence.crowd import Crowd
from tests.support import makers

pytestmark = pytest.mark.anyio

Status = CollaborationStatus
ALL = scope.everything()
EVERYTHING = PageRequest(limit=1_000)


def is_unlinked(among: Crowd, one: Collaboration, now: datetime) -> bool:
    active = one.task_id is not None and among.tasks[one.task_id].active
    return lifecycle.status_at(one, now) in LIVE and not active


def passes(among: Crowd, one: Collaboration, wanted: CollaborationFilter, now: datetime) -> bool:  # noqa: C901 - one line a field
    """Judge a collaboration by each field that is given."""

    def holds(name: str, value: Any) -> bool:  # noqa: ANN401, C901, PLR0911 - whatever the field holds; one case each
        match name:
            case "statuses":
                return bool(lifecycle.status_at(one, now) in value)
            case "task_owner_id":
                return one.task_id is not None and among.tasks[one.task_id].owner_id == value
            case "account_manager_id":
                return bool(among.customers[one.customer_id].account_manager_id == value)
            case "mail_status":
                return any(letter.status is value for letter in among.mails if letter.collaboration_id == one.id)
            case "expires_before":
                return bool(one.expires_at < value)
            case "activated_from":
                return bool(one.activated_at >= value)
            case "activated_to":
                return bool(one.activated_at < value)
            case "approved_from":
                return one.approved_at is not None and bool(one.approved_at >= value)
            case "approved_to":
                return one.approved_at is not None and bool(one.approved_at < value)
            case "unlinked":
                return is_unlinked(among, one, now) is value
            case "nothing":
                return not value
            case _:
                return bool(getattr(one, name) == value)

    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return all(holds(name, value) for name, value in given.items() if value is not None)


def values(among: Crowd) -> dict[str, list[Any]]:
    """List what is asked of each field."""
    moments = [among.now - timedelta(days=days) for days in (-1, 0, 1, 4, 8)] + [datetime(999, 12, 31, tzinfo=UTC)]
    advisors = [*among.advisors, "nobody"]
    return {
        "statuses": [frozenset[Status](), *(frozenset({one}) for one in Status), LIVE, frozenset({Status.EXPIRED, Status.ENDED})],
        "company_id": [*crowd.COMPANIES[:3], "nowhere"],
        "service_id": [*crowd.SERVICES],
        "task_id": [*among.tasks],
        "task_owner_id": advisors,
        "account_manager_id": advisors,
        "customer_id": [*among.customers],
        "activated_by_id": advisors,
        "mail_status": [*MailStatus],
        "expires_before": moments,
        "activated_from": moments,
        "activated_to": moments,
        "approved_from": moments,
        "approved_to": moments,
        "unlinked": [True, False],
        "nothing": [True],
    }


async def test_a_filter_lets_through_what_the_rule_says(database: Database) -> None:
    among = await crowd.gather(database)
    asked = values(among)
    assert set(asked) == {field.name for field in fields(CollaborationFilter)}
    chance = random.Random("filters")  # noqa: S311 - the same filters each time
    filters = [CollaborationFilter(**{name: value}) for name, choices in asked.items() for value in choices]
    filters += [
        CollaborationFilter(**{name: chance.choice(asked[name]) for name in chance.sample(sorted(asked), 2)}) for _ in range(60)
    ]
    through: Counter[bool] = Counter()
    async with database.read() as reading:
        for wanted in filters:
            expected = {name for name, one in among.collaborations.items() if passes(among, one, wanted, reading.now)}
            found = await collaboration.page(reading, scope=ALL, filter=wanted, order=CollaborationOrder(), request=EVERYTHING)
            assert {one.id for one in found.items} == expected, wanted
            through[bool(expected)] += 1
        for wanted in filters[::7]:
            expected = {name for name, one in among.collaborations.items() if passes(among, one, wanted, reading.now)}
            statuses = Counter(lifecycle.status_at(among.collaborations[name], reading.now) for name in expected)
            assert await collaboration.count(reading, scope=ALL, filter=wanted) == len(expected)
            assert await collaboration.count_by_status(reading, scope=ALL, filter=wanted) == dict(statuses)
    assert min(through.values()) > 20


async def test_a_request_expires_by_the_clock_alone(ground: Database) -> None:
    async with ground.read() as reading:
        waiting = makers.collaboration(expires_at=reading.now + timedelta(days=30))
    await stored.store(ground, lambda unit: collaboration.add(unit, waiting))
    by_status = CollaborationOrder(field=CollaborationOrderField.STATUS)
    for day, status in ((29, Status.AWAITING_APPROVAL), (2, Status.EXPIRED)):
        await ground.write(lambda unit, day=day: clock.advance(unit, timedelta(days=day)))  # type: ignore[misc]  # mypy does not infer a lambda with a default
        async with ground.read() as reading:
            assert await collaboration.count_by_status(reading, scope=ALL, filter=CollaborationFilter()) == {status: 1}
            for asked in Status:
                wanted = CollaborationFilter(statuses=frozenset({asked}))
                assert await collaboration.count(reading, scope=ALL, filter=wanted) == int(asked is status)
                page = await collaboration.page(reading, scope=ALL, filter=wanted, order=by_status, request=EVERYTHING)
                assert page.keys == (((status.name, waiting.id),) if asked is status else ())
            live = [waiting.id] if status in LIVE else []
            assert list(await collaboration.live_of_customer(reading, waiting.customer_id)) == live
            # What is stored is touched by nobody: whoever writes next finds it waiting, and writes the expiry.
            assert await collaboration.live_of_company(reading, waiting.company_id) == (waiting,)


async def test_the_deadline_itself_is_too_late(ground: Database) -> None:
    async with ground.read() as reading:
        at = makers.collaboration(expires_at=reading.now, task_id=None)
        later = replace(at, id="later", company_id="company-beta", expires_at=reading.now + timedelta(microseconds=1))
    await stored.store(ground, lambda unit: collaboration.add(unit, at), lambda unit: collaboration.add(unit, later))
    async with ground.read() as reading:
        as_of_then = replace(reading, now=at.expires_at)
        counted = await collaboration.count_by_status(as_of_then, scope=ALL, filter=CollaborationFilter())
        assert counted == {Status.EXPIRED: 1, Status.AWAITING_APPROVAL: 1}
        for one, unlinked in itertools.product((at, later), (True, False)):
            wanted = CollaborationFilter(unlinked=unlinked, company_id=one.company_id)
            expected = unlinked is (one is later)
            assert await collaboration.count(as_of_then, scope=ALL, filter=wanted) == int(expected)
