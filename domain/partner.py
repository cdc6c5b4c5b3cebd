"""Partners: outside systems that act for one office, what they may be given, and how long their tokens hold."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

# How long the token before the newest one holds after a rotation.
OVERLAP = timedelta(hours=24)
# A use is noted once in this time, so that reading does not write each time.
USE_INTERVAL = timedelta(minutes=1)
PREFIX = "smb_live_"
_TOKEN = re.compile(PREFIX + "([0-9a-f]{32})_([0-9a-f]{64})", re.ASCII)


class PartnerScope(Enum):
    """What a partner may be allowed; nothing is implied by another."""

    CUSTOMERS_READ = "CUSTOMERS_READ"
    COLLABORATIONS_READ = "COLLABORATIONS_READ"
    COLLABORATIONS_WRITE = "COLLABORATIONS_WRITE"
    EVENTS_READ = "EVENTS_READ"
    PERSONAL_DATA_READ = "PERSONAL_DATA_READ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An outside system that acts for an office; `scopes` in the enum's order, `last_used_at` to the minute."""

    id: str
    office_id: str
    name: str
    scopes: tuple[PartnerScope, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerToken:
    """One token of a partner, of which only the hash of the secret is known; it has an end once another has followed it."""

    id: str
    partner_id: str
    secret_sha256: str
    created_at: datetime
    expires_at: datetime | None


def in_order(scopes: Iterable[PartnerScope]) -> tuple[PartnerScope, ...]:
    """Return the scopes in the enum's order, each once."""
    given = frozenset(scopes)
    return tuple(scope for scope in PartnerScope if scope in given)


def write_token(token_id: str, secret: str) -> str:
    """Return the token as its holder keeps it: smb_live_ID_SECRET, in hexadecimal; `secret` has 64 digits, 256 bits."""
    return f"{PREFIX}{uuid.UUID(token_id).hex}_{secret}"


def read_token(text: str) -> tuple[str, str] | None:
    """Return the id and the secret of a text that has a token's form, else None."""
    found = _TOKEN.fullmatch(text)
    return None if found is None else (str(uuid.UUID(found[1])), found[2])


def holds(partner: Partner, token: PartnerToken, now: datetime) -> bool:
    """Tell whether the token can be used now: the partner is neither revoked nor past its time, nor is the token."""
    return is_active(partner, now) and _is_ahead(token.expires_at, now)


def is_active(partner: Partner, now: datetime) -> bool:
    """Tell whether the partner is neither revoked nor past its time."""
    return partner.revoked_at is None and _is_ahead(partner.expires_at, now)


def follow(partner: Partner, tokens: Iterable[PartnerToken], now: datetime) -> tuple[tuple[PartnerToken, ...], datetime]:
    """Return the partner's tokens that a new one changes, as they are then, and when the newest of them ends.

    Two tokens are live at once: the newest holds for 24 hours more, but not longer than the partner, and older ones end now.
    """
    end = now + OVERLAP if partner.expires_at is None else min(now + OVERLAP, partner.expires_at)
    live = sorted((token for token in tokens if _is_ahead(token.expires_at, now)), key=lambda token: (token.created_at, token.id))
    changed = [replace(token, expires_at=now) for token in live[:-1]]
    changed += [replace(token, expires_at=end) for token in live[-1:]]
    return tuple(changed), end


def is_use_to_be_noted(partner: Partner, now: datetime) -> bool:
    """Tell whether the last use that is known is a minute old, or none is known."""
    return partner.last_used_at is None or now - partner.last_used_at >= USE_INTERVAL


def _is_ahead(end: datetime | None, now: datetime) -> bool:
    return end is None or now < end
