"""What goes wrong at the top: every error's code, what stays between us and the log, and what is answered without `data`."""

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from graphql import GraphQLError, Node
from graphql.language import OperationType

from domain.errors import (
    CursorInvalid,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    NotPermitted,
    PageSizeInvalid,
    ScopeRequired,
)
from resolvers.context import DeadlineExceededError, Request, UnauthenticatedError

BAD_REQUEST = "BAD_REQUEST"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
OPERATION_UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
BAD_USER_INPUT = "BAD_USER_INPUT"
PAGE_SIZE_INVALID = "PAGE_SIZE_INVALID"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
RATE_LIMITED = "RATE_LIMITED"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
UNAUTHENTICATED = "UNAUTHENTICATED"
SCOPE_REQUIRED = "SCOPE_REQUIRED"
PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
INTERNAL = "INTERNAL"

PAGE_SIZE = "Ask for 1 to 100 with first or with last, not with both."
_SIGN_IN = "This takes a valid bearer token."
_EXPIRED = "What followed the cursor is not kept any more. Go on from the one that earliest names, and read anew what you show."
_LATE = "It was stopped for taking too long: what was done stands. Send it again with the same idempotencyKey."
_TOLD: Mapping[type[Exception], tuple[str, str]] = {
    UnauthenticatedError: (_SIGN_IN, UNAUTHENTICATED),
    DeadlineExceededError: (_LATE, DEADLINE_EXCEEDED),
    PageSizeInvalid: (PAGE_SIZE, PAGE_SIZE_INVALID),
}
_MASKED = "Something went wrong on our side. Tell us the errorId."

# A test compares what is left with what graphql-core says without suggestions.
_SUGGESTION = re.compile(r" Did you mean [^?]*\?")

_log = structlog.get_logger()


