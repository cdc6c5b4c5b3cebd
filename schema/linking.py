"""Changing the task that a collaboration hangs on: what is asked for, and what is answered."""

from typing import Annotated

import strawberry

from resolvers import linking
from schema import errors, ids
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import AnsweredPayload, answered, result_of
from schema.scalars import given


@wanted
class ChangeCollaborationTaskInput:
    """Another task for a collaboration, or one for a collaboration that is unlinked."""

    collaboration_id: strawberry.ID = strawberry.field(description="What gets another task.")
    task_id: strawberry.ID = strawberry.field(description="An active task of the same customer.")
    idempotency_key: str | None = idempotency_key()


@output
class ChangeCollaborationTaskPayload(AnsweredPayload):
    """The collaboration hangs on the task, and access follows it."""


ChangeCollaborationTaskResult = Annotated[
    ChangeCollaborationTaskPayload
    | errors.ActivationRefused
    | errors.InvalidTransition
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    result_of("ChangeCollaborationTaskResult", "changeCollaborationTask"),
]


@strawberry.type(description="Part of the root of mutations.")
class LinkingMutation:
    """Part of the root of mutations."""

    @mutation
    async def change_collaboration_task(
        self, info: Info, input: Annotated[ChangeCollaborationTaskInput, strawberry.argument(description="What is asked for.")]
    ) -> ChangeCollaborationTaskResult:
        """Hang a collaboration on another task of the customer: access follows. For advisors who see it, and partners."""
        done = await linking.change_task(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            ids.decode("Task", input.task_id),
            given(input.idempotency_key),
        )
        return answered(info.context, ChangeCollaborationTaskPayload, done)
