"""Each command does what its help says, on both databases, and tells a refusal in one line."""

import re
import shlex
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.event import CollaborationEventType
from domain.office import CustomerPermission
from domain.service import InvoiceRecipient, ServiceAfterwards, SubscriptionStatus
from domain.viewer import AdministratorViewer, AdvisorViewer, Viewer
from persistence import clock, company, customer, event, office, service
from resolvers import event as streams
from resolvers import token
from resolvers.context import Installation, Request
from resolvers.demo import world
from tests.app import beta
from tests.app.conftest import SetUp
from tests.architecture.sources import ROOT

ANNA, BEA = "anna@nordbyran.example", "bea@beta.example"
BETA, NORD = "556013-0048", "556010-0017"
COMMANDS = [
    ("serve",), ("migrate",), ("demo",), ("token",), ("schema",), ("docs",), ("doctor",), ("clock", "advance"),
    ("office", "add"), ("advisor", "add"), ("advisor", "permission"), ("advisor", "deactivate"), ("company", "register"),
    ("company", "administrator", "add"), ("company", "administrator", "remove"), ("company", "subscription", "set"),
    ("service", "add"), ("customers", "import"), ("terms", "publish"), ("evidence", "export"),
    ("person", "export"), ("person", "erase"), ("identity", "link"), ("identity", "unlink"),
]  # fmt: skip


def viewer_of(up: SetUp, bearer: str) -> Viewer | None:
    async def work(installation: Installation) -> Viewer | None:
        request = Request(id="test", peer=None, user_agent=None)
        return (await token.open_context(installation, token=bearer, language="sv", request=request)).viewer

    return up.ask(work)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_what_it_does(bare: SetUp, command: tuple[str, ...]) -> None:
    said = bare.do(*command, "--help")
    assert len(said.split("\n\n")) > 1
    if command not in {("schema",), ("docs",)}:
        assert "--data" in said


def test_migrating_twice_is_migrating_once(bare: SetUp) -> None:
    bare.do("migrate")
    bare.do("migrate")
    assert "There is no" not in bare.do("demo")


def test_a_command_on_a_directory_without_a_database_says_so_and_leaves_nothing_there(bare: SetUp) -> None:
    assert "There is no database in" in bare.refused("token", ANNA, "--data", str(bare.data / "mistyped"))
    assert list(bare.data.iterdir()) == []


@pytest.mark.parametrize("below", [True, False], ids=["in the checkout", "elsewhere"])
def test_a_remedy_can_be_typed_as_it_stands(bare: SetUp, monkeypatch: pytest.MonkeyPatch, below: bool) -> None:
    monkeypatch.chdir(ROOT if below else bare.data)
    place = bare.data / "a place"
    python, script, *arguments = shlex.split(bare.refused("token", ANNA, "--data", str(place)).partition("Run: ")[2])
    assert Path(python).absolute() == Path(sys.executable)
    assert Path(script).resolve() == ROOT / "cli.py"
    assert not (below and Path(script).is_absolute())
    bare.do(*arguments)
    assert (place / "samarbete.sqlite").is_file()
    assert "demo --data" in bare.refused("token", ANNA, "--data", str(place))


def test_the_demo_world_is_loaded_once(migrated: SetUp) -> None:
    assert migrated.do("demo").startswith("Added: ")
    assert migrated.do("demo") == "The demo world is there already.\n"


def test_generated_customers_are_added_up_to_the_number_that_is_asked_for(migrated: SetUp) -> None:
    assert "generated customers 5\n" in migrated.do("demo", "--customers", "5").replace(".", "")
    assert migrated.do("demo", "--customers", "7") == "Added: generated customers 2.\n"
    assert migrated.do("demo", "--customers", "7") == "The demo world is there already.\n"

    async def work(installation: Installation) -> list[str | None]:
        async with installation.database.read() as reading:
            bo = await office.find_advisor_by_email(reading, "bo@nordbyran.example")
            assert bo is not None
            return [await customer.find_by_number(reading, bo.office_id, f"G{place:07d}") for place in (7, 8)]

    seventh, eighth = migrated.ask(work)
    assert seventh is not None
    assert eighth is None


def test_a_token_is_printed_alone_and_stands_for_its_person(migrated: SetUp) -> None:
    migrated.do("demo")
    done = migrated.run("token", ANNA)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)
    assert isinstance(viewer_of(migrated, done.stdout.strip()), AdvisorViewer)
    assert isinstance(viewer_of(migrated, migrated.do("token", BEA).strip()), AdministratorViewer)


