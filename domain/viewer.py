"""Who is asking: a token has one side, and everything a viewer sees or does follows from this value."""

from dataclasses import dataclass
from enum import Enum

from domain.identity import Identity
from domain.office import CustomerPermission
from domain.partner import PartnerScope


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

    @property
    def sees_every_customer(self) -> bool:
        """Whether all of the office's customers are seen, and not the advisor's own alone."""
        return self.permission is CustomerPermission.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorViewer:
    """An administrator; `company_ids` are the companies that this token may act for now.

    `identity` is how an identity provider knows him, where its token said who he is.
    """

    id: str
    company_ids: frozenset[str]
    session_id: str
    identity: Identity | None = None

    @property
    def kind(self) -> str:
        """The word used in logs and for the scope of idempotency keys."""
        return "administrator"

    @property
    def side(self) -> Side:
        """Administrators act for a company."""
        return Side.COMPANY


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerViewer:
    """A partner of an office, active when the token was read."""

    id: str
    office_id: str
    scopes: frozenset[PartnerScope]
    token_id: str

    @property
    def kind(self) -> str:
        """The word used in logs and for the scope of idempotency keys."""
        return "partner"

    @property
    def side(self) -> Side:
        """Partners act for an office, and are a side of their own."""
        return Side.PARTNER

    @property
    def sees_every_customer(self) -> bool:
        """A partner sees what `FULL` sees, as far as its scopes go."""
        return True


# Who belongs to an office, and sees its cards; and who is a person, with a session.
OfficeViewer = AdvisorViewer | PartnerViewer
PersonViewer = AdvisorViewer | AdministratorViewer
Viewer = OfficeViewer | AdministratorViewer
