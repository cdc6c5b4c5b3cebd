"""Documents by their hash: stored over HTTP and WebSocket, and refused where the hash is another's."""

import json
from collections.abc import Mapping

import httpx
import pytest

from schema.persisted import hash_of
from tests.support.conversing import Socket
from tests.support.conversing import codes as codes_of
from tests.support.edge import Listening
from tests.support.requesting import RESPONSE, client_of, codes, post

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

ECHO = 'query Echo { echo(text: "å") }'
WRITE = 'mutation { write(text: "x") { text } }'
ANSWER = {"echo": "å"}


def persisted(document: str) -> dict[str, object]:
    """Name a document as Apollo's protocol does."""
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document)}}


def by_hash(document: str) -> dict[str, object]:
    return {"extensions": persisted(document)}


async def test_a_document_is_found_by_its_hash_once_it_was_sent_with_it(client: httpx.AsyncClient) -> None:
    unknown = await post(client, by_hash(ECHO))
    assert (unknown.status_code, codes(unknown)) == (400, ["PERSISTED_QUERY_NOT_FOUND"])
    # Clients compare the words as well.
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "data" not in unknown.json()

    assert (await post(client, {"query": ECHO, **by_hash(ECHO)})).json()["data"] == ANSWER
    assert (await post(client, by_hash(ECHO))).json()["data"] == ANSWER
    assert (await post(client, {"documentId": f"sha256:{hash_of(ECHO)}"})).json()["data"] == ANSWER
    assert (await post(client, {"query": None, "documentId": hash_of(ECHO), "operationName": "Echo"})).json()["data"] == ANSWER


async def test_old_clients_that_take_json_are_told_with_200(client: httpx.AsyncClient) -> None:
    response = await post(client, by_hash(ECHO), Accept="application/json")
    assert (response.status_code, codes(response)) == (200, ["PERSISTED_QUERY_NOT_FOUND"])


async def test_a_document_is_asked_for_by_get_too(client: httpx.AsyncClient) -> None:
    named = {"extensions": json.dumps(persisted(ECHO))}
    assert codes(await client.get("/graphql", params=named)) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert (await client.get("/graphql", params={"query": ECHO, **named})).json()["data"] == ANSWER
    assert (await client.get("/graphql", params=named)).json()["data"] == ANSWER
    assert (await client.get("/graphql", params={"documentId": f"sha256:{hash_of(ECHO)}"})).json()["data"] == ANSWER


async def test_a_mutation_that_is_stored_is_no_more_executed_by_get_than_another(
    client: httpx.AsyncClient, written: list[str]
) -> None:
    assert (await post(client, {"query": WRITE, **by_hash(WRITE)})).status_code == 200
    response = await client.get("/graphql", params={"extensions": json.dumps(persisted(WRITE))})
    assert (response.status_code, written) == (405, ["x"])


async def test_documents_are_stored_over_a_websocket_and_found_over_http(socket: Socket, client: httpx.AsyncClient) -> None:
    await socket.say({"type": "subscribe", "id": "1", "payload": by_hash(ECHO)})
    told = await socket.hear()
    assert (told["type"], codes_of(told)) == ("error", ["PERSISTED_QUERY_NOT_FOUND"])
    for payload in ({"query": ECHO, **by_hash(ECHO)}, by_hash(ECHO), {"documentId": f"sha256:{hash_of(ECHO)}"}):
        await socket.say({"type": "subscribe", "id": "1", "payload": payload})
        assert await socket.hear() == {"type": "next", "id": "1", "payload": {"data": ANSWER}}
        assert await socket.hear() == {"type": "complete", "id": "1"}
    assert (await post(client, by_hash(ECHO))).json()["data"] == ANSWER


async def test_a_document_under_the_hash_of_another_is_refused_and_not_stored(
    client: httpx.AsyncClient, written: list[str]
) -> None:
    for named in (by_hash(ECHO), {"documentId": f"sha256:{hash_of(ECHO)}"}, {"documentId": "mine"}):
        response = await post(client, {"query": WRITE, **named})
        assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert written == []
    assert codes(await post(client, by_hash(ECHO))) == ["PERSISTED_QUERY_NOT_FOUND"]


MALFORMED: list[Mapping[str, object]] = [
    {"extensions": {"persistedQuery": 5}},
    {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash_of(ECHO)}}},
    {"extensions": {"persistedQuery": {"sha256Hash": hash_of(ECHO)}}},
    {"extensions": {"persistedQuery": {"version": 1}}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x" * 257}}},
    {"documentId": 5},
    {"documentId": ""},
    {"documentId": "sha256:" + hash_of(ECHO).upper()},
    {"documentId": "sha256:abc"},
    {"documentId": f"sha256:{hash_of(WRITE)}", **by_hash(ECHO)},
    {"query": None},
    {"extensions": {"persistedQuery": None}},
]


@pytest.mark.parametrize("body", MALFORMED)
async def test_what_names_no_document_well_is_refused(client: httpx.AsyncClient, body: Mapping[str, object]) -> None:
    response = await post(client, body)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_only_what_is_valid_and_may_be_asked_is_stored(client: httpx.AsyncClient, listening: Listening) -> None:
    for wrong in ("{ nothing }", "{", "{ item { items(first: 0) } }"):
        assert (await post(client, {"query": wrong, **by_hash(wrong)})).status_code == 400
        assert codes(await post(client, by_hash(wrong))) == ["PERSISTED_QUERY_NOT_FOUND"]
    async with httpx.AsyncClient(base_url=listening.origin) as stranger:
        assert codes(await post(stranger, {"query": ECHO, **by_hash(ECHO)})) == ["UNAUTHENTICATED"]
    assert codes(await post(client, by_hash(ECHO))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_what_somebody_stored_is_executed_with_the_rights_of_whoever_asks(
    client: httpx.AsyncClient, listening: Listening
) -> None:
    await post(client, {"query": ECHO, **by_hash(ECHO)})
    async with httpx.AsyncClient(base_url=listening.origin) as stranger:
        assert codes(await post(stranger, by_hash(ECHO))) == ["UNAUTHENTICATED"]


async def test_a_stranger_cannot_flush_what_others_have_stored(listening: Listening, bearer: str) -> None:
    sign_in = 'mutation {{ signIn(secret: "{}") }}'
    unknown = httpx.AsyncClient(base_url=listening.origin, headers={"Accept": RESPONSE})
    async with client_of(listening, bearer) as client, unknown as stranger:
        await post(client, {"query": ECHO, **by_hash(ECHO)})
        documents = [sign_in.format(f"{number}{'x' * 60_000}") for number in range(6)]
        for document in documents:
            assert (await post(stranger, {"query": document, **by_hash(document)})).status_code == 200
        found = [(await post(stranger, by_hash(document))).status_code for document in documents]
        assert found == [400, 400, 200, 200, 200, 200]
        assert (await post(client, by_hash(ECHO))).json()["data"] == ANSWER
