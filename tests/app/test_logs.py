"""The log has one line for each request, in one form with what libraries say, and nothing in it that is somebody's."""

import asyncio
import json
import logging
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import settings
from commands import logs
from schema.execution import OperationNote
from settings import LogFormat
from web.request_log import RequestLog

ANNA, NUMBER, SECRET = "anna@nordbyran.example", "121212-1212", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Give what was written on standard error since the last look, and log as the tests do afterwards."""
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    yield lambda: capsys.readouterr().err
    logging.captureWarnings(capture=False)
    warnings.showwarning = show
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def configure(form: LogFormat | None = LogFormat.JSON, level: str = "info") -> None:
    logs.configure(settings.load(log_format=form, log_level=level))


def lines_of(text: str) -> Lines:
    return [json.loads(line) for line in text.splitlines()]


async def ask(path: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, Lines]:
    """Ask a small application behind the log, and return the status and what was logged."""

    async def answered(_request: Request) -> Response:
        return PlainTextResponse("well")

    async def operated(request: Request) -> Response:
        request.state.graphql = OperationNote(
            request_id="id-of-evidence",
            operation_name="Customers",
            operation_type="query",
            viewer_kind="advisor",
            error_codes=["PAGE_SIZE_INVALID"],
        )
        return PlainTextResponse("well")

    async def failing(request: Request) -> Response:
        raise ValueError(await request.body(), ANNA)

    async def missing(_request: Request) -> Response:
        raise HTTPException(404)

    routes = [
        Route("/well", answered), Route("/graphql", operated), Route("/failing", failing, methods=["POST"]),
        Route("/assets/{name}", missing),
    ]  # fmt: skip
    transport = ASGITransport(Starlette(routes=routes, middleware=[Middleware(RequestLog)]))
    with structlog.testing.capture_logs() as captured:
        async with AsyncClient(transport=transport, base_url="http://samarbete.example") as client:
            answer = await client.request(method, path, headers=headers)
    return answer.status_code, list(captured)


@pytest.mark.anyio
async def test_a_request_is_one_line_without_query_headers_or_address() -> None:
    _, [line] = await ask(f"/well?token={SECRET}&email={ANNA}", headers={"Authorization": f"Bearer {SECRET}"})
    assert line.pop("duration_ms") >= 0
    assert line.pop("request_id")
    assert line == {"event": "request", "log_level": "info", "method": "GET", "path": "/well", "status": 200}


@pytest.mark.anyio
async def test_a_graphql_request_names_the_operation_the_viewers_kind_and_the_codes_of_errors() -> None:
    _, [line] = await ask("/graphql")
    told = {name: line[name] for name in ("request_id", "operation", "type", "viewer", "errors")}
    assert told == {
        "request_id": "id-of-evidence",
        "operation": "Customers",
        "type": "query",
        "viewer": "advisor",
        "errors": ["PAGE_SIZE_INVALID"],
    }


@pytest.mark.anyio
@pytest.mark.parametrize("path", [f"/{SECRET}", f"/well/{ANNA}", f"/assets/{NUMBER}"])
async def test_a_path_that_somebody_made_up_is_not_repeated(path: str) -> None:
    status, [line] = await ask(path)
    assert (status, line["status"], line["path"]) == (404, 404, "(unknown)")


@pytest.mark.anyio
async def test_a_fault_is_logged_by_its_kind_and_place_and_the_client_is_told_its_id() -> None:
    status, [fault, line] = await ask("/failing", method="POST")
    assert (status, line["status"], line["path"]) == (500, 500, "/failing")
    assert (fault["event"], fault["error"], fault["request_id"]) == ("request failed", "ValueError", line["request_id"])
    assert fault["at"].startswith("failing:")
    assert ANNA not in str(fault)


@pytest.mark.anyio
async def test_what_is_no_request_passes_through_untouched() -> None:
    seen: list[object] = []

    async def inner(*given: object) -> None:
        seen.extend(given)

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError

    async def send(_message: MutableMapping[str, Any]) -> None:
        raise AssertionError

    scope = {"type": "websocket"}
    with structlog.testing.capture_logs() as captured:
        await RequestLog(inner)(scope, receive, send)
    assert seen == [scope, receive, send]
    assert captured == []


@pytest.mark.anyio
async def test_a_stream_is_handed_on_piece_by_piece_and_logged_at_its_end() -> None:
    passed: list[str] = []

    async def inner(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401 - an application's own signature
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in ("one", "two"):
            await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
            assert passed[-1] == piece
            assert captured == []
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        passed.append(message.get("body", b"").decode())

    with structlog.testing.capture_logs() as captured:
        await RequestLog(inner)({"type": "http", "method": "GET", "path": "/x"}, receive, send)
    assert passed == ["", "one", "two", ""]
    assert [line["event"] for line in captured] == ["request"]


def test_ours_and_libraries_lines_have_one_form(written: Callable[[], str]) -> None:
    configure()
    structlog.get_logger().info("mail sent", mail="1")
    logging.getLogger("uvicorn.error").warning("Invalid %s received", "request")
    ours, theirs = lines_of(written())
    assert {"event": "mail sent", "mail": "1", "level": "info"}.items() <= ours.items()
    assert {"event": "Invalid request received", "level": "warning", "logger": "uvicorn.error"}.items() <= theirs.items()
    assert ours["timestamp"].endswith("Z")
    assert theirs["timestamp"].endswith("Z")


def test_the_console_form_is_for_eyes(written: Callable[[], str]) -> None:
    configure(LogFormat.CONSOLE)
    structlog.get_logger().info("mail sent", mail="1")
    text = written()
    assert "mail sent" in text
    assert not text.startswith("{")


def test_the_log_is_json_where_nobody_looks_on(written: Callable[[], str]) -> None:
    configure(None)
    structlog.get_logger().info("mail sent")
    assert lines_of(written())[0]["event"] == "mail sent"


def test_the_words_of_an_error_are_never_logged(written: Callable[[], str]) -> None:
    configure()
    try:
        int(f"{ANNA} {SECRET}")
    except ValueError:
        structlog.get_logger().exception("fault of ours")
        logging.getLogger("uvicorn.error").exception("fault of theirs")
    text = written()
    assert len(lines_of(text)) == 2
    for line in lines_of(text):
        assert line["error"] == "ValueError"
        assert "test_the_words_of_an_error_are_never_logged" in line["at"]
    assert ANNA not in text
    assert SECRET not in text


def test_what_asyncio_describes_of_a_task_that_failed_is_not_logged(written: Callable[[], str]) -> None:
    configure()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": ValueError(ANNA), "id": SECRET}
        )

    asyncio.run(main())
    text = written()
    [line] = lines_of(text)
    assert (line["event"], line["error"]) == ("Task exception was never retrieved", "ValueError")
    assert ANNA not in text
    assert SECRET not in text


@pytest.mark.parametrize("level", ["debug", "info"])
def test_libraries_are_heard_from_warnings_on_whatever_the_level(written: Callable[[], str], level: str) -> None:
    configure(level=level)
    structlog.get_logger().debug("ours")
    for name in ("uvicorn.error", "websockets.server", "aiosqlite", "sqlalchemy.engine"):
        logging.getLogger(name).info('127.0.0.1 - "WebSocket /graphql?token=%s" [accepted]', SECRET)
        logging.getLogger(name).debug("< TEXT %s", SECRET)
    assert [line["event"] for line in lines_of(written())] == (["ours"] if level == "debug" else [])


def test_warnings_of_python_are_lines_too(written: Callable[[], str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure()
        warnings.warn("deprecated", stacklevel=1)
    [line] = lines_of(written())
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")
