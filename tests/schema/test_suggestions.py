"""What graphql-core supposes to have been meant is told in development, and in production to nobody."""

import httpx
import pytest
from graphql import parse, specified_rules, validate

from schema.api import SCHEMA
from schema.faults import VALIDATION_FAILED, Refused, with_code
from tests.support import edge
from tests.support.requesting import client_of, post
from tests.support.world import World

WRONG = [
    "{ viewr { __typename } }",
    "{ customers(frist: 1) { nodes { id } } }",
    "{ customers @skip(iff: true, if: true) { nodes { id } } }",
    "{ viewer { ... on Advsor { name } } }",
    "{ viewer { name } }",
    "query ($i: CreateCustmerInput!) { viewer { __typename } }",
    "mutation { createCustomer(input: {nam: 1}) { __typename } }",
    "{ collaborations(orderBy: {field: ACTIVATD_AT, direction: ASC}) { nodes { id } } }",
]


@pytest.mark.parametrize("document", WRONG)
def test_what_is_left_is_what_is_said_without_suggestions(document: str) -> None:
    known, tree = SCHEMA.definition, parse(document)
    refused = Refused(*with_code(VALIDATION_FAILED, validate(known, tree, specified_rules)))
    assert "Did you mean" in str([error.message for error in refused.errors])
    refused.leave_out_suggestions()
    bare = validate(known, tree, specified_rules, hide_suggestions=True)
    assert [error.message.replace(". Found:", ", found:") for error in refused.errors] == [error.message for error in bare]


@pytest.mark.anyio
@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_production", [True, False])
async def test_suggestions_follow_the_profile_in_documents_and_in_variables(
    world: World, bearer: str, is_production: bool
) -> None:
    order = {"field": "ACTIVATD_AT", "direction": "ASC"}
    in_variables = {
        "query": "query ($o: CollaborationOrder!) { collaborations(orderBy: $o) { nodes { id } } }",
        "variables": {"o": order},
    }
    async with (
        edge.listen(world.installation, schema=SCHEMA, is_production=is_production) as listening,
        client_of(listening, bearer) as client,
    ):
        told = [await messages(client, body) for body in ({"query": WRONG[0]}, {"query": WRONG[1]}, in_variables)]
    assert ["Did you mean" in message for message in told] == [not is_production] * 3
    assert [len(message) > 10 for message in told] == [True] * 3


async def messages(client: httpx.AsyncClient, body: object) -> str:
    return " ".join(error["message"] for error in (await post(client, body)).json()["errors"])
