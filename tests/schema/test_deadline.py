"""How long an operation may take, and what becomes of it when that is over, or its client goes."""

import asyncio

import httpx
import pytest

from persistence.idempotency import KeyUse
from resolvers import activation, bulk
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.context import Context, DeadlineExceededError
from resolvers.demo import generated
from schema import finishing
from schema.api import SCHEMA
from tests.support import edge, requesting
from tests.support.conversing import Socket, codes
from tests.support.edge import Listening
from tests.support.requesting import post
from tests.support.world import World

pytestmark = pytest.mark.anyio
# Nothing of what is marked so depends on the database.
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SLOW = {"query": "{ slow }"}
WRITE = {"query": 'mutation { writeSlowly(text: "x") { text } }'}
CREATE = """
mutation Create($input: CreateCustomerInput!) {
  createCustomer(input: $input) { ... on CreateCustomerPayload { replayed customer { name } } }
}"""

IMPORT = """
mutation Import($input: ImportCustomersInput!) {
  importCustomers(input: $input) { ... on ImportCustomersPayload { created } }
}"""


@on_sqlite
async def test_an_operation_has_ten_seconds_and_many_at_once_a_minute(
    world: World, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (finishing.REQUEST_S, finishing.BULK_S) == (10, 60)
    monkeypatch.setattr(finishing, "REQUEST_S", 0.0)
    row = {"name": "Sen AB", "organisationNumber": generated.organisation_number_of(0), "companyForm": "LIMITED_COMPANY"}
    rows = {"query": IMPORT, "variables": {"input": {"rows": [row]}}}
    async with edge.listen(world.installation, schema=SCHEMA) as listening, requesting.client_of(listening, bearer) as client:
        assert (await post(client, rows)).json()["data"] == {"importCustomers": {"created": 1}}
        monkeypatch.setattr(finishing, "BULK_S", 0.0)
        assert requesting.codes(await post(client, rows)) == ["DEADLINE_EXCEEDED"]


@on_sqlite
async def test_a_query_that_takes_too_long_is_stopped(
    client: httpx.AsyncClient, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "REQUEST_S", 0.2)
    response = await post(client, SLOW)
    assert (response.status_code, requesting.codes(response)) == (503, ["DEADLINE_EXCEEDED"])
    assert response.json()["extensions"]["cost"] == {"requested": 0, "maximum": 20_000}
    assert "data" not in response.json()
    await edge.until(lambda: written == ["begun", "stopped, late: True"])


@on_sqlite
async def test_over_a_socket_the_operation_ends_with_an_error(
    socket: Socket, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "REQUEST_S", 0.2)
    await socket.subscribe("a", "{ slow }")
    failed = await socket.hear()
    assert (failed["type"], failed["id"], codes(failed)) == ("error", "a", ["DEADLINE_EXCEEDED"])
    await edge.until(lambda: len(written) == 2)


@on_sqlite
async def test_a_query_whose_client_goes_is_stopped(listening: Listening, bearer: str, written: list[str]) -> None:
    async with requesting.client_of(listening, bearer) as client:
        asking = asyncio.create_task(post(client, SLOW))
        await edge.until(lambda: written == ["begun"])
        asking.cancel()
    await edge.until(lambda: written == ["begun", "stopped, late: True"])


@on_sqlite
async def test_a_mutation_whose_client_goes_is_finished(listening: Listening, bearer: str, written: list[str]) -> None:
    async with requesting.client_of(listening, bearer) as client:
        asking = asyncio.create_task(post(client, WRITE))
        await edge.until(lambda: bool(written))
        asking.cancel()
    await edge.until(lambda: written == ["begun x", "x"])


@on_sqlite
async def test_a_mutation_that_takes_too_long_is_finished_and_says_how_to_learn_of_it(
    client: httpx.AsyncClient, listening: Listening, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "REQUEST_S", 0.1)
    response = await post(client, WRITE)
    assert (response.status_code, requesting.codes(response)) == (503, ["DEADLINE_EXCEEDED"])
    assert "idempotencyKey" in response.json()["errors"][0]["message"]
    await listening.edge.drain()
    assert written == ["begun x", "x"]


async def test_what_a_late_mutation_did_is_told_to_its_repetition(
    world: World, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = generated.organisation_number_of(0)
    row = {"name": "Sen AB", "organisationNumber": number, "companyForm": "LIMITED_COMPANY", "idempotencyKey": "k"}
    asked = {"query": CREATE, "variables": {"input": row}}
    held, released = asyncio.Event(), asyncio.Event()
    work = world.database._write_once

    async def hold(*given: object) -> object:
        held.set()
        await released.wait()
        return await work(*given)  # type: ignore[arg-type]  # what was given

    async with edge.listen(world.installation, schema=SCHEMA) as listening, requesting.client_of(listening, bearer) as client:
        with monkeypatch.context() as patched:
            patched.setattr(finishing, "REQUEST_S", 0.1)
            patched.setattr(world.database, "_write_once", hold)
            late = await post(client, asked)
            assert requesting.codes(late) == ["DEADLINE_EXCEEDED"]
            assert held.is_set()
            released.set()
            await listening.edge.drain()
        told = await post(client, asked)
    assert told.json()["data"]["createCustomer"] == {"replayed": True, "customer": {"name": "Sen AB"}}


async def test_a_reading_that_is_stopped_leaves_the_database_as_it_was(
    world: World, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = {"query": "{ customers { nodes { name } } }"}
    async with edge.listen(world.installation, schema=SCHEMA) as listening, requesting.client_of(listening, bearer) as client:
        with monkeypatch.context() as patched:
            patched.setattr(finishing, "REQUEST_S", 0.0)
            for _ in range(20):
                assert requesting.codes(await post(client, customers)) == ["DEADLINE_EXCEEDED"]
        names = [node["name"] for node in (await post(client, customers)).json()["data"]["customers"]["nodes"]]
    assert names == ["Alfa AB", "Beta AB", "Gamma AB"]


async def test_many_at_once_stop_between_two_items_and_the_same_key_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = await world.viewed_by("bo@nordbyran.example")
    items = [world.activation_of(name) for name in ("Alfa AB", "Beta AB", "Gamma AB")]
    activate_once = activation.activate_once

    async def be_late_after(asker: Context, item: ActivateCollaboration, use: KeyUse | None) -> Activated:
        done = await activate_once(asker, item, use)
        asker.set_late()
        return done

    with monkeypatch.context() as patched:
        patched.setattr(activation, "activate_once", be_late_after)
        with pytest.raises(DeadlineExceededError):
            await bulk.activate(context, items, "key")
    again = await bulk.activate(await world.viewed_by("bo@nordbyran.example"), items, "key")
    assert [one.replayed for one in again.outcomes if isinstance(one, Activated)] == [True, False, False]
