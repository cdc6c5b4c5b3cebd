"""A backup is whole while the service writes; what is restored is looked at first, and nothing that was there is lost."""

import json
import sqlite3
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy.engine import URL, make_url

import app
from persistence.lock import ServerLock
from resolvers.context import Installation
from tests.app.conftest import SetUp
from tests.support import postgres, service
from tests.support.demo import DemoWorld
from tests.support.desk import Desk

Test = TypeVar("Test", bound=Callable[..., None])

LINK = 'mutation { requestSignInLink(input: { email: "nobody@nowhere.example", side: OFFICE }) { __typename } }'


def sqlite_alone(test: Test) -> Test:
    """Run a test on SQLite, whose file is backed up."""
    marked: Test = pytest.mark.sqlite(pytest.mark.parametrize("backend", ["sqlite"], indirect=True)(test))
    return marked


def read(database: Path, column: str) -> object:
    """Read what a file says of its installation."""
    with closing(sqlite3.connect(database)) as opened:
        [[found]] = opened.execute(f"SELECT {column} FROM installation").fetchall()  # noqa: S608 - a name of ours
    return found


def change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(statement)


def ask(url: str, token: str, query: str) -> dict[str, Any]:
    """Ask, and return the whole answer."""
    asked = urllib.request.Request(
        f"{url}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(asked, timeout=15) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_backup_of_a_service_that_writes_has_what_was_acknowledged_before_it_and_is_restored_elsewhere(
    demo_world: DemoWorld, tmp_path: Path
) -> None:
    data, other, file = demo_world.copy(tmp_path), tmp_path / "other", tmp_path / "backup.sqlite"
    is_over, written = threading.Event(), list[bool]()
    with service.run_service(data) as running:
        desk = Desk(running.url, demo_world.token)
        before, cursor = desk.activate("Beta AB"), desk.first_cursor()

        def write_on() -> None:
            while not is_over.is_set():
                answer = ask(running.url, demo_world.token, LINK)
                written.append("errors" not in answer)

        with ThreadPoolExecutor() as threads:
            writing = threads.submit(write_on)
            told = service.run_command("backup", str(file), data=data)
            is_over.set()
            writing.result()
        assert str(data / "issuer.key") in told
        assert all(written)
        after = desk.activate("Delta AB")
    other.mkdir()
    (other / "issuer.key").write_bytes((data / "issuer.key").read_bytes())
    assert "CURSOR_EPOCH" in service.run_command("restore", str(file), data=other)
    assert file.stat().st_mode & 0o077 == 0
    with service.run_service(other) as running:
        desk = Desk(running.url, demo_world.token)
        assert desk.standing(before)["status"] == "AWAITING_APPROVAL"
        assert desk.standing(after) is None
        late = f'{{ collaborationEvents(first: 5, after: "{cursor}") {{ nodes {{ id }} }} }}'
        [error] = ask(running.url, demo_world.token, late)["errors"]
        assert error["extensions"]["code"] == "CURSOR_EPOCH"


@pytest.fixture
def backed_up(migrated: SetUp, tmp_path: Path) -> Path:
    """Back up a database on which nothing is, whose server does not run."""
    migrated.do("migrate")
    migrated.do("backup", str(tmp_path / "backup.sqlite"))
    return tmp_path / "backup.sqlite"


@sqlite_alone
def test_no_backup_takes_the_place_of_another_file(migrated: SetUp, backed_up: Path) -> None:
    before = backed_up.read_bytes()
    assert "exists already" in migrated.refused("backup", str(backed_up))
    assert backed_up.read_bytes() == before
    assert "cannot be copied" in migrated.refused("backup", str(backed_up.parent / "none" / "backup.sqlite"))
    assert list(backed_up.parent.glob("*.part")) == []


@sqlite_alone
def test_what_is_replaced_is_kept_and_a_restored_database_begins_a_new_epoch(migrated: SetUp, backed_up: Path) -> None:
    database = migrated.data / "samarbete.sqlite"
    change(database, "UPDATE installation SET clock_shift_seconds = 3600")
    assert "--replace" in migrated.refused("restore", str(backed_up))
    told = migrated.do("restore", str(backed_up), "--replace")
    [kept] = migrated.data.glob("replaced-*.sqlite")
    assert str(kept) in told
    assert read(kept, "clock_shift_seconds") == 3600
    assert read(database, "clock_shift_seconds") == 0
    assert len({read(one, "epoch") for one in (database, backed_up)}) == 2
    assert read(kept, "epoch") == read(backed_up, "epoch")
    assert not (migrated.data / "restoring.sqlite").exists()