class Refused(Exception):
    """A request that is answered with errors alone, because nothing of it was executed."""

    def __init__(
        self,
        *errors: GraphQLError,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(*(error.message for error in errors))
        self.extensions = extensions or {}
        self.errors = errors
        self.status = status
        self.headers = headers or {}

    def told_with(self, extensions: Mapping[str, Any]) -> "Refused":
        """Return the same refusal with these extensions of the answer."""
        return Refused(*self.errors, status=self.status, headers=self.headers, extensions=extensions)

    def leave_out_suggestions(self) -> None:
        """Leave out the names that graphql-core supposes to have been meant, which would tell the schema piece by piece."""
        for error in self.errors:
            error.message = _SUGGESTION.sub("", error.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client is told; without `data` where the request itself was at fault, and `ends` where its stream is over."""

    data: dict[str, Any] | None = None
    errors: Sequence[Mapping[str, Any]] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    has_data: bool = True
    ends: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its errors, each once."""
        return tuple(dict.fromkeys(error["extensions"]["code"] for error in self.errors))

    def body(self) -> dict[str, Any]:
        """Return the response as the GraphQL specification has it."""
        told: dict[str, Any] = {"data": self.data} if self.has_data else {}
        if self.errors:
            told["errors"] = self.errors
        if self.extensions:
            told["extensions"] = self.extensions
        return told


def coded(code: str, message: str, *, nodes: Sequence[Node] | Node | None = None) -> GraphQLError:
    """Make an error with its code."""
    return GraphQLError(message, nodes, extensions={"code": code})


def with_code(code: str, errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Give errors of graphql-core the code of the step that found them."""
    return [
        GraphQLError(error.message, error.nodes, error.source, error.positions, error.path, extensions={"code": code})
        for error in errors
    ]


def unauthenticated() -> Refused:
    """Make the refusal of whoever must sign in first."""
    return Refused(coded(UNAUTHENTICATED, _SIGN_IN))


def refusal(error: Exception, request: Request) -> Answer:
    """Answer for a request that was refused, or that failed, before anything was executed."""
    if isinstance(error, Refused):
        return Answer(errors=_told(error.errors, request), extensions=error.extensions, has_data=False, ends=True)
    return Answer(errors=_told([GraphQLError("", original_error=error)], request), has_data=False, ends=True)


def answer(
    kind: OperationType,
    data: dict[str, Any] | None,
    errors: Sequence[GraphQLError] | None,
    extensions: Mapping[str, Any] | None,
    request: Request,
) -> Answer:
    """Answer with what an execution gave.

    A query whose errors are the client's own doing is answered without `data`, and so is one that must sign in first. A mutation
    keeps its `data`, even null, because something may have been changed. A subscription whose events have ended has none.
    """
    told = _told(errors or (), request)
    ends = kind is OperationType.SUBSCRIPTION and data is None and any("path" not in error for error in told)
    codes = {error["extensions"]["code"] for error in told}
    refused = bool(codes - {INTERNAL}) if kind is OperationType.QUERY else data is None and UNAUTHENTICATED in codes
    has_data = not (refused or ends)
    return Answer(data=data if has_data else None, errors=told, extensions=extensions or {}, has_data=has_data, ends=ends)


def _told(errors: Sequence[GraphQLError], request: Request) -> list[Mapping[str, Any]]:
    """Tell each error with its code; what is our own fault is masked and logged once, however many fields it hit."""
    error_ids: dict[int, str] = {}
    told: list[Mapping[str, Any]] = []
    for error in errors:
        origin = _origin(error)
        known = _known(error, origin)
        if known is None:
            error_id = error_ids.get(id(origin))
            if error_id is None:
                error_id = error_ids[id(origin)] = _log_fault(origin, request, len(error_ids))
            known = _MASKED, {"code": INTERNAL, "errorId": error_id}
        message, extensions = known
        told.append({**error.formatted, "message": message, "extensions": extensions})
    return told


def _origin(error: GraphQLError) -> Exception:
    """Return what was raised first."""
    origin: Exception = error
    while isinstance(origin, GraphQLError) and origin.original_error is not None:
        origin = origin.original_error
    return origin


def _known(error: GraphQLError, origin: Exception) -> tuple[str, dict[str, Any]] | None:
    """Return the words and the extensions of an error that the client can act on; None for any other."""
    told: tuple[str, dict[str, Any]] | None = None
    match origin:
        case UnauthenticatedError() | DeadlineExceededError() | PageSizeInvalid():
            words, code = _TOLD[type(origin)]
            told = words, {"code": code}
        case CursorInvalid() if origin.earliest is not None:
            told = _EXPIRED, {"code": origin.code, "earliest": origin.earliest}
        case CursorInvalid():
            told = "The cursor is not one that this list gave out.", {"code": origin.code}
        case InvalidInput():
            problems = [{"path": list(problem.path), "code": problem.code.value} for problem in origin.problems]
            told = "The input is not valid.", {"code": BAD_USER_INPUT, "problems": problems}
        case IdempotencyKeyReused():
            told = "The idempotencyKey was used with another input. Use a new one.", {"code": BAD_USER_INPUT}
        case NotFound():
            told = "It does not exist, or you have no access to it.", {"code": BAD_USER_INPUT}
        case NotPermitted() | ScopeRequired():
            told = _lacking(origin)
        case GraphQLError() if error.extensions:
            # Without a code it is graphql-core's word on a value that we sent, because what clients sent was coerced before.
            told = (error.message, dict(error.extensions)) if "code" in error.extensions else None
    return told


def _lacking(refusal: NotPermitted | ScopeRequired) -> tuple[str, dict[str, Any]]:
    if isinstance(refusal, ScopeRequired):
        scope = refusal.scope.value
        return f"This takes the scope {scope}.", {"code": SCOPE_REQUIRED, "scope": scope}
    return f"This takes {refusal.required}.", {"code": BAD_USER_INPUT}


def _log_fault(origin: Exception, request: Request, number: int) -> str:
    """Log a fault of ours once, and return the id under which it stands in the log.

    The messages of exceptions are left out: a database's tells the values of the statement that failed.
    """
    error_id = request.id if number == 0 else f"{request.id}-{number}"
    raised = list(_chain(origin))
    _log.error(
        "fault",
        error_id=error_id,
        error_type=" < ".join(f"{type(one).__module__}.{type(one).__qualname__}" for one in raised),
        traceback="".join(line for one in raised for line in traceback.format_tb(one.__traceback__)),
    )
    return error_id


def _chain(origin: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that led to it, each once."""
    seen: set[int] = set()
    current: BaseException | None = origin
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
