"""Inputs whose bodies are odd: no JSON, no request, one that is too long, and query strings that say the same."""

import gzip
import json
from random import Random
from urllib.parse import quote, quote_from_bytes

from tests.fuzz import hostile
from tests.fuzz.asking import Chance, Sent, chunked, post, request

QUERIES = (
    "{ viewer { __typename } }", "{ customers(first: 2) { nodes { name } } }",
    "query A { __typename } query B { services { code } }",
    "query A($id: ID!) { customer(id: $id) { name } }", 'mutation { signIn(input: {secret: "a"}) { __typename } }',
    "subscription { collaborationApproved { sequence } }",
    "", " ", "{", "}", "#", "\ufeff{ __typename }", "query", "{ __typename }" * 3, "fragment A on Query { __typename }",
    "query ($a: A) { __typename }", '"""', '{ a(b: "\\u{110000}") }',
    '{ a(b: "\\uD800") }', '{ __type(name: "\x00") { name } }', "extend type Query { a: Int }", "type A { a: Int }",
    "schema { query: A }", "{ ...A }", "{ viewer { ... on A { b } } }",
)  # fmt: skip
RAW = (
    b"", b" ", b"5", b'"x"', b"null", b"true", b"[]", b"{}", b"[{}]", b"\xff\xfe", b"\xef\xbb\xbf{}", b"nul", b"NaN", b"-",
    b"1e", b"01", b"'a'", b"{'a': 1}", b"{,}", b'{"query"}', b'{"query":}',
    b"9" * 6_000, b"-" + b"9" * 400, b"1" + b"0" * 310, b'{"query": NaN}', b'{"query": Infinity}', b'"\\ud800"',
    b'{"query":"\\ud800"}', b'{"query":"\\udc00\\ud800"}', b'{"query":"\x00"}',
    b'{"query":"{__typename}","query":"{ viewer { __typename } }"}', b'{"query":"{__typename}","variables":{"a":1,"a":2}}',
    b'{"query":"{__typename}"} ', b'{"query":"{__typename}"}x', b'{"query":"\xc3"}',
    b"query=%7B__typename%7D", b"{ __typename }",
    b'--a\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--a--', b"\x1f\x8b\x08\x00", b"[" * 5,
    b'{"query":"\\', b"\x00" * 9,
)  # fmt: skip
MEMBERS = ("query", "variables", "operationName", "extensions", "documentId")
HASHES: tuple[object, ...] = (
    "0" * 64, "A" * 64, "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38", "", "a", "x" * 300, "\ud800",
    "\x00", 5, None, [], {}, True,
)  # fmt: skip


def of_any_kind(chance: Chance) -> Sent:
    """Send a body of any kind, most of them none that can be executed."""
    random = chance.random
    body = _body(chance)
    given: list[tuple[bytes, bytes]] = []
    if chance.often(0.1):
        given.append((b"Content-Encoding", random.choice((b"gzip", b"deflate", b"br", b"identity", b"x"))))
        body = gzip.compress(body, mtime=0) if chance.often(0.5) else body
    if chance.often(0.15):
        given.append((b"Transfer-Encoding", b"chunked"))
        body = chunked(body, random)
    if chance.often(0.05):
        given.append(
            (b"Accept", random.choice((b"application/graphql-response+json", b"text/event-stream", b"text/html", b"image/png")))
        )
    token = chance.known.tokens.get("full", "") if chance.often(0.5) else ""
    return Sent(parts=(post(body, token, given),))


def _body(chance: Chance) -> bytes:
    random = chance.random
    written = json.dumps(wanted(chance), ensure_ascii=chance.often(0.5)).encode(errors="surrogatepass")
    member = random.choice((b"variables", b"extensions", b"a", b"query"))
    match random.choices(range(8), (25, 7, 6, 22, 8, 5, 2, 25))[0]:
        case 0:
            written = random.choice(RAW)
        case 1:
            written = hostile.nested(random)
        case 2:
            written = b'{"query":"{__typename}","%s":%s}' % (member, hostile.nested(random))
        case 3:
            written = hostile.overwritten(random, written, random.randint(1, 5))
        case 4:
            written = written[: random.randrange(len(written) + 1)]
        case 5:
            encoding = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "utf-7"))
            written = written.decode(errors="replace").encode(encoding, errors="replace")
        case 6:
            written = _long(random)
        case _:
            pass
    return written


def _long(random: Random) -> bytes:
    """Write a body about as long as may be, with and without a token."""
    length = random.choice((64, 255, 256, 257, 300)) * 1024
    return b'{"query":"{__typename}","variables":{"a":"%s"}}' % (b"a" * (length - 60))


def wanted(chance: Chance) -> object:
    """Make a request of the draft, members of which may be of any kind, or left out."""
    random = chance.random
    body: dict[str, object] = {"query": random.choice(QUERIES)}
    if chance.often(0.5):
        body["variables"] = random.choice(
            ({}, {"id": chance.id()}, {"id": hostile.value(random)}, {hostile.text(random): hostile.value(random)})
        )
    if chance.often(0.3):
        body["operationName"] = random.choice(("A", "B", "", "C", hostile.text(random)))
    if chance.often(0.3):
        body["extensions"] = (
            {"persistedQuery": _persisted(chance)} if chance.often(0.8) else {hostile.text(random): hostile.value(random)}
        )
    if chance.often(0.15):
        body["documentId"] = random.choice((random.choice(HASHES), f"sha256:{random.choice(HASHES)}"))
    for name in MEMBERS:
        if chance.often(0.12):
            body[name] = hostile.value(random)
        elif chance.often(0.05):
            body.pop(name, None)
    return [body] * random.randrange(1, 4) if chance.often(0.04) else body


def _persisted(chance: Chance) -> object:
    random = chance.random
    if chance.often(0.2):
        return hostile.value(random)
    return {"version": random.choice((1, 1, 1, 2, "1", 1.0, True, None)), "sha256Hash": random.choice(HASHES)}


def query_string(chance: Chance) -> Sent:
    """Ask with a GET whose parameters are as odd as bodies are."""
    random = chance.random
    body = wanted(chance)
    given = body if isinstance(body, dict) else {"query": body}
    pairs = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in given.items()]
    if chance.often(0.1):
        pairs += [random.choice(pairs or [("a", "b")])] * random.choice((1, 30))
    if chance.often(0.05):
        pairs.append(("query", "{" + " __typename" * random.choice((10, 2_000, 6_500)) + "}"))
    written = "&".join(f"{quote(name, errors='replace')}={quote(value, errors='replace')}" for name, value in pairs)
    raw = written.encode()
    if chance.often(0.25):
        raw = quote_from_bytes(hostile.overwritten(random, raw, 3), safe=b"%&=+;{}()[]:,!$*'~@/?").encode()
    headers = [(b"Accept", b"application/json")]
    if chance.often(0.5):
        headers.append((b"Authorization", b"Bearer " + chance.known.tokens.get("advisor", "").encode()))
    if chance.often(0.1):
        headers.append((b"GraphQL-Require-Preflight", b"1"))
    method = random.choice((*["GET"] * 8, "HEAD", "DELETE"))
    return Sent(parts=(request(method, b"/graphql?" + raw, headers),), methods=(method,))
