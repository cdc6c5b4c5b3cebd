"""Links and sessions: one winner for each secret, whoever tries at once, and none where the link has died."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.viewer import Side
from persistence import clock, collaboration, company, ids, keys, session
from persistence.database import Database
from persistence.session import Link, Session
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

ROUNDS, PARALLEL = 12, 8


def link(secret: str = "secret", **changes: object) -> Link:
    made = Link(
        id=ids.new_id(),
        secret_sha256=keys.hash_secret(secret),
        side=Side.COMPANY,
        administrator_id="administrator-cleo",
        advisor_id=None,
        collaboration_id="collaboration-alfa",
        created_at=makers.NOW,
        expires_at=makers.NOW + timedelta(days=40_000),
        used_at=None,
        voided_at=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # keywords of the dataclass


@pytest.fixture
async def asked(ground: Database) -> Database:
    """Have an administrator who is asked to approve."""
    await stored.store(
        ground,
        lambda unit: company.add_administrator(unit, makers.administrator(), salt="salt"),
        lambda unit: collaboration.add(unit, makers.collaboration()),
    )
    return ground


async def use(database: Database, link_id: str) -> bool:
    return await database.write(lambda unit: session.use_link(unit, link_id))


async def test_of_many_who_open_a_link_at_once_one_gets_in(asked: Database) -> None:
    for turn in range(ROUNDS):
        made = link(f"secret {turn}")
        await stored.store(asked, lambda unit, made=made: session.add_link(unit, made))  # type: ignore[misc]  # mypy does not infer a lambda with a default
        winners = await asyncio.gather(*(use(asked, made.id) for _ in range(PARALLEL)))
        assert sum(winners) == 1
        assert not await use(asked, made.id)


async def test_a_link_is_found_by_the_hash_of_its_secret_alone(asked: Database) -> None:
    made = link()
    await stored.store(asked, lambda unit: session.add_link(unit, made))
    async with asked.read() as reading:
        assert await session.find_link(reading, keys.hash_secret("secret")) == made
        assert await session.find_link(reading, keys.hash_secret("Secret")) is None
        assert await session.find_link(reading, "secret") is None
        assert await session.get_link(reading, made.id) == made
        assert await session.get_link(reading, "nothing") is None


async def test_a_link_cannot_be_used_once_it_was_voided_or_has_expired(asked: Database) -> None:
    async with asked.read() as reading:
        in_an_hour = reading.now + timedelta(hours=1)
    short, voided, other = link("short", expires_at=in_an_hour), link("voided"), link("other", collaboration_id=None)
    await stored.store(
        asked,
        lambda unit: session.add_link(unit, voided),
        lambda unit: session.add_link(unit, other),
        lambda unit: session.void_links(unit, "collaboration-alfa"),
        lambda unit: session.add_link(unit, short),
    )
    assert not await use(asked, voided.id)
    assert await use(asked, other.id)
    async with asked.read() as reading:
        assert await session.has_unused_link(reading, "administrator-cleo", "collaboration-alfa")
        assert not await session.has_unused_link(reading, "administrator-dag", "collaboration-alfa")
    await stored.store(asked, lambda unit: clock.advance(unit, timedelta(hours=1)))
    assert not await use(asked, short.id)
    async with asked.read() as reading:
        assert not await session.has_unused_link(reading, "administrator-cleo", "collaboration-alfa")
        assert (await session.get_link(reading, short.id)) == short


async def test_voiding_leaves_a_link_as_used_as_it_was(asked: Database) -> None:
    made = link()
    await stored.store(asked, lambda unit: session.add_link(unit, made))
    assert await use(asked, made.id)
    await stored.store(asked, lambda unit: session.void_links(unit, "collaboration-alfa"))
    async with asked.read() as reading:
        found = await session.get_link(reading, made.id)
        assert found is not None
        assert found.used_at is not None
        assert found.voided_at is None
        assert not await session.has_unused_link(reading, "administrator-cleo", "collaboration-alfa")


async def test_a_session_comes_back_as_stored_and_ends_once(asked: Database) -> None:
    made = Session(
        id=ids.new_id(),
        side=Side.COMPANY,
        administrator_id="administrator-cleo",
        advisor_id=None,
        company_id="company-alfa",
        link_id="a link",
        identified_by="E-MAIL LINK",
        created_at=makers.NOW,
        expires_at=makers.NOW + timedelta(days=30),
        revoked_at=None,
    )
    await stored.store(asked, lambda unit: session.add_session(unit, made))
    async with asked.read() as reading:
        assert await session.find_session(reading, made.id) == made
        assert await session.find_session(reading, "nothing") is None
    await stored.store(asked, lambda unit: session.revoke_session(unit, made.id))
    async with asked.read() as reading:
        ended = await session.find_session(reading, made.id)
        assert ended is not None
        assert ended.revoked_at is not None
    await stored.store(
        asked,
        lambda unit: clock.advance(unit, timedelta(days=1)),
        lambda unit: session.revoke_session(unit, made.id),
    )
    async with asked.read() as reading:
        assert await session.find_session(reading, made.id) == ended


async def test_a_person_who_is_removed_takes_links_and_sessions_along(asked: Database) -> None:
    made = link()
    await stored.store(
        asked,
        lambda unit: session.add_link(unit, made),
        lambda unit: company.link(unit, "company-alfa", "administrator-cleo", pending=True),
        lambda unit: company.delete_administrator(unit, "administrator-cleo"),
    )
    async with asked.read() as reading:
        assert await session.get_link(reading, made.id) is None
        assert await company.administrators_of(reading, ["company-alfa"]) == {}
        assert await company.many_administrators(reading, ["administrator-cleo"]) == {}
