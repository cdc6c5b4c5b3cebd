"""An issuer's public keys, asked for over HTTP; whatever else an address may answer, nothing but usable keys comes of it."""

import asyncio
import base64
import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
from joserfc import jwk
from joserfc.jwk import Key

from domain import issuer as rules
from domain.issuer import Issuer

FETCHING_S = 5.0
LARGEST_ANSWER = 256 * 1024
_MOST_KEYS = 100
_RSA_BITS = range(2_048, 8_193)
_CURVES = {"EC": frozenset({"P-256", "P-384", "P-521"}), "OKP": frozenset({"Ed25519"})}
_DISCOVERY = "/.well-known/openid-configuration"


class KeysUnavailableError(Exception):
    """The issuer's keys cannot be had now; the text says why, and repeats nothing of what was answered."""


async def fetch(issuer: Issuer, address: str | None) -> tuple[str, Mapping[str, Key]]:
    """Return where the issuer's keys are, and those that can be used, by name; `address` is where they were found before.

    No redirect is followed, no proxy or netrc of the environment is used, nothing compressed is unpacked, and all of it together
    takes 5 s at most.

    Raises:
        KeysUnavailableError: they cannot be had.
    """
    headers = {"Accept": "application/json, application/jwk-set+json", "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(FETCHING_S),
            httpx.AsyncClient(
                verify=await asyncio.to_thread(_tls), trust_env=False, follow_redirects=False, timeout=FETCHING_S, headers=headers
            ) as client,
        ):
            found = address or issuer.jwks_url or await _discover(client, issuer)
            return found, usable(await _read(client, found))
    except (TimeoutError, httpx.TimeoutException):
        raise KeysUnavailableError("it did not answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        # Words of these may name addresses, so their kind must do.
        raise KeysUnavailableError(f"it cannot be reached: {type(error).__name__}") from None


def usable(answered: Mapping[str, Any]) -> dict[str, Key]:
    """Return the keys of a set that verify signatures, by name; of a name that is there twice neither key.

    Raises:
        KeysUnavailableError: it is no set of keys, or of more than 100.
    """
    given = answered.get("keys")
    if not isinstance(given, list) or len(given) > _MOST_KEYS:
        raise KeysUnavailableError("what it answered is no set of keys")
    names = [one.get("kid") for one in given if isinstance(one, dict)]
    found = {one["kid"]: _imported(one) for one in given if isinstance(one, dict) and _verifies(one) and _is_single(one, names)}
    return {name: key for name, key in found.items() if key is not None}


@cache
def _tls() -> ssl.SSLContext:
    """Read the certificates of those who vouch for others: once, for it takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


async def _discover(client: httpx.AsyncClient, issuer: Issuer) -> str:
    told = await _read(client, issuer.url.rstrip("/") + _DISCOVERY)
    address = told.get("jwks_uri")
    if told.get("issuer") != issuer.url:
        raise KeysUnavailableError("it calls itself by another name than is configured")
    if not isinstance(address, str) or not rules.is_address(address) or not (issuer.is_local or address.startswith("https:")):
        raise KeysUnavailableError("it does not say where its keys are, or not at a safe address")
    return address


async def _read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    async with client.stream("GET", address) as response:
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))
        if response.status_code != httpx.codes.OK or not is_json:
            raise KeysUnavailableError(f"it answered with status {response.status_code}, and not with JSON")
        body = bytearray()
        # As it came: what is compressed is no JSON, and is not unpacked to find out.
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise KeysUnavailableError(f"its answer has more than {LARGEST_ANSWER // 1024} KiB")
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise KeysUnavailableError("its answer is not JSON") from None
    if not isinstance(found, dict):
        raise KeysUnavailableError("its answer is no object")
    return found


def _is_single(given: Mapping[str, Any], names: list[object]) -> bool:
    return isinstance(given.get("kid"), str) and names.count(given["kid"]) == 1


def _verifies(given: Mapping[str, Any]) -> bool:
    """Tell whether a key is public and asymmetric, meant for signatures, and of a size that can be relied on."""
    kind, operations = given.get("kty"), given.get("key_ops", ["verify"])
    if given.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations or "d" in given:
        return False
    if kind == "RSA":
        return _bits(given.get("n")) in _RSA_BITS
    return isinstance(kind, str) and isinstance(given.get("crv"), str) and given["crv"] in _CURVES.get(kind, frozenset())


def _bits(number: object) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{number}==")).bit_length()
    except ValueError:
        return 0


def _imported(given: Mapping[str, Any]) -> Key | None:
    try:
        return jwk.import_key(dict(given))
    except Exception:  # noqa: BLE001 - whatever an issuer publishes in the place of a key, it is none
        return None
