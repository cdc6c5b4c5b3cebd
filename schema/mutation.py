"""Everything that can be done."""

from typing import Annotated, Any, TypeVar

import strawberry

from resolvers import activation, answer, customer, reminder, session, task, viewer
from schema import ids, payloads, signing_in
from schema import inputs as asked
from schema import register_inputs as register
from schema.acceptance import AcceptanceMutation
from schema.asking import AskingMutation
from schema.bulk import BulkMutation
from schema.declare import mutation
from schema.ending import EndingMutation
from schema.info import Info
from schema.linking import LinkingMutation
from schema.partnering import PartneringMutation
from schema.scalars import given
from schema.shown import show, show_all

_INPUT = strawberry.argument(name="input", description="What is asked for.")
Wanted = TypeVar("Wanted")
Input = Annotated[Wanted, _INPUT]


@strawberry.type(description="Everything that can be done. Each is one transaction: the answer goes out after its commit.")
class Mutation(AskingMutation, BulkMutation, EndingMutation, LinkingMutation, AcceptanceMutation, PartneringMutation):
    """The root of mutations."""

    @mutation
    async def activate_collaboration(
        self, info: Info, input: Input[asked.ActivateCollaborationInput]
    ) -> payloads.ActivateCollaborationResult:
        """Activate a collaboration with a customer: the customer is mailed and asked to approve. For advisors and partners."""
        done = await activation.activate(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.ActivateCollaborationPayload.from_value(info.context, done)

    @mutation
    async def approve_collaboration(
        self, info: Info, input: Input[asked.ApproveCollaborationInput]
    ) -> payloads.ApproveCollaborationResult:
        """Approve a collaboration, and with it the terms where they are what is asked. For administrators of the company."""
        done = await answer.approve(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.ApproveCollaborationPayload.from_value(info.context, done)

    @mutation
    async def decline_collaboration(
        self, info: Info, input: Input[asked.DeclineCollaborationInput]
    ) -> payloads.DeclineCollaborationResult:
        """Decline a request: what was prepared is undone, and the office is told. For administrators of the company."""
        done = await answer.decline(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            ids.decode("Company", input.company_id),
            given(input.reason),
            given(input.idempotency_key),
        )
        return payloads.answered(info.context, payloads.DeclineCollaborationPayload, done)

    @mutation
    async def cancel_collaboration(
        self, info: Info, input: Input[asked.CancelCollaborationInput]
    ) -> payloads.CancelCollaborationResult:
        """Take a request back: links die at once, and those who got mail are told. For who activated it, or with FULL."""
        done = await answer.cancel(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            given(input.reason),
            given(input.idempotency_key),
        )
        return payloads.answered(info.context, payloads.CancelCollaborationPayload, done)

    @mutation
    async def remind_approvers(self, info: Info, input: Input[asked.RemindApproversInput]) -> payloads.RemindApproversResult:
        """Ask the approvers again, each with a new link; the deadline stays. At most 5, each 24 hours after the latest mail.

        For advisors and partners.
        """
        done = await reminder.remind(
            info.context,
            ids.decode("Collaboration", input.collaboration_id),
            given(input.message),
            given(input.idempotency_key),
        )
        return payloads.answered(info.context, payloads.RemindApproversPayload, done)

    @mutation
    async def create_customer(self, info: Info, input: Input[register.CreateCustomerInput]) -> payloads.CreateCustomerResult:
        """Add a card to the office's register. For advisors."""
        done = await customer.create(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.CreateCustomerPayload(customer=show(info.context, done.value), replayed=done.replayed)

    @mutation
    async def update_customer(self, info: Info, input: Input[register.UpdateCustomerInput]) -> payloads.UpdateCustomerResult:
        """Change a card; what is left out stays as it is. For advisors."""
        done = await customer.update(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.UpdateCustomerPayload(customer=show(info.context, done.value), replayed=done.replayed)

    @mutation
    async def archive_customer(self, info: Info, input: Input[register.ArchiveCustomerInput]) -> payloads.ArchiveCustomerResult:
        """Put a card away, while no collaboration is live. For advisors."""
        customer_id = ids.decode("Customer", input.customer_id)
        done = await customer.archive(info.context, customer_id, given(input.idempotency_key))
        return payloads.ArchiveCustomerPayload(customer=show(info.context, done.value), replayed=done.replayed)

    @mutation
    async def restore_customer(self, info: Info, input: Input[register.RestoreCustomerInput]) -> payloads.RestoreCustomerResult:
        """Take a card out of the archive. For advisors."""
        customer_id = ids.decode("Customer", input.customer_id)
        done = await customer.restore(info.context, customer_id, given(input.idempotency_key))
        return payloads.RestoreCustomerPayload(customer=show(info.context, done.value), replayed=done.replayed)

    @mutation
    async def create_task(self, info: Info, input: Input[register.CreateTaskInput]) -> payloads.CreateTaskResult:
        """Add a task to a customer. For advisors."""
        done = await task.create(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.CreateTaskPayload(task=show(info.context, done.value), replayed=done.replayed)

    @mutation
    async def update_task(self, info: Info, input: Input[register.UpdateTaskInput]) -> payloads.UpdateTaskResult:
        """Change a task; access to what hangs on it follows at once. For advisors."""
        done = await task.update(info.context, input.to_use_case(), given(input.idempotency_key))
        return payloads.UpdateTaskPayload(
            task=show(info.context, done.task),
            collaborations=show_all(info.context, done.collaborations),
            replayed=done.replayed,
        )

    @mutation
    async def request_sign_in_link(
        self, info: Info, input: Input[asked.RequestSignInLinkInput]
    ) -> payloads.RequestSignInLinkPayload:
        """Ask for a sign-in link by e-mail; the same answer for every address. Takes no token."""
        async with signing_in.evenly():
            done = await session.request_sign_in_link(info.context, input.email, input.side, given(input.idempotency_key))
        return payloads.RequestSignInLinkPayload(expires_at=done.expires_at, replayed=done.replayed)

    @mutation
    async def sign_in(self, info: Info, input: Input[asked.SignInInput]) -> payloads.SignInResult:
        """Exchange a link's secret for a bearer token, once. Takes no token."""
        done = await session.sign_in(info.context, input.secret, given(input.idempotency_key))
        shown: Any = show(info.context, await viewer.person(info.context))
        return payloads.SignInPayload(
            token=done.token,
            expires_at=done.expires_at,
            viewer=shown,
            collaboration=show(info.context, done.collaboration),
            replayed=done.replayed,
        )

    @mutation
    async def sign_out(self, info: Info, input: Input[asked.SignOutInput]) -> payloads.SignOutPayload:
        """Revoke the token that asks; its streams close. For advisors and administrators."""
        return payloads.SignOutPayload(replayed=await session.sign_out(info.context, given(input.idempotency_key)))
