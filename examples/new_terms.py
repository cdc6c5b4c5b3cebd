"""Follows newer terms of a service: announced, suspended for when nobody accepts them in time, and gone on after a yes.

    python -m examples.new_terms --url http://127.0.0.1:8000 --token "$(make token EMAIL=anna@nordbyran.example)"

Publishing is the provider's, and so is the clock of development: it prints the commands for them, and waits until they are
typed where the service runs. A collaboration that is in use is needed, as walk.py leaves behind. The evidence of the yes is
checked by verify_evidence.py, which knows nothing of the service that made it.
"""

import asyncio
import subprocess
import sys
import uuid
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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
)

GRACE_DAYS = 10
PATIENCE = 600  # seconds that the operator may take
CHECKER = Path(__file__).with_name("verify_evidence.py")


async def follow(url: str, token: str) -> None:
    """Wait for the terms, let their time run out, accept them as the customer's administrator, and hear of each step."""
    async with http_client(url, token) as asking:
        start = await ask(asking, "start")
        if not start["viewer"]:
            raise WalkFailedError("the token is not an advisor's")
        newest = start["collaborationEvents"]["nodes"]
        nodes = (await ask(asking, "in_use", statuses=["ACTIVE"]))["collaborations"]["nodes"]
    if not nodes:
        raise WalkFailedError("no collaboration is in use; python -m examples.walk makes some")
    used = nodes[0]
    print(f"\n{used['customer']['name']} and {start['viewer']['office']['name']} share {used['service']['code']}.")

    after = newest[-1]["cursor"] if newest else None
    async with socket_client(url, token) as listening, aclosing(listening.subscribe(request("watch", after=after))) as source:
        announcements = Announcements(source=source)
        code, today = used["service"]["code"], f"{datetime.now(ZoneInfo('Europe/Stockholm')):%Y-%m-%d}"
        wish(
            f"terms publish examples/new_terms.txt --service {code} --language sv --effective-from {today}"
            f" --mandatory --grace-days {GRACE_DAYS}"
        )
        await announcements.wait_for(used["id"], "TERMS_REQUIRED", PATIENCE)
        await look(url, used)
        # A day more: in the week in which summer time ends, ten times 24 hours may end within the tenth day.
        wish(f"clock advance {GRACE_DAYS + 1}d")
        await announcements.wait_for(used["id"], "SUSPENDED", PATIENCE)
        evidence = await accept(url, used)
        await announcements.wait_for(used["id"], "RESUMED")
    await asyncio.to_thread(prove, evidence)
    print(f"\nSeen: newer terms required, late, accepted and proven; {len(announcements.seen)} events announced.")


def wish(command: str) -> None:
    """Print what the operator is to type where the service runs."""
    say("operator", f"python cli.py {command}")


async def look(url: str, used: Values) -> None:
    """See, as the administrator, the version in use and the one that waits, side by side."""
    async with http_client(url, await sign_in(url, used)) as administrator:
        seen = (await ask(administrator, "waiting_terms", id=used["id"], language="sv"))["collaboration"]
    required, accepted = seen["requiredTerms"], accepted_of(seen)
    if required is None or accepted["validUntil"] != required["dueAt"]:
        raise WalkFailedError("the version in use and the one that waits do not show together")
    say("required", f"version {required['terms']['version']} until {required['dueAt'][:10]}, while {seen['status']}")
    opens = "opens" if seen["openUrl"] else "does not open"
    say("", f"version {accepted['terms']['version']} is in use until then, and the service {opens}")


async def accept(url: str, used: Values) -> Values:
    """Read the text as the administrator, and accept exactly that; what was suspended goes on. Return the evidence of the yes."""
    async with http_client(url, await sign_in(url, used)) as administrator:
        seen = (await ask(administrator, "waiting_terms", id=used["id"], language="sv"))["collaboration"]
        if seen["openUrl"] is not None or "ACCEPT_TERMS" not in seen["allowedActions"]:
            raise WalkFailedError("what is suspended opens, or cannot be gone on with")
        say("suspended", f"{seen['status']}: the service does not open; offered: {', '.join(seen['allowedActions'])}")
        named = {"companyId": seen["company"]["id"], **read_terms(seen["requiredTerms"]["terms"])}
        done = await change(administrator, "accept_terms", {**named, "idempotencyKey": str(uuid.uuid4())})
    evidence: Values = done["acceptance"]["evidence"]
    if used["id"] not in {one["id"] for one in done["resumed"] if one["openUrl"]}:
        raise WalkFailedError("the terms are accepted, and the collaboration does not go on")
    say("accepted", f"record {evidence['number']} of the company's evidence, {evidence['hash'][:16]}…; the service opens again")
    return evidence


def prove(evidence: Values) -> None:
    """Have the company's chain of evidence checked, up to the record that the acceptance was answered with."""
    command = [sys.executable, str(CHECKER), "-", "--head", str(evidence["number"]), evidence["hash"]]
    checked = subprocess.run(command, input=evidence["export"].encode(), capture_output=True, check=False)  # noqa: S603 - our own
    if checked.returncode:
        raise WalkFailedError(checked.stderr.decode().strip())
    for step, line in zip(("evidence", "", "", ""), checked.stdout.decode().splitlines(), strict=True):
        say(step, line)


def accepted_of(seen: Values) -> Values:
    """Return the terms of the service that the company stands under."""
    code = seen["service"]["code"]
    found: list[Values] = [one for one in seen["company"]["acceptedTerms"] if one["terms"]["service"]["code"] == code]
    if not found:
        raise WalkFailedError(f"{seen['company']['name']} has accepted no terms of {code}")
    return found[-1]


async def sign_in(url: str, used: Values) -> str:
    """Return a token of the card's main contact as an administrator, by a link that is mailed to him."""
    address, before = used["customer"]["mainContact"]["email"], {mail["id"] for mail in await mailbox(url)}
    async with http_client(url) as nobody:
        await ask(nobody, "request_sign_in_link", input={"email": address, "side": "COMPANY"})
        mail = await mail_to(url, address, before)
        session = await change(nobody, "sign_in", {"secret": secret_of(mail)})
    token: str = session["token"]
    return token


if __name__ == "__main__":
    sys.exit(run(follow, "Follow newer terms to their acceptance."))
