"""Follows three collaborations from preview to approval, and one to its end, and prints what is announced on the way.

    python examples/walk.py --url http://127.0.0.1:8000 --token "$(make token EMAIL=anna@nordbyran.example)"

It asks over HTTP, listens over WebSocket, and knows nothing of the service but its schema: take from it what you need.
What it asks stands in documents/, a file for each operation, as a code generator wants them.
It ends with 0 when everything was seen, and with 1 and one sentence that says what was not. A fresh demo world is needed.
"""

import argparse
import asyncio
import hashlib
import json
import re
import sys
import urllib.request
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport

CUSTOMERS = ("Alfa AB", "Beta AB", "Gamma AB")
SERVICE = "VISMA_SCANNER"
WORDS = {
    "COLLABORATION": "the collaboration",
    "TERMS_AND_CONDITIONS": "the terms and conditions",
    "CUSTOMER": "the customer",
    "OFFICE": "the office",
    True: "yes",
    False: "no",
}
DEADLINE = 15  # seconds that anything may take that is waited for
DOCUMENTS = {file.stem: file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("documents/*.graphql")}

Values = dict[str, Any]
Waited = TypeVar("Waited")


class WalkFailedError(Exception):
    """Something that should have been seen was not; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Advisor:
    """The advisor's two ways to the service: one to ask, one to listen."""

    asking: AsyncClientSession
    listening: AsyncClientSession


@dataclass(frozen=True, kw_only=True)
class Approver:
    """The administrator who approved: what it takes to act for the company on."""

    token: str
    collaboration_id: str
    company_id: str


@dataclass(kw_only=True)
class Announcements:
    """The events of a subscription, each printed as it is announced, and kept."""

    source: AsyncIterator[Values]
    seen: list[Values] = field(default_factory=list)

    async def wait_for(self, collaboration_id: str, kind: str) -> Values:
        """Return the next event of this collaboration and kind, printing what is announced before it too."""
        while True:
            told = await within(anext(self.source), f"the announcement of {kind}")
            event: Values = told["collaborationStatusChanged"]
            self.seen.append(event)
            before = f"{event['previousStatus']} -> " if event["previousStatus"] else ""
            customer, actor = event["collaboration"]["customer"]["name"], event["actor"]["name"] or event["actor"]["side"]
            say(f"event {event['sequence']}", f"{event['type']} at {customer} by {actor}: {before}{event['status']}")
            if event["collaboration"]["id"] == collaboration_id and event["type"] == kind:
                return event


async def walk(url: str, token: str) -> None:
    """Activate a service for three customers, approve as each of their administrators, and see every event announced."""
    async with http_client(url, token) as asking:
        start = await ask(asking, "start")
        viewer, newest = start["viewer"], start["collaborationEvents"]["nodes"]
        if not viewer:
            raise WalkFailedError("the token is not an advisor's")
        service = the_only([one for one in start["services"] if one["code"] == SERVICE], f"service with the code {SERVICE}")
        print(f"{viewer['name']} of {viewer['office']['name']} (permission {viewer['permission']}) shares {service['name']}.")

        # To listen from the newest event there is, and not from "now", leaves no moment in which one could be missed.
        after = newest[-1]["cursor"] if newest else None
        async with socket_client(url, token) as listening, aclosing(listening.subscribe(request("watch", after=after))) as source:
            anna, announcements = Advisor(asking=asking, listening=listening), Announcements(source=source)
            for name in CUSTOMERS:
                approver = await follow(url, anna, announcements, name, service["id"])
                if name == "Beta AB":
                    await end(url, approver, announcements)
            await compare(anna, announcements.seen, after)


async def follow(url: str, anna: Advisor, announcements: Announcements, name: str, service_id: str) -> Approver:
    """Take one customer from the preview to an active collaboration, and return who approved it."""
    customers = (await ask(anna.asking, "customer", name=name))["customers"]["nodes"]
    customer = the_only([one for one in customers if one["name"] == name], f"customer named {name}")
    task = the_only(customer["tasks"]["nodes"], f"active task of {name}")
    chosen = {"customerId": customer["id"], "serviceId": service_id, "taskId": task["id"]}
    print(f"\n{customer['name']}, {customer['organisationNumber']}, task {task['type']}")

    preview = (await ask(anna.asking, "preview", **chosen))["activationPreview"]
    for obstacle in preview["obstacles"]:
        raise WalkFailedError(f"{name} cannot be activated: {obstacle['message']}")
    asked = [f"{approver['name']} <{approver['email']}>" for approver in preview["approvers"]]
    say("preview", f"{preview['scenario']}: {preview['explanation']}")
    say("", f"to approve {WORDS[preview['approvalKind']]}: {', '.join(asked)}; {WORDS[preview['invoiceRecipient']]} pays")

    mails_before = {mail["id"] for mail in await mailbox(url)}
    wanted = {**chosen, "expectedScenario": preview["scenario"], "idempotencyKey": str(uuid.uuid4())}
    activated = await change(anna.asking, "activate", wanted)
    collaboration = activated["collaboration"]
    say("activated", f"{collaboration['status']} until {collaboration['expiresAt'][:10]}")
    service, administrator = WORDS[activated["serviceActivated"]], WORDS[activated["administratorCreated"]]
    say("", f"service activated: {service}; administrator created: {administrator}")
    await announcements.wait_for(collaboration["id"], "ACTIVATED")

    address = preview["approvers"][0]["email"]
    mail = await within(mail_to(url, address, mails_before), f"the e-mail to {address}")
    say("e-mail", f"to {mail['to']}: {mail['subject']}")
    approver = await answer(url, secret_of(mail), collaboration["id"])
    approval = await announcements.wait_for(collaboration["id"], "APPROVED")
    await hear_late(anna, activated["cursor"], approval)
    return approver


