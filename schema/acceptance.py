"""Accepting newer terms: what the mutation takes, and what it answers with."""

from typing import Annotated

import strawberry

from domain.approval import AcceptedTerms
from resolvers import acceptance
from resolvers.acceptance import Accepted, AcceptTerms
from resolvers.context import Context
from schema import errors, ids
from schema.collaboration import Collaboration
from schema.company import TermsAcceptance
from schema.declare import idempotency_key, mutation, output, wanted
from schema.info import Info
from schema.payloads import CURSOR, REPLAYED
from schema.scalars import given
from schema.shown import show, show_all


@wanted
class AcceptTermsInput:
    """A company's yes to newer terms of a service that it uses."""

    company_id: strawberry.ID = strawberry.field(description="The company the administrator acts for.")
    terms_id: strawberry.ID = strawberry.field(description="The terms' id, as Company.requiredTerms has it.")
    sha256: str = strawberry.field(description="The hash of the text that was shown, exactly as Terms.sha256 has it.")
    idempotency_key: str | None = idempotency_key()

    def to_use_case(self) -> AcceptTerms:
        """Hand the input over."""
        terms = AcceptedTerms(terms_id=ids.decode("Terms", self.terms_id), sha256=self.sha256)
        return AcceptTerms(company_id=ids.decode("Company", self.company_id), terms=terms)


@output
class AcceptTermsPayload:
    """The acceptance, as recorded."""

    acceptance: TermsAcceptance = strawberry.field(description="That the company stands under the version.")
    resumed: list[Collaboration] = strawberry.field(description="The collaborations that were suspended and go on now.")
    already_accepted: bool = strawberry.field(
        description="True when this version had been accepted before; then nothing happened now."
    )
    cursor: str = strawberry.field(description=CURSOR)
    replayed: bool = strawberry.field(description=REPLAYED)

    @staticmethod
    def from_value(context: Context, done: Accepted) -> "AcceptTermsPayload":
        """Show what was done."""
        return AcceptTermsPayload(
            acceptance=show(context, done.acceptance),
            resumed=show_all(context, done.resumed),
            already_accepted=done.already_accepted,
            cursor=done.cursor,
            replayed=done.replayed,
        )


AcceptTermsResult = Annotated[
    AcceptTermsPayload
    | errors.TermsOutdated
    | errors.TermsTextMismatch
    | errors.SelfApprovalForbidden
    | errors.NotFound
    | errors.NotPermitted
    | errors.InvalidInput
    | errors.IdempotencyKeyReused,
    strawberry.union("AcceptTermsResult", description="What acceptTerms answers with: its payload, or the refusal that it met."),
]


@strawberry.type
class AcceptanceMutation:
    """What a company can do about newer terms."""

    @mutation
    async def accept_terms(
        self, info: Info, input: Annotated[AcceptTermsInput, strawberry.argument(name="input", description="What is asked for.")]
    ) -> AcceptTermsResult:
        """Accept newer terms of a service in use; what was suspended for them goes on. For administrators of the company."""
        done = await acceptance.accept(info.context, input.to_use_case(), given(input.idempotency_key))
        return AcceptTermsPayload.from_value(info.context, done)
