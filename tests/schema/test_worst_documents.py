"""The worst requests that we could think of, over HTTP on the real schema: each is refused, or answered for bounded work."""

import httpx
import pytest

from benchmarks.documents import worst
from schema.api import SCHEMA
from tests.support import edge, requesting
from tests.support.requesting import codes
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


async def test_the_worst_requests_are_refused_or_cheap(world: World, bearer: str) -> None:
    wrong = []
    async with edge.listen(world.installation, schema=SCHEMA) as listening, requesting.client_of(listening, bearer) as client:
        for one in worst():
            response = await client.post("/graphql", json={"query": one.query, "variables": dict(one.variables)})
            found = codes(response)[0] if "errors" in response.json() else None
            if found != one.code or response.status_code != (200 if one.code is None else 400):
                wrong.append((one.name, found, response.status_code))
        assert (await client.get("/graphql", params={"query": "{ __typename }"})).status_code == 200
    assert wrong == []


async def test_a_client_gets_what_it_costs_with_every_answer(client: httpx.AsyncClient) -> None:
    told = {"requested": 1, "maximum": 20_000}
    for query, status in (("{ item { text } }", 200), ('{ item { items(after: "bad") } }', 400)):
        response = await requesting.post(client, {"query": query})
        assert (response.status_code, response.json()["extensions"]["cost"]) == (status, told)
    too_deep = f"{{ {' '.join(f'a{n}: item {{ text }}' for n in range(31))} }}"
    refused = (await requesting.post(client, {"query": too_deep})).json()
    assert refused["extensions"]["cost"] == {"requested": 31, "maximum": 20_000}
    assert "data" not in refused
    assert "extensions" not in (await requesting.post(client, {"query": "{"})).json()
