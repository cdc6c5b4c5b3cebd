"""Whether the process lives, and whether it can do its work."""

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from resolvers.context import Installation

# Whoever asks gives up after a few seconds, and should hear the reason before that.
ANSWER_S = 2.0

_log = structlog.get_logger()


def routes(installation: Installation) -> list[BaseRoute]:
    """Return the routes of /livez, which answers whatever else is wrong, and of /readyz, which reads the database."""

    async def live(_request: Request) -> Response:
        return _answer(200, {"status": "alive"})

    async def ready(_request: Request) -> Response:
        reason = await _fault(installation)
        if reason is None:
            return _answer(200, {"status": "ready"})
        return _answer(503, {"status": "not ready", "reason": reason})

    return [Route("/livez", live), Route("/readyz", ready)]


async def _fault(installation: Installation) -> str | None:
    """Return what stands in the way of work, without the words of errors, which may name hosts and accounts."""
    try:
        async with asyncio.timeout(ANSWER_S), installation.database.read():
            return None
    except TimeoutError:
        reason = "the database does not answer in time"
    except Exception as error:  # noqa: BLE001 - whatever a driver raises, the answer is that it is not ready
        reason = f"the database cannot be read ({type(error).__name__})"
    _log.warning("not ready", reason=reason)
    return reason


def _answer(status: int, body: dict[str, str]) -> Response:
    return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
