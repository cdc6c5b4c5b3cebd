"""One operation from its text to its answer, the same over HTTP, SSE and WebSocket; and what the log is told of it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from graphql.execution.values import VariableValues
from graphql.language import OperationType
from strawberry.types import ExecutionResult

from resolvers import token
from resolvers.context import Context, Installation, Request, UnauthenticatedError
from schema import document, faults, finishing, limits, rates, signing_in
from schema.asked import Asked
from schema.document import Document
from schema.faults import Answer, Refused
from schema.finishing import Finishing
from schema.info import Delivery
from schema.limits import Cost
from schema.origins import Origins
from schema.persisted import Documents, StoredDocuments
from schema.rates import Policy, Rates, Standing
from schema.served import ServedSchema, checked
from schema.signing_in import SigningIn

Charge = tuple[Policy, str, int]
_SCHEME = "bearer"
_LONGEST_NAME = 100
_BULK = frozenset({"activateCollaborations", "importCustomers"})


@dataclass(slots=True, kw_only=True)
class OperationNote:
    """What a line of the log says of an operation: names, kinds and codes, and nothing that a person would not want there.

    The `standings` of its rate limits are told in headers and not in the log.
    """

    request_id: str
    operation_name: str | None = None
    operation_type: str | None = None
    viewer_kind: str | None = None
    error_codes: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

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
    cost: Cost
    finishing: Finishing

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.document.kind

    async def execute(self, leaving: Callable[[], Awaitable[None]] | None = None) -> Answer:
        """Execute a query or a mutation: for 10 seconds, or 60 for many at once, or until `leaving` ends as the client has gone.

        Raises:
            Refused: the time is over.
            ClientGoneError: the client has gone.
        """
        is_bulk = any(node.name.value in _BULK for node in document.root_fields(self.document))
        try:
            return await self.finishing.answer(
                self._execute(),
                within_s=finishing.BULK_S if is_bulk else finishing.REQUEST_S,
                goes_on=self.kind is OperationType.MUTATION,
                leaving=leaving,
                late=self.context.set_late,
            )
        except Refused as refused:
            raise refused.told_with(self.cost.extensions()) from None

    async def _execute(self) -> Answer:
        asked = self.document.asked
        result = await self.schema.execute(
            asked.query,
            variable_values=dict(asked.variables),
            context_value=self.context,
            operation_name=self.document.name,
            operation_extensions=checked(self.document.tree),
        )
        return self._answer(result)

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
        asked = self.document.asked
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
                yield self._answer(result)
                # A backlog may wait for nothing, nor does sending to a client that has left: without this nobody else runs.
                await asyncio.sleep(0)

    def _answer(self, result: ExecutionResult) -> Answer:
        extensions = {**(result.extensions or {}), **self.cost.extensions()}
        return faults.answer(self.kind, result.data, result.errors, extensions, self.context.request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where every transport brings what it is asked."""

    schema: ServedSchema
    installation: Installation
    rates: Rates
    is_production: bool
    finishing: Finishing = field(default_factory=Finishing)
    origins: Origins = field(default_factory=Origins)
    documents: Documents = field(default_factory=StoredDocuments)

    async def admit(self, request: Request, note: OperationNote) -> None:
        """Count a request for its address, whatever it holds.

        Raises:
            Refused: there are too many.
        """
        if request.peer is not None:
            await self._charge(note, [(self.rates.address, rates.network_of(request.peer), rates.BASE)])

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

    async def prepare(self, asked: Asked, context: Context, note: OperationNote) -> Operation:
        """Read and check what is asked, and count what it costs.

        Raises:
            Refused: it cannot be executed, or not by this viewer, or not now.
        """
        found = self.documents.find(asked)
        read = document.read(found)
        note.operation_name = None if read.name is None else read.name[:_LONGEST_NAME]
        note.operation_type = read.kind.value
        if context.viewer is None:
            document.require_open(read, is_production=self.is_production)
        variables = self._checked(read, context)
        cost = limits.check(self.schema.definition, read, variables, is_production=self.is_production)
        operation = Operation(schema=self.schema, context=context, document=read, cost=cost, finishing=self.finishing)
        try:
            await self._charge(note, self._charges(operation, signing_in.asked(self.schema.definition, read, variables)))
        except Refused as refused:
            raise refused.told_with(cost.extensions()) from None
        self.documents.keep(found, context.viewer)
        return operation

    def _checked(self, read: Document, context: Context) -> VariableValues:
        try:
            return document.check(self.schema, read, context.viewer)
        except Refused as refused:
            if self.is_production:
                refused.leave_out_suggestions()
            raise

    def _charges(self, operation: Operation, signing: SigningIn) -> Iterator[Charge]:
        context, cost = operation.context, operation.cost.requested
        if context.request.peer is not None:
            network = rates.network_of(context.request.peer)
            yield self.rates.address, network, cost
            if signing.times:
                yield self.rates.sign_ins, network, signing.times
        if context.viewer is not None:
            yield self.rates.viewer, f"{context.viewer.kind} {context.viewer.id}", rates.BASE + cost
        for email in signing.emails:
            yield self.rates.links, email, 1

    async def _charge(self, note: OperationNote, charges: Iterable[Charge]) -> None:
        standings = [await self.rates.charge(policy, whom, cost) for policy, whom, cost in charges]
        note.standings.extend(standing for standing in standings if standing is not None)
        rates.require(standings)


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
