"""The portal's offer to mail a new link in the place of one that is used up."""

import asyncio
import json

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from resolvers import session
from resolvers.context import Installation

LARGEST_BODY = 1_024
LONGEST_SECRET = 128
_BODY_S = 10.0


def routes(installation: Installation) -> list[BaseRoute]:
    """Return the route of /portal/renew, whose answer is the same whether or not a mail goes out."""

    async def renew(request: Request) -> Response:
        await session.renew_link(installation, _secret(await _body(request)))
        return JSONResponse({"status": "accepted"}, status_code=202, headers={"Cache-Control": "no-store"})

    return [Route("/portal/renew", renew, methods=["POST"])]


async def _body(request: Request) -> bytes:
    # A form of another site can post text, but not this type.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "the body must be application/json")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    raise HTTPException(413, "the body is too large")
    except TimeoutError:
        raise HTTPException(408, "the body did not come in time") from None
    except ClientDisconnect:
        raise HTTPException(400, "the body is incomplete") from None
    return bytes(body)


def _secret(body: bytes) -> str:
    """Return the secret of the body; JSON that is nested too deep or holds too long a number is as bad as none."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    secret = asked.get("secret") if isinstance(asked, dict) else None
    # A lone surrogate is text that has no bytes to hash.
    if not isinstance(secret, str) or not 0 < len(secret) <= LONGEST_SECRET or not secret.isascii():
        raise HTTPException(400, "the body must be an object with the text secret")
    return secret
