"""Every kind of bad token that an issuer's could be mistaken for, each with the words by which it is refused."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from tests.support.issuer import LocalIssuer, encoded, make_key, public, signed

Make = Callable[[LocalIssuer, datetime], str]
HEADER = {"alg": "ES256", "typ": "JWT", "kid": "one"}
SIGNATURE = "the signature is not of the issuer's key"
NOT_TAKEN = "its header asks for what is not taken"
TYPE, ALGORITHM, KEY_ID = "typ is neither JWT nor at+jwt", "alg is not one of the issuer's", "kid does not name a key"


def header(**changes: object) -> Make:
    """Sign a good token under another header; a change to None takes a member out."""
    changed = {name: value for name, value in {**HEADER, **changes}.items() if value is not None}
    return lambda issuer, now: signed(changed, issuer.claims(now), make_key("one"), "ES256")


def claims(**changes: Any) -> Make:  # noqa: ANN401 - claims of every type
    """Sign other claims; numbers count from now."""

    def make(issuer: LocalIssuer, now: datetime) -> str:
        at = int(now.timestamp())
        moved = {
            name: at + value if name in {"exp", "nbf", "iat"} and isinstance(value, int) else value
            for name, value in changes.items()
        }
        return issuer.token(now, **moved)

    return make


def unsigned(issuer: LocalIssuer, now: datetime) -> str:
    return f"{encoded({**HEADER, 'alg': 'none'})}.{encoded(issuer.claims(now))}."


def unsigned_with_something(issuer: LocalIssuer, now: datetime) -> str:
    return f"{unsigned(issuer, now)}AA"


def under_the_public_key_as_a_secret(issuer: LocalIssuer, now: datetime) -> str:
    """Sign with HMAC under the public key, as PEM and as published: what a library takes that goes by the header alone."""
    body = f"{encoded({**HEADER, 'alg': 'HS256'})}.{encoded(issuer.claims(now))}"
    key = make_key("one")
    assert isinstance(key, ECKey)
    secret = key.as_pem(private=False)
    return f"{body}.{encoded(hmac.digest(secret, body.encode(), hashlib.sha256))}"


def of_another_key_under_the_same_name(issuer: LocalIssuer, now: datetime) -> str:
    return signed(HEADER, issuer.claims(now), make_key("another"), "ES256")


def with_a_key_of_its_own(issuer: LocalIssuer, now: datetime) -> str:
    return signed({**HEADER, "jwk": public("another")}, issuer.claims(now), make_key("another"), "ES256")


def of_another_kind_of_key(issuer: LocalIssuer, now: datetime) -> str:
    """Sign with RSA, and name the elliptic key."""
    return signed({**HEADER, "alg": "RS256"}, issuer.claims(now), make_key("another", "RS256"), "RS256")


def of_a_key_made_for_another_algorithm(issuer: LocalIssuer, now: datetime) -> str:
    """Sign as PSS with a key that is published for RS256."""
    issuer.published.append(public("rsa", "RS256"))
    issuer.published[-1]["kid"] = "two"
    return signed({**HEADER, "alg": "PS256", "kid": "two"}, issuer.claims(now), make_key("rsa", "RS256"), "PS256")


def changed_claims(issuer: LocalIssuer, now: datetime) -> str:
    head, _, signature = issuer.token(now).split(".")
    return f"{head}.{encoded(issuer.claims(now, sub='dag'))}.{signature}"


def without_a_signature(issuer: LocalIssuer, now: datetime) -> str:
    return issuer.token(now).rpartition(".")[0] + "."


def cut_signature(issuer: LocalIssuer, now: datetime) -> str:
    return issuer.token(now)[:-4]


def zero_signature(issuer: LocalIssuer, now: datetime) -> str:
    """Sign with zeros, which an implementation of ECDSA once took for every message."""
    return f"{issuer.token(now).rpartition('.')[0]}.{encoded(bytes(64))}"


def claim_twice(issuer: LocalIssuer, now: datetime) -> str:
    body = json.dumps(issuer.claims(now))[:-1] + ', "sub": "dag"}'
    return signed(HEADER, body.encode(), make_key("one"), "ES256")


def member_twice(issuer: LocalIssuer, now: datetime) -> str:
    return signed(b'{"alg":"none","alg":"ES256","typ":"JWT","kid":"one"}', issuer.claims(now), make_key("one"), "ES256")


def no_number(issuer: LocalIssuer, now: datetime) -> str:
    body = json.dumps(issuer.claims(now))[:-1] + ', "x": NaN}'
    return signed(HEADER, body.encode(), make_key("one"), "ES256")


def long_header(issuer: LocalIssuer, now: datetime) -> str:
    return header(x="x" * 1_024)(issuer, now)


def long_token(issuer: LocalIssuer, now: datetime) -> str:
    return issuer.token(now, x="x" * 8_192)


def encrypted(issuer: LocalIssuer, now: datetime) -> str:
    """Be a token of five parts."""
    return f"{issuer.token(now)}.AA.AA"


def padded(issuer: LocalIssuer, now: datetime) -> str:
    return issuer.token(now) + "=="


@cache
def _small() -> RSAKey:
    made = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)  # noqa: S505 - which is what the test is about
    return RSAKey.import_key(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def small_key(issuer: LocalIssuer, now: datetime) -> str:
    """Sign with RSA of 1,024 bits, which is within reach, though the issuer publishes it."""
    issuer.published.append({**_small().as_dict(private=False), "kid": "two"})
    return signed({**HEADER, "alg": "RS256", "kid": "two"}, issuer.claims(now), _small(), "RS256")


_UNVERIFIED = "sub is linked with nobody, and there is no verified address that the issuer may vouch for"
_SIGNED_OUT = {"http://schemas.openid.net/event/backchannel-logout": dict[str, object]()}
_SUBJECT = "sub is not 1 to 255 printable ASCII characters"

BAD: dict[str, tuple[Make, str | None]] = {
    "unsigned": (unsigned, None),
    "unsigned, with something for a signature": (unsigned_with_something, ALGORITHM),
    "signed with the public key as a secret": (under_the_public_key_as_a_secret, ALGORITHM),
    "signed with another key under the same name": (of_another_key_under_the_same_name, SIGNATURE),
    "signed with another kind of key": (of_another_kind_of_key, "the key is not made for alg"),
    "signed with a key made for another algorithm": (of_a_key_made_for_another_algorithm, "the key is not made for alg"),
    "signed with a key that is too small": (small_key, "the issuer has no such key"),
    "signed with an algorithm that is not the issuer's": (header(alg="ES384"), ALGORITHM),
    "an algorithm that is no text": (header(alg=["ES256"]), ALGORITHM),
    "no algorithm": (header(alg=None), ALGORITHM),
    "changed claims": (changed_claims, SIGNATURE),
    "without a signature": (without_a_signature, None),
    "a cut signature": (cut_signature, SIGNATURE),
    "a signature of zeros": (zero_signature, SIGNATURE),
    "an unknown key": (header(kid="unknown"), "the issuer has no such key"),
    "no key named": (header(kid=None), KEY_ID),
    "a key's name that is no text": (header(kid={"a": 1}), KEY_ID),
    "a key's name that is too long": (header(kid="x" * 256), KEY_ID),
    "a key of its own": (with_a_key_of_its_own, NOT_TAKEN),
    "a key from elsewhere": (header(jku="https://evil.example/keys"), NOT_TAKEN),
    "a certificate of its own": (header(x5c=["AA"]), NOT_TAKEN),
    "extensions that must be understood": (header(crit=["x"], x=1), NOT_TAKEN),
    "an extension that is understood": (header(crit=["b64"], b64=False), NOT_TAKEN),
    "compressed": (header(zip="DEF"), NOT_TAKEN),
    "encrypted": (encrypted, None),
    "no type": (header(typ=None), TYPE),
    "a type of something else": (header(typ="logout+jwt"), TYPE),
    "a type that is no text": (header(typ=5), TYPE),
    "a claim that is there twice": (claim_twice, None),
    "a member of the header that is there twice": (member_twice, None),
    "what is no number of JSON": (no_number, None),
    "a header that is too long": (long_header, None),
    "too long": (long_token, None),
    "padded": (padded, None),
    "no issuer": (claims(iss=None), None),
    "another issuer": (claims(iss="https://another.example"), None),
    "an issuer with a slash more": (lambda issuer, now: issuer.token(now, iss=f"{issuer.url}/"), None),
    "our own name as its issuer": (claims(iss="samarbete", jti="session"), None),
    "no audience": (claims(aud=None), "aud is not this service"),
    "another audience": (claims(aud=["another"]), "aud is not this service"),
    "no end": (claims(exp=None), "exp is no time"),
    "an end that has passed": (claims(exp=0), "exp has passed"),
    "an end that is years ahead": (claims(exp=10**8), "exp is more than a day ahead"),
    "an end that is no number": (claims(exp="soon"), "exp is no time"),
    "a beginning that has not come": (claims(nbf=120), "nbf has not come yet"),
    "made in the future": (claims(iat=120), "iat has not come yet"),
    "no subject": (claims(sub=None), _SUBJECT),
    "a subject that is no text": (claims(sub=["cleo"]), _SUBJECT),
    "of a sign-out": (
        claims(events=_SIGNED_OUT),
        "it tells of an event, and signs nobody in",
    ),
    "an address that is not verified": (
        claims(email_verified=False),
        _UNVERIFIED,
    ),
    "an address whose verification is a text": (
        claims(email_verified="true"),
        _UNVERIFIED,
    ),
    "nobody's address": (claims(email="nobody@alfa.example"), "sub and email are nobody's here"),
}
