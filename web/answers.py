"""What every answer of the service carries, so that none is kept, sniffed, framed or named to others for want of a header."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Where an answer says something of its own, that holds: pages have policies, and assets may be kept.
_CARRIED = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


class GuardedAnswers:
    """Adds to each answer what it does not say itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = message["headers"] = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                said.extend((name, value) for name, value in _CARRIED.items() if name not in names)
            await send(message)

        await self._app(scope, receive, complete)
