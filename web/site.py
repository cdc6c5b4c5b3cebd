"""The service as one application: the edge, the pages, what they ask besides, and health."""

from collections.abc import Collection, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from delivery.mailbox import Mailbox
from resolvers.context import Installation
from web import health, messages, pages, renewal
from web.answers import GuardedAnswers
from web.hosts import KnownHosts
from web.request_log import RequestLog


def application(
    edge: Sequence[BaseRoute],
    installation: Installation,
    *,
    mailbox: Mailbox | None,
    has_graphiql: bool,
    hosts: Collection[str],
) -> Starlette:
    """Return the application; `edge` are the routes of GraphQL, the mailbox is there in development alone.

    `hosts` are the names by which it is called, beside those that every machine has for itself.
    """
    routes: list[BaseRoute] = [
        *edge,
        *pages.routes(mailbox=mailbox is not None),
        *([] if mailbox is None else messages.routes(mailbox)),
        *renewal.routes(installation),
        *health.routes(installation),
        Route("/", RedirectResponse("/graphql" if has_graphiql else "/portal"), methods=["GET"]),
    ]
    around = [
        Middleware(GuardedAnswers),
        Middleware(RequestLog),
        Middleware(KnownHosts, names=hosts, url=installation.base_url),
    ]
    return Starlette(routes=routes, middleware=around, exception_handlers={HTTPException: _refuse})


async def _refuse(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
