"""New ids: UUIDs of version 7, so that rows made later sort later."""

import secrets
import time
import uuid


def new_id() -> str:
    """Return a new UUIDv7 as 36 characters (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))
