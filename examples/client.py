"""What an example needs to be a client of Samarbete: it asks over HTTP, listens over WebSocket, and reads the mailbox.

It knows nothing of the service but its schema. What it asks stands in documents/, a file for each operation, as a code
generator wants them.
"""

import argparse
import asyncio
import hashlib
import json
import re
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport

DEADLINE = 15  # seconds that anything may take that is waited for
LINK = re.compile(r"/(?:portal|sign-in)#(\S+)")
DOCUMENTS = {file.stem: file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("documents/*.graphql")}

Values = dict[str, Any]
Waited = TypeVar("Waited")


class WalkFailedError(Exception):
    """Something that should have been seen was not; the text says what."""


@dataclass(kw_only=True)
class Announcements:
    """The events of a subscription, each printed as it is announced, and kept."""

    source: AsyncIterator[Values]
    seen: list[Values] = field(default_factory=list)

    async def wait_for(self, collaboration_id: str, kind: str, seconds: float = DEADLINE) -> Values:
        """Return the next event of this collaboration and kind, printing what is announced before it too."""
        while True:
            told = await within(anext(self.source), f"the announcement of {kind}", seconds)
            event: Values = told["collaborationStatusChanged"]
            self.seen.append(event)
            before = f"{event['previousStatus']} -> " if event["previousStatus"] else ""
            customer, actor = event["collaboration"]["customer"]["name"], event["actor"]["name"] or event["actor"]["side"]
            say(f"event {event['sequence']}", f"{event['type']} at {customer} by {actor}: {before}{event['status']}")
            if event["collaboration"]["id"] == collaboration_id and event["type"] == kind:
                return event


async def ask(session: AsyncClientSession, operation: str, **variables: object) -> Values:
    """Execute a query and return its data; errors of the whole request are raised by the client."""
    return await session.execute(request(operation, **variables))


async def change(session: AsyncClientSession, operation: str, wanted: Values) -> Values:
    """Execute a mutation and return its payload; every other member of the result's union is a refusal with a message."""
    [(name, result)] = (await ask(session, operation, input=wanted)).items()
    if not result["__typename"].endswith("Payload"):
        raise WalkFailedError(f"{name} was refused, {result['__typename']}: {result['message']}")
    changed: Values = result
    return changed


def request(operation: str, **variables: object) -> GraphQLRequest:
    """Make a request of an operation's document and its variables."""
    return GraphQLRequest(DOCUMENTS[operation], variable_values=variables)


def http_client(url: str, token: str | None = None) -> Client:
    """Make a client over HTTP; only signing in needs no token."""
    return Client(transport=AIOHTTPTransport(f"{url}/graphql", headers=credentials(token)), execute_timeout=DEADLINE)


def socket_client(url: str, token: str) -> Client:
    """Make a client over WebSocket, where the token goes into the first message: browsers cannot set headers there."""
    address = re.sub("^http", "ws", url) + "/graphql"
    protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    return Client(transport=WebsocketsTransport(address, init_payload=credentials(token), subprotocols=protocols))


def credentials(token: str | None) -> dict[str, str]:
    """Say who asks, and in which language messages are wanted."""
    language = {"Accept-Language": "en"}
    return language if token is None else {**language, "Authorization": f"Bearer {token}"}


def read_terms(terms: Values) -> Values:
    """Check that the hash is that of the text that a person would be shown, and accept exactly that text."""
    computed = hashlib.sha256(terms["text"].encode()).hexdigest()
    if computed != terms["sha256"]:
        raise WalkFailedError(f"the terms' text has the SHA-256 {computed}, and {terms['sha256']} is claimed")
    say("terms", f"version {terms['version']}, {len(terms['text'])} characters, SHA-256 {computed[:16]}… computed and equal")
    return {"termsId": terms["id"], "sha256": computed}


async def mail_to(url: str, address: str, before: set[str]) -> Values:
    """Return the mail with a link to an address that was not there before, looking for it until it comes."""
    while True:
        for mail in await mailbox(url):
            if mail["to"] == address and mail["id"] not in before and LINK.search(mail["text"]):
                return mail
        await asyncio.sleep(0.1)


async def mailbox(url: str) -> list[Values]:
    """Return the mails of the development server's mailbox, oldest first."""
    return await asyncio.to_thread(read_json, f"{url}/mailbox/messages")


def read_json(address: str) -> list[Values]:
    """Read a JSON list over HTTP."""
    with urllib.request.urlopen(address, timeout=DEADLINE) as response:  # noqa: S310 - the address was given to us
        read: list[Values] = json.load(response)
    return read


def secret_of(mail: Values) -> str:
    """Return the secret of the mail's link: the part after #, which no server and no scanner is sent."""
    found = LINK.search(mail["text"])
    if found is None:
        raise WalkFailedError(f"the e-mail to {mail['to']} has no link to sign in with")
    return found[1]


def the_only(found: list[Values], what: str) -> Values:
    """Return the one that was looked for."""
    if len(found) != 1:
        raise WalkFailedError(f"there is no {what}, or more than one")
    return found[0]


async def within(awaited: Awaitable[Waited], what: str, seconds: float = DEADLINE) -> Waited:
    """Wait for it, and not for ever."""
    try:
        async with asyncio.timeout(seconds):
            return await awaited
    except TimeoutError:
        raise WalkFailedError(f"{what} did not come within {seconds} seconds") from None
    except StopAsyncIteration:
        raise WalkFailedError(f"{what} did not come: the server ended the subscription") from None


def say(step: str, text: str) -> None:
    """Print a step and what it came to."""
    print(f"  {step:<10} {text}", flush=True)


def run(walk: Callable[[str, str], Awaitable[None]], what: str) -> int:
    """Walk where the command line says, and return the exit status."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the service is (default: %(default)s)")
    parser.add_argument("--token", required=True, help="an advisor's token: make token EMAIL=anna@nordbyran.example")
    given = parser.parse_args()

    async def walking() -> None:
        await walk(given.url.rstrip("/"), given.token)

    try:
        asyncio.run(walking())
    except (WalkFailedError, TransportError, OSError, TimeoutError) as error:
        print(f"The walk ended early: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
    return 0
