"""One operation from its text to its answer, the same over HTTP, SSE and WebSocket; and what the log is told of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from graphql.language import OperationType

from resolvers import token
from resolvers.context import Context, Installation, Request, UnauthenticatedError
from schema import document, faults
from schema.asked import Asked
from schema.document import Document
from schema.faults import Answer, Refused
from schema.info import Delivery
from schema.origins import Origins
from schema.persisted import Documents, StoredDocuments
from schema.served import ServedSchema, checked

_SCHEME = "bearer"
_LONGEST_NAME = 100


@dataclass(slots=True, kw_only=True)
class OperationNote:
    """What a line of the log says of an operation: names, kinds and codes, and nothing that a person would not want there."""

    request_id: str
    operation_name: str | None = None
    operation_type: str | None = None
    viewer_kind: str | None = None
    error_codes: list[str] = field(default_factory=list)

    def add(self, answered: Answer) -> None:
        """Note the errors of an answer, each code once."""
        self.error_codes.extend(code for code in answered.codes if code not in self.error_codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as the transport tells it: the bearer token, if any, the language, and from where."""

    token: str | None = field(repr=False)
    language: str
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation that may be executed: read, checked, and with the rights of now."""

    schema: ServedSchema
    context: Context
    document: Document

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.document.kind

    async def execute(self) -> Answer:
        """Execute a query or a mutation."""
        asked = self.document.asked
        result = await self.schema.execute(
            asked.query,
            variable_values=dict(asked.variables),
            context_value=self.context,
            operation_name=self.document.name,
            operation_extensions=checked(self.document.tree),
        )
        return faults.answer(self.kind, result.data, result.errors, result.extensions, self.context.request)

    async def answers(self, delivery: Delivery) -> AsyncGenerator[Answer, None]:
        """Yield the one answer of a query or a mutation, or those of a subscription."""
        if self.kind is not OperationType.SUBSCRIPTION:
            yield await self.execute()
            return
        async with aclosing(self.follow(delivery)) as answers:
            async for answered in answers:
                yield answered

    async def follow(self, delivery: Delivery) -> AsyncGenerator[Answer, None]:
        """Yield an answer for each event of a subscription; the last one `ends` where the stream itself failed."""
        asked, request = self.document.asked, self.context.request
        results = await self.schema.subscribe(
            asked.query,
            variable_values=dict(asked.variables),
            context_value=self.context,
            root_value=delivery,
            operation_name=self.document.name,
            operation_extensions=checked(self.document.tree),
        )
        async with aclosing(results):
            async for result in results:
                yield faults.answer(self.kind, result.data, result.errors, result.extensions, request)
                # A backlog may wait for nothing, nor does sending to a client that has left: without this nobody else runs.
                await asyncio.sleep(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where every transport brings what it is asked."""

    schema: ServedSchema
    installation: Installation
    is_production: bool
    origins: Origins = field(default_factory=Origins)
    documents: Documents = field(default_factory=StoredDocuments)

    async def identify(self, caller: Caller, note: OperationNote) -> Context:
        """Open the context of one operation, with the rights of now.

        Raises:
            UnauthenticatedError: a token is given and is not a valid one.
        """
        context = await token.open_context(
            self.installation, token=caller.token, language=caller.language, request=caller.request
        )
        note.viewer_kind = "anonymous" if context.viewer is None else context.viewer.kind
        return context

    def prepare(self, asked: Asked, context: Context, note: OperationNote) -> Operation:
        """Read and check what is asked.

        Raises:
            Refused: it cannot be executed, or not by this viewer.
        """
        found = self.documents.find(asked)
        read = document.read(found)
        note.operation_name = None if read.name is None else read.name[:_LONGEST_NAME]
        note.operation_type = read.kind.value
        if context.viewer is None:
            document.require_open(read, is_production=self.is_production)
        try:
            document.check(self.schema, read, context.viewer)
        except Refused as refused:
            if self.is_production:
                refused.leave_out_suggestions()
            raise
        self.documents.keep(found, context.viewer)
        return Operation(schema=self.schema, context=context, document=read)


def bearer(authorization: str | None) -> str | None:
    """Read the token of an Authorization header or of its like in connection_init; None where there is none.

    Raises:
        UnauthenticatedError: it is there, and is none that we take.
    """
    if authorization is None:
        return None
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() != _SCHEME or not credentials.strip():
        raise UnauthenticatedError
    return credentials.strip()
