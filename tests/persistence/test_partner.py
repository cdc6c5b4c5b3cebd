"""Partners and their tokens as rows: kept whole, seen by their own office, and named by what they have activated."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import NotFound
from domain.partner import Partner, PartnerScope
from domain.viewer import Viewer
from persistence import collaboration, migration, partner, scope, tables
from persistence.database import Database, Unit
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

FLOW = makers.partner(expires_at=makers.NOW + timedelta(days=9))
LEAN = makers.partner(id="partner-lean", name="Älv", scopes=(PartnerScope.EVENTS_READ,))
SYD = makers.partner(id="partner-syd", office_id="office-syd", name="Syd")
TOKEN = makers.partner_token()
BY_PARTNER = makers.collaboration(activated_by_id=None, activated_by_partner_id=FLOW.id)


@pytest.fixture
async def database_with_partners(ground: Database) -> Database:
    """Give the ground three partners, two of them of one office, and one a token."""
    steps = [partial(partner.add, added=one) for one in (LEAN, FLOW, SYD)]
    await stored.store(ground, *steps, lambda unit: partner.add_token(unit, TOKEN))
    return ground


async def known(database: Database) -> tuple[Partner, ...]:
    async with database.read() as reading:
        return await partner.of_office(reading, "office-nord")


async def test_partners_are_kept_whole_and_listed_by_name(database_with_partners: Database) -> None:
    assert await known(database_with_partners) == (FLOW, LEAN)
    async with database_with_partners.read() as reading:
        assert await partner.find_token(reading, TOKEN.id) == (TOKEN, FLOW)
        assert await partner.find_token(reading, "nothing") is None
        assert await partner.tokens_of(reading, FLOW.id) == (TOKEN,)
        assert await partner.tokens_of(reading, LEAN.id) == ()


async def test_partners_are_seen_by_their_own_office_alone(database_with_partners: Database) -> None:
    ids = [FLOW.id, LEAN.id, SYD.id, "nobody"]
    viewers: dict[Viewer, set[str]] = {
        makers.advisor_viewer(): {FLOW.id, LEAN.id},
        makers.partner_viewer(): {FLOW.id, LEAN.id},
        makers.partner_viewer(office_id="office-syd"): {SYD.id},
        makers.administrator_viewer(): set(),
    }
    async with database_with_partners.read() as reading:
        for viewer, seen in viewers.items():
            assert set(await partner.many(reading, ids, scope=scope.partners_of(viewer))) == seen

    async def work(unit: Unit) -> None:
        mine = scope.partners_of(makers.advisor_viewer())
        assert await partner.get_held(unit, FLOW.id, scope=mine) == FLOW
        for other in (SYD.id, "nobody"):
            with pytest.raises(NotFound):
                await partner.get_held(unit, other, scope=mine)

    await database_with_partners.write(work)


async def test_a_use_is_written_unless_another_was_within_a_minute(database_with_partners: Database) -> None:
    database = database_with_partners
    table = tables.partners
    await database.write(lambda unit: partner.note_use(unit, FLOW.id))
    first = (await known(database))[0].last_used_at
    assert first is not None
    await database.write(lambda unit: partner.note_use(unit, FLOW.id))
    assert (await known(database))[0].last_used_at == first
    await stored.execute(database, update(table).values(last_used_at=first - timedelta(minutes=2)))
    await database.write(lambda unit: partner.note_use(unit, FLOW.id))
    used = {one.id: one.last_used_at or makers.NOW for one in await known(database)}
    assert used[FLOW.id] >= first
    assert used[LEAN.id] == first - timedelta(minutes=2)


async def test_a_collaboration_has_one_activator_who_exists(database_with_partners: Database) -> None:
    await stored.store(database_with_partners, lambda unit: collaboration.add(unit, BY_PARTNER))
    for changes, rule in (
        ({"activated_by_partner_id": None}, "one_activator"),
        ({"activated_by_id": "advisor-anna"}, "one_activator"),
        ({"activated_by_partner_id": "nowhere"}, "foreign key"),
    ):
        with pytest.raises(IntegrityError) as refusal:
            await stored.execute(database_with_partners, update(tables.collaborations).values(changes))
        assert rule in str(refusal.value.orig).casefold()
    async with database_with_partners.read() as reading:
        assert await collaboration.find(reading, BY_PARTNER.id) == BY_PARTNER


async def test_a_secret_belongs_to_one_token(database_with_partners: Database) -> None:
    async with database_with_partners.read() as reading:
        row = (await reading.connection.execute(select(tables.partner_tokens))).mappings().one()
    with pytest.raises(IntegrityError):
        await stored.execute(database_with_partners, insert(tables.partner_tokens).values({**row, "id": "another"}))


async def test_what_advisors_have_activated_outlives_a_downgrade_and_what_partners_have_forbids_it(
    ground: Database, database_url: str
) -> None:
    first = makers.collaboration()
    second = makers.collaboration(id="second", company_id="company-beta", previous_id=None)
    await stored.store(ground, *(partial(collaboration.add, added=one) for one in (first, second)))
    await migration.downgrade(database_url, "0008")
    await migration.upgrade(database_url)
    async with ground.read() as reading:
        assert [await collaboration.find(reading, one.id) for one in (first, second)] == [first, second]
    await stored.store(ground, lambda unit: partner.add(unit, FLOW))
    by_partner = update(tables.collaborations).where(tables.collaborations.c.id == "second")
    await stored.execute(ground, by_partner.values(activated_by_id=None, activated_by_partner_id=FLOW.id))
    with pytest.raises(RuntimeError, match="a partner has activated"):
        await migration.downgrade(database_url, "0008")
    async with ground.read() as reading:
        assert (await collaboration.find(reading, "second")) is not None
