"""Bearer tokens of the issuers that are trusted: read strictly, verified with the issuer's key, and kept as sessions of ours."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from domain import issuer as rules
from domain.issuer import Claimed, Issuer, TokenRefusedError
from persistence import session
from persistence.database import Unit
from persistence.session import Session
from resolvers import identity
from resolvers.context import Installation, Issuers, UnauthenticatedError

_LONGEST_TOKEN = 8_192
_LONGEST_HEADER = 1_024
_LONGEST_KEY_ID = 255
_PART = re.compile(r"[A-Za-z0-9_-]+")
_TYPES = frozenset({"jwt", "at+jwt"})
# Each changes what a signature is over or where its key comes from; of a key that a token brings along nothing is believed.
_NOT_TAKEN = frozenset({"crit", "b64", "zip", "enc", "jwk", "jku", "x5u", "x5c"})
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}

_log = structlog.get_logger()


class _Registry(jws.JWSRegistry):
    """The one algorithm that was found to be pinned; the header has been read more strictly than joserfc reads it."""

    max_header_length = _LONGEST_HEADER

    def get_alg(self, name: str) -> Any:  # noqa: ANN401 - joserfc does not export the type
        """Return the algorithm without a word on its age: which are taken is for whoever configures the issuer."""
        if self.allowed is None or name not in self.allowed:
            raise TokenRefusedError("alg is another than was judged")
        return self.algorithms[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unverified:
    """What a token says, whoever wrote it."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


async def session_of(installation: Installation, token: str) -> str | None:
    """Return the session that stands for an issuer's token, opened when it is first seen; None for every other token.

    Raises:
        UnauthenticatedError: it names an issuer that is trusted, and is not to be believed, or is nobody's here.
    """
    if not installation.issuers.known:
        return None
    try:
        read = _read(token)
    except TokenRefusedError:
        # No issuer that is trusted wrote this. Whether we did is judged where our own are.
        return None
    named = read.claims.get("iss")
    issuer = installation.issuers.known.get(named) if isinstance(named, str) else None
    if issuer is None:
        return None
    try:
        await _verify(installation.issuers, issuer, token, read.header)
        return await _session_id(installation, issuer, token, read.claims)
    except TokenRefusedError as refused:
        _log.info("token refused", issuer=issuer.url, why=str(refused))
        raise UnauthenticatedError from refused


async def _session_id(installation: Installation, issuer: Issuer, token: str, claims: Mapping[str, Any]) -> str:
    async with installation.database.read() as reading:
        claimed = rules.read_claims(issuer, claims, reading.now)
        # Over what is signed, and not over the signature, which can be written in more ways than one.
        session_id = hashlib.sha256(f"{claimed.side.value} {token.rpartition('.')[0]}".encode()).hexdigest()
        if await session.find_session(reading, session_id) is not None:
            return session_id
        # Before anything is written: a public issuer signs for everybody.
        await identity.recognise(reading, issuer, claimed)

    async def work(unit: Unit) -> str:
        await _open(unit, session_id, issuer, claimed)
        return session_id

    return await installation.database.write(work)


async def _open(unit: Unit, session_id: str, issuer: Issuer, claimed: Claimed) -> None:
    if await session.find_session(unit, session_id) is not None:
        return
    advisor_id, administrator_id = await identity.welcome(unit, issuer, claimed)
    opened = Session(
        id=session_id,
        side=claimed.side,
        administrator_id=administrator_id,
        advisor_id=advisor_id,
        company_id=None,
        link_id=None,
        identified_by="identity provider",
        created_at=unit.now,
        expires_at=claimed.expires_at,
        revoked_at=None,
        issuer=claimed.identity.issuer,
        subject=claimed.identity.subject,
        assurance=claimed.identity.assurance,
    )
    await session.add_session(unit, opened)


def _read(token: str) -> _Unverified:
    if len(token) > _LONGEST_TOKEN:
        raise TokenRefusedError("it is too long")
    parts = token.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):  # noqa: PLR2004 - header, claims and signature
        raise TokenRefusedError("it is no signed token")
    if len(parts[0]) > _LONGEST_HEADER:
        raise TokenRefusedError("its header is too long")
    return _Unverified(header=_object(parts[0]), claims=_object(parts[1]))


def _object(part: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw.decode(), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise TokenRefusedError("a part of it is not JSON, or names something twice") from error
    if not isinstance(found, dict):
        raise TokenRefusedError("a part of it is no object")
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


async def _verify(issuers: Issuers, issuer: Issuer, token: str, header: Mapping[str, Any]) -> None:
    kind, algorithm, key_id = header.get("typ"), header.get("alg"), header.get("kid")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenRefusedError("typ is neither JWT nor at+jwt")
    if _NOT_TAKEN & header.keys():
        raise TokenRefusedError("its header asks for what is not taken")
    if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
        raise TokenRefusedError("alg is not one of the issuer's")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= _LONGEST_KEY_ID:
        raise TokenRefusedError("kid does not name a key")
    key = await issuers.find_key(issuer, key_id)
    if key is None:
        raise TokenRefusedError("the issuer has no such key")
    _require_fit(key, algorithm)
    try:
        jws.deserialize_compact(token, key, registry=_Registry(algorithms=[algorithm], strict_check_header=False))
    except (JoseError, ValueError, TypeError) as error:
        raise TokenRefusedError("the signature is not of the issuer's key") from error


def _require_fit(key: Key, algorithm: str) -> None:
    """Refuse to use a key for what its issuer did not make it for."""
    is_kind = key.key_type == _KEY_TYPES[algorithm[:2]] and key.get("crv") == _CURVES.get(algorithm)
    if not is_kind or key.alg not in {None, algorithm}:
        raise TokenRefusedError("the key is not made for alg")
