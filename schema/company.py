"""The company as the provider knows it, and the persons who may act for it in the portal."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import text
from domain.company import Administrator as AdministratorValue
from domain.company import Company as CompanyValue
from domain.service import TermsAcceptance as AcceptanceValue
from domain.viewer import AdministratorViewer
from resolvers import collaboration as collaborations
from resolvers import company as companies
from resolvers import privacy
from resolvers import terms as required
from resolvers.context import Context
from resolvers.terms import RequiredTerms as RequiredTermsValue
from schema import filters, ids
from schema.connection import After, Before, Connection, First, Last, connection, page_arguments
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.scalars import OrganisationNumber, given
from schema.service import Language, ServiceSubscription, Terms
from schema.shown import find, get, show, show_all, shows

if TYPE_CHECKING:
    from schema.collaboration import Collaboration
    from schema.evidence import Evidence


@shows(AdministratorValue)
@output
class Administrator(Node):
    """A person who may act for one or more companies in the portal."""

    value: strawberry.Private[AdministratorValue]
    name: str = strawberry.field(description="The person's name.")
    email: str | None = strawberry.field(description="The address that the person signs in with.")
    accepted: bool = strawberry.field(
        description="False until the person has signed in: created by an activation, not yet accepted."
    )

    @staticmethod
    def from_value(context: Context, value: AdministratorValue) -> "Administrator":
        """Show an administrator; the address to the companies' own administrators alone."""
        seen = isinstance(context.viewer, AdministratorViewer)
        return Administrator(
            id=ids.encode("Administrator", value.id),
            value=value,
            name=text.shown_name(value.name, context.language),
            email=(value.email or None) if seen else None,
            accepted=value.accepted_at is not None,
        )

    @resolved
    async def companies(self, info: Info) -> list["Company"]:
        """The companies that the viewer may see; all of them for the administrator himself."""
        return show_all(info.context, await companies.companies_of(info.context, self.value.id))


@shows(CompanyValue)
@output
class Company(Node):
    """A company as the provider knows it; seen by its administrators."""

    value: strawberry.Private[CompanyValue]
    name: str = strawberry.field(description="The company's name.")
    organisation_number: OrganisationNumber = strawberry.field(description="The company's organisation number.")
    registered: bool = strawberry.field(description="True once the company has accepted the provider's agreement.")

    @staticmethod
    def from_value(context: Context, value: CompanyValue) -> "Company":
        """Show a company."""
        number = privacy.company_number(context, value.id, value.organisation_number)
        return Company(
            id=ids.encode("Company", value.id),
            value=value,
            name=value.name,
            organisation_number=OrganisationNumber(number),
            registered=value.registered,
        )

    @resolved
    async def administrators(self, info: Info) -> list[Administrator]:
        """Who may act for the company."""
        return show_all(info.context, await companies.administrators(info.context, self.value.id))

    @resolved
    async def subscriptions(self, info: Info) -> list[ServiceSubscription]:
        """The services that the company has, or had."""
        return show_all(info.context, await companies.subscriptions(info.context, self.value.id))

    @resolved
    async def collaborations(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        only: filters.OnlyCollaborations = strawberry.UNSET,
        by: filters.CollaborationsBy = strawberry.UNSET,
    ) -> Connection[Annotated["Collaboration", strawberry.lazy("schema.collaboration")]]:
        """The company's collaborations, with whichever office."""
        page = page_arguments(first, after, last, before)
        asked, order = filters.collaboration_filter(only), filters.collaboration_order(by)
        found = await collaborations.page_of_company(info.context, self.value.id, page, asked, order)
        return connection(info.context, found)

    @resolved
    async def required_terms(self, info: Info, language: Language = strawberry.UNSET) -> list["RequiredTerms"]:
        """Mandatory versions not yet accepted, in the language asked for."""
        return show_all(info.context, await companies.required_terms(info.context, self.value.id, given(language)))

    @resolved
    async def accepted_terms(self, info: Info) -> list["TermsAcceptance"]:
        """The terms under which the company stands."""
        return show_all(info.context, await companies.acceptances(info.context, self.value.id))


@shows(RequiredTermsValue)
@output
class RequiredTerms:
    """A mandatory version that waits for the company's yes."""

    value: strawberry.Private[RequiredTermsValue]
    due_at: datetime = strawberry.field(description="End of the grace time; then the collaborations are suspended.")

    @staticmethod
    def from_value(_context: Context, value: RequiredTermsValue) -> "RequiredTerms":
        """Show what waits."""
        return RequiredTerms(value=value, due_at=value.due_at)

    @resolved
    async def terms(self, info: Info) -> Terms:
        """The text to accept."""
        shown: Terms = show(info.context, self.value.terms)
        return shown


@shows(AcceptanceValue)
@output
class TermsAcceptance:
    """That a company stands under a version of a service's terms."""

    value: strawberry.Private[AcceptanceValue]
    accepted_at: datetime = strawberry.field(description="Since when.")

    @staticmethod
    def from_value(_context: Context, value: AcceptanceValue) -> "TermsAcceptance":
        """Show an acceptance."""
        return TermsAcceptance(value=value, accepted_at=value.accepted_at)

    @resolved
    async def terms(self, info: Info) -> Terms:
        """The text."""
        found: Terms = await get(info.context, info.context.load.terms, self.value.terms_id)
        return found

    @resolved
    async def accepted_by(self, info: Info) -> Administrator | None:
        """Who accepted; null where the version was in force before Samarbete asked."""
        return await _find_administrator(info.context, self.value.accepted_by_id)

    @resolved
    async def valid_until(self, info: Info) -> datetime | None:
        """Set while a newer mandatory version waits."""
        return await required.valid_until(info.context, self.value)

    @resolved
    async def evidence(self, info: Info) -> Annotated["Evidence", strawberry.lazy("schema.evidence")] | None:
        """Null where a version was in force before Samarbete asked, and to viewers who may not see it."""
        evidence_id = self.value.evidence_id
        if evidence_id is None:
            return None
        found: Evidence | None = show(info.context, await collaborations.find_evidence(info.context, evidence_id))
        return found


async def _find_administrator(context: Context, administrator_id: str | None) -> Administrator | None:
    found: Administrator | None = await find(context, context.load.administrators, administrator_id)
    return found