def test_a_person_of_both_sides_chooses_one(migrated: SetUp) -> None:
    migrated.do("demo")
    migrated.do("company", "administrator", "add", BETA, "Anna Ek", ANNA)
    assert isinstance(viewer_of(migrated, migrated.do("token", ANNA).strip()), AdvisorViewer)
    assert isinstance(viewer_of(migrated, migrated.do("token", ANNA, "--side", "company").strip()), AdministratorViewer)
    assert isinstance(viewer_of(migrated, migrated.do("token", ANNA, "--side", "OFFICE").strip()), AdvisorViewer)
    assert "the side COMPANY" in migrated.refused("token", "bo@nordbyran.example", "--side", "COMPANY")


def test_nobody_gets_a_token_for_an_unknown_address(migrated: SetUp) -> None:
    assert "the address is not" in migrated.refused("token", ANNA)


@pytest.mark.parametrize(("written", "distance"), [("31d", timedelta(days=31)), ("1d12h5m3s", timedelta(hours=36, seconds=303))])
def test_the_clock_moves_forward(migrated: SetUp, written: str, distance: timedelta) -> None:
    migrated.do("clock", "advance", written)
    migrated.do("clock", "advance", "1s")

    async def work(installation: Installation) -> tuple[timedelta, datetime]:
        async with installation.database.read() as reading:
            return await clock.shift(reading), reading.now

    shift, now = migrated.ask(work)
    assert shift == distance + timedelta(seconds=1)
    assert abs(now - datetime.now(UTC) - shift) < timedelta(minutes=1)


@pytest.mark.parametrize("written", ["", "31", "d", "-1d", "1.5d", "1w", "1d 2h", "٣d"])
def test_a_duration_that_is_none_is_a_wrong_use(migrated: SetUp, written: str) -> None:
    assert migrated.run("clock", "advance", "--", written).exit_code == 2


def test_the_clock_stays_within_the_calendar(migrated: SetUp) -> None:
    assert "36525 days" in migrated.refused("clock", "advance", "999999999d")
    migrated.do("clock", "advance", "36525d")
    assert "36525 days" in migrated.refused("clock", "advance", "1s")


def set_production(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"PROFILE": "production", "BASE_URL": "https://s.example", "SMTP_HOST": "s.example", "MAIL_FROM": "s@s.example"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"SAMARBETE_{name}", value)


