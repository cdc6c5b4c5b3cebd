"""Bearer tokens: whatever is given in place of one is refused, and nothing else happens."""

import base64
import hashlib
import hmac
import itertools
import json

import pytest

from persistence.keys import Keys
from resolvers import token
from resolvers.context import UnauthenticatedError

KEYS = Keys(b"k" * 32)
GOOD = {"alg": "HS256", "typ": "JWT"}
HEADERS: list[object] = [
    {}, [], 5, None, "x", {"alg": 5}, {"alg": None}, {"alg": "none"}, {"alg": "HS256"},
    {**GOOD, "typ": 5}, {**GOOD, "crit": ["x"]}, {**GOOD, "crit": 5}, {**GOOD, "b64": False},
    {**GOOD, "zip": "DEF"}, {**GOOD, "alg": ["HS256"]}, {**GOOD, "alg": {"a": 1}},
    {"alg": "dir", "enc": "A256GCM"}, b"\xff", b"[" * 2_000, b'{"alg":"HS256","a":' + b"9" * 2_000 + b"}", b'{"alg":"\\ud800"}',
    GOOD,
]  # fmt: skip
CLAIMS: list[object] = [
    {}, [], 5, None, "x", {"iss": "samarbete"}, {"iss": "samarbete", "jti": 5}, {"iss": "samarbete", "jti": ["a"]},
    {"iss": "x", "jti": "a"}, b"\xff", b"[" * 800, b'{"a":NaN}',
]  # fmt: skip


def write(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_what_is_no_token_of_ours_is_refused_even_under_our_signature(header: object) -> None:
    for claims in CLAIMS:
        body = f"{write(header)}.{write(claims)}"
        signature = write(hmac.digest(KEYS.token, body.encode(), hashlib.sha256))
        for given in (f"{body}.{signature}", f"{body}.", f"{body}.x", f"{body}.x.y.z", body):
            with pytest.raises(UnauthenticatedError):
                token._session_id(KEYS, given)


def test_a_token_of_ours_is_read_and_one_with_any_letter_changed_is_not() -> None:
    body = f"{write(GOOD)}.{write({'iss': 'samarbete', 'jti': 'session'})}"
    good = f"{body}.{write(hmac.digest(KEYS.token, body.encode(), hashlib.sha256))}"
    assert token._session_id(KEYS, good) == "session"
    # The last letter carries four bits that are no part of the signature.
    for place, letter in itertools.product(range(len(good) - 1), "A."):
        if good[place] != letter:
            with pytest.raises(UnauthenticatedError):
                token._session_id(KEYS, good[:place] + letter + good[place + 1 :])


@pytest.mark.parametrize("given", ["", ".", "..", "....", "é.é.é", "\x00.\x00.\x00", "a" * 4_097])
def test_other_texts_are_no_tokens(given: str) -> None:
    with pytest.raises(UnauthenticatedError):
        token._session_id(KEYS, given)
