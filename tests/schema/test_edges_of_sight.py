"""What hangs on an object that was shown stays readable when the right to it is lost with the same operation."""

import pytest

from domain.task import TaskPeriod
from resolvers import task
from resolvers.demo import generated
from resolvers.task import CreateTask
from schema import ids
from tests.schema.conftest import Asking
from tests.support.seen import as_advisor
from tests.support.statements import counted
from tests.support.world import World, contact

pytestmark = pytest.mark.anyio

HAND_OVER = """
mutation ($input: UpdateTaskInput!) {
  updateTask(input: $input) { __typename ... on UpdateTaskPayload { task { version customer { name } owner { name } } } }
}
"""


async def test_a_task_that_is_given_away_is_shown_with_its_customer_once_more(asking: Asking, world: World) -> None:
    anna, bo = await asking.anna(), await asking.bo()
    card = await world.add_customer(bo, "Pi AB", generated.organisation_number_of(500), contact("Pia Pi", "pia@pi.example"))
    work = CreateTask(customer_id=card.id, type="Löner", period=TaskPeriod.MONTH, owner_id=as_advisor(anna).id)
    hers = (await task.create(bo, work, None)).value
    given = {"input": {"taskId": ids.encode("Task", hers.id), "ownerId": ids.encode("Advisor", as_advisor(bo).id)}}
    answer = (await asking.data(anna, HAND_OVER, given))["updateTask"]
    assert answer["task"] == {"version": 2, "customer": {"name": "Pi AB"}, "owner": {"name": "Bo Berg"}}
    document = "query ($id: ID!) { customer(id: $id) { name } }"
    assert await asking.data(await asking.anna(), document, {"id": ids.encode("Customer", card.id)}) == {"customer": None}


async def test_an_event_whose_actor_is_gone_names_what_he_was(asking: Asking, world: World) -> None:
    waiting = (await world.activate(await asking.anna(), "Gamma AB")).collaboration
    gun = await world.viewed_by("gun@gamma.example")
    document = "mutation ($input: DeclineCollaborationInput!) { declineCollaboration(input: $input) { __typename } }"
    given = {"collaborationId": ids.encode("Collaboration", waiting.id), "companyId": ids.encode("Company", waiting.company_id)}
    await asking.data(gun, document, {"input": given})
    events = "{ collaborationEvents(last: 1) { nodes { type actor { side name } } } }"
    [declined] = (await asking.data(await asking.anna(), events))["collaborationEvents"]["nodes"]
    assert declined == {"type": "DECLINED", "actor": {"side": "COMPANY", "name": "Administratör"}}


async def test_a_hundred_events_are_found_with_as_many_statements_as_one(asking: Asking, world: World) -> None:
    await world.activate(await asking.anna(), "Alfa AB")
    await world.activate(await asking.anna(), "Beta AB")
    await world.activate(await asking.anna(), "Gamma AB")
    log = "{ collaborationEvents { nodes { id } } }"
    found = [node["id"] for node in (await asking.data(await asking.anna(), log))["collaborationEvents"]["nodes"]]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    taken = []
    for asked in (found[:1], found * 33):
        anna = await asking.anna()
        with counted(world.database) as statements:
            await asking.data(anna, document, {"ids": asked})
        taken.append(len(statements))
    assert taken[0] == taken[1]
