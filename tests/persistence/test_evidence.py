"""The evidence: one chain for each company, numbered without gaps by whoever approves at once, and read back to the byte."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain import approval
from domain.approval import FIRST_HASH, ChainHead, Evidence
from domain.collaboration import Collaboration
from domain.errors import NotFound
from persistence import collaboration, evidence, ids
from persistence.database import Database, Unit
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

ALFA = makers.collaboration(message="Hej – välkommen! 日本\n\t'\"")
BETA = makers.collaboration(id="collaboration-beta", company_id="company-beta")
CLEO = makers.administrator(name="Cleo Fälk 日本")


async def approve(unit: Unit, request: Collaboration, *, user_agent: str = "Browser/1.0") -> Evidence:
    head = await evidence.head(unit, request.company_id)
    await asyncio.sleep(0)
    record = approval.make_evidence(
        request, CLEO, evidence_id=ids.new_id(), salt="salt", accepted=makers.terms(),
        identification=makers.identification(user_agent=user_agent, peer=None), head=head, now=unit.now,
    )  # fmt: skip
    await evidence.append(unit, record)
    return record


@pytest.fixture
async def asked(ground: Database) -> Database:
    """Have a request to each of two companies."""
    await stored.store(ground, lambda unit: collaboration.add(unit, ALFA), lambda unit: collaboration.add(unit, BETA))
    return ground


async def chain(database: Database, company_id: str, up_to: int = 1_000) -> Sequence[Evidence]:
    async with database.read() as reading:
        return await evidence.chain(reading, company_id, up_to=up_to)


async def test_a_chain_begins_at_nothing_and_each_record_names_the_one_before(asked: Database) -> None:
    assert await asked.write(lambda unit: evidence.head(unit, "company-alfa")) == ChainHead(number=0, hash=FIRST_HASH)
    records = [await asked.write(lambda unit: approve(unit, ALFA)) for _ in range(3)]
    other = await asked.write(lambda unit: approve(unit, BETA))
    assert await chain(asked, "company-alfa") == tuple(records)
    assert await chain(asked, "company-alfa", up_to=2) == tuple(records[:2])
    assert await chain(asked, "company-beta") == (other,)
    assert [one.number for one in (*records, other)] == [1, 2, 3, 1]
    assert await asked.write(lambda unit: evidence.head(unit, "company-alfa")) == ChainHead(number=3, hash=records[2].hash)
    async with asked.read() as reading:
        assert await evidence.of_collaborations(reading, [BETA.id, "nothing"]) == {BETA.id: other}
        assert await evidence.many(reading, [records[1].id, "nothing"]) == {records[1].id: records[1]}


async def test_approvals_at_once_make_one_chain_and_refused_ones_leave_no_hole(asked: Database) -> None:
    async def one(place: int) -> None:
        async def work(unit: Unit) -> None:
            await approve(unit, ALFA if place % 3 else BETA, user_agent=f"Browser {place}")
            if place % 5 == 4:
                raise NotFound

        if place % 5 == 4:
            with pytest.raises(NotFound):
                await asked.write(work)
        else:
            await asked.write(work)

    await asyncio.gather(*(one(place) for place in range(20)))
    found = {name: await chain(asked, name) for name in ("company-alfa", "company-beta")}
    assert sum(len(records) for records in found.values()) == 16
    for records in found.values():
        assert [one.number for one in records] == list(range(1, len(records) + 1))
        assert [one.previous_hash for one in records] == [FIRST_HASH, *(one.hash for one in records[:-1])]


async def test_a_records_hashes_follow_from_what_is_read_back(asked: Database) -> None:
    await asked.write(lambda unit: approve(unit, ALFA, user_agent="Ünïcode/1.0 \\u0041 1.50 😀"))
    (record,) = await chain(asked, "company-alfa")
    assert approval.hash_content(record.content) == record.content_hash
    assert approval.hash_record(record.number, record.previous_hash, record.content_hash) == record.hash
    assert record.personal is not None
    assert record.content["userAgentCommitment"] == approval.commitment("salt", record.personal["userAgent"])
    assert record.content["peerAddressCommitment"] is None
    assert record.content["collaborationHash"] == approval.collaboration_hash(replace(ALFA))
