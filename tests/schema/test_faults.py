"""What clients and the log are told when something goes wrong."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from structlog.typing import EventDict

from persistence.database import Database
from tests.support.edge import SECRET, Listening
from tests.support.requesting import client_of
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


@pytest.fixture
async def client(listening: Listening, bearer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Send requests as Bo."""
    async with client_of(listening, bearer) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, query: str, **variables: object) -> tuple[httpx.Response, list[EventDict]]:
    """Send a document, and return the answer with what was logged meanwhile."""
    with structlog.testing.capture_logs() as logged:
        response = await client.post("/graphql", json={"query": query, "variables": variables})
    return response, logged


async def test_a_fault_of_ours_is_masked_and_logged_once_without_its_words(client: httpx.AsyncClient) -> None:
    response, logged = await ask(client, "query ($kind: String!) { perhaps(kind: $kind) }", kind="Fault")
    (error,) = response.json()["errors"]
    (line,) = logged
    assert (response.status_code, response.json()["data"]) == (200, {"perhaps": None})
    assert error["extensions"] == {"code": "INTERNAL", "errorId": line["error_id"]}
    assert error["path"] == ["perhaps"]
    assert line["error_type"] == "tests.support.edge.FaultError"
    assert "in _raise" in line["traceback"]
    assert SECRET not in response.text + repr(line)


async def test_a_fault_below_a_field_that_must_be_there_leaves_data_null(client: httpx.AsyncClient) -> None:
    response, logged = await ask(client, "{ item { text fails } }")
    assert (response.status_code, response.json()["data"], len(logged)) == (200, None, 1)


async def test_each_fault_has_an_id_of_its_own(client: httpx.AsyncClient) -> None:
    query = 'query { a: perhaps(kind: "Fault") b: perhaps(kind: "Fault") }'
    response, logged = await ask(client, query)
    told = {error["extensions"]["errorId"] for error in response.json()["errors"]}
    assert told == {line["error_id"] for line in logged}
    assert len(told) == 2


async def test_a_value_of_ours_that_graphql_cannot_show_is_our_fault(client: httpx.AsyncClient) -> None:
    response, logged = await ask(client, "{ beyond }")
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert str(2**40) not in response.text
    assert len(logged) == 1


@pytest.mark.parametrize(
    ("kind", "extensions"),
    [
        ("NotFound", {"code": "BAD_USER_INPUT"}),
        ("NotPermitted", {"code": "BAD_USER_INPUT"}),
        ("InvalidInput", {"code": "BAD_USER_INPUT", "problems": [{"path": ["filter", "0"], "code": "TOO_LONG"}]}),
        ("PageSizeInvalid", {"code": "PAGE_SIZE_INVALID"}),
        ("CursorInvalid", {"code": "CURSOR_INVALID"}),
        ("CursorEpoch", {"code": "CURSOR_EPOCH"}),
        ("CursorExpired", {"code": "CURSOR_EXPIRED", "earliest": "abc"}),
    ],
)
async def test_what_a_client_can_act_on_is_told_with_its_data_and_not_logged(
    client: httpx.AsyncClient, kind: str, extensions: dict[str, Any]
) -> None:
    response, logged = await ask(client, "query ($kind: String!) { perhaps(kind: $kind) }", kind=kind)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"], logged) == (400, extensions, [])
    assert "data" not in response.json()


async def test_a_query_with_a_fault_and_an_error_of_the_client_has_no_data(client: httpx.AsyncClient) -> None:
    response, _ = await ask(client, '{ echo(text: "x") a: perhaps(kind: "Fault") b: perhaps(kind: "CursorInvalid") }')
    assert response.status_code == 500
    assert "data" not in response.json()


async def test_a_database_that_is_gone_is_told_by_an_id_and_nothing_else(
    client: httpx.AsyncClient, world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OSError(SECRET)

    monkeypatch.setattr(world.database, "read", gone)
    response, logged = await ask(client, "{ __typename }")
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]) == (500, {"code": "INTERNAL", "errorId": logged[0]["error_id"]})
    assert SECRET not in response.text + repr(logged)


async def test_what_clients_send_is_not_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for query in ("query ($n: Int) { number(value: $n) }", '{ perhaps(kind: "Fault") }', "{"):
        _, logged = await ask(client, query, n=SECRET)
        assert SECRET not in repr(logged)
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err
