"""The world, and documents executed on it as a person."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from strawberry.types import ExecutionResult

from persistence.database import Database
from resolvers import session
from resolvers.context import Context
from schema.api import SCHEMA
from tests.support import conversing, edge, requesting
from tests.support.conversing import Socket
from tests.support.edge import Listening
from tests.support.world import World, make_world


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
