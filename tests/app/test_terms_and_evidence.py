"""Terms are published and evidence is exported by hand, and the worker does what comes of it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import app
from delivery.bell import Bell
from domain import calendar_day
from domain.collaboration import CollaborationStatus
from domain.service import Terms
from examples import verify_evidence
from persistence import service
from resolvers import collaboration
from resolvers.context import Installation
from resolvers.demo import world
from resolvers.wanted import CollaborationFilter
from settings import Settings
from tests.app.conftest import SetUp

NY, BETA = "556023-0053", "556013-0048"
PUBLISH = ("terms", "publish")
SCANNER = ("--service", "VISMA_SCANNER", "--language", "sv")


def today(up: SetUp) -> date:
    async def work(installation: Installation) -> date:
        async with installation.database.read() as reading:
            return calendar_day.day_of(reading.now)

    return up.ask(work)


def versions(up: SetUp) -> list[Terms]:
    async def work(installation: Installation) -> list[Terms]:
        async with installation.database.read() as reading:
            found = await service.find_by_code(reading, "VISMA_SCANNER")
            assert found is not None
            return list((await service.terms_of(reading, [found.id]))[found.id])

    return up.ask(work)


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Write a text of terms."""
    file = tmp_path / "villkor.txt"
    file.write_text("\nNya villkor för skannern.\n", encoding="utf-8")
    return str(file)


def test_a_text_is_published_once_and_another_language_joins_it(migrated: SetUp, text: str) -> None:
    migrated.do("demo")
    day = ["--effective-from", today(migrated).isoformat()]
    said = migrated.do(*PUBLISH, text, *SCANNER, *day, "--mandatory", "--grace-days", "14")
    assert "version 2 of the terms of VISMA_SCANNER in sv" in said
    assert "within 14 days" in said
    assert migrated.refused(*PUBLISH, text, *SCANNER, *day, "--mandatory", "--grace-days", "14") == "text is in use already."
    english = [text, "--service", "VISMA_SCANNER", "--language", "en", *day, "--mandatory", "--grace-days", "14"]
    assert "version 2" in migrated.do(*PUBLISH, *english)
    newest = [one for one in versions(migrated) if one.version == 2]
    assert {(one.language, one.text, one.mandatory, one.grace_days) for one in newest} == {
        ("sv", "Nya villkor för skannern.", True, 14),
        ("en", "Nya villkor för skannern.", True, 14),
    }
    assert newest[0].sha256 in said


def test_a_text_that_cannot_be_published_is_refused_in_one_line(migrated: SetUp, text: str, tmp_path: Path) -> None:
    migrated.do("demo")
    day = today(migrated)
    soon, past = ["--effective-from", day.isoformat()], ["--effective-from", (day - timedelta(days=1)).isoformat()]
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n", encoding="utf-8")
    assert "no service has the code" in migrated.refused(*PUBLISH, text, "--service", "X", "--language", "sv", *soon)
    assert migrated.refused(*PUBLISH, text, "--service", "X", "--language", "fi", *soon) == "language cannot be taken here."
    assert "effectiveFrom lies outside" in migrated.refused(*PUBLISH, text, *SCANNER, *past)
    assert "graceDays cannot be taken here" in migrated.refused(*PUBLISH, text, *SCANNER, *soon, "--grace-days", "10")
    assert "graceDays cannot be taken here" in migrated.refused(
        *PUBLISH, text, *SCANNER, *soon, "--mandatory", "--grace-days", "0"
    )
    assert "text must not be blank" in migrated.refused(*PUBLISH, str(blank), *SCANNER, *soon)
    assert "cannot be read" in migrated.refused(*PUBLISH, str(tmp_path / "none"), *SCANNER, *soon)
    assert {one.version for one in versions(migrated)} == {1}


def test_the_worker_tells_of_terms_and_suspends_what_uses_a_service_without_them(
    migrated: SetUp, known: Settings, text: str
) -> None:
    migrated.do("demo")
    migrated.do(*PUBLISH, text, *SCANNER, "--effective-from", today(migrated).isoformat(), "--mandatory", "--grace-days", "3")

    async def work(installation: Installation) -> dict[CollaborationStatus, int]:
        await app.make_worker(installation, known, Bell()).run_once()
        bo = await world.act_as(installation, "bo@nordbyran.example")
        return dict(await collaboration.counts(bo, CollaborationFilter()))

    before = migrated.ask(work)
    assert before.get(CollaborationStatus.ACTIVE, 0) > 0
    migrated.do("clock", "advance", "3d")
    after = migrated.ask(work)
    assert CollaborationStatus.ACTIVE not in after
    assert after[CollaborationStatus.SUSPENDED] == before[CollaborationStatus.ACTIVE]


def test_the_evidence_of_a_company_is_printed_whole_for_the_checker(migrated: SetUp) -> None:
    migrated.do("demo")
    printed = migrated.do("evidence", "export", NY)
    verdict = verify_evidence.verify(printed)
    assert verdict.whole == verdict.opened == verdict.head.number > 0
    assert re.search(r'"email": "nils@ny\.example"', printed)


def test_what_has_no_evidence_is_said(migrated: SetUp) -> None:
    migrated.do("demo")
    assert "approved nothing yet" in migrated.refused("evidence", "export", BETA)
    assert migrated.refused("evidence", "export", "802002-4280") == "no company has the number."
    assert "organisationNumber is not a valid" in migrated.refused("evidence", "export", "12")
