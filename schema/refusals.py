"""From what the domain raises to the refusals that clients see: one row for each."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from domain import errors as raised
from resolvers.context import Context
from resolvers.facts import Preview
from schema import words
from schema.errors import (
    ActivationRefused,
    CollaborationAlreadyOpen,
    ContactNotCorrectable,
    CustomerHasLiveCollaborations,
    CustomerNumberTaken,
    EndOptionNotAllowed,
    Error,
    IdempotencyKeyReused,
    InputProblem,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
    ScenarioChanged,
    SelfApprovalForbidden,
    SignInLinkInvalid,
    TermsAcceptanceRequired,
    TermsOutdated,
    TermsTextMismatch,
    VersionConflict,
    WrongCompany,
)
from schema.info import Info
from schema.shown import find, find_all, get, show

Show = Callable[[Context, Any, str], Awaitable[Error]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table: what the domain raises, and the type that shows it in the unions that have it."""

    exception_type: type[raised.DomainError]
    error_type: type[Error]
    show: Show

    async def handle(self, exception: raised.DomainError, *, field: object, info: Info) -> Error:  # noqa: ARG002 - Strawberry's signature
        """Show the refusal to the viewer."""
        context = info.context
        return await self.show(context, exception, words.refusal(exception, context.language))


def _plainly(error_type: type[Error], *names: str) -> Show:
    """Show a refusal whose fields are the exception's own."""

    async def show_it(_context: Context, exception: raised.DomainError, message: str) -> Error:
        values = {name: getattr(exception, name) for name in names}
        return error_type(message=message, **values)

    return show_it


def _with_terms(error_type: type[Error]) -> Show:
    async def show_it(context: Context, exception: raised.TermsRefusal, message: str) -> Error:
        values = {"terms": show(context, exception.terms)}
        return error_type(message=message, **values)

    return show_it


async def _already_open(context: Context, exception: raised.CollaborationAlreadyOpen, message: str) -> Error:
    found = await get(context, context.load.collaborations_unscoped, exception.collaboration_id)
    return CollaborationAlreadyOpen(message=message, collaboration=found)


async def _scenario_changed(context: Context, exception: raised.ScenarioChanged, message: str) -> Error:
    preview = Preview(plan=exception.plan, facts=exception.facts)
    return ScenarioChanged(message=message, preview=show(context, preview))


async def _invalid_transition(context: Context, exception: raised.InvalidTransition, message: str) -> Error:
    found = await get(context, context.load.collaborations_unscoped, exception.collaboration_id)
    return InvalidTransition(message=message, status=exception.status, collaboration=found)


async def _number_taken(context: Context, exception: raised.CustomerNumberTaken, message: str) -> Error:
    return CustomerNumberTaken(message=message, taken_by=await find(context, context.load.customers, exception.customer_id))


async def _has_live(context: Context, exception: raised.CustomerHasLiveCollaborations, message: str) -> Error:
    found = await find_all(context, context.load.collaborations_unscoped, exception.collaboration_ids)
    return CustomerHasLiveCollaborations(message=message, collaborations=found)


async def _invalid_input(context: Context, exception: raised.InvalidInput, message: str) -> Error:
    problems = [
        InputProblem(path=list(problem.path), code=problem.code, message=words.problem(problem, context.language))
        for problem in exception.problems
    ]
    return InvalidInput(message=message, problems=problems)


async def shown(context: Context, refusal: raised.DomainError) -> Any:  # noqa: ANN401 - whichever type the table has for it
    """Show a refusal that is one result of many: Strawberry shows those that are raised, and nothing in a list is.

    Raises:
        LookupError: it is not one that a union has.
    """
    row = next((row for row in REFUSALS if row.exception_type is type(refusal)), None)
    if row is None:
        raise LookupError(type(refusal).__name__)
    return await row.show(context, refusal, words.refusal(refusal, context.language))


def _plain_rows(*rows: tuple[type[raised.DomainError], type[Error], tuple[str, ...]]) -> Iterable[Refusal]:
    return (Refusal(exception_type, error_type, _plainly(error_type, *names)) for exception_type, error_type, names in rows)


REFUSALS: tuple[Refusal, ...] = (
    *_plain_rows(
        (raised.ActivationRefused, ActivationRefused, ("code",)),
        (raised.WrongCompany, WrongCompany, ()),
        (raised.SelfApprovalForbidden, SelfApprovalForbidden, ()),
        (raised.ReminderTooSoon, ReminderTooSoon, ("next_allowed_at",)),
        (raised.ReminderLimitReached, ReminderLimitReached, ("limit",)),
        (raised.RecipientUndeliverable, RecipientUndeliverable, ("problem",)),
        (raised.ContactNotCorrectable, ContactNotCorrectable, ()),
        (raised.EndOptionNotAllowed, EndOptionNotAllowed, ("allowed",)),
        (raised.VersionConflict, VersionConflict, ("current_version",)),
        (raised.SignInLinkInvalid, SignInLinkInvalid, ()),
        (raised.NotFound, NotFound, ()),
        (raised.NotPermitted, NotPermitted, ("required",)),
        (raised.IdempotencyKeyReused, IdempotencyKeyReused, ()),
    ),
    Refusal(raised.TermsAcceptanceRequired, TermsAcceptanceRequired, _with_terms(TermsAcceptanceRequired)),
    Refusal(raised.TermsOutdated, TermsOutdated, _with_terms(TermsOutdated)),
    Refusal(raised.TermsTextMismatch, TermsTextMismatch, _with_terms(TermsTextMismatch)),
    Refusal(raised.CollaborationAlreadyOpen, CollaborationAlreadyOpen, _already_open),
    Refusal(raised.ScenarioChanged, ScenarioChanged, _scenario_changed),
    Refusal(raised.InvalidTransition, InvalidTransition, _invalid_transition),
    Refusal(raised.CustomerNumberTaken, CustomerNumberTaken, _number_taken),
    Refusal(raised.CustomerHasLiveCollaborations, CustomerHasLiveCollaborations, _has_live),
    Refusal(raised.InvalidInput, InvalidInput, _invalid_input),
)
