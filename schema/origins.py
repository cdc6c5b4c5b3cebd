"""Pages of other sites: which may call, what browsers are told of it, and what none of them can have executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.http.websocket_origin import is_same_origin

_METHODS = "GET, POST"
# What clients of GraphQL and tracing send; everything else is left out of a request from another origin.
_TAKEN = (
    "Accept, Accept-Language, Apollo-Require-Preflight, ApolloGraphQL-Client-Name, ApolloGraphQL-Client-Version, Authorization, "
    "Baggage, Cache-Control, Content-Type, GraphQL-Require-Preflight, Last-Event-ID, TraceParent, TraceState, "
    "X-Apollo-Operation-Id, X-Apollo-Operation-Name"
)
_SHOWN = "RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
# For how long a browser remembers the answer; more than two hours no browser does.
_REMEMBERED_S = 7_200
# A page can make a browser send any of these to another site only after having asked that site.
_ASKED_FIRST = ("authorization", "apollo-require-preflight", "graphql-require-preflight", "x-apollo-operation-name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """The origins whose pages may call: those that are listed, and our own."""

    base_url: str = ""
    listed: frozenset[str] = frozenset()

    def allow(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request is one that a page of ours or of a listed origin may make; what is no page names no origin."""
        origin = headers.get("origin")
        own = headers.get("host"), urlsplit(self.base_url).netloc
        return origin is None or origin in self.listed or any(is_same_origin(origin, host) for host in own)

    def is_foreign(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a GET is one that a page of another site can have a browser send without asking us first.

        Browsers name the origin of what a script asks for; of a picture, a script or a link they say that the site is another.
        """
        if any(headers.get(name) for name in _ASKED_FIRST):
            return False
        is_cross_site = "origin" not in headers and headers.get("sec-fetch-site") in {"cross-site", "same-site"}
        return is_cross_site or not self.allow(headers)


class CrossOrigin:
    """Tells browsers what pages of the listed origins may ask and read; without any it changes nothing.

    Credentials are not allowed, because there are none: whoever has a bearer token sends it, and never the browser by itself.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._listed = origins.listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self._listed:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        told = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _SHOWN} if origin in self._listed else {}

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered.update(told)
                answered.add_vary_header("Origin")
            await send(message)

        if told and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _agreed()(scope, receive, tell)
        else:
            await self._app(scope, receive, tell)


def _agreed() -> Response:
    """Answer a browser that asks before it sends what a page would like to send."""
    agreed = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _TAKEN,
        "Access-Control-Max-Age": str(_REMEMBERED_S),
        "Cache-Control": "no-store",
    }
    return Response(status_code=204, headers=agreed)
