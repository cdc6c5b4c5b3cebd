"""Who may ask over HTTP, what the use cases are told of a request, and pages that are judged before anything acts."""

from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from tests.support import edge
from tests.support.edge import Listening
from tests.support.requesting import JSON, RESPONSE, codes, post
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


@pytest.mark.parametrize("accept", [RESPONSE, JSON])
async def test_a_token_that_is_given_must_be_a_valid_one(listening: Listening, accept: str) -> None:
    for authorization in (
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Basic eDp5",
        "x",
        "",
        "Bearer " + "x" * 5_000,
        "Bearer \xff.\xfe.x",
    ):
        headers = httpx.Headers({"Authorization": authorization, "Accept": accept}, encoding="latin-1")
        async with httpx.AsyncClient() as client:
            response = await client.post(listening.url, json={"query": "{ __typename }"}, headers=headers)
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"]), authorization
        assert response.headers["www-authenticate"] == "Bearer"
        assert "data" not in response.json()


@pytest.mark.parametrize("is_production", [True, False])
async def test_without_a_token_one_may_sign_in_and_in_development_read_the_schema(world: World, is_production: bool) -> None:
    introspection = get_introspection_query()
    async with edge.listen(world.installation, is_production=is_production) as listening, httpx.AsyncClient() as client:
        for query, is_open in (
            ("{ __typename }", True),
            ('mutation { signIn(secret: "x") }', True),
            ('mutation { ...A } fragment A on Mutation { ... { signIn(secret: "x") } }', True),
            (introspection, not is_production),
            ('{ __type(name: "Query") { name } }', not is_production),
            ('{ echo(text: "x") }', False),
            ("{ nothing }", False),
            ('{ ...A } fragment A on Query { ... on Query { echo(text: "x") } }', False),
            ('mutation { signIn(secret: "x") write(text: "x") { text } }', False),
            ("subscription { wait }", False),
        ):
            response = await client.post(listening.url, json={"query": query})
            assert response.status_code == (200 if is_open else 401), query
            assert ("data" in response.json()) is is_open


async def test_a_use_case_that_asks_for_a_viewer_answers_unauthenticated(client: httpx.AsyncClient) -> None:
    for query in ('{ perhaps(kind: "Unauthenticated") }', '{ echo(text: "x") perhaps(kind: "Unauthenticated") }'):
        response = await post(client, {"query": query})
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
        assert "data" not in response.json()


async def test_the_language_is_the_one_liked_best_of_ours(client: httpx.AsyncClient) -> None:
    for accepted, language in (
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de, en;q=0.3, sv;q=0.5", "sv"),
        ("*", "sv"),
        ("sv;q=0, en;q=0.1", "en"),
        ("en;q=x", "sv"),
    ):
        response = await post(client, {"query": "{ who }"}, accept_language=accepted)
        assert response.json()["data"] == {"who": f"AdvisorViewer {language}"}, accepted


async def test_where_a_request_comes_from_reaches_the_use_cases(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "{ peer }"}, user_agent="a" * 600, x_request_id="mine")
    assert response.json()["data"] == {"peer": f"127.0.0.1 {'a' * 512}"}
    assert response.headers["x-request-id"] != "mine"


async def test_what_the_log_needs_is_noted_on_the_request(client: httpx.AsyncClient, listening: Listening) -> None:
    response = await post(client, {"query": 'query Mine { perhaps(kind: "NotFound") }'})
    (note,) = listening.notes
    told: dict[str, Any] = {
        name: getattr(note, name) for name in ("operation_name", "operation_type", "viewer_kind", "error_codes")
    }
    assert told == {
        "operation_name": "Mine",
        "operation_type": "query",
        "viewer_kind": "advisor",
        "error_codes": ["BAD_USER_INPUT"],
    }
    assert note.request_id == response.headers["x-request-id"]


async def test_bad_page_sizes_of_a_mutation_are_refused_before_it_acts(client: httpx.AsyncClient, written: list[str]) -> None:
    for arguments in ("first: 0", "first: -1", "first: 101", "last: 0", "first: 1, last: 1", "first: $n"):
        declared = "($n: Int)" if "$n" in arguments else ""
        query = f'mutation {declared} {{ write(text: "x") {{ ...A }} }} fragment A on Item {{ ... {{ items({arguments}) }} }}'
        response = await post(client, {"query": query, "variables": {"n": 101}})
        assert (response.status_code, codes(response), written) == (400, ["PAGE_SIZE_INVALID"], []), arguments


async def test_a_page_that_is_skipped_is_not_judged(client: httpx.AsyncClient, written: list[str]) -> None:
    query = """
    mutation ($no: Boolean!) {
      write(text: "x") {
        text a: items(first: 0) @skip(if: true) ... @include(if: $no) { b: items(first: 0) } ...A @include(if: $no)
      }
    }
    fragment A on Item { c: items(first: 0) }
    """
    response = await post(client, {"query": query, "variables": {"no": False}})
    assert (response.json()["data"], written) == ({"write": {"text": "x"}}, ["x"])


async def test_a_mutation_that_has_acted_keeps_its_data_beside_errors(client: httpx.AsyncClient, written: list[str]) -> None:
    response = await post(client, {"query": 'mutation { write(text: "x") { items(after: "bad") } }'})
    assert (response.status_code, codes(response), written) == (200, ["CURSOR_INVALID"], ["x"])
    assert response.json()["data"] is None
