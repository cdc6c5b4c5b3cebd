"""Values that nobody means well with, none of which has a word in it by which a leak is known."""

from random import Random

TEXTS = (
    "", " ", "a", "0", "-1", "null", "true", "Å" * 3, "\x00", "a\x00b", "\x7f", "\x1b[31m", "\r\nX-A: b", "\n", "\t", "\u2028",
    "\u200b",
    "\u202eabc", "\u2066abc\u2069", "\ufeff", "\uffff", "\ufdd0", "e\u0301" * 20, "🧾", "👩‍👩‍👧‍👦" * 3, "🇸🇪", "a\u0300" * 60,
    "'", '"', "''", "\\", "\\'", "`", "' OR '1'='1", '" OR ""="', "'; --", "1; DROP", "') /*", "*/", "%", "_", "%%", "%s",
    "%(a)s", "{0}",
    "{{7*7}}", "${7*7}", "$1", ":a", "?", "<b>", "<!--", "]]>", "&amp;", "../..", "..\\..", "//", "file:///",
    "=?utf-8?q?a=0D=0A?=",
    "a@b", "a@b.example", "anna@nordbyran.example", "bea@beta.example", "@", "a@b@c", "a" * 64 + "@" + "b" * 190 + ".example",
    "556012-0031", "5560120031", "16556012-0031", "000000-0000", "121212-1212", "٥٥٦٠١٢٠٠٣١",
    "\uff15\uff15\uff16\uff10\uff11\uff12\uff10\uff10\uff13\uff11", "sv", "en", "xx",
    "sv-SE",
    "2026-11-23", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-23T09:24:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999999-23:59", "2026-11-23T24:00:00Z", "2026-11-23T09:24:60Z", "https://a.example", "http://[",
    "javascript:1",
    "NaN", "Infinity", "1e999", "00", "0x10", "\uff11\uff12", "²", "ǅ", "ß", "İ", "ﬁ", "\u0345",
    "x" * 255, "x" * 256, "ö" * 1_001,
    "x" * 5_000,
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 10, 99, 100, 101, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30,
    10**400,
)  # fmt: skip
FLOATS = (0.5, -0.0, 1.0, 1e10, 1e300, 5e-324)
BYTES = (
    b"\x00", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\x1f\x8b\x08", b"\x80", b"\r", b"\n",
)  # fmt: skip
SEGMENTS = (
    b"..", b".", b"%2e%2e", b"%2f", b"%5c", b"%00", b"%", b"%zz", b"%ff", b"%c0%af", b"%ed%a0%80", b"%f0%9f%a7%be",
    b"%0d%0aX-A:%20b", b";a=b",
    b"a" * 300, b"*", b"~", b"@", b":80", b"%25", b"page.css%00.js", b"a.css", b".css", b"%E2%80%AE.js", b"'", b'"', b"<b>",
    b"|", b"^", b"{}", b"+",
)  # fmt: skip


def text(random: Random) -> str:
    """Return a text, now and then made of two."""
    chosen = random.choice(TEXTS)
    return chosen + random.choice(TEXTS) if random.random() < 0.15 else chosen


def value(random: Random, depth: int = 0) -> object:
    """Return whatever JSON has a place for."""
    kind = random.randrange(9 if depth < 3 else 6)
    if kind == 6:
        return [value(random, depth + 1) for _ in range(random.randrange(4))]
    if kind in {7, 8}:
        return {text(random): value(random, depth + 1) for _ in range(random.randrange(4))}
    return (None, random.random() < 0.5, random.choice(NUMBERS), random.choice(FLOATS), text(random), "")[kind]


def nested(random: Random) -> bytes:
    """Return JSON that is nested as deep as somebody likes."""
    depth = random.choice((5, 100, 1_000, 1_030, 20_000))
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return opening * depth + b"1" + closing * depth


def overwritten(random: Random, written: bytes, times: int = 1) -> bytes:
    """Change some of the bytes: overwrite, insert, delete, swap or repeat a piece."""
    for _ in range(times):
        at = random.randrange(len(written) + 1)
        to = min(len(written), at + random.choice((1, 1, 2, 8)))
        put = random.choice((random.choice(BYTES), bytes([random.randrange(256)])))
        written = random.choice((
            written[:at] + put + written[to:],
            written[:at] + put + written[at:],
            written[:at] + written[to:],
            written[:to] + written[at:to] * random.choice((1, 3)) + written[to:],
        ))  # fmt: skip
    return written