async def answer(url: str, secret: str, collaboration_id: str) -> Approver:
    """Sign in as the administrator who got the mail, read what is asked, and approve it."""
    async with http_client(url) as nobody:
        session = await change(nobody, "sign_in", {"secret": secret})
    if session["collaboration"]["id"] != collaboration_id:
        raise WalkFailedError("the link in the e-mail leads to another collaboration")
    say("signed in", f"{session['viewer']['name']}, with the link's secret")

    async with http_client(url, session["token"]) as administrator:
        asked = (await ask(administrator, "request", id=collaboration_id, language="sv"))["collaboration"]
        wanted = {"collaborationId": collaboration_id, "companyId": asked["company"]["id"], "idempotencyKey": str(uuid.uuid4())}
        if asked["approvalKind"] == "TERMS_AND_CONDITIONS":
            wanted["acceptedTerms"] = read_terms(asked["terms"])
        approved = (await change(administrator, "approve", wanted))["collaboration"]
    say("approved", f"{approved['status']}; access for {', '.join(advisor['name'] for advisor in approved['accessFor'])}")
    return Approver(token=session["token"], collaboration_id=collaboration_id, company_id=asked["company"]["id"])


async def end(url: str, approver: Approver, announcements: Announcements) -> None:
    """End the collaboration at once as the administrator, who keeps the service, and hear of it."""
    wanted = {"collaborationId": approver.collaboration_id, "companyId": approver.company_id, "afterwards": "KEEP"}
    async with http_client(url, approver.token) as administrator:
        ended = (await change(administrator, "end", {**wanted, "idempotencyKey": str(uuid.uuid4())}))["collaboration"]
    say("ended", f"{ended['status']}; access for {len(ended['accessFor'])}; the company keeps the service")
    await announcements.wait_for(approver.collaboration_id, "ENDED")


def read_terms(terms: Values) -> Values:
    """Check that the hash is that of the text that a person would be shown, and accept exactly that text."""
    computed = hashlib.sha256(terms["text"].encode()).hexdigest()
    if computed != terms["sha256"]:
        raise WalkFailedError(f"the terms' text has the SHA-256 {computed}, and {terms['sha256']} is claimed")
    say("terms", f"version {terms['version']}, {len(terms['text'])} characters, SHA-256 {computed[:16]}… computed and equal")
    return {"termsId": terms["id"], "sha256": computed}


async def hear_late(anna: Advisor, after: str, approval: Values) -> None:
    """Subscribe once all is over: after the activation's cursor, the approval is announced as if one had listened."""
    late = request("approvals", after=after, id=approval["collaboration"]["id"])
    async with aclosing(anna.listening.subscribe(late)) as source:
        event = (await within(anext(source), "the announcement to one who subscribes late"))["collaborationApproved"]
    if event != approval:
        raise WalkFailedError("who subscribes late is told of another approval")
    say("late", f"who subscribes now, after the activation's cursor, is told of event {event['sequence']} too")


async def compare(anna: Advisor, seen: list[Values], after: str | None) -> None:
    """Compare what was announced with the log: the same events in the same order, none left out, none twice."""
    logged = [event["id"] for event in (await ask(anna.asking, "log", after=after))["collaborationEvents"]["nodes"]]
    if logged != [event["id"] for event in seen]:
        raise WalkFailedError(f"{len(seen)} events were announced, and the log has {len(logged)}, or in another order")
    print(f"\nSeen: {len(CUSTOMERS)} collaborations approved, 1 ended, {len(seen)} events announced, the same as in the log.")


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


async def mail_to(url: str, address: str, before: set[str]) -> Values:
    """Return the mail to an address that was not there before, looking for it until it comes."""
    while True:
        for mail in await mailbox(url):
            if mail["to"] == address and mail["id"] not in before:
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
    found = re.search(r"/portal#(\S+)", mail["text"])
    if found is None:
        raise WalkFailedError(f"the e-mail to {mail['to']} has no link to the portal")
    return found[1]


def the_only(found: list[Values], what: str) -> Values:
    """Return the one that was looked for."""
    if len(found) != 1:
        raise WalkFailedError(f"there is no {what}, or more than one")
    return found[0]


async def within(awaited: Awaitable[Waited], what: str) -> Waited:
    """Wait for it, and not for ever."""
    try:
        async with asyncio.timeout(DEADLINE):
            return await awaited
    except TimeoutError:
        raise WalkFailedError(f"{what} did not come within {DEADLINE} seconds") from None
    except StopAsyncIteration:
        raise WalkFailedError(f"{what} did not come: the server ended the subscription") from None


def say(step: str, text: str) -> None:
    """Print a step and what it came to."""
    print(f"  {step:<10} {text}", flush=True)


def main() -> int:
    """Walk, and return the exit status."""
    parser = argparse.ArgumentParser(description="Follow three collaborations to their approval, one to its end.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the service is (default: %(default)s)")
    parser.add_argument("--token", required=True, help="an advisor's token: make token EMAIL=anna@nordbyran.example")
    given = parser.parse_args()
    try:
        asyncio.run(walk(given.url.rstrip("/"), given.token))
    except (WalkFailedError, TransportError, OSError, TimeoutError) as error:
        print(f"The walk ended early: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
