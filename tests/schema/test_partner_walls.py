"""A partner of one office asks for everything of another, by ids, lists, filters and counts: nothing comes back."""

from typing import Any

import pytest

from resolvers import event
from resolvers.listing import PageArguments
from schema import ids
from tests.schema.conftest import Asking
from tests.support import partners
from tests.support.seen import as_advisor, collaborate
from tests.support.world import ANNA, SARA, World

pytestmark = pytest.mark.anyio

ASKED = """
query ($customer: ID!, $task: ID!, $collaboration: ID!, $service: ID!, $advisor: ID!, $all: [ID!]!) {
  nodes(ids: $all) { id }
  customer(id: $customer) { id }
  task(id: $task) { id }
  collaboration(id: $collaboration) { id }
  activationPreview(customerId: $customer, serviceId: $service, taskId: $task) { scenario }
  customers { totalCount nodes { id } }
  searched: customers(filter: { search: "alfa" }) { totalCount nodes { id } }
  numbered: customers(filter: { organisationNumber: "556016-0680" }) { totalCount }
  managed: customers(filter: { accountManagerId: $advisor }) { totalCount }
  tasks { totalCount nodes { id } }
  ofCustomer: tasks(filter: { customerId: $customer }) { totalCount }
  collaborations { totalCount nodes { id } }
  onCustomer: collaborations(filter: { customerId: $customer }) { totalCount }
  activatedBy: collaborations(filter: { activatedById: $advisor }) { totalCount }
  collaborationCounts { count }
  collaborationEvents { totalCount nodes { id } }
  about: collaborationEvents(filter: { collaborationIds: [$collaboration] }) { totalCount }
  viewer { ... on Partner { office { name advisors { name } } } }
}
"""


async def test_nothing_of_another_office_comes_back(asking: Asking, world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    nords = await partners.make(world, *partners.EVERYTHING)
    anna = await world.viewed_by(ANNA)
    first = (await event.page_of_collaboration(anna, known.id, PageArguments(first=1))).items[0].event
    named = {
        "customer": ids.encode("Customer", known.customer_id),
        "task": ids.encode("Task", known.task_id or ""),
        "collaboration": ids.encode("Collaboration", known.id),
        "advisor": ids.encode("Advisor", as_advisor(anna).id),
    }
    others = [
        ids.encode("Partner", nords.partner.id),
        ids.encode("Office", world.nord.id),
        ids.encode("Company", known.company_id),
        ids.encode("CollaborationEvent", first.id),
    ]
    given: dict[str, Any] = {**named, "service": ids.encode("Service", world.scanner.id), "all": [*named.values(), *others]}
    own = await asking.data(await world.context(nords.token), ASKED, given)
    assert [node is not None for node in own["nodes"]] == [True] * 6 + [False, True]
    assert (own["customers"]["totalCount"], own["collaborations"]["totalCount"]) == (3, 1)
    found = await asking.data(await partners.act_as(world, *partners.EVERYTHING, by=SARA), ASKED, given)
    assert found.pop("viewer") == {"office": {"name": "Sydbyrån", "advisors": [{"name": "Sara Sund"}]}}
    assert found.pop("nodes") == [None] * 8
    assert found.pop("collaborationCounts") == []
    for name, value in found.items():
        assert not value or (value["totalCount"], value.get("nodes", [])) == (0, []), name
