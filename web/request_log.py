"""One line in the log for each HTTP request: what was asked, what came of it and how long it took; never who or with what."""

import time
import traceback
from typing import Protocol
from uuid import uuid4

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A name of an operation is the client's to choose, and longer ones say nothing more.
_LONGEST_NAME = 100
_UNKNOWN = "(unknown)"

_log = structlog.get_logger()


class OperationNote(Protocol):
    """What the GraphQL edge tells of an operation: names, kinds and codes."""

    request_id: str
    operation_name: str | None
    operation_type: str | None
    viewer_kind: str | None
    error_codes: list[str]


class RequestLog:
    """Passes every message through as it comes, and writes the line when the answer has ended.

    The GraphQL edge leaves what it knows of an operation as `request.state.graphql`. WebSockets are not requests: what is done
    over them is the edge's to log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        request_id, started, status = str(uuid4()), time.perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            # Its words may hold what a statement was given or what a person wrote, so only its kind and place are told.
            _log.error("request failed", request_id=request_id, error=type(error).__name__, at=_places(error))
            if status:
                raise
            answer = JSONResponse({"error": "internal error", "id": request_id}, status_code=500)
            await answer(scope, receive, watch)
        finally:
            line = {
                "method": scope["method"],
                "path": _path(scope, status),
                "status": status or None,
                "duration_ms": round((time.perf_counter() - started) * 1000, 1),
                "request_id": request_id,
            }
            _log.info("request", **line | _operation(state.get("graphql")))


def _path(scope: Scope, status: int) -> str:
    """Return the path where it is one of ours; whoever makes up a path may have written a secret or an address into it."""
    is_ours = "endpoint" in scope and not (scope.get("path_params") and status >= 400)  # noqa: PLR2004 - a refusal
    return str(scope["path"]) if is_ours else _UNKNOWN


def _places(error: Exception) -> str:
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-8:]))


def _operation(note: OperationNote | None) -> dict[str, object]:
    """Return what the edge tells of the operation; its id of the request is the one that evidence names."""
    if note is None:
        return {}
    return {
        "request_id": note.request_id,
        "operation": (note.operation_name or "")[:_LONGEST_NAME] or None,
        "type": note.operation_type,
        "viewer": note.viewer_kind,
        "errors": note.error_codes,
    }
