"""With a manifest nothing is executed but its documents: by their hash, by their id, or by their full text."""

from collections.abc import AsyncIterator

import httpx
import pytest

from schema.persisted import TrustedDocuments, hash_of
from tests.support import conversing, edge
from tests.support.edge import Listening
from tests.support.requesting import client_of, codes, post
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

ECHO, OTHER, OWN = 'query Echo { echo(text: "å") }', '{ echo(text: "b") }', '{ echo(text: "own") }'
SHORT = "0123456789abcdef0123456789abcdef01234567"
ANSWER = {"data": {"echo": "å"}}


@pytest.fixture
async def trusting(world: World) -> AsyncIterator[Listening]:
    """Serve the edge's small schema to documents of a manifest alone."""
    async with edge.listen(world.installation, documents=TrustedDocuments({SHORT: ECHO}, [OWN])) as served:
        yield served


@pytest.fixture
async def trusted(trusting: Listening, bearer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Send requests as Bo."""
    async with client_of(trusting, bearer) as opened:
        yield opened


def persisted(name: str) -> dict[str, object]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": name}}}


@pytest.mark.parametrize(
    "body",
    [
        persisted(SHORT), persisted(hash_of(ECHO)), {"documentId": SHORT}, {"documentId": f"sha256:{hash_of(ECHO)}"},
        {"query": ECHO}, {"query": ECHO, **persisted(SHORT)}, {"query": ECHO, **persisted(hash_of(ECHO))},
    ],
)  # fmt: skip
async def test_a_document_of_the_manifest_is_executed_however_it_is_named(
    trusted: httpx.AsyncClient, body: dict[str, object]
) -> None:
    assert (await post(trusted, body)).json()["data"] == ANSWER["data"]


@pytest.mark.parametrize(
    "body",
    [
        {"query": OTHER}, {"query": OTHER, **persisted(hash_of(OTHER))}, persisted(hash_of(OTHER)), {"documentId": "x-mine:1"},
        {"query": ""}, {"query": "{"}, {"query": "{ __schema { types { name } } }"}, {"query": f"{ECHO} "},
    ],
)  # fmt: skip
async def test_no_other_document_is_executed_and_none_is_stored(trusted: httpx.AsyncClient, body: dict[str, object]) -> None:
    for _ in range(2):
        response = await post(trusted, body)
        assert (response.status_code, codes(response)) == (400, ["DOCUMENT_NOT_TRUSTED"])


async def test_an_id_of_the_manifest_lets_no_other_text_in(trusted: httpx.AsyncClient) -> None:
    response = await post(trusted, {"query": OTHER, **persisted(SHORT)})
    assert codes(response) == ["BAD_REQUEST"]


async def test_our_own_pages_are_trusted_too(trusted: httpx.AsyncClient) -> None:
    assert (await post(trusted, {"query": OWN})).json()["data"] == {"echo": "own"}


async def test_over_a_websocket_too(trusting: Listening, bearer: str) -> None:
    async with conversing.acknowledged(trusting, {"Authorization": f"Bearer {bearer}"}) as socket:
        await socket.subscribe("1", OTHER)
        assert conversing.codes(await socket.hear()) == ["DOCUMENT_NOT_TRUSTED"]
        await socket.say({"type": "subscribe", "id": "2", "payload": {"documentId": SHORT}})
        assert (await socket.hear())["payload"] == ANSWER
