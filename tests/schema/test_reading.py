"""Reading: nodes by id, lists with their pages, and what each side sees of the same things."""

from typing import Any

import pytest

from domain.customer import Contact
from resolvers.demo import generated
from schema import ids
from tests.schema.conftest import Asking
from tests.support.statements import counted
from tests.support.world import World

pytestmark = pytest.mark.anyio

NAMES = "{ customers(%s) { totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
EVERYTHING = """
query ($first: Int) {
  customers(first: $first, filter: { search: "kund" }) {
    totalCount
    edges {
      cursor
      node {
        id name customerNumber organisationNumber accountManager { name office { name } } contacts { name email }
        address { street complete }
        tasks { totalCount nodes { type owner { name } participants { name } collaborations { id } } }
        collaborations {
          totalCount
          nodes {
            status office { name } service { name currentTerms { version } } task { type } activatedBy { name } terms { version }
            requiredTerms { dueAt } approval { approvedBy { name } evidence { number } } endOptions previous { id }
            mails { recipient status } nextReminderAllowedAt accessFor { name } openUrl allowedActions
            events { totalCount nodes { type sequence actor { name } } }
          }
        }
        collaborationServices {
          service { name } collaboration { status } canActivate
          preview { scenario explanation approvers { email } obstacles { code } selectableTasks { type } accessFor { name } }
        }
      }
    }
  }
}
"""
OF_COMPANIES = """
{ viewer { ... on Administrator {
  name email accepted
  companies {
    name registered organisationNumber administrators { name email companies { name } }
    subscriptions { status service { name } payingOffice { name } }
    acceptedTerms { acceptedAt terms { version service { code } } acceptedBy { name } validUntil }
    requiredTerms { dueAt terms { version } }
    collaborations {
      totalCount nodes { status office { name advisors { name } } customer { name } accessFor { name email permission } }
    }
  }
} } }
"""


async def fill(world: World, count: int) -> None:
    """Add customers, each with a task and an activated collaboration."""
    anna = await world.viewed_by("anna@nordbyran.example")
    for place in range(count):
        name = f"Kund {place:02d} AB"
        main = Contact(name="Kim Kund", email=f"kim@kund{place}.example", phone=None, language="sv", is_main=True)
        await world.add_customer(anna, name, generated.organisation_number_of(place), main)
        await world.activate(anna, name)


async def test_nineteen_more_rows_take_no_statement_each(asking: Asking, world: World) -> None:
    await fill(world, 20)
    taken = {}
    for size in (1, 20):
        anna = await asking.anna()
        with counted(world.database) as statements:
            page = (await asking.data(anna, EVERYTHING, {"first": size}))["customers"]
        assert len(page["edges"]) == size
        taken[size] = len(statements)
    # Which loads meet in one statement is up to the event loop; a statement for each row would be nineteen more at least.
    assert taken[20] - taken[1] < 10


async def test_a_total_is_counted_only_where_it_is_asked_for(asking: Asking, world: World) -> None:
    with counted(world.database) as without:
        await asking.data(await asking.anna(), "{ customers { nodes { id } } }")
    with counted(world.database) as counted_too:
        await asking.data(await asking.anna(), "{ customers { nodes { id } totalCount } }")
    counts = [statement for statement in counted_too if "count(" in statement.lower()]
    assert len(counts) == 1
    assert not [statement for statement in without if "count(" in statement.lower()]


