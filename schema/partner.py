"""Partners: outside systems that act for an office."""

from datetime import datetime

import strawberry

from domain.partner import Partner as PartnerValue
from domain.partner import PartnerScope
from resolvers.context import Context
from schema import ids
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.office import Office
from schema.shown import get, shows


@shows(PartnerValue)
@output
class Partner(Node):
    """An outside system with its own token and scopes, that acts for one office and sees what FULL sees, as far as they go."""

    value: strawberry.Private[PartnerValue]
    name: str = strawberry.field(description="The name that the office has given it.")
    scopes: list[PartnerScope] = strawberry.field(description="What it may do; they never change.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="From when its tokens are refused; null where it does not expire.")
    last_used_at: datetime | None = strawberry.field(
        description="When one of its tokens was last used, to the minute; null before the first time."
    )
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null where it was not.")

    @staticmethod
    def from_value(_context: Context, value: PartnerValue) -> "Partner":
        """Show a partner."""
        return Partner(
            id=ids.encode("Partner", value.id),
            value=value,
            name=value.name,
            scopes=list(value.scopes),
            created_at=value.created_at,
            expires_at=value.expires_at,
            last_used_at=value.last_used_at,
            revoked_at=value.revoked_at,
        )

    @resolved
    async def office(self, info: Info) -> Office:
        """The office that it acts for."""
        found: Office = await get(info.context, info.context.load.offices, self.value.office_id)
        return found
