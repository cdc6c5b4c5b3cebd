"""The accounting office and its advisors."""

import strawberry

from domain import text
from domain.office import Advisor as AdvisorValue
from domain.office import CustomerPermission
from domain.office import Office as OfficeValue
from domain.viewer import AdministratorViewer, AdvisorViewer
from resolvers import privacy
from resolvers.context import Context
from schema import ids
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.scalars import OrganisationNumber
from schema.shown import get, show_all, shows


@shows(OfficeValue)
@output
class Office(Node):
    """An accounting office. Whatever it owns is invisible to every other office."""

    value: strawberry.Private[OfficeValue]
    name: str = strawberry.field(description="The office's name.")
    organisation_number: OrganisationNumber = strawberry.field(description="The office's organisation number.")

    @staticmethod
    def from_value(context: Context, value: OfficeValue) -> "Office":
        """Show an office."""
        number = privacy.office_number(context, value.id, value.organisation_number)
        return Office(
            id=ids.encode("Office", value.id),
            value=value,
            name=value.name,
            organisation_number=OrganisationNumber(number),
        )

    @resolved
    async def advisors(self, info: Info) -> list["Advisor"]:
        """For the office's own advisors and partners; empty for everybody else."""
        viewer = info.context.require_viewer()
        if isinstance(viewer, AdministratorViewer) or viewer.office_id != self.value.id:
            return []
        found = await info.context.load.advisors_of_office.load(self.value.id) or ()
        return show_all(info.context, found)


@shows(AdvisorValue)
@output
class Advisor(Node):
    """A person who works at an accounting office."""

    value: strawberry.Private[AdvisorValue]
    name: str = strawberry.field(description="The advisor's name.")
    email: str | None = strawberry.field(description="For the office's own advisors; null for everybody else.")
    permission: CustomerPermission | None = strawberry.field(
        description="Which customers the advisor sees: for the office's own advisors; null for everybody else."
    )
    active: bool = strawberry.field(description="False once the advisor may no longer sign in.")

    @staticmethod
    def from_value(context: Context, value: AdvisorValue) -> "Advisor":
        """Show an advisor; what concerns the office alone only to the office's own."""
        is_own = _is_own(context, value.office_id)
        return Advisor(
            id=ids.encode("Advisor", value.id),
            value=value,
            name=text.shown_name(value.name, context.language),
            email=(value.email or None) if is_own else None,
            permission=value.permission if is_own else None,
            active=value.active,
        )

    @resolved
    async def office(self, info: Info) -> Office:
        """The office that the advisor works at."""
        found: Office = await get(info.context, info.context.load.offices, self.value.office_id)
        return found


def _is_own(context: Context, office_id: str) -> bool:
    viewer = context.viewer
    return isinstance(viewer, AdvisorViewer) and viewer.office_id == office_id
