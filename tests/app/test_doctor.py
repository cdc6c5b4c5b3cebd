"""The doctor finds what is wrong with a set-up and says how to mend it, and finds nothing wrong with a good one."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert

import app
from commands import setting_up
from domain.mail import MailKind
from persistence import jobs, keys
from persistence.database import Unit
from persistence.lock import ServerLock
from persistence.tables import streams
from resolvers.context import Installation
from tests.app.conftest import SetUp
from tests.delivery.peer import Peer, listening
from web import pages


@pytest.fixture(autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have GraphiQL built, whatever the checkout has."""
    folder = tmp_path_factory.mktemp("dist")
    (folder / "index.html").touch()
    monkeypatch.setattr(pages, "_GRAPHIQL", folder)
    return folder


def findings(up: SetUp, *arguments: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """Return the exit code, what was found well, and what was found wrong with its remedy, by what was looked at."""
    done = up.run("doctor", *arguments)
    assert done.stderr == ""
    well, wrong, about = {}, {}, ""
    for line in done.stdout.splitlines():
        if line.startswith("ok "):
            about, _, found = line[7:].partition(" ")
            well[about] = found.strip()
        elif line.startswith("wrong"):
            about, _, found = line[7:].partition(" ")
            wrong[about] = found.strip()
        else:
            wrong[about] += " " + line.strip()
    return done.exit_code, well, wrong


def test_a_good_set_up_is_well(migrated: SetUp) -> None:
    keys.load_or_create(migrated.data)
    code, well, wrong = findings(migrated)
    assert (code, wrong) == (0, {})
    assert list(well) == ["settings", "data", "key", "server", "database", "clock", "jobs", "graphiql", "mail"]


def test_a_setting_that_is_none_is_named(bare: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMARBETE_PROT", "1")
    code, _, wrong = findings(bare)
    assert code == 1
    assert "SAMARBETE_PROT" in wrong["settings"]


def test_a_directory_that_is_not_there_is_not_made(bare: SetUp) -> None:
    code, _, wrong = findings(bare, "--data", str(bare.data / "none"))
    assert code == 1
    remedy = setting_up.typed("migrate", bare.data / "none")
    assert wrong["data"].endswith(f"Make it with: {remedy}")
    assert wrong["database"].endswith(f"Run: {remedy}")
    assert list(bare.data.iterdir()) == []


def test_a_data_directory_that_is_a_file_is_found(bare: SetUp) -> None:
    (bare.data / "file").touch()
    code, _, wrong = findings(bare, "--data", str(bare.data / "file"))
    assert (code, "data" in wrong) == (1, True)


def test_a_damaged_key_and_one_that_others_can_read_are_found(migrated: SetUp) -> None:
    keys.load_or_create(migrated.data)
    file = migrated.data / keys.FILE
    file.chmod(0o644)
    assert f"chmod 600 {file}" in findings(migrated)[2]["key"]
    file.write_bytes(b"short")
    assert "backup" in findings(migrated)[2]["key"]
    assert "backup" in migrated.refused("token", "anna@nordbyran.example")


def test_what_a_data_directory_holds_is_for_whoever_runs_the_service_alone(bare: SetUp) -> None:
    bare.run("migrate")
    keys.load_or_create(bare.data)
    found = {file.name: file.stat().st_mode & 0o077 for file in bare.data.iterdir()}
    assert "samarbete.sqlite" in found
    assert set(found.values()) == {0}


def test_a_database_that_is_away_is_found(bare: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMARBETE_DATABASE_URL", "postgresql://nobody:hemligt@127.0.0.1:1/none")
    code, _, wrong = findings(bare)
    assert code == 1
    assert "SAMARBETE_DATABASE_URL" in wrong["database"]
    assert "hemligt" not in str(wrong)
    assert "hemligt" not in bare.refused("migrate")


def test_a_database_that_is_none_is_found(bare: SetUp) -> None:
    (bare.data / "samarbete.sqlite").write_bytes(b"not a database, and longer than a header of one " * 50)
    assert "cannot be used" in findings(bare)[2]["database"]
    assert "cannot be used" in bare.refused("migrate")


def test_a_clock_that_was_moved_is_told_in_development_and_wrong_in_production(
    migrated: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated.do("clock", "advance", "2d")
    _, well, _ = findings(migrated)
    assert "2 days" in well["clock"]
    wanted = {"PROFILE": "production", "BASE_URL": "https://s.example", "SMTP_HOST": "127.0.0.1", "MAIL_FROM": "s@s.example"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"SAMARBETE_{name}", value)
    assert "2 days" in findings(migrated)[2]["clock"]


def test_jobs_that_were_set_aside_are_counted_and_let_go_again(migrated: SetUp) -> None:
    async def work(installation: Installation) -> None:
        async def park(unit: Unit) -> None:
            for name in ("1", "2"):
                await jobs.add(unit, id=name, kind="mail", subject_id=MailKind.ACTIVATION.value, due_at=unit.now)
            for job in await jobs.lease(unit, limit=10, seconds=60):
                await jobs.park(unit, job, problem="KeyError")

        await installation.database.write(park)

    async def due(installation: Installation) -> bool:
        async with installation.database.read() as reading:
            return await jobs.next_due(reading) is not None

    migrated.ask(work)
    code, _, wrong = findings(migrated)
    assert code == 1
    assert "2 of the kind mail" in wrong["jobs"]
    assert "doctor --retry" in wrong["jobs"]
    assert not migrated.ask(due)
    assert findings(migrated, "--retry")[1]["jobs"].startswith("2 ")
    assert migrated.ask(due)
    assert "jobs" not in findings(migrated)[2]


def test_rows_are_looked_at_when_asked_for_and_what_is_not_true_of_them_is_named(migrated: SetUp) -> None:
    async def break_a_stream(installation: Installation) -> None:
        async def work(unit: Unit) -> None:
            await unit.connection.execute(insert(streams).values(id="office:nobody", head=7))

        await installation.database.write(work)

    migrated.do("demo")
    code, well, _ = findings(migrated, "--invariants")
    assert (code, "rows" in well) == (0, True)
    assert "rows" not in findings(migrated)[1]
    migrated.ask(break_a_stream)
    code, _, wrong = findings(migrated, "--invariants")
    assert code == 1
    assert "numbered without gaps up to its head (office:nobody)" in wrong["rows"]


def test_graphiql_that_is_not_built_is_found(bare: SetUp, built: Path) -> None:
    (built / "index.html").unlink()
    assert "make graphiql" in findings(bare)[2]["graphiql"]


@pytest.mark.anyio
async def test_a_mail_server_is_tried(bare: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer()
    async with listening(peer):
        for name, value in {"HOST": "127.0.0.1", "PORT": str(peer.port), "SECURITY": "none"}.items():
            monkeypatch.setenv(f"SAMARBETE_SMTP_{name}", value)
        _, well, _ = await asyncio.to_thread(findings, bare)
        assert "takes our connection" in well["mail"]
        monkeypatch.setenv("SAMARBETE_SMTP_SECURITY", "starttls")
        _, _, wrong = await asyncio.to_thread(findings, bare)
        assert "SAMARBETE_SMTP_HOST" in wrong["mail"]
    _, _, wrong = await asyncio.to_thread(findings, bare)
    assert "could not be used" in wrong["mail"]


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_server_that_runs_is_told_by_its_process(migrated: SetUp) -> None:
    assert findings(migrated)[1]["server"] == "none runs here"
    lock = ServerLock(migrated.data / app.LOCK_FILE)
    lock.acquire()
    assert findings(migrated)[1]["server"].startswith("one runs here (process ")
    lock.release()
    assert findings(migrated)[1]["server"] == "none runs here"
