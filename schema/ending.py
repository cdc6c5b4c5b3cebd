"""Ending a collaboration, and taking a scheduled end back: what is asked for, and what is answered."""

from datetime import date
from typing import Annotated

import strawberry

from domain.service import ServiceAfterwards
from resolvers import ending
from resolvers.ending import EndCollaboration
from schema import errors, ids
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import AnsweredPayload, answered, result_of
from schema.scalars import given

_COMPANY = "Given by an administrator: the company acted for. Left out by an advisor."


@wanted
class EndCollaborationInput:
    """The end of a collaboration, now or when a day is over."""

    collaboration_id: strawberry.ID = strawberry.field(description="What ends.")
    company_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=_COMPANY)
    on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The last day on which the office has access, from tomorrow to 366 days ahead; left out: now.",
    )
    afterwards: ServiceAfterwards = strawberry.field(description="What becomes of the service: one of Collaboration.endOptions.")
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> EndCollaboration:
        """Hand the input over."""
        return EndCollaboration(
            collaboration_id=ids.decode("Collaboration", self.collaboration_id),
            company_id=ids.decode_optional("Company", self.company_id),
            on=given(self.on),
            afterwards=self.afterwards,
        )


@wanted
class WithdrawEndInput:
    """The side that scheduled an end takes it back."""

    collaboration_id: strawberry.ID = strawberry.field(description="What goes on.")
    company_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=_COMPANY)
    idempotency_key: str | None = idempotency_key()


@output
class EndCollaborationPayload(AnsweredPayload):
    """The collaboration has ended, or will when the day is over; the other side is told."""


@output
class WithdrawEndPayload(AnsweredPayload):
    """The collaboration goes on; the other side is told."""


EndCollaborationResult = Annotated[
    EndCollaborationPayload
    | errors.WrongCompany
    | errors.EndOptionNotAllowed
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("EndCollaborationResult", "endCollaboration"),
]
WithdrawEndResult = Annotated[
    WithdrawEndPayload
    | errors.WrongCompany
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("WithdrawEndResult", "withdrawEnd"),
]


_INPUT = strawberry.argument(description="What is asked for.")


@strawberry.type(description="Part of the root of mutations.")
class EndingMutation:
    """Part of the root of mutations."""

    @mutation
    async def end_collaboration(self, info: Info, input: Annotated[EndCollaborationInput, _INPUT]) -> EndCollaborationResult:
        """End a collaboration, now or when a day is over; the other side is told. For advisors with FULL, and administrators."""
        done = await ending.end(info.context, input.to_use_case(), given(input.idempotency_key))
        return answered(info.context, EndCollaborationPayload, done)

    @mutation
    async def withdraw_end(self, info: Info, input: Annotated[WithdrawEndInput, _INPUT]) -> WithdrawEndResult:
        """Take a scheduled end back before it comes. For the side whose end it is: advisors with FULL, or administrators."""
        done = await ending.withdraw(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            ids.decode_optional("Company", input.company_id),
            given(input.idempotency_key),
        )
        return answered(info.context, WithdrawEndPayload, done)
