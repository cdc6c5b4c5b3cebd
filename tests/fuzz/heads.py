"""Inputs whose heads are odd: well formed, malformed, lying about what follows, in a row, and cut."""

import base64
import json

from tests.fuzz import hostile
from tests.fuzz.asking import CRLF, Chance, Sent, chunked, post, request

SMALL = b'{"query":"{ viewer { __typename } }"}'
METHODS = (
    *["GET", "POST"] * 8, "HEAD", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "MKCOL", "LOCK", "SEARCH",
    "PURGE", "REPORT",
    "SUBSCRIBE", "NOTIFY", "M-SEARCH", "LINK", "SOURCE",
)  # fmt: skip
ACCEPTS = (
    b"*/*", b"", b",", b";", b";q=1", b"*/*;q=0", b"*/*;q=nan", b"application/json;q=1e9", b"application/json;q=0.0001",
    b"application/json;q=-1",
    b"application/json; q = 0,5", b"text/html", b"text/html;q=0.1, application/json", b"application/graphql-response+json",
    b"text/*;q=0.3, */*;q=0.2",
    b"application/json;q=\xb2", b"application/json;q=", b"APPLICATION/JSON", b"a/b," * 400,
    b'application/json;charset="utf-16"', b"\xff\xfe", b"application/*",
    b"text/event-stream;q=0", b"application/json;q=0, application/graphql-response+json;q=0", b"text/event-stream;q=0, */*", b"*",
)  # fmt: skip
ORIGINS = (
    b"null", b"", b"http://localhost", b"https://evil.example", b"http://[", b"http://[::1", b"//", b"http://a:99999",
    b"http://a:b", b"\xff", b"file://",
    b"http://localhost:80", b"HTTP://LOCALHOST", b"http://user@localhost", b"http://localhost, http://a",
    b"http://\xe5.example", b"http://[v1.a]",
)  # fmt: skip
HOSTS = (
    b"localhost", b"LOCALHOST:80", b"127.0.0.1", b"[::1]", b"", b"a b", b"evil.example", b"localhost:99999", b"[", b"[::1",
    b"\xff", b"a@localhost",
    b"localhost/x", b"xn--a", b"0", b"." * 50, b"%00", b"localhost.", b"127.0.0.1:0x50", b"localhost\t",
)  # fmt: skip
PLAIN_VALUES = (
    b"", b"0", b"-1", b"1", b"a" * 200, b"a" * 5_000, b"\xff\xfe", b"\xc3\xa5", b'a, b;c="d"', b"=?utf-8?q?a?=", b"gzip",
    b"identity", b"br", b"identity, gzip",
    b"bytes=0-1", b"bytes=0-1,2-3,5-5", b"bytes=9-1", b"bytes=-", b"bytes=-1", b"bytes=99999999999999999999-", b"bytes=a-b",
    b"items=0-1", b"bytes=0-" + b"9" * 5_000,
    b"Thu, 01 Jan 1970 00:00:00 GMT", b"Thu, 99 Foo 99999 99:99:99", b"*", b'W/"a"', b'"', b"websocket", b"h2c", b"close",
    b"upgrade", b"keep-alive, close, te",
    b"cross-site", b"same-site", b"none", b"::1", b"1.2.3.4, unknown", b"a=b; c=d; =; ;;", b"__Host-a=%00", b"1e9",
    b"MDE5Mg==", b"multipart/form-data; boundary=",
    b"application/json", b"application/json; charset=utf-16", b"application/json;charset",
    b'APPLICATION/JSON ; CHARSET="UTF-8"', b"text/plain", b"/",
)  # fmt: skip
NAMES = (
    b"Accept-Language", b"Accept-Encoding", b"Accept-Charset", b"Authorization", b"Cookie", b"Range", b"If-Range",
    b"If-None-Match", b"If-Modified-Since",
    b"Last-Event-ID", b"Idempotency-Key", b"Content-Type", b"Content-Encoding", b"X-Forwarded-For", b"X-Forwarded-Proto",
    b"X-Forwarded-Host", b"Forwarded",
    b"Sec-Fetch-Site", b"Sec-Fetch-Mode", b"Referer", b"User-Agent", b"TE", b"Upgrade", b"Connection", b"Keep-Alive", b"Via",
    b"X-HTTP-Method-Override",
    b"GraphQL-Require-Preflight", b"Apollo-Require-Preflight", b"Access-Control-Request-Method", b"Traceparent",
    b"X-Request-Id", b"Max-Forwards", b"Trailer",
    b"Sec-WebSocket-Key", b"Sec-WebSocket-Version", b"X", b"!#$%&'*+-.^_`|~1", b"x" * 200,
)  # fmt: skip
TARGETS = (
    *[b"/graphql"] * 6, *[b"/graphql?query={__typename}"] * 3, b"/", b"/portal", b"/livez", b"/nothing", b"/graphql/",
    b"//graphql", b"http://localhost/graphql",
    b"/graphql?", b"/graphql#a", b"/graphql?a=b?c", b"/%67raphql", b"/graphql;a", b"/GRAPHQL",
)  # fmt: skip
# What is sent for the head, none of which is one.
MALFORMED = (
    b"", b"\x00", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET", b"get / HTTP/1.1", b"GET / HTTP/9.9",
    b"GET / HTTP/1", b"GET / HTTP/1.1 a",
    b"GET / HTTQ/1.1", b"BREW / HTTP/1.1", b"G\xffT / HTTP/1.1", b"GET \x00 HTTP/1.1", b"GET /\x01 HTTP/1.1",
    b"GET /\xff\xfe HTTP/1.1", b"GET http://[ HTTP/1.1",
    b"GET http:// HTTP/1.1", b"GET http://a:99999/ HTTP/1.1", b"GET a HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM",
    b"CONNECT HTTP/1.1", b"CONNECT / HTTP/1.1",
    b"GET / HTTP/1.1\r\nno colon", b"GET / HTTP/1.1\r\n: no name", b"GET / HTTP/1.1\r\na b: c", b"GET / HTTP/1.1\r\na : b",
    b"GET / HTTP/1.1\r\na\x00: b",
    b"GET / HTTP/1.1\r\na: b\x00c", b"GET / HTTP/1.1\r\na: b\x01", b"GET / HTTP/1.1\r\n\xff: b", b"GET / HTTP/1.1\r\na: b\rc",
    b"GET / HTTP/1.1\r\n a: b",
    b"POST / HTTP/1.1\r\nContent-Length: -1", b"POST / HTTP/1.1\r\nContent-Length: 1, 1",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
    b"POST / HTTP/1.1\r\nContent-Length: a", b"POST / HTTP/1.1\r\nContent-Length: 0x1",
    b"POST / HTTP/1.1\r\nContent-Length: +1", b"POST / HTTP/1.1\r\nContent-Length: ",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999",
    b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip", b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: a",
)  # fmt: skip
CHUNKS = (
    b"zz\r\n", b"-1\r\n", b"fffffffffffffffff\r\n", b"5\r\nabc", b"5\r\nabcdefgh\r\n", b"5;\x00\r\nabcde\r\n0\r\n\r\n",
    b"\r\n\r\n", b"0\r\na b: c\r\n\r\n", b"5 \r\nabcde\r\n0\r\n\r\n",
    b"0x5\r\nabcde\r\n0\r\n\r\n", b"5\nabcde\n0\n\n", b"0\r\n: a\r\n\r\n", b"1\r\n{\r\n0\r\nContent-Length: 9\r\n\r\n",
)  # fmt: skip


