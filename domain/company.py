"""The company as the service's provider knows it, and the persons who may act for it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One legal person, found by organisation number; registered once it has accepted the provider's agreement."""

    id: str
    name: str
    organisation_number: str
    registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """A person who may act for companies in the portal; `accepted_at` is when the person first signed in."""

    id: str
    name: str
    email: str
    language: str
    accepted_at: datetime | None
