"""Evidence: a numbered chain per company that anybody can check from its export, and who may see it."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.approval import Evidence
from domain.collaboration import Collaboration
from persistence.database import Unit
from resolvers import collaboration
from resolvers.context import Context
from tests.support.seen import as_administrator, collaborate
from tests.support.world import ANNA, BEA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Line = dict[str, Any]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(lines: list[Line], head: tuple[int, str]) -> bool:
    """Check a chain from its export alone, and its end against a head that was noted earlier."""
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        if "content" in line:
            canonical = json.dumps(line["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            if sha256(canonical) != line["contentHash"]:
                return False
            personal = line["personal"]
            for name in ("name", "email", "peerAddress", "userAgent"):
                committed = None if personal[name] is None else sha256(f"{personal['salt']}\n{personal[name]}")
                if line["content"][f"{name}Commitment"] != committed:
                    return False
        own = sha256(f"{line['number']}\n{line['previousHash']}\n{line['contentHash']}")
        if (line["number"], line["previousHash"], line["hash"]) != (number, previous, own):
            return False
        previous = line["hash"]
    return (len(lines), previous) == head


async def two_approvals(world: World) -> tuple[Collaboration, Collaboration, Context]:
    """Let two offices collaborate with Gamma, and return both collaborations with Gun's view of them."""
    first, gun = await collaborate(world, "Gamma AB")
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    done = await world.approve(await world.by_link(second.id), second)
    return first, done.collaboration, gun


async def record_of(context: Context, known: Collaboration) -> Evidence:
    found = await collaboration.approval_of(context, known)
    assert found is not None
    assert found.evidence is not None
    return found.evidence


async def exported(context: Context, record: Evidence) -> list[Line]:
    return [json.loads(line) for line in (await collaboration.export_evidence(context, record)).splitlines()]


async def test_two_approvals_of_one_company_make_one_chain_that_its_export_proves(world: World) -> None:
    first, second, gun = await two_approvals(world)
    records = [await record_of(gun, known) for known in (first, second)]
    lines = await exported(gun, records[1])
    head = (2, records[1].hash)
    assert is_whole(lines, head)
    assert [line["content"]["collaboration"] for line in lines] == [first.id, second.id]
    assert [line["content"]["termsSha256"] is None for line in lines] == [False, True]
    assert {line["personal"]["email"] for line in lines} == {GUN}
    assert is_whole(await exported(gun, records[0]), (1, records[0].hash))


async def test_an_office_gets_its_own_records_in_full_and_the_others_as_hashes(world: World) -> None:
    first, second, gun = await two_approvals(world)
    bo, sara = await world.viewed_by(BO), await world.viewed_by(SARA)
    latest = await record_of(gun, second)
    lines = await exported(sara, await record_of(sara, second))
    assert is_whole(lines, (2, latest.hash))
    assert lines[0].keys() == {"number", "contentHash", "previousHash", "hash"}
    assert first.id not in json.dumps(lines)
    assert world.nord.id not in json.dumps(lines)
    assert is_whole(await exported(bo, await record_of(bo, first)), (1, (await record_of(gun, first)).hash))


async def test_every_tampering_with_an_export_is_found(world: World) -> None:
    _, second, gun = await two_approvals(world)
    latest = await record_of(gun, second)
    lines = await exported(gun, latest)
    head = (2, latest.hash)

    def edited(place: int, **changes: object) -> list[Line]:
        return [line | changes if at == place else line for at, line in enumerate(lines)]

    content, personal = lines[0]["content"], lines[0]["personal"]
    rehashed = content | {"termsVersion": 7}
    tampered: dict[str, list[Line]] = {
        "content": edited(0, content=rehashed),
        "content with its hash": edited(
            0, content=rehashed, contentHash=sha256(json.dumps(rehashed, sort_keys=True, separators=(",", ":")))
        ),
        "person": edited(0, personal=personal | {"email": "annan@gamma.example"}),
        "number": edited(1, number=3),
        "previous hash": edited(1, previousHash="0" * 64),
        "own hash": edited(1, hash="f" * 64),
        "swapped": lines[::-1],
        "inserted": [lines[0], *lines],
        "first one cut": lines[1:],
        "tail cut": lines[:1],
        "everything cut": [],
    }
    assert {name: is_whole(found, head) for name, found in tampered.items()} == dict.fromkeys(tampered, False)
    assert is_whole(lines, head)


async def test_a_record_says_who_answered_for_whom_to_what_from_where_and_how_he_was_known(world: World) -> None:
    known, gun = await collaborate(world, "Gamma AB")
    record = await record_of(gun, known)
    shown = await collaboration.terms(gun, known, None)
    assert shown is not None
    content, personal = record.content, record.personal
    assert personal is not None
    expected = {
        "collaboration": known.id,
        "kind": "TERMS_AND_CONDITIONS",
        "terms": shown.id,
        "termsVersion": 1,
        "termsSha256": hashlib.sha256(shown.text.encode()).hexdigest(),
        "language": shown.language,
        "administrator": as_administrator(gun).id,
        "actingFor": known.company_id,
        "office": world.nord.id,
        "identifiedBy": "approval link",
        "requestId": "request-1",
        "applicationVersion": "test",
        "linkSentAt": None,
    }
    assert {name: content[name] for name in expected} == expected
    assert {name: personal[name] for name in personal if name != "salt"} == {
        "name": "Gun Grå",
        "email": GUN,
        "peerAddress": "192.0.2.7",
        "userAgent": "a test",
    }
    assert str(content["linkUsedAt"]) <= str(content["recordedAt"])
    assert all(secret not in json.dumps(content) for secret in (GUN, "Gun Grå", "192.0.2.7"))


async def test_evidence_is_seen_by_full_and_the_companys_administrators_alone(world: World) -> None:
    first, second, gun = await two_approvals(world)
    record = await record_of(gun, first)
    for email, sees in ((BO, True), (ANNA, False), (SARA, False), (BEA, False)):
        viewer = await world.viewed_by(email)
        assert (await collaboration.find_evidence(viewer, record.id) is not None) is sees
    anna = await world.viewed_by(ANNA)
    approval = await collaboration.approval_of(anna, first)
    assert approval is not None
    assert (approval.approved_by_name, approval.evidence) == ("Gun Grå", None)
    assert await collaboration.find_evidence(gun, (await record_of(gun, second)).id) is not None
    assert await collaboration.find_evidence(gun, "no such id") is None


@pytest.mark.parametrize("change", ["UPDATE evidence SET number = 7", "DELETE FROM evidence", "UPDATE evidence SET hash = 'x'"])
async def test_the_database_itself_refuses_to_change_evidence(world: World, change: str) -> None:
    known, gun = await collaborate(world, "Gamma AB")

    async def work(unit: Unit) -> None:
        await unit.connection.execute(text(change))

    with pytest.raises(DBAPIError, match="never changed"):
        await world.database.write(work)
    assert (await record_of(gun, known)).number == 1
