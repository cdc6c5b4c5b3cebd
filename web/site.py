"""The service as one application: the edge, the pages, what they ask besides, and health."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from delivery.mailbox import Mailbox
from resolvers.context import Installation
from web import health, messages, pages, renewal
from web.request_log import RequestLog


def application(
    edge: Sequence[BaseRoute], installation: Installation, *, mailbox: Mailbox | None, has_graphiql: bool
) -> Starlette:
    """Return the application; `edge` are the routes of GraphQL, and the mailbox is there in development alone."""
    routes: list[BaseRoute] = [
        *edge,
        *pages.routes(mailbox=mailbox is not None),
        *([] if mailbox is None else messages.routes(mailbox)),
        *renewal.routes(installation),
        *health.routes(installation),
        Route("/", RedirectResponse("/graphql" if has_graphiql else "/portal"), methods=["GET"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(RequestLog)], exception_handlers={HTTPException: _refuse})


async def _refuse(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