async def test_pages_are_walked_both_ways(asking: Asking) -> None:
    anna = await asking.anna()
    first = (await asking.data(anna, NAMES % "first: 2"))["customers"]
    assert [node["name"] for node in first["nodes"]] == ["Alfa AB", "Beta AB"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (3, True, False)
    after = first["pageInfo"]["endCursor"]
    second = (await asking.data(anna, NAMES % f'first: 2, after: "{after}"'))["customers"]
    assert [node["name"] for node in second["nodes"]] == ["Gamma AB"]
    before = second["pageInfo"]["startCursor"]
    back = (await asking.data(anna, NAMES % f'last: 1, before: "{before}"'))["customers"]
    assert [node["name"] for node in back["nodes"]] == ["Beta AB"]
    assert back["pageInfo"]["hasPreviousPage"] is True


async def test_every_object_that_the_viewer_sees_is_found_again_by_its_id(asking: Asking, world: World) -> None:
    waiting = (await world.activate(await asking.anna(), "Beta AB")).collaboration
    bea = await world.by_link(waiting.id)
    await world.approve(bea, waiting)
    document = """
    { customers { nodes {
      id accountManager { id office { id } } tasks { nodes { id } }
      collaborations { nodes { id service { id currentTerms { id } } events { nodes { id } } approval { evidence { id } } } }
    } } }
    """
    found = all_ids(await asking.data(await asking.bo(), document))
    kinds = {ids.decode_any(each)[0] for each in found}
    assert kinds == {
        "Customer", "Advisor", "Office", "Task", "Collaboration", "Service", "Terms", "CollaborationEvent", "Evidence",
    }  # fmt: skip
    again = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    nodes = (await asking.data(await asking.bo(), again, {"ids": found}))["nodes"]
    assert [node and node["id"] for node in nodes] == found
    assert [node["__typename"] for node in nodes] == [ids.decode_any(each)[0] for each in found]
    of_sara = (await asking.data(await asking.sara(), again, {"ids": found}))["nodes"]
    assert {node["__typename"] for node in of_sara if node} <= {"Service", "Terms"}
    company = "{ viewer { ... on Administrator { id companies { id } } } }"
    of_bea = all_ids(await asking.data(await asking.bea(), company))
    assert [node["id"] for node in (await asking.data(await asking.bea(), again, {"ids": of_bea}))["nodes"]] == of_bea
    assert (await asking.data(await asking.bo(), again, {"ids": of_bea}))["nodes"] == [None, None]


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "Q3VzdG9tZXI6", ids.encode("Customer", "0"), ids.encode("Nothing", "019ab000-0000-7000-8000-000000000000"),
     ids.encode("Customer", "019ab000-0000-7000-8000-000000000000"), "é", "a" * 10_000],
)  # fmt: skip
async def test_an_id_that_names_nothing_is_null(asking: Asking, wrong: str) -> None:
    names = ("node", "customer", "collaboration", "task")
    document = f"query ($id: ID!) {{ {' '.join(f'{name}(id: $id) {{ id }}' for name in names)} }}"
    found = await asking.data(await asking.anna(), document, {"id": wrong})
    assert found == dict.fromkeys(names)


async def test_more_than_a_hundred_ids_are_refused(asking: Asking) -> None:
    answer = await asking.result(await asking.anna(), "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["x"] * 101})
    assert answer.errors is not None


async def test_an_administrator_sees_companies_and_nothing_of_the_office_s_cards(asking: Asking, world: World) -> None:
    waiting = (await world.activate(await asking.anna(), "Beta AB")).collaboration
    await world.approve(await world.by_link(waiting.id), waiting)
    viewer = (await asking.data(await asking.bea(), OF_COMPANIES))["viewer"]
    [company] = viewer["companies"]
    assert (viewer["email"], viewer["accepted"], company["registered"]) == ("bea@beta.example", True, True)
    [collaboration] = company["collaborations"]["nodes"]
    assert collaboration["customer"] is None
    assert collaboration["office"] == {"name": "Nordbyrån", "advisors": []}
    assert collaboration["accessFor"] == [{"name": "Anna Ek", "email": None, "permission": None}]
    assert company["acceptedTerms"][0]["acceptedBy"] is None
    assert company["subscriptions"][0]["payingOffice"] == {"name": "Nordbyrån"}
    nothing = await asking.data(await asking.bea(), "{ customers { totalCount } tasks { totalCount } }")
    assert nothing == {"customers": {"totalCount": 0}, "tasks": {"totalCount": 0}}


async def test_counts_have_a_row_for_each_status_that_occurs(asking: Asking, world: World) -> None:
    anna = await asking.anna()
    waiting = (await world.activate(anna, "Beta AB")).collaboration
    await world.activate(anna, "Alfa AB")
    await world.approve(await world.by_link(waiting.id), waiting)
    document = "{ collaborationCounts { status count } }"
    counts = (await asking.data(await asking.anna(), document))["collaborationCounts"]
    assert counts == [{"status": "AWAITING_APPROVAL", "count": 1}, {"status": "ACTIVE", "count": 1}]
    assert (await asking.data(await asking.sara(), document))["collaborationCounts"] == []


async def test_words_are_in_the_viewer_s_language(asking: Asking, world: World) -> None:
    token_of = await world.viewed_by("anna@nordbyran.example")
    document = """
    query ($customer: ID!, $service: ID!) {
      activationPreview(customerId: $customer, serviceId: $service) { explanation obstacles { message } }
    }
    """
    given = {
        "customer": ids.encode("Customer", world.customers["Alfa AB"].id),
        "service": ids.encode("Service", world.scanner.id),
    }
    said = {}
    for language in ("sv", "en"):
        token_of.language = language
        said[language] = (await asking.data(token_of, document, given))["activationPreview"]
    assert "använder redan" in said["sv"]["explanation"]
    assert "already uses" in said["en"]["explanation"]
    assert said["sv"]["obstacles"] != said["en"]["obstacles"]


def all_ids(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return every id in an answer, each once."""
    found: dict[str, None] = {}
    if isinstance(value, dict):
        found |= dict.fromkeys([value["id"]] if "id" in value else [])
        for each in value.values():
            found |= dict.fromkeys(all_ids(each))
    if isinstance(value, list):
        for each in value:
            found |= dict.fromkeys(all_ids(each))
    return list(found)
