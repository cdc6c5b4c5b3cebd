"""The accounting office and the advisors who work there."""

from dataclasses import dataclass
from enum import Enum


class CustomerPermission(Enum):
    """Which of the office's customers an advisor sees, and whether he may end collaborations and manage partners."""

    OWN = "OWN"
    FULL = "FULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An accounting office: whatever it owns is invisible to every other office."""

    id: str
    name: str
    organisation_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisor:
    """A person who works at an office; `language` is that of the mails, `sv` or `en`."""

    id: str
    office_id: str
    name: str
    email: str
    permission: CustomerPermission
    active: bool
    language: str
