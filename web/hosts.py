"""By which names the service may be called: an attacker's name that leads to this machine is not one of them."""

import ipaddress
import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

# A name or an address, and a port, which is no part of what is judged.
_HOST = re.compile(r"(?:\[(?P<address>[0-9a-fA-F:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,253}))(?::\d{1,5})?")
# Whatever watches over the process calls it by an address of its own choosing, and hears nothing there.
_FOR_WATCHERS = frozenset({"/livez", "/readyz"})
_GRAPHQL = "/graphql"
_DENIAL = "websocket.http.response"


class KnownHosts:
    """Answers only where the Host header names this machine's loopback or one of the names given.

    A page of another site may give its own name the address of this machine, and would then be of our own origin to a browser.
    """

    def __init__(self, app: ASGIApp, *, names: Collection[str], url: str) -> None:
        self._app = app
        self._names = frozenset(names)
        self._url = url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        elif _DENIAL in scope.get("extensions", {}):
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await WebSocket(scope, receive, send).close()

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["path"] in _FOR_WATCHERS:
            return None
        given = Headers(scope=scope).getlist("host")
        found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if found is None:
            return _refuse(scope, 400, "A request names one host.")
        name = (found["address"] or found["name"]).lower().rstrip(".")
        if name in self._names or is_loopback(name):
            return None
        words = f"The service is not called by this name. Call it {self._url}, or let SAMARBETE_HOSTS list the name."
        return _refuse(scope, 421, words)


def is_loopback(name: str) -> bool:
    """Tell whether a name or an address can only be this machine's own."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(scope: Scope, status: int, words: str) -> Response:
    error = {"message": words, "extensions": {"code": "BAD_REQUEST"}}
    body = {"errors": [error]} if scope["path"] == _GRAPHQL else {"error": words}
    return JSONResponse(body, status_code=status)