@sqlite_alone
@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("DROP TABLE installation", "is no backup"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer release"),
        ("INSERT INTO streams (id, head) VALUES ('office:nobody', 7)", "nothing was changed"),
    ],
)
def test_what_cannot_be_restored_leaves_everything_as_it_was(migrated: SetUp, backed_up: Path, spoilt: str, why: str) -> None:
    database = migrated.data / "samarbete.sqlite"
    before = database.read_bytes()
    change(backed_up, spoilt)
    assert why in migrated.refused("restore", str(backed_up), "--replace")
    assert database.read_bytes() == before
    assert [file.name for file in migrated.data.glob("re*.sqlite")] == []


@sqlite_alone
@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5_000])
def test_a_file_that_is_no_database_is_refused(migrated: SetUp, backed_up: Path, content: bytes) -> None:
    backed_up.write_bytes(content)
    assert "is no backup" in migrated.refused("restore", str(backed_up), "--replace")


@sqlite_alone
def test_a_backup_of_which_a_page_is_lost_is_refused(migrated: SetUp, backed_up: Path) -> None:
    with closing(sqlite3.connect(backed_up)) as opened:
        [[page]] = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'customers'").fetchall()
    whole = bytearray(backed_up.read_bytes())
    whole[(page - 1) * 4_096 : page * 4_096] = bytes(4_096)
    backed_up.write_bytes(whole)
    assert "is damaged" in migrated.refused("restore", str(backed_up), "--replace")


@sqlite_alone
def test_nothing_is_restored_under_a_server_or_another_command(migrated: SetUp, backed_up: Path) -> None:
    lock = ServerLock(migrated.data / app.LOCK_FILE)
    lock.acquire()
    assert "another server" in migrated.refused("restore", str(backed_up), "--replace")
    lock.release()
    with closing(sqlite3.connect(migrated.data / "samarbete.sqlite")) as other:
        other.execute("SELECT * FROM installation").fetchall()
        assert "open" in migrated.refused("restore", str(backed_up), "--replace")
    migrated.do("restore", str(backed_up), "--replace")


@sqlite_alone
def test_a_database_is_restored_where_there_was_none(migrated: SetUp, backed_up: Path) -> None:
    (migrated.data / "samarbete.sqlite").unlink()
    assert "kept" not in migrated.do("restore", str(backed_up))
    assert "Name the backup" in migrated.refused("restore")
    assert "There is no file" in migrated.refused("restore", str(backed_up.parent / "none"))


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_dump_of_postgresql_is_restored_as_the_page_says(
    migrated: SetUp, database_url: str, postgres_server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated.do("demo")
    source, target, dump = make_url(database_url), postgres.create_database(postgres_server), tmp_path / "samarbete.dump"

    def run(program: str, database: URL, *arguments: str) -> None:
        place = database.set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run([postgres.program(program), *arguments, f"--dbname={place}", *rest[program]], check=True)

    rest = {"pg_dump": [], "pg_restore": [str(dump)]}
    run("pg_dump", source, "--format=custom", f"--file={dump}")
    run("pg_restore", target, "--clean", "--if-exists", "--exit-on-error", "--single-transaction")
    monkeypatch.setenv("SAMARBETE_DATABASE_URL", target.set(drivername="postgresql").render_as_string(hide_password=False))
    migrated.do("restore")
    assert "and all are true" in migrated.run("doctor", "--invariants").stdout
    postgres.drop_database(postgres_server, target)


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_postgresql_has_restored_begins_a_new_epoch_if_it_is_whole(migrated: SetUp, database_url: str) -> None:
    async def epoch(installation: Installation) -> str:
        async with installation.database.read() as reading:
            return reading.epoch

    assert "own tools" in migrated.refused("backup", "backup.sqlite")
    assert "leave the file out" in migrated.refused("restore", "backup.sqlite")
    before = migrated.ask(epoch)
    migrated.do("restore")
    after = migrated.ask(epoch)
    assert after != before
    postgres.execute(make_url(database_url), "INSERT INTO streams (id, head) VALUES ('office:nobody', 7)")
    assert "nothing was changed" in migrated.refused("restore")
    assert migrated.ask(epoch) == after
