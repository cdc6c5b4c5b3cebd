"""Every field asked for as a partner that lacks one scope: refused wherever the scope belongs, and nowhere else."""

from collections.abc import AsyncIterator

import httpx
import pytest

from domain.partner import PartnerScope
from resolvers.context import Context
from schema import faults, ids, scopes
from schema.api import SCHEMA
from schema.asked import Asked
from schema.execution import Desk, OperationNote
from schema.faults import Answer, Refused
from tests.support import edge, partners, requesting, walking
from tests.support.edge import Listening
from tests.support.scoped import CUSTOMERS, EVENTS, LAW
from tests.support.walking import Way
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


@pytest.fixture
async def service(world: World) -> AsyncIterator[Listening]:
    """Serve the service's own schema, in production."""
    async with edge.listen(world.installation, schema=SCHEMA, is_production=True) as listening:
        yield listening


async def all_ways(world: World) -> list[Way]:
    """Return the ways to every field, with ids of what there is."""
    customer = world.customers["Beta AB"].id
    known = {
        "id": ids.encode("Customer", customer),
        "ids": ids.encode("Customer", customer),
        "customerId": ids.encode("Customer", customer),
        "serviceId": ids.encode("Service", world.scanner.id),
    }
    return list(walking.ways(SCHEMA.definition, known))


async def client_of(service: Listening, world: World, *held: PartnerScope) -> httpx.AsyncClient:
    token = (await partners.make(world, *held)).token
    assert token is not None
    return requesting.client_of(service, token)


async def refused_for(context: Context, way: Way) -> set[str]:
    """Return the scopes for want of which a document is refused, at the desk where every transport brings it."""
    desk = Desk(schema=SCHEMA, installation=context.installation, rates=edge.unlimited(), is_production=True)
    try:
        operation = await desk.prepare(Asked(query=way.document), context, OperationNote(request_id="test"))
        # What may be followed has no end.
        answered = Answer() if way.root == "subscription" else await operation.execute()
    except Refused as refusal:
        answered = faults.refusal(refusal, context.request)
    errors = [error["extensions"] for error in answered.errors]
    assert {error["code"] for error in errors} <= {"SCOPE_REQUIRED"}, (way.document, errors)
    assert not errors or not answered.has_data
    return {error["scope"] for error in errors}


@pytest.mark.parametrize("missing", LAW)
async def test_a_partner_that_lacks_a_scope_is_refused_wherever_it_leads_and_nowhere_else(
    world: World, missing: PartnerScope
) -> None:
    by_field = {field: scope for scope, fields in LAW.items() for field in fields}
    walked = await all_ways(world)
    # Whatever an id may name takes its type's scope, and the id here is a customer's.
    through_node = {"Query.node", "Query.nodes"} if missing is CUSTOMERS else set()
    refused = set()
    partner = await partners.act_as(world, *partners.without(missing))
    for way in walked:
        places = [f"{name}.{field}" for name, field in way.steps]
        expected = any(by_field.get(place) is missing or place in through_node for place in places)
        found = await refused_for(partner, way)
        assert found == ({missing.value} if expected else set()), way.document
        if found:
            refused.add(places[-1])
    assert LAW[missing] - refused <= {"Company.collaborations", "TermsAcceptance.evidence"}
    assert len(walked) > 150


async def test_a_partner_with_every_scope_but_personal_data_is_refused_nowhere(world: World) -> None:
    partner = await partners.act_as(world, *partners.without(PartnerScope.PERSONAL_DATA_READ))
    found = [await refused_for(partner, way) for way in await all_ways(world)]
    assert set().union(*found) == set()


@pytest.mark.parametrize("kind", ["Customer", "Task", "Collaboration", "Evidence", "CollaborationEvent"])
async def test_an_id_leads_around_no_scope_and_tells_nothing(service: Listening, world: World, kind: str) -> None:
    known = {"Customer": world.customers["Beta AB"].id, "Task": world.tasks["Beta AB"].id}
    missing = scopes.TYPES[kind]
    nobody = "01890000-0000-7000-8000-000000000001"
    async with await client_of(service, world, *partners.without(missing)) as client:
        for local_id in (nobody, known.get(kind, nobody)):
            for document in ("{ node(id: %s) { id } }", "{ nodes(ids: [%s]) { id } }"):
                query = document % f'"{ids.encode(kind, local_id)}"'
                answer = (await requesting.post(client, {"query": query})).json()
                assert [error["extensions"] for error in answer["errors"]] == [{"code": "SCOPE_REQUIRED", "scope": missing.value}]
                assert "data" not in answer


async def test_fragments_and_other_names_lead_around_no_scope(service: Listening, world: World) -> None:
    documents = (
        "{ mine: customers { totalCount } }",
        "{ ...A } fragment A on Query { ... { customers { nodes { name } } } }",
        "query A { ...A } query B { viewer { __typename } } fragment A on Query { customers { totalCount } }",
        "query A($yes: Boolean! = true) { customers @include(if: $yes) { totalCount } }",
    )
    async with await client_of(service, world, EVENTS) as client:
        for query in documents:
            answer = (
                await requesting.post(client, {"query": query, "operationName": "A" if "query A" in query else None})
            ).json()
            assert [error["extensions"]["scope"] for error in answer["errors"]] == ["CUSTOMERS_READ"], query
        harmless = (
            "{ viewer { ... on Partner { name office { name advisors { name email } } } } services { code } partners { id } }",
            "query A { viewer { __typename } } query B { customers { totalCount } }",
            "query A($no: Boolean! = false) { viewer { __typename } customers @include(if: $no) { totalCount } }",
        )
        for query in harmless:
            answer = (
                await requesting.post(client, {"query": query, "operationName": "A" if "query A" in query else None})
            ).json()
            assert "errors" not in answer
