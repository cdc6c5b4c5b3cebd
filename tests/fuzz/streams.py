"""Server-sent events: streams that are begun and left, and those that cannot be had."""

from tests.fuzz import hostile
from tests.fuzz.asking import Chance, Sent, post, request

FIELDS = ("collaborationStatusChanged", "collaborationApproved")


def event_stream(chance: Chance) -> Sent:
    """Follow a subscription, and leave when the stream has begun; whoever is refused is answered as over HTTP."""
    random = chance.random
    token = chance.token()
    given = [
        (
            b"Accept",
            random.choice((b"text/event-stream", b"text/event-stream, */*;q=0.1", b"application/json, text/event-stream;q=0.5")),
        )
    ]
    if chance.often(0.5):
        last = (
            random.choice(chance.known.cursors or ("a",)).encode()
            if chance.often(0.5)
            else random.choice((b"", b"0", b"\xff", b"a" * 300, b"AAAA", b"e30"))
        )
        given.append((b"Last-Event-ID", last))
    after = chance.random.choice(
        (
            "",
            "",
            f'(after: "{random.choice(chance.known.cursors or ("a",))}")',
            f'(companyId: "{chance.id("Company")}")',
            '(after: "\\u0000")',
        )
    )
    query = f"subscription {{ {random.choice(FIELDS)}{after} {{ sequence type collaboration {{ id }} }} }}"
    if chance.often(0.2):
        query = random.choice(
            (
                "{ viewer { __typename } }",
                "subscription { __typename }",
                "subscription { a b }",
                "{",
                "query { services { code } }",
            )
        )
    body: dict[str, object] = {"query": query}
    if chance.often(0.1):
        body["variables"] = hostile.value(random)
    if chance.often(0.05):
        return Sent(
            parts=(
                request(
                    "HEAD",
                    b"/graphql?query=subscription{collaborationApproved{sequence}}",
                    [*given, (b"Authorization", b"Bearer " + token.encode())],
                ),
            ),
            methods=("HEAD",),
        )
    return Sent(parts=(post(body, token, given),), leaves=True, methods=("POST",))
