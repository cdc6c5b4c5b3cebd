"""Signing in as the edge sees it: how often an operation does, for whom, and without telling by the time who is known."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from graphql import GraphQLSchema, OperationType, get_argument_values
from graphql.execution.values import VariableValues

from domain import text
from schema import document
from schema.document import Document

# Longer than a link takes to be written and its mail to be queued.
EVEN_S = 0.25
_LINK = "requestSignInLink"
_SIGN_IN = "signIn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """How many fields at the root sign in or ask for a link, and the e-mail addresses of the links, one for each."""

    times: int
    emails: tuple[str, ...]


def asked(schema: GraphQLSchema, read: Document, variables: VariableValues) -> SigningIn:
    """Look for it in a checked operation; whether an address is anybody's is not asked."""
    root = schema.mutation_type
    if read.kind is not OperationType.MUTATION or root is None:
        return SigningIn(times=0, emails=())
    nodes = [node for node in document.root_fields(read, variables) if node.name.value in {_LINK, _SIGN_IN}]
    emails = []
    for node in nodes:
        given = get_argument_values(root.fields[node.name.value], node, variables).get("input")
        email = given.get("email") if isinstance(given, Mapping) else None
        if isinstance(email, str):
            emails.append(text.email_key(email))
    return SigningIn(times=len(nodes), emails=tuple(emails))


@asynccontextmanager
async def evenly() -> AsyncIterator[None]:
    """Take as long whether there is much to do in the block or nothing, so that nobody reads off the time who is known."""
    ends = asyncio.get_running_loop().time() + EVEN_S
    try:
        yield
    finally:
        await asyncio.sleep(ends - asyncio.get_running_loop().time())
