"""The world, and documents executed on it as a person."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import URL
from strawberry.types import ExecutionResult

from persistence.database import Database
from resolvers import session
from resolvers.context import Context
from schema.api import SCHEMA
from tests.support import conversing, databases, edge, requesting, walls, worlds
from tests.support.conversing import Socket
from tests.support.edge import Listening
from tests.support.walls import Walled
from tests.support.world import World, make_installation, make_world


@pytest.fixture
async def world(database: Database) -> World:
    """Make the world on a fresh database."""
    return await make_world(database)


@dataclass(frozen=True)
class Asking:
    """Executes documents on the world."""

    world: World

    async def result(self, context: Context, document: str, variables: Mapping[str, Any] | None = None) -> ExecutionResult:
        """Execute a document and return whatever comes of it."""
        answer = await SCHEMA.execute(document, variable_values=dict(variables or {}), context_value=context)
        assert isinstance(answer, ExecutionResult)
        return answer

    async def data(self, context: Context, document: str, variables: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Execute a document that has no errors, and return its data."""
        answer = await self.result(context, document, variables)
        assert answer.errors is None, answer.errors
        return answer.data

    async def anna(self) -> Context:
        """Ask as the advisor with OWN."""
        return await self.world.viewed_by("anna@nordbyran.example")

    async def bo(self) -> Context:
        """Ask as the advisor with FULL."""
        return await self.world.viewed_by("bo@nordbyran.example")

    async def sara(self) -> Context:
        """Ask as the advisor of the other office."""
        return await self.world.viewed_by("sara@sydbyran.example")

    async def bea(self) -> Context:
        """Ask as Beta's administrator."""
        return await self.world.viewed_by("bea@beta.example")


@pytest.fixture
def asking(world: World) -> Asking:
    """Execute documents."""
    return Asking(world)


@pytest.fixture
def written() -> list[str]:
    """Give the list of what the mutations of the edge's small schema have written, empty."""
    edge.WRITTEN.clear()
    return edge.WRITTEN


@pytest.fixture
async def bearer(world: World) -> str:
    """Give Bo a token."""
    return await session.issue_token(world.installation, "bo@nordbyran.example", None)


@pytest.fixture
async def listening(world: World) -> AsyncIterator[Listening]:
    """Serve the edge's small schema, in development."""
    async with edge.listen(world.installation) as served:
        yield served


@pytest.fixture
async def client(listening: Listening, bearer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Send requests as Bo."""
    async with requesting.client_of(listening, bearer) as opened:
        yield opened


@pytest.fixture
async def socket(listening: Listening, bearer: str) -> AsyncIterator[Socket]:
    """Converse as Bo over a WebSocket."""
    async with conversing.acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_walled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Walled, Path]:
    """Fill two offices on SQLite, and give the file to copy."""
    directory = tmp_path_factory.mktemp("walled")
    return worlds.fill(databases.copy_sqlite(sqlite_template, directory), walls.make), directory / "samarbete.sqlite"


@pytest.fixture(scope="session")
def postgres_walled(postgres_server: URL, postgres_template: URL) -> Iterator[tuple[Walled, URL]]:
    """Fill two offices on PostgreSQL."""
    with worlds.on_postgres(postgres_server, postgres_template, walls.make) as made:
        yield made


@pytest.fixture
def walled_copy(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Walled, str]]:
    """Give the address of a database with two offices full of everything."""
    if backend == "sqlite":
        made, file = request.getfixturevalue("sqlite_walled")
        yield made, databases.copy_sqlite(file, tmp_path)
        return
    made, database = request.getfixturevalue("postgres_walled")
    yield made, database.render_as_string(hide_password=False)
    databases.put_back(database)


@pytest.fixture
async def walled(walled_copy: tuple[Walled, str], rung: list[frozenset[str]], anyio_backend: str) -> AsyncIterator[Walled]:
    """Open two offices of the test's own."""
    made, url = walled_copy
    opened = Database(url, ring=rung.append)
    yield replace(made, world=replace(made.world, installation=make_installation(opened)))
    await opened.close()
