"""Opaque global ids: base64url of `Type:uuid`, and back to the local id that the use cases know."""

import base64
import binascii
import re
from collections.abc import Iterable

import strawberry

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_LONGEST = 200


def encode(kind: str, local_id: str) -> strawberry.ID:
    """Write the global id of an object of a type."""
    return strawberry.ID(base64.urlsafe_b64encode(f"{kind}:{local_id}".encode()).rstrip(b"=").decode())


def decode_any(global_id: str) -> tuple[str, str]:
    """Read an id as its type's name and the local id; both are empty where it is none that we ever wrote."""
    if len(global_id) > _LONGEST:
        return "", ""
    try:
        text = base64.b64decode(global_id + "=" * (-len(global_id) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return "", ""
    kind, _, local_id = text.partition(":")
    if not _UUID.fullmatch(local_id) or encode(kind, local_id) != global_id:
        return "", ""
    return kind, local_id


def decode(kind: str, global_id: str) -> str:
    """Read the id of an object of a type; another type's or a malformed one is empty, and finds nothing."""
    found, local_id = decode_any(global_id)
    return local_id if found == kind else ""


def decode_optional(kind: str, global_id: str | None) -> str | None:
    """Read an id that may be left out."""
    return None if global_id is None or global_id is strawberry.UNSET else decode(kind, global_id)


def decode_all(kind: str, global_ids: Iterable[str] | None) -> frozenset[str] | None:
    """Read a filter's ids; left out means any."""
    if global_ids is None or global_ids is strawberry.UNSET:
        return None
    return frozenset(decode(kind, global_id) for global_id in global_ids)
