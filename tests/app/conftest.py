"""What tests of the application start from: what is set up on a fresh database, commands, and the application itself."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from httpx import ASGITransport, AsyncClient
from typer.testing import CliRunner, Result

import app
import settings
from cli import cli
from commands import logs, setting_up
from delivery.bell import Bell
from resolvers.context import Installation
from resolvers.demo import world
from schema.workbench import Workbench
from settings import Settings

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """A data directory and a database, as the environment names them."""

    data: Path

    def run(self, *arguments: str) -> Result:
        """Run a command as `python cli.py` would."""
        return CliRunner().invoke(cli, arguments, catch_exceptions=False, env={"COLUMNS": "200", "TERM": "dumb"})

    def do(self, *arguments: str) -> str:
        """Run a command that is to succeed, and return what it printed."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    def refused(self, *arguments: str) -> str:
        """Run a command that is to be refused, and return the one line that says why."""
        done = self.run(*arguments)
        assert (done.exit_code, done.stdout) == (1, ""), done.output
        [line] = done.stderr.splitlines()
        assert line.startswith("samarbete: ")
        return str(line.removeprefix("samarbete: "))

    def ask(self, work: Callable[[Installation], Awaitable[Found]]) -> Found:
        """Look at the installation from inside."""
        return setting_up.on_installation(settings.load(), work)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Set up a data directory in which nothing is, with settings that no machine of ours has."""
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SAMARBETE_DATA", str(tmp_path))
    # What is logged belongs to the process of the tests, which has its own.
    monkeypatch.setattr(logs, "configure", lambda _settings: None)
    return SetUp(data=tmp_path)


@pytest.fixture
def migrated(bare: SetUp, backend: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Set up a migrated database on which nothing is."""
    if backend == "postgresql":
        monkeypatch.setenv("SAMARBETE_DATABASE_URL", database_url.replace("+asyncpg", ""))
    return bare


@pytest.fixture
def known(migrated: SetUp) -> Settings:
    """Read the settings of what is set up."""
    return settings.load()


@pytest.fixture
async def installation(known: Settings, anyio_backend: str) -> AsyncIterator[Installation]:
    """Open what is set up."""
    async with app.open_installation(known, Bell()) as opened:
        yield opened


@pytest.fixture
async def demo(installation: Installation) -> Installation:
    """Open what is set up, with the demo world on it."""
    await world.load(installation)
    return installation


@pytest.fixture
async def client(installation: Installation, known: Settings) -> AsyncIterator[AsyncClient]:
    """Speak with the application, as a client of the host that it names."""
    edge = app.make_edge(installation, known, Workbench(installation))
    transport = ASGITransport(app.create(installation, known, edge))
    async with AsyncClient(transport=transport, base_url=known.url) as opened:
        yield opened