def authorization(chance: Chance) -> bytes:
    """Return credentials, most of which are none."""
    random, token = chance.random, chance.token()
    head, _, rest = (token or "a.b.c").partition(".")
    body, _, signature = rest.partition(".")
    claims = json.dumps(
        {"sub": hostile.value(random), "exp": hostile.value(random), "iss": "samarbete", "jti": hostile.text(random)}
    )
    written = base64.urlsafe_b64encode(claims.encode(errors="replace")).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(
        random.choice((b'{"alg":"none"}', b"[]", b"{", b'{"alg":5}', b"\xff", b'{"alg":"ES256","kid":[]}'))
    ).decode()
    return random.choice((
        b"Bearer " + token.encode(), b"bearer  " + token.encode(), b"Bearer", b"Bearer ", b"Basic YTpi", b"Basic \xff",
        b"Digest a=", b"\xff", b"Bearer \xff\xfe",
        f"Bearer {head}.{written}.{signature}".encode(), f"Bearer {none}.{written}.".encode(),
        f"Bearer {none}.{body}.{signature}".encode(), b"Bearer .", b"Bearer ..", b"Bearer ....",
        f"Bearer {head}.{body}.{signature[:-3]}".encode(), f"Bearer {head}.{body}.{signature}==".encode(),
        b"Bearer " + token[::-1].encode(), b"Bearer " + b"a" * 9_000,
        b"Bearer smb_live_", b"Bearer smb_live_" + b"A" * 43, b"Bearer smb_live_\xe5", b"Bearer smb_live_" + b"-" * 500,
        b"Bearer a b", hostile.overwritten(random, b"Bearer smb_live_abcdefgh").translate(_LINE),
    ))  # fmt: skip


# Bytes that a line of a head may not hold are left to the malformed.
_LINE = bytes(at if at >= 0x20 and at != 0x7F else 0x2E for at in range(256))


def headers(chance: Chance, most: int = 6) -> list[tuple[bytes, bytes]]:
    """Return headers that are well formed as lines, and odd as anything else."""
    random = chance.random
    found = [(random.choice(NAMES), random.choice(PLAIN_VALUES)) for _ in range(random.randrange(most))]
    # A connection that is to be another protocol's is another kind of input.
    found = [
        (name, value) for name, value in found if (name, value) not in {(b"Upgrade", b"websocket"), (b"Connection", b"upgrade")}
    ]
    for name, values in ((b"Accept", ACCEPTS), (b"Origin", ORIGINS), (b"Host", HOSTS)):
        if chance.often(0.12):
            found.append((name, random.choice(values)))
    if chance.often(0.2):
        found.append((b"Authorization", authorization(chance)))
    if chance.often(0.03):
        found += [(b"X-Many-%d" % number, b"a") for number in range(random.choice((100, 130, 1_000)))]
    random.shuffle(found)
    return found


