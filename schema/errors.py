"""The refusals as clients see them: a type for each, and the table from what the domain raises to what is shown."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from domain import errors as raised
from domain.collaboration import CollaborationStatus
from domain.errors import ActivationRefusalCode, InputProblemCode
from domain.service import ServiceAfterwards
from resolvers.context import Context
from resolvers.facts import Preview
from schema import words
from schema.activation import ActivationPreview
from schema.collaboration import Collaboration
from schema.customer import Customer
from schema.declare import interface, output
from schema.info import Info
from schema.service import Terms
from schema.shown import find, find_all, get, show


@interface
class Error:
    """What every refusal says in words fit for an end user, in the viewer's language."""

    message: str = strawberry.field(description="What happened, and what to do next.")


@output
class ActivationRefused(Error):
    """The first obstacle that the activation met; nothing was created, and no mail is sent."""

    code: ActivationRefusalCode = strawberry.field(description="Which obstacle.")


@output
class CollaborationAlreadyOpen(Error):
    """A live collaboration of the same office, company and service."""

    collaboration: Collaboration = strawberry.field(description="The collaboration to go on in.")


@output
class ScenarioChanged(Error):
    """The facts have changed since the preview; nothing was created."""

    preview: ActivationPreview = strawberry.field(description="What activation would do now.")


@output
class InvalidTransition(Error):
    """The collaboration's status does not allow it."""

    status: CollaborationStatus = strawberry.field(description="The status as of now.")
    collaboration: Collaboration = strawberry.field(description="The collaboration as it stands.")


@output
class TermsAcceptanceRequired(Error):
    """Terms must be accepted with the approval, and none were named."""

    terms: Terms = strawberry.field(description="The terms to show, and to name in acceptedTerms.")


@output
class TermsOutdated(Error):
    """An older version was named than the one to accept."""

    terms: Terms = strawberry.field(description="The version to show instead.")


@output
class TermsTextMismatch(Error):
    """The hash is not that of the text: show it again."""

    terms: Terms = strawberry.field(description="The text to show again.")


@output
class WrongCompany(Error):
    """The administrator named another of his companies than the collaboration's."""


@output
class SelfApprovalForbidden(Error):
    """The administrator's address is that of an advisor of the office that asks."""


@output
class ReminderTooSoon(Error):
    """Less than 24 hours have passed since the latest mail that asked."""

    next_allowed_at: datetime = strawberry.field(description="From when a reminder can be sent.")


@output
class ReminderLimitReached(Error):
    """Five reminders by advisors were sent."""

    limit: int = strawberry.field(description="How many reminders can be sent.")


@output
class RecipientUndeliverable(Error):
    """Every address that would be reminded has bounced."""

    problem: str = strawberry.field(description="What the mail server said.")


@output
class EndOptionNotAllowed(Error):
    """The service may not become that when the collaboration ends; nothing was changed."""

    allowed: list[ServiceAfterwards] = strawberry.field(description="What is open to the viewer now.")


@output
class CustomerNumberTaken(Error):
    """Another customer of the office has the number."""

    taken_by: Customer | None = strawberry.field(
        description="The customer that has the number; null where the viewer may not see it."
    )


@output
class CustomerHasLiveCollaborations(Error):
    """The change is refused while collaborations are live."""

    collaborations: list[Collaboration] = strawberry.field(description="The live ones, of those that the viewer may see.")


@output
class VersionConflict(Error):
    """It has changed since the version that was expected."""

    current_version: int = strawberry.field(description="The version as it stands.")


@output
class SignInLinkInvalid(Error):
    """Used, expired, replaced or never issued: the same words for all."""


@output
class NotFound(Error):
    """The id names nothing that the viewer may see; the same for what does not exist."""


@output
class NotPermitted(Error):
    """The viewer lacks the right."""

    required: str = strawberry.field(
        description="The permission or scope that it takes: FULL, or a PartnerScope, or ADVISOR, or ADMINISTRATOR."
    )


@output
class InputProblem:
    """One wrong value of an input."""

    path: list[str] = strawberry.field(description='From the input object down: ["contacts", "0", "email"].')
    code: InputProblemCode = strawberry.field(description="What is wrong.")
    message: str = strawberry.field(description="The same in the viewer's language.")


@output
class InvalidInput(Error):
    """Values that were refused, all of them at once."""

    problems: list[InputProblem] = strawberry.field(description="Every wrong value.")


@output
class IdempotencyKeyReused(Error):
    """The key was used with another input in the last seven days."""


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
