"""The databases that tests stand on are fresh, real and gone afterwards."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from persistence import tables
from persistence.database import Database

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.anyio

# Starts a server of its own, tells where it lies and its process, and dies without a chance to clean up.
KILLED_SESSION = """
import os, pathlib, signal
from tests.support import postgres
with postgres.run_server() as server:
    home = pathlib.Path(server.query["host"])
    print(home, (home / "data" / "postmaster.pid").read_text().split()[0], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("attempt", ["first", "second"])
async def test_a_test_gets_a_database_of_its_own(database: Database, attempt: str) -> None:
    row = {"id": "office", "name": attempt, "organisation_number": "5560160680"}
    async with database.engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM offices")) == 0
        await connection.execute(tables.offices.insert().values(row))


async def test_a_fresh_database_would_keep_what_it_acknowledges(database: Database) -> None:
    await database.check()


async def test_the_database_is_of_the_kind_that_was_asked_for(database: Database, backend: str) -> None:
    assert database.engine.dialect.name == backend


@pytest.mark.postgresql
@pytest.mark.slow
def test_the_postgresql_server_ends_with_a_session_that_was_killed() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TEST_POSTGRES_URL"}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_SESSION], cwd=ROOT, env=environment, capture_output=True, check=False, text=True
    )
    home, process = killed.stdout.split()
    try:
        wait_until_gone(int(process), deadline=time.monotonic() + 10)
    finally:
        shutil.rmtree(home)


def wait_until_gone(process: int, *, deadline: float) -> None:
    """Return when no such process runs; fail when one still does at the deadline."""
    while psutil.pid_exists(process):
        assert time.monotonic() < deadline, "the server outlived the session that started it"
        time.sleep(0.01)
