"""GraphQL over HTTP: what is taken, what is refused and how, on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

import schema.http
from schema.http import LONGEST_BODY, LONGEST_BODY_WITH_TOKEN
from tests.support.edge import Listening
from tests.support.requesting import JSON, RESPONSE, codes, post

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

ECHO = {"query": 'query Echo { echo(text: "å") }'}
TWO = {"query": 'query A { echo(text: "a") } query B { echo(text: "b") }'}
DEEP = b'{"query":"{__typename}","variables":{"n":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
# The request, its variables, and so many lists: together as many levels as are taken.
NESTED = {"query": "query ($n: Int) { number(value: $n) }", "variables": {"n": json.loads("[" * 62 + "]" * 62)}}
NOT_WELL_FORMED = [
    b"", b"5", b'"x"', b"null", b"true", b"[]", b'[{"query":"{__typename}"}]', b"{", b"{}", b"\xff\xfe", b"\x1f\x8b\x08\x00",
    b"\xef\xbb\xbf{}", b'{"query":5}', b'{"query":null}', b'{"query":["{__typename}"]}',
    b'{"query":"{__typename}","variables":[]}', b'{"query":"{__typename}","variables":"x"}',
    b'{"query":"{__typename}","operationName":5}', b'{"query":"{__typename}","extensions":[]}',
    b'{"query":"{__typename}","variables":{"n":NaN}}', b'{"query":"{__typename}","variables":{"n":Infinity}}',
    b'{"query":"{__typename}","variables":{"n":1e999}}', b'{"query":"\\ud800"}', b'{"query":"{__typename}"} x',
    b'{"query":"{__typename}","variables":{"n":' + b"9" * 6_000 + b"}}",
    DEEP[:LONGEST_BODY],
    b'{"query":"{__typename}","variables":{"n":' + b"[" * 63 + b"]" * 63 + b"}}",
    b'{"query":"{__typename}","extensions":{"n":[' + b"5," * 100_000 + b"5]}}",
    b'{"query":"{__typename}","variables":{"n":' + b"9" * 21 + b"}}",
    b'{"query":"{__typename}","query":"{__typename}"}', b'{"query":"{__typename}","qu\\u0065ry":"{__typename}"}',
    b'{"query":"{__typename}","variables":{"a":[{"b":1,"b":1}]}}',
]  # fmt: skip
REQUEST_ERRORS: list[tuple[object, str]] = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ ...Missing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ ...A } fragment A on Query { ...A }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ echo(text: 5) }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "type A { b: Int }"}, "OPERATION_RESOLUTION_FAILURE"),
    (TWO, "OPERATION_RESOLUTION_FAILURE"),
    ({**TWO, "operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query ($t: String!) { echo(text: $t) }"}, "BAD_USER_INPUT"),
    ({"query": "query ($n: Int) { number(value: $n) }", "variables": {"n": "x"}}, "BAD_USER_INPUT"),
    ({"query": "query ($n: Int) { number(value: $n) }", "variables": {"n": 10**19}}, "BAD_USER_INPUT"),
    ({"query": "query ($t: String = null) { echo(text: $t) }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": 'query ($t: String = "x") { echo(text: $t) }', "variables": {"t": None}}, "BAD_USER_INPUT"),
    (NESTED, "BAD_USER_INPUT"),
    ({"query": "{ item { items(first: 0) } }"}, "PAGE_SIZE_INVALID"),
    ({"query": '{ item { items(after: "bad") } }'}, "CURSOR_INVALID"),
    ({"query": '{ perhaps(kind: "CursorEpoch") }'}, "CURSOR_EPOCH"),
    ({"query": '{ perhaps(kind: "InvalidInput") }'}, "BAD_USER_INPUT"),
    ({"query": "{ " + "__typename " * 1_000 + "}"}, "LIMIT_EXCEEDED"),
    ({"query": "#\n" * 1_001 + "{ __typename }"}, "LIMIT_EXCEEDED"),
    ({"query": "{ item " * 300}, "LIMIT_EXCEEDED"),
    ({"query": "{ " + "__typename " * 900 + "}"}, "LIMIT_EXCEEDED"),
    ({"query": "{ __typename }", "variables": {"a": {"b": [["x"] * 2_001]}}}, "LIMIT_EXCEEDED"),
]


async def test_a_query_is_answered_in_the_media_type_of_graphql(client: httpx.AsyncClient) -> None:
    response = await post(client, ECHO)
    assert (response.status_code, response.json()["data"]) == (200, {"echo": "å"})
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert len(response.headers["x-request-id"]) == 36


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("application/*", JSON),
        (f"*/*, {RESPONSE};q=0.5", JSON),
        ("application/json", JSON),
        ("application/json, text/plain, */*", JSON),
        (f"{JSON};q=0.9, {RESPONSE}", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE}, */*", RESPONSE),
        (f"{JSON}, text/event-stream", JSON),
        (f"text/event-stream, {JSON};q=0.5", JSON),
        (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
    ],
)
async def test_accept_chooses_the_media_type_and_json_comes_before_any_stream(
    client: httpx.AsyncClient, accept: str, expected: str
) -> None:
    response = await post(client, ECHO, accept=accept)
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"
    assert response.json()["data"] == {"echo": "å"}


async def test_what_nobody_can_answer_in_is_not_acceptable(client: httpx.AsyncClient) -> None:
    response = await post(client, ECHO, accept="image/png")
    assert (response.status_code, codes(response)) == (406, ["BAD_REQUEST"])


async def test_a_query_may_be_a_get(client: httpx.AsyncClient) -> None:
    query = {"query": "query ($t: String!) { echo(text: $t) }", "variables": '{"t": "x"}', "operationName": ""}
    response = await client.get("/graphql", params=query)
    assert (response.status_code, response.json()["data"]) == (200, {"echo": "x"})


async def test_a_mutation_is_never_a_get(client: httpx.AsyncClient, written: list[str]) -> None:
    response = await client.get("/graphql", params={"query": 'mutation { write(text: "x") { text } }'})
    assert (response.status_code, response.headers["allow"], codes(response)) == (405, "POST", ["BAD_REQUEST"])
    assert written == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_told_which_are_allowed(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql", json=ECHO)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_browser_that_opens_the_address_gets_the_page(client: httpx.AsyncClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert (await client.get("/graphql", headers={"Accept": accept})).text == "the page"
    assert (await post(client, ECHO, accept=accept)).json()["data"] == {"echo": "å"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_only_json_is_taken_so_that_no_form_of_another_site_can_ask(
    client: httpx.AsyncClient, written: list[str], headers: Mapping[str, str]
) -> None:
    body = json.dumps({"query": 'mutation { write(text: "x") { text } }'})
    response = await client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, codes(response), written) == (415, ["BAD_REQUEST"], [])


@pytest.mark.parametrize("accept", [RESPONSE, JSON])
async def test_what_is_no_well_formed_request_is_a_bad_one(client: httpx.AsyncClient, accept: str) -> None:
    for body in NOT_WELL_FORMED:
        response = await client.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept})
        assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"]), body[:200]
        assert "data" not in response.json()


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "query=%ff", "query={__typename}&query={__typename}", "query={__typename}&variables=[", "a=1&" * 30],
)
async def test_a_query_string_that_is_not_well_formed_is_a_bad_request(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/graphql?{query_string}")
    assert response.status_code == 400
    assert codes(response)[0] in {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (JSON, 200)])
async def test_a_request_error_has_its_code_and_no_data(client: httpx.AsyncClient, accept: str, status: int) -> None:
    for body, code in REQUEST_ERRORS:
        response = await post(client, body, accept=accept)
        assert (response.status_code, codes(response)) == (status, [code]), str(body)[:200]
        assert "data" not in response.json()


async def test_the_operation_that_is_named_is_executed_and_no_other(client: httpx.AsyncClient) -> None:
    response = await post(client, {**TWO, "operationName": "B"})
    assert response.json()["data"] == {"echo": "b"}


async def test_fragments_nested_thirty_deep_cost_no_more_than_their_text(client: httpx.AsyncClient) -> None:
    chain = " ".join(f"fragment F{n} on Item {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    query = f"{{ item {{ ...F0 }} }} {chain} fragment F30 on Item {{ items(first: 3) }}"
    async with asyncio.timeout(5):
        response = await post(client, {"query": query})
    assert response.json()["data"] == {"item": {"items": 3}}


@pytest.mark.parametrize("with_token", [True, False])
async def test_a_body_may_be_as_long_as_its_sender_is_trusted(listening: Listening, bearer: str, with_token: bool) -> None:
    assert (LONGEST_BODY, LONGEST_BODY_WITH_TOKEN) == (262_144, 1_048_576)
    limit = LONGEST_BODY_WITH_TOKEN if with_token else LONGEST_BODY
    headers = {"Content-Type": JSON, "Accept": RESPONSE} | ({"Authorization": f"bearer {bearer}"} if with_token else {})
    empty = len(json.dumps({"query": "{ __typename }", "x": ""}))
    async with httpx.AsyncClient(base_url=listening.origin, headers=headers) as client:
        for length, status in ((limit, 200), (limit + 1, 413)):
            body = json.dumps({"query": "{ __typename }", "x": "y" * (length - empty)})
            for content in (body.encode(), _pieces(body.encode())):
                response = await client.post("/graphql", content=content)
                assert response.status_code == status, response.text
        assert codes(response) == ["LIMIT_EXCEEDED"]


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    listening: Listening, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema.http, "BODY_S", 0.2)
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nAuthorization: Bearer {bearer}\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    async with asyncio.timeout(5):
        writer.write(f'{head}Content-Length: 99\r\n\r\n{{"query": "'.encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    await writer.wait_closed()


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    """Send without a length, so that it must be counted."""
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


async def test_a_long_body_with_a_bad_token_is_unauthenticated(listening: Listening) -> None:
    async with httpx.AsyncClient(
        base_url=listening.origin, headers={"Authorization": "Bearer x", "Content-Type": JSON}
    ) as client:
        response = await client.post("/graphql", content=b" " * (LONGEST_BODY + 1))
    assert response.status_code == 401
