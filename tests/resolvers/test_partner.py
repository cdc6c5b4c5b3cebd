"""Partners and their tokens: made by FULL alone, shown once, rotated without a gap, and over at once when they are over."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import partner as domain_partner
from domain.errors import IdempotencyKeyReused, InvalidInput, NotFound, NotPermitted
from domain.partner import PartnerScope
from domain.viewer import PartnerViewer
from persistence import partner as stored
from persistence.tables import metadata, partner_tokens
from resolvers import event, partner, session, viewer
from resolvers.context import UnauthenticatedError
from resolvers.partner import CreatePartner
from resolvers.wanted import EventFilter
from tests.support import partners
from tests.support.statements import counted
from tests.support.world import ANNA, BO, CLEO, SARA, PollingBell, World

pytestmark = pytest.mark.anyio

READ = PartnerScope.CUSTOMERS_READ
ASKED = CreatePartner(name="Flow", scopes=(PartnerScope.EVENTS_READ, READ))


async def holds(world: World, token: str | None) -> bool:
    """Tell whether a token opens an operation."""
    assert token is not None
    try:
        context = await world.context(token)
    except UnauthenticatedError:
        return False
    return isinstance(context.viewer, PartnerViewer)


async def test_a_partner_is_known_by_its_token_and_belongs_to_the_office_of_whoever_made_it(world: World) -> None:
    made = await partner.create(await world.viewed_by(BO), ASKED, None)
    flow = await world.context(made.token)
    scopes = frozenset({READ, PartnerScope.EVENTS_READ})
    assert partners.as_partner(flow).scopes == scopes
    assert (made.partner.office_id, made.partner.scopes) == (world.nord.id, (READ, PartnerScope.EVENTS_READ))
    assert await viewer.person(flow) == (await partner.all_partners(await world.viewed_by(BO)))[0]


async def test_only_the_hash_of_a_secret_is_kept_anywhere(world: World) -> None:
    made = await partner.create(await world.viewed_by(BO), ASKED, "key")
    assert made.token is not None
    read = domain_partner.read_token(made.token)
    assert read is not None
    async with world.database.read() as reading:
        for table in metadata.sorted_tables:
            rows = (await reading.connection.execute(select(table))).all()
            assert read[1] not in repr(rows), table.name
        [kept] = (await reading.connection.scalars(select(partner_tokens.c.secret_sha256))).all()
    assert len(kept) == 64


async def test_partners_are_managed_by_full_alone_whatever_the_id(world: World) -> None:
    made = await partners.make(world, READ)
    flow = await world.context(made.token)
    for context, named in ((await world.viewed_by(ANNA), "FULL"), (await world.viewed_by(CLEO), "ADVISOR"), (flow, "ADVISOR")):
        for known in (made.partner.id, "nobody"):
            with pytest.raises(NotPermitted, match=named):
                await partner.rotate_token(context, known, None)
            with pytest.raises(NotPermitted, match=named):
                await partner.revoke(context, known, None)
        with pytest.raises(NotPermitted, match=named):
            await partner.create(context, ASKED, None)
        assert await partner.all_partners(context) == ()
    assert [one.id for one in await partner.all_partners(await world.viewed_by(BO))] == [made.partner.id]


async def test_an_office_has_nothing_to_do_with_another_offices_partners(world: World) -> None:
    made = await partners.make(world, READ)
    sara = await world.viewed_by(SARA)
    for known in (made.partner.id, "nobody"):
        with pytest.raises(NotFound):
            await partner.rotate_token(sara, known, None)
        with pytest.raises(NotFound):
            await partner.revoke(sara, known, None)
        assert await partner.find(sara, known) is None
    assert await partner.all_partners(sara) == ()
    assert await holds(world, made.token)
    assert await partner.find(await world.viewed_by(ANNA), made.partner.id) is not None
    assert await partner.find(await world.viewed_by(CLEO), made.partner.id) is None


@pytest.mark.parametrize(("changes", "path"), [
    ({"name": " "}, ("name",)),
    ({"name": "x" * 201}, ("name",)),
    ({"scopes": ()}, ("scopes",)),
    ({"scopes": (READ, READ)}, ("scopes", "1")),
])  # fmt: skip
async def test_a_bad_partner_is_refused_with_the_place(world: World, changes: dict[str, object], path: tuple[str, ...]) -> None:
    asked = CreatePartner(**{"name": "Flow", "scopes": (READ,)} | changes)  # type: ignore[arg-type]  # keywords of the dataclass
    with pytest.raises(InvalidInput) as refusal:
        await partner.create(await world.viewed_by(BO), asked, None)
    assert [problem.path for problem in refusal.value.problems] == [path]
    assert await partner.all_partners(await world.viewed_by(BO)) == ()


async def test_a_partner_cannot_be_made_for_a_time_that_is_past(world: World) -> None:
    bo = await world.viewed_by(BO)
    for past in (bo.now, bo.now - timedelta(days=1)):
        with pytest.raises(InvalidInput, match="expiresAt"):
            await partner.create(bo, CreatePartner(name="Flow", scopes=(READ,), expires_at=past), None)


async def test_a_partner_past_its_time_is_over_and_gets_no_other_token(world: World) -> None:
    bo = await world.viewed_by(BO)
    made = await partners.make(world, READ, expires_at=bo.now + timedelta(days=2))
    await world.advance(timedelta(days=1, hours=23))
    assert await holds(world, made.token)
    rotated = await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)
    assert rotated.previous_token_expires_at == made.partner.expires_at
    await world.advance(timedelta(hours=1))
    assert not await holds(world, made.token)
    assert not await holds(world, rotated.token)
    with pytest.raises(InvalidInput, match="partnerId"):
        await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)


async def test_two_tokens_live_at_once_and_the_older_one_for_24_hours(world: World) -> None:
    made = await partners.make(world, READ)
    second = await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)
    assert [await holds(world, one) for one in (made.token, second.token)] == [True, True]
    await world.advance(timedelta(hours=23, minutes=59))
    assert [await holds(world, one) for one in (made.token, second.token)] == [True, True]
    await world.advance(timedelta(minutes=1))
    assert [await holds(world, one) for one in (made.token, second.token)] == [False, True]
    third = await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)
    fourth = await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)
    assert [await holds(world, one.token) for one in (second, third, fourth)] == [False, True, True]


async def test_rotations_at_once_leave_two_tokens(world: World) -> None:
    made = await partners.make(world, READ)
    bo = await world.viewed_by(BO)
    done = await asyncio.gather(*(partner.rotate_token(bo, made.partner.id, None) for _ in range(4)))
    assert sum([await holds(world, one.token) for one in done]) == 2
    assert not await holds(world, made.token)


async def test_a_revoked_partner_is_over_at_once_and_for_good(world: World, rung: list[frozenset[str]]) -> None:
    made = await partners.make(world, READ)
    bo = await world.viewed_by(BO)
    second = await partner.rotate_token(bo, made.partner.id, None)
    first = await partner.revoke(bo, made.partner.id, None)
    assert f"office:{world.nord.id}" in rung[-1]
    assert [await holds(world, one) for one in (made.token, second.token)] == [False, False]
    await world.advance(timedelta(days=1))
    again = await partner.revoke(await world.viewed_by(BO), made.partner.id, None)
    assert again.partner == first.partner
    assert again.partner.revoked_at is not None
    with pytest.raises(InvalidInput, match="partnerId"):
        await partner.rotate_token(await world.viewed_by(BO), made.partner.id, None)


async def test_a_repetition_shows_no_token_and_changes_nothing(world: World) -> None:
    bo = await world.viewed_by(BO)
    made = await partner.create(bo, ASKED, "made")
    again = await partner.create(bo, ASKED, "made")
    assert (again.partner, again.token, again.replayed) == (made.partner, None, True)
    rotated = await partner.rotate_token(bo, made.partner.id, "rotated")
    repeated = await partner.rotate_token(bo, made.partner.id, "rotated")
    assert (repeated.token, repeated.replayed) == (None, True)
    assert repeated.previous_token_expires_at == rotated.previous_token_expires_at
    assert [await holds(world, one) for one in (made.token, rotated.token)] == [True, True]
    revoked = await partner.revoke(bo, made.partner.id, "revoked")
    assert (await partner.revoke(bo, made.partner.id, "revoked")).replayed
    assert (await partner.create(bo, ASKED, "made")).partner.revoked_at == revoked.partner.revoked_at
    with pytest.raises(IdempotencyKeyReused):
        await partner.create(bo, CreatePartner(name="Flow", scopes=(READ,)), "made")


async def test_whatever_is_not_the_token_to_the_letter_is_refused(world: World) -> None:
    made = await partners.make(world, READ)
    assert made.token is not None
    head, secret = made.token[:-64], made.token[-64:]
    wrong = "".join("0" if letter != "0" else "1" for letter in secret)
    nobodys = domain_partner.write_token("01890000-0000-7000-8000-000000000001", secret)
    for token in (head + wrong, head + secret[:-1] + wrong[-1], nobodys, head, f"{made.token}0", "smb_live_", head + "0" * 64):
        assert not await holds(world, token), token


async def test_a_use_is_noted_to_the_minute_and_costs_no_other_write(world: World) -> None:
    made = await partners.make(world, READ)

    async def noted() -> object:
        async with world.database.read() as reading:
            return (await stored.of_office(reading, world.nord.id))[0].last_used_at

    assert await noted() is None
    first = (await world.context(made.token)).now
    used = await noted()
    assert used is not None
    with counted(world.database) as statements:
        await world.context(made.token)
    assert not any("UPDATE" in one for one in statements)
    assert await noted() == used
    await world.advance(timedelta(minutes=1))
    assert (await world.context(made.token)).now > first
    assert await noted() != used


async def revoke(world: World, partner_id: str) -> None:
    await partner.revoke(await world.viewed_by(BO), partner_id, None)


async def rotate_and_wait(world: World, partner_id: str) -> None:
    await partner.rotate_token(await world.viewed_by(BO), partner_id, None)
    await world.advance(timedelta(hours=24))


async def rotate_twice(world: World, partner_id: str) -> None:
    for _ in range(2):
        await partner.rotate_token(await world.viewed_by(BO), partner_id, None)


async def outlive(world: World, partner_id: str) -> None:
    await world.advance(timedelta(days=8))


@pytest.mark.parametrize("end", [revoke, rotate_and_wait, rotate_twice, outlive], ids=lambda end: end.__name__)
async def test_a_partners_stream_closes_when_its_token_is_over(world: World, end: object) -> None:
    bo = await world.viewed_by(BO)
    made = await partners.make(world, PartnerScope.EVENTS_READ, expires_at=bo.now + timedelta(days=7))
    entries = event.follow(await world.context(made.token), None, None, EventFilter())
    waiting = asyncio.ensure_future(anext(entries))
    bell = world.installation.bell
    assert isinstance(bell, PollingBell)
    async with asyncio.timeout(20):
        await bell.waited.wait()
    assert callable(end)
    await end(world, made.partner.id)
    with pytest.raises(UnauthenticatedError):
        async with asyncio.timeout(20):
            await waiting


async def test_a_partner_cannot_sign_its_token_out(world: World) -> None:
    made = await partners.make(world, *partners.EVERYTHING)
    with pytest.raises(NotPermitted, match="ADVISOR"):
        await session.sign_out(await world.context(made.token), None)
    assert await holds(world, made.token)
