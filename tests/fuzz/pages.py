"""Inputs for every other address of the application: pages, their assets, health, mails, the portal's offer of a new link."""

import json

from tests.fuzz import heads, hostile
from tests.fuzz.asking import Chance, Sent, post, request

PATHS = (
    "/portal",
    "/sign-in",
    "/mailbox",
    "/assets/page/page.css",
    "/assets/portal/portal.js",
    "/livez",
    "/readyz",
    "/",
    "/graphql",
    "/portal/renew",
)
# All mails there are, which a flood makes many: asked for now and then.
LONG = "/mailbox/messages"


def any_page(chance: Chance) -> Sent:
    """Ask for a page, an asset or nothing at all, by a path, a query and headers that are odd."""
    random = chance.random
    path = (LONG if chance.often(0.003) else random.choice(PATHS)).encode()
    for _ in range(random.choice((0, 0, 1, 2))):
        segment = random.choice(hostile.SEGMENTS)
        parts = path.split(b"/")
        at = random.randrange(1, len(parts) + 1)
        path = b"/".join([*parts[:at], segment, *parts[at + random.randrange(2) :]])
    if chance.often(0.2):
        path += b"?" + random.choice((b"", b"a", b"%", b"a=" + random.choice(hostile.SEGMENTS), b"&&&", b"?" * 50))
    given = [(b"Accept", b"text/html"), *heads.headers(chance)] if chance.often(0.4) else heads.headers(chance)
    method = random.choice(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "DELETE"))
    body = b"email=a&side=OFFICE" if method == "POST" else b""
    return Sent(parts=(request(method, path, given, body),), methods=(method,))


def new_link(chance: Chance) -> Sent:
    """Ask the portal for a new link in the place of one that is used up."""
    random = chance.random
    body = json.dumps({"secret": hostile.value(random)} if chance.often(0.7) else hostile.value(random)).encode()
    if chance.often(0.3):
        body = random.choice(
            (
                hostile.nested(random),
                hostile.overwritten(random, body, 2),
                b'{"secret":%d}' % 10**300,
                b"9" * 900,
                b"NaN",
                b"a" * 1_025,
            )
        )
    headers = [(b"Origin", random.choice(heads.ORIGINS))] if chance.often(0.3) else []
    return Sent(parts=(post(body, "", headers, b"/portal/renew"),))