def test_production_has_no_clock_to_move_and_refuses_one_that_was_moved(migrated: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated.do("demo")
    # Production makes a key of its own.
    (migrated.data / "issuer.key").unlink()
    with monkeypatch.context() as production:
        set_production(production)
        assert migrated.do("token", ANNA)
        assert "cannot be moved" in migrated.refused("clock", "advance", "1d")
    migrated.do("clock", "advance", "1d")
    set_production(monkeypatch)
    assert "clock is moved by 1 day" in migrated.refused("token", ANNA)


def test_an_office_and_its_advisors_are_added_and_changed(migrated: SetUp) -> None:
    migrated.do("office", "add", "Nordbyrån", NORD)
    migrated.do("advisor", "add", NORD, "Anna Ek", ANNA)
    migrated.do("advisor", "add", NORD, "Bo Berg", "bo@nordbyran.example", "--permission", "full", "--language", "en")
    bearer = migrated.do("token", ANNA).strip()
    viewer = viewer_of(migrated, bearer)
    assert isinstance(viewer, AdvisorViewer)
    assert viewer.permission is CustomerPermission.OWN
    migrated.do("advisor", "permission", ANNA, "FULL")
    viewer = viewer_of(migrated, bearer)
    assert isinstance(viewer, AdvisorViewer)
    assert viewer.permission is CustomerPermission.FULL
    migrated.do("advisor", "deactivate", ANNA)
    assert "the address is not" in migrated.refused("token", ANNA)


def test_wrong_facts_are_refused_by_what_is_wrong_with_them(migrated: SetUp) -> None:
    migrated.do("office", "add", "Nordbyrån", NORD)
    assert migrated.refused("office", "add", " ", "232100-0157") == (
        "name must not be blank; organisationNumber is not a valid organisation number."
    )
    assert migrated.refused("office", "add", "Sydbyrån", NORD) == "organisationNumber is in use already."
    assert "no office has the organisation number" in migrated.refused("advisor", "add", BETA, "Anna Ek", ANNA)
    assert migrated.refused("advisor", "add", NORD, "Anna Ek", "anna") == "email is not a valid e-mail address."
    assert migrated.refused("advisor", "permission", ANNA, "OWN") == "no advisor has the address."
    assert migrated.refused("advisor", "deactivate", ANNA) == "no advisor has the address."
    assert "no registered company" in migrated.refused("company", "administrator", "add", BETA, "Bea Falk", BEA)
    assert "no company has the number" in migrated.refused("company", "administrator", "remove", BETA, BEA)
    assert "no company has the number" in migrated.refused("company", "subscription", "set", BETA, "NONE_SUCH", "active")
    assert migrated.run("company", "subscription", "set", BETA, "VISMA_SCANNER", "pending").exit_code == 2


def test_a_company_is_registered_and_administered(migrated: SetUp) -> None:
    migrated.do("company", "register", BETA, "Beta AB")
    migrated.do("company", "administrator", "add", BETA, "Bea Falk", BEA)
    bearer = migrated.do("token", BEA).strip()
    viewer = viewer_of(migrated, bearer)
    assert isinstance(viewer, AdministratorViewer)
    assert len(viewer.company_ids) == 1
    migrated.do("company", "administrator", "remove", BETA, BEA)
    viewer = viewer_of(migrated, bearer)
    assert isinstance(viewer, AdministratorViewer)
    assert viewer.company_ids == frozenset()


def test_a_subscription_is_set_changed_and_removed(migrated: SetUp) -> None:
    migrated.do("demo")

    async def work(installation: Installation) -> list[SubscriptionStatus]:
        async with installation.database.read() as reading:
            held = await company.find_by_number(reading, "5560130048")
            assert held is not None
            return [one.status for one in (await service.subscriptions_of(reading, [held.id])).get(held.id, ())]

    for status, found in (
        ("active", [SubscriptionStatus.ACTIVE]),
        ("READ_ONLY", [SubscriptionStatus.READ_ONLY]),
        ("ended", [SubscriptionStatus.ENDED]),
        ("none", []),
    ):
        migrated.do("company", "subscription", "set", BETA, "VISMA_SCANNER", status)
        assert migrated.ask(work) == found


def test_the_offices_are_told_when_the_last_administrator_is_removed_while_a_request_waits(migrated: SetUp) -> None:
    migrated.do("demo")
    migrated.ask(beta.activate)
    migrated.do("company", "administrator", "remove", BETA, BEA)

    async def work(installation: Installation) -> list[CollaborationEventType]:
        anna = (await world.act_as(installation, ANNA)).require_viewer()
        async with installation.database.read() as reading:
            told = await event.after(reading, streams.stream_of(anna, None), 0, limit=100)
        return [one.event.type for one in told]

    assert migrated.ask(work)[-1] is CollaborationEventType.APPROVER_MISSING


SERVICE = ["--name", "sv=Kassabok", "--description", "sv=Håll ordning på kassan.", "--open-url", "https://kassa.example/open"]


def test_a_service_is_added_with_its_terms(migrated: SetUp, tmp_path: Path) -> None:
    (tmp_path / "sv.txt").write_text("Villkor för kassaboken.\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("Terms of the cash book.\n", encoding="utf-8")
    terms = ["--terms", f"sv={tmp_path / 'sv.txt'}", "--terms", f"en={tmp_path / 'en.txt'}", "--effective-from", "2026-01-01"]
    migrated.do("service", "add", "CASH_BOOK", *SERVICE, *terms, "--invoice-recipient", "office", "--end-option", "end")

    async def work(installation: Installation) -> None:
        async with installation.database.read() as reading:
            added = await service.find_by_code(reading, "CASH_BOOK")
            assert added is not None
            assert added.names == {"sv": "Kassabok"}
            assert added.allowed_invoice_recipients == (InvoiceRecipient.OFFICE,)
            assert added.end_options == (ServiceAfterwards.END,)
            texts = (await service.terms_of(reading, [added.id]))[added.id]
        assert {one.language: one.text for one in texts} == {"sv": "Villkor för kassaboken.", "en": "Terms of the cash book."}

    migrated.ask(work)
    assert migrated.refused("service", "add", "CASH_BOOK", *SERVICE, *terms) == "code is in use already."


def test_a_service_without_what_makes_it_one_is_refused(migrated: SetUp, tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("Villkor", encoding="utf-8")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Villkör".encode("latin-1"))
    terms = ["--terms", f"sv={file}"]
    assert "code holds a character" in migrated.refused("service", "add", "cash book", *SERVICE, *terms)
    assert "open-url cannot be taken here" in migrated.refused(
        "service", "add", "CASH", *SERVICE, *terms, "--open-url", "javascript:1"
    )
    assert "terms.sv must be given" in migrated.refused("service", "add", "CASH", *SERVICE, "--terms", f"en={file}")
    assert "cannot be read" in migrated.refused("service", "add", "CASH", *SERVICE, "--terms", f"sv={tmp_path / 'none'}")
    assert "not text in UTF-8" in migrated.refused("service", "add", "CASH", *SERVICE, "--terms", f"sv={latin}")
    assert migrated.run("service", "add", "CASH", *SERVICE, *terms, "--name", "sv=Igen").exit_code == 2
    assert migrated.run("service", "add", "CASH", *SERVICE, *terms, "--name", "no=Kassebok").exit_code == 2
