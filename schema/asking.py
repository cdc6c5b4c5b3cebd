"""Asking the right person: the mutation that corrects a contact, with what it takes and answers."""

from typing import Annotated

import strawberry

from resolvers import correction
from schema import errors, ids
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import AnsweredPayload, answered, result_of
from schema.scalars import given


@wanted
class CorrectContactInput:
    """Who is to be asked instead of a mistyped contact."""

    collaboration_id: strawberry.ID = strawberry.field(description="What waits for its answer.")
    name: str = strawberry.field(description="The administrator's name: at most 200 characters.")
    email: str = strawberry.field(description="The administrator's address; the customer's card stays as it is.")
    idempotency_key: str | None = idempotency_key()


@output
class CorrectContactPayload(AnsweredPayload):
    """The administrator is corrected: older links are dead, and a new mail asks. The deadline stays."""


CorrectContactResult = Annotated[
    CorrectContactPayload
    | errors.ContactNotCorrectable
    | errors.ActivationRefused
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("CorrectContactResult", "correctContact"),
]


@strawberry.type(description="Part of the root of mutations.")
class AskingMutation:
    """Part of the root of mutations."""

    @mutation
    async def correct_contact(
        self, info: Info, input: Annotated[CorrectContactInput, strawberry.argument(description="What is asked for.")]
    ) -> CorrectContactResult:
        """Correct the administrator whom the office's request created: older links die, and a new mail asks.

        For advisors and partners.
        """
        done = await correction.correct(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            input.name,
            input.email,
            given(input.idempotency_key),
        )
        return answered(info.context, CorrectContactPayload, done)