def well_formed(chance: Chance) -> Sent:
    """Ask with odd headers and any method."""
    random = chance.random
    method, given = random.choice(METHODS), headers(chance)
    body = SMALL if method == "POST" or chance.often(0.1) else b""
    if method == "POST" and chance.often(0.7):
        given.append((b"Content-Type", b"application/json"))
    if body and chance.often(0.1):
        given.append((b"Expect", random.choice((b"100-continue", b"100-Continue", b"200-ok"))))
    if body and chance.often(0.2):
        given, body = [*given, (b"Transfer-Encoding", random.choice((b"chunked", b"Chunked")))], chunked(body, random)
    if chance.often(0.04):
        given += [(b"Connection", b"Upgrade, HTTP2-Settings"), (b"Upgrade", b"h2c"), (b"HTTP2-Settings", b"AAMAAABkAARAAAAA")]
    written = request(method, random.choice(TARGETS), given, body)
    if chance.often(0.1):
        written = written.replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1)
    return Sent(parts=_cut(chance, written), methods=(method,))


def malformed(chance: Chance) -> Sent:
    """Send what is no head, or no chunk; it is refused and nothing else."""
    random = chance.random
    if chance.often(0.2):
        framed = request("POST", b"/graphql", [(b"Transfer-Encoding", b"chunked"), (b"Content-Type", b"application/json")])
        return Sent(parts=_cut(chance, framed + random.choice(CHUNKS)), wild=True, methods=())
    line = random.choice(MALFORMED)
    more = b"".join(CRLF + name + b": " + value for name, value in headers(chance, 3) if name != b"Host")
    return Sent(
        parts=_cut(chance, line + CRLF + b"Host: localhost" + more + CRLF + CRLF + random.choice((b"", b"a" * 2_000))),
        refused=True,
    )


def lying(chance: Chance) -> Sent:
    """Send a well-formed request of which a few bytes are changed, or which says another length; whatever comes is no fault."""
    random = chance.random
    given = [(b"Content-Type", b"application/json")]
    if chance.often(0.5):
        length = b"%d" % (len(SMALL) + random.choice((-30, -5, -1, 1, 5, 1_000_000)))
        return Sent(parts=(request("POST", b"/graphql", [*given, (b"Content-Length", length)], SMALL),), methods=(), wild=True)
    written = hostile.overwritten(random, request("POST", b"/graphql", given + headers(chance, 3), SMALL), random.randint(1, 4))
    return Sent(parts=(written,), methods=(), wild=True)


def in_a_row(chance: Chance) -> Sent:
    """Send several requests before the first one is answered, the last one perhaps malformed or cut."""
    random = chance.random
    known = (b"Authorization", b"Bearer " + chance.known.tokens.get("full", "").encode())
    wish = [(b"Connection", b"Upgrade"), (b"Upgrade", random.choice((b"h2c", b"websocket", b"a")))]
    choices = [
        ("POST", post(json.loads(SMALL), headers=[known])), ("POST", post(json.loads(SMALL), headers=wish)),
        ("GET", request("GET", b"/livez")), ("HEAD", request("HEAD", b"/portal")),
        ("GET", request("GET", b"/graphql?query={__typename}")), ("PUT", request("PUT", b"/graphql")),
        ("HEAD", request("HEAD", b"/graphql?query={__typename}")),
        ("GET", request("GET", b"/livez", wish)),
    ]  # fmt: skip
    chosen = [random.choice(choices) for _ in range(random.randint(2, 6))]
    methods, written = tuple(method for method, _ in chosen), b"".join(one for _, one in chosen)
    if chance.often(0.25):
        return Sent(parts=_cut(chance, written + b"GARBAGE\r\n\r\n"), methods=(*methods, "GET"), refused=True)
    if chance.often(0.2):
        return Sent(parts=(written + b"GET /livez HT",), methods=methods, wild=True)
    return Sent(parts=_cut(chance, written), methods=methods)


def cut(chance: Chance) -> Sent:
    """Begin a request, and leave in the middle of it."""
    random = chance.random
    written = request("POST", b"/graphql", [(b"Content-Type", b"application/json"), *headers(chance, 3)], SMALL)
    if chance.often(0.3):
        written = request("POST", b"/portal/renew", [(b"Content-Type", b"application/json")], b'{"secret":"a"}')
    return Sent(parts=_cut(chance, written[: random.randrange(len(written))]), methods=(), leaves=True)


def _cut(chance: Chance, written: bytes) -> tuple[bytes, ...]:
    """Let it arrive in one piece, or in two."""
    if chance.often(0.8):
        return (written,)
    at = chance.random.randrange(len(written) + 1)
    return tuple(part for part in (written[:at], written[at:]) if part)
