"""Follows three collaborations from preview to approval, and one to its end, and prints what is announced on the way.

    python -m examples.walk --url http://127.0.0.1:8000 --token "$(make token EMAIL=anna@nordbyran.example)"

How it asks and listens stands in client.py: take from both what you need.
It ends with 0 when everything was seen, and with 1 and one sentence that says what was not. A fresh demo world is needed.
"""

import sys
import uuid
from contextlib import aclosing
from dataclasses import dataclass

from gql.client import AsyncClientSession

from examples.client import (
    Announcements,
    Values,
    WalkFailedError,
    ask,
    change,
    http_client,
    mail_to,
    mailbox,
    read_terms,
    request,
    run,
    say,
    secret_of,
    socket_client,
    the_only,
    within,
)

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


if __name__ == "__main__":
    sys.exit(run(walk, "Follow three collaborations to their approval, one to its end."))
