"""Who is asking: a token has one side, and everything a viewer sees or does follows from this value."""

from dataclasses import dataclass
from enum import Enum

from domain.office import CustomerPermission


class Side(Enum):
    """On whose behalf something was done."""

    OFFICE = "OFFICE"
    COMPANY = "COMPANY"
    PARTNER = "PARTNER"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorViewer:
    """An advisor of an office, active when the token was read."""

    id: str
    office_id: str
    permission: CustomerPermission
    session_id: str

    @property
    def kind(self) -> str:
        """The word used in logs and for the scope of idempotency keys."""
        return "advisor"

    @property
    def side(self) -> Side:
        """Advisors act for their office."""
        return Side.OFFICE


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorViewer:
    """An administrator; `company_ids` are the companies that this token may act for now."""

    id: str
    company_ids: frozenset[str]
    session_id: str

    @property
    def kind(self) -> str:
        """The word used in logs and for the scope of idempotency keys."""
        return "administrator"

    @property
    def side(self) -> Side:
        """Administrators act for a company."""
        return Side.COMPANY


Viewer = AdvisorViewer | AdministratorViewer
