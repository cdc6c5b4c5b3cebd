"""Issuers that are trusted beside the service itself: what each may say, and what of a token's claims is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from domain import text
from domain.identity import Identity
from domain.viewer import Side

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
# A token is the issuer's word for its whole life, and cannot be taken back by the issuer.
LONGEST_LIFE = timedelta(hours=24)
# How far an issuer's clock may be ahead of ours; how long a token lives is judged by ours alone.
AHEAD = timedelta(seconds=60)
_LONGEST_CLAIM = 255
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIDES = frozenset({Side.OFFICE, Side.COMPANY})


class MappedBy(Enum):
    """What makes an issuer's subject one of our persons, where a command has not linked the two."""

    EMAIL = "email"
    SUBJECT = "subject"


class TokenRefusedError(Exception):
    """A token is not believed; the text says why, for the log, and never repeats what the token holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """An identity provider, as it is configured.

    `sides` are those for which it speaks; where it speaks for both, `side_claim` names the claim that says which. By `EMAIL` a
    person is found by the first verified address, of one of the `domains` where any are named; by `SUBJECT` by a command alone.
    `terms_acr` are those values of `acr` that suffice for accepting terms. Left out, `jwks_url` is discovered.
    """

    url: str
    audience: str
    sides: frozenset[Side]
    mapped_by: MappedBy = MappedBy.SUBJECT
    jwks_url: str | None = None
    algorithms: frozenset[str] = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
    side_claim: str | None = None
    domains: frozenset[str] = frozenset()
    terms_acr: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what would not be safe, or could never work."""
        if not (is_address(self.url) and (self.jwks_url is None or is_address(self.jwks_url))):
            raise ValueError("url and jwks_url must begin with https://, or be on this machine")
        if not self.audience:
            raise ValueError("audience must name this service as the issuer knows it")
        if not self.algorithms or self.algorithms - ALGORITHMS:
            raise ValueError(f"algorithms must be of {', '.join(sorted(ALGORITHMS))}")
        if not self.sides or self.sides - _SIDES:
            raise ValueError("sides must be OFFICE, COMPANY or both")
        if (len(self.sides) > 1) is not bool(self.side_claim):
            raise ValueError("side_claim names the claim that says the side, and belongs to issuers that speak for both")

    @property
    def is_local(self) -> bool:
        """Whether any of its addresses is without TLS, as on a developer's machine."""
        return any(address is not None and address.startswith("http:") for address in (self.url, self.jwks_url))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is believed of a token: who, for which side, until when; `email` is None unless it is verified and may be used."""

    identity: Identity
    side: Side
    email: str | None
    expires_at: datetime


def is_address(url: str) -> bool:
    """Tell whether keys may be fetched from there: with TLS, or from this machine; without names, passwords or fragments."""
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and parts.port != 0 and not parts.fragment and url.isascii() and url.isprintable()
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return bool(parts.hostname) and is_safe and is_plain and " " not in url


def read_claims(issuer: Issuer, claims: Mapping[str, object], now: datetime) -> Claimed:
    """Judge the claims of a token whose signature is the issuer's.

    Raises:
        TokenRefusedError: they are another issuer's or another audience's, not of now, of no one side, or not those of a sign-in.
    """
    if claims.get("iss") != issuer.url:
        raise TokenRefusedError("iss is another issuer")
    _check_audience(issuer, claims.get("aud"))
    if "events" in claims:
        raise TokenRefusedError("it tells of an event, and signs nobody in")
    return Claimed(
        identity=Identity(
            issuer=issuer.url, subject=_short(claims.get("sub"), "sub"), assurance=_optional(claims.get("acr"), "acr")
        ),
        side=_side(issuer, claims),
        email=_email(issuer, claims),
        expires_at=_expiry(claims, now),
    )


def is_sure_enough(identity: Identity | None, demanded: Mapping[str, frozenset[str]] | None) -> bool:
    """Tell whether a sign-in is as sure as is demanded: by issuer the values of `acr` that suffice; None demands nothing."""
    if demanded is None:
        return True
    return identity is not None and identity.assurance in demanded.get(identity.issuer, frozenset())


def _check_audience(issuer: Issuer, audience: object) -> None:
    named = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(one, str) for one in named) or issuer.audience not in named:
        raise TokenRefusedError("aud is not this service")


def _expiry(claims: Mapping[str, object], now: datetime) -> datetime:
    expires_at = _moment(claims.get("exp"), "exp")
    if expires_at <= now:
        raise TokenRefusedError("exp has passed")
    if expires_at > now + LONGEST_LIFE:
        raise TokenRefusedError("exp is more than a day ahead")
    for name in ("nbf", "iat"):
        if name in claims and _moment(claims[name], name) > now + AHEAD:
            raise TokenRefusedError(f"{name} has not come yet")
    return expires_at


def _moment(value: object, name: str) -> datetime:
    # True is an int to Python, and whatever compares with nothing must not pass for a time.
    if type(value) not in {int, float} or not 0 < value < 2**33:  # type: ignore[operator]  # it is a number: its type was just looked at
        raise TokenRefusedError(f"{name} is no time")
    return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]  # the same


def _side(issuer: Issuer, claims: Mapping[str, object]) -> Side:
    if issuer.side_claim is None:
        return next(iter(issuer.sides))
    said = claims.get(issuer.side_claim)
    for side in issuer.sides:
        if said == side.value:
            return side
    raise TokenRefusedError("the side is not said")


def _email(issuer: Issuer, claims: Mapping[str, object]) -> str | None:
    """Return the address where it is verified beyond doubt: `true`, and neither "true" nor 1."""
    email = claims.get("email")
    if issuer.mapped_by is not MappedBy.EMAIL or claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    domain = email.rpartition("@")[2].lower()
    if not text.is_email(email) or (issuer.domains and domain not in {one.lower() for one in issuer.domains}):
        return None
    return email


def _short(value: object, name: str) -> str:
    is_short = isinstance(value, str) and 0 < len(value) <= _LONGEST_CLAIM
    if not isinstance(value, str) or not is_short or not (value.isascii() and value.isprintable()):
        raise TokenRefusedError(f"{name} is not 1 to {_LONGEST_CLAIM} printable ASCII characters")
    return value


def _optional(value: object, name: str) -> str | None:
    return None if value is None else _short(value, name)
