"""Making partners, giving them other tokens and revoking them: what is asked for, and what is answered."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.partner import PartnerScope
from resolvers import partner
from resolvers.partner import CreatePartner
from schema import errors, ids
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.partner import Partner
from schema.payloads import REPLAYED, result_of
from schema.scalars import given
from schema.shown import show

_ONCE = "Shown once: null when replayed. Only its hash is kept."


@wanted
class CreatePartnerInput:
    """A new partner of the viewer's office."""

    name: str = strawberry.field(description="At most 200 characters; what partners do is told under this name.")
    scopes: list[PartnerScope] = strawberry.field(description="One or more, each once; they cannot be changed later.")
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Left out: does not expire. Otherwise in the future."
    )
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> CreatePartner:
        """Hand the input over."""
        return CreatePartner(name=self.name, scopes=tuple(self.scopes), expires_at=given(self.expires_at))


@wanted
class RotatePartnerTokenInput:
    """Another token for a partner."""

    partner_id: strawberry.ID = strawberry.field(description="The partner, neither revoked nor expired.")
    idempotency_key: str | None = idempotency_key()


@wanted
class RevokePartnerInput:
    """The end of a partner."""

    partner_id: strawberry.ID = strawberry.field(description="The partner.")
    idempotency_key: str | None = idempotency_key()


@output
class CreatePartnerPayload:
    """The new partner."""

    partner: Partner = strawberry.field(description="The partner.")
    token: str | None = strawberry.field(description=f"The bearer token, smb_live_… {_ONCE}")
    replayed: bool = strawberry.field(description=REPLAYED)


@output
class RotatePartnerTokenPayload:
    """The partner has another token; the one before it still holds for a time, so that nothing has to stop."""

    partner: Partner = strawberry.field(description="The partner.")
    token: str | None = strawberry.field(description=f"The new bearer token. {_ONCE}")
    previous_token_expires_at: datetime = strawberry.field(
        description="Until when the token before this one holds: 24 hours. One that is still older has ended with the rotation."
    )
    replayed: bool = strawberry.field(description=REPLAYED)


@output
class RevokePartnerPayload:
    """The partner is revoked: its tokens are refused, and its streams close."""

    partner: Partner = strawberry.field(description="The partner.")
    replayed: bool = strawberry.field(description=REPLAYED)


CreatePartnerResult = Annotated[
    CreatePartnerPayload | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("CreatePartnerResult", "createPartner"),
]
RotatePartnerTokenResult = Annotated[
    RotatePartnerTokenPayload | errors.NotFound | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("RotatePartnerTokenResult", "rotatePartnerToken"),
]
RevokePartnerResult = Annotated[
    RevokePartnerPayload | errors.NotFound | errors.NotPermitted | errors.InvalidInput | errors.IdempotencyKeyReused,
    result_of("RevokePartnerResult", "revokePartner"),
]

_INPUT = strawberry.argument(description="What is asked for.")


@strawberry.type(description="Part of the root of mutations.")
class PartneringMutation:
    """Part of the root of mutations."""

    @mutation
    async def create_partner(self, info: Info, input: Annotated[CreatePartnerInput, _INPUT]) -> CreatePartnerResult:
        """Let an outside system act for the office; its token is shown once. For advisors with FULL."""
        done = await partner.create(info.context, input.to_use_case(), given(input.idempotency_key))
        return CreatePartnerPayload(partner=show(info.context, done.partner), token=done.token, replayed=done.replayed)

    @mutation
    async def rotate_partner_token(
        self, info: Info, input: Annotated[RotatePartnerTokenInput, _INPUT]
    ) -> RotatePartnerTokenResult:
        """Give a partner another token, shown once; the one before it holds for 24 hours more. For advisors with FULL."""
        partner_id = ids.decode("Partner", input.partner_id)
        done = await partner.rotate_token(info.context, partner_id, given(input.idempotency_key))
        return RotatePartnerTokenPayload(
            partner=show(info.context, done.partner),
            token=done.token,
            previous_token_expires_at=done.previous_token_expires_at,
            replayed=done.replayed,
        )

    @mutation
    async def revoke_partner(self, info: Info, input: Annotated[RevokePartnerInput, _INPUT]) -> RevokePartnerResult:
        """Revoke a partner for good: its tokens are refused at once, and its streams close. For advisors with FULL."""
        done = await partner.revoke(info.context, ids.decode("Partner", input.partner_id), given(input.idempotency_key))
        return RevokePartnerPayload(partner=show(info.context, done.partner), replayed=done.replayed)
