"""Many activations in one call: a result for each, in order, each on its own, and a key that covers each by its position."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.errors import DomainError
from resolvers import activation
from resolvers.activation import Activated
from resolvers.context import Context
from schema import ids, refusals
from schema.refusals import REFUSALS
from tests.schema.conftest import Asking
from tests.schema.test_unions import UNIONS, make
from tests.support.seen import rows
from tests.support.world import World

pytestmark = pytest.mark.anyio

ACTIVATE = """
mutation ($input: ActivateCollaborationsInput!) {
  activateCollaborations(input: $input) {
    __typename
    ... on ActivateCollaborationsPayload {
      replayed
      results {
        __typename
        ... on ActivateCollaborationPayload { replayed cursor collaboration { id status customer { name } } }
        ... on ActivationRefused { code }
        ... on CollaborationAlreadyOpen { collaboration { id } }
        ... on ScenarioChanged { preview { scenario } }
        ... on InvalidInput { problems { path code } }
        ... on Error { message }
      }
    }
    ... on InvalidInput { problems { path code } }
    ... on NotPermitted { required }
    ... on Error { message }
  }
}
"""
PAYLOAD = "ActivateCollaborationPayload"


def item(world: World, name: str, **changes: object) -> dict[str, Any]:
    """Ask for the scanner for a customer."""
    wanted: dict[str, Any] = {
        "customerId": ids.encode("Customer", world.customers[name].id),
        "serviceId": ids.encode("Service", world.scanner.id),
        "taskId": ids.encode("Task", world.tasks[name].id),
    }
    return wanted | changes


async def activate(asking: Asking, items: Sequence[dict[str, Any]], key: str | None = None) -> dict[str, Any]:
    given = {"items": list(items), "idempotencyKey": key}
    answer: dict[str, Any] = (await asking.data(await asking.anna(), ACTIVATE, {"input": given}))["activateCollaborations"]
    return answer


def kinds(answer: dict[str, Any]) -> list[str]:
    return [result["__typename"] for result in answer["results"]]


async def test_each_item_has_its_result_in_order_and_a_refusal_is_its_own(asking: Asking, world: World) -> None:
    answer = await activate(
        asking,
        [
            item(world, "Alfa AB"),
            item(world, "Alfa AB"),
            item(world, "Beta AB", taskId=None),
            item(world, "Beta AB", customerId="nobody"),
            item(world, "Beta AB", expectedScenario="NOT_REGISTERED"),
            item(world, "Beta AB", message="x" * 1_001),
            item(world, "Beta AB"),
            item(world, "Gamma AB"),
        ],
    )
    results = answer["results"]
    assert kinds(answer) == [
        PAYLOAD, "CollaborationAlreadyOpen", "ActivationRefused", "NotFound", "ScenarioChanged", "InvalidInput", PAYLOAD, PAYLOAD,
    ]  # fmt: skip
    assert results[1]["collaboration"]["id"] == results[0]["collaboration"]["id"]
    assert results[2]["code"] == "TASK_REQUIRED"
    assert results[4]["preview"]["scenario"] == "REGISTERED_WITHOUT_SERVICE"
    assert results[5]["problems"] == [{"path": ["items", "5", "message"], "code": "TOO_LONG"}]
    assert [results[place]["collaboration"]["customer"]["name"] for place in (0, 6, 7)] == ["Alfa AB", "Beta AB", "Gamma AB"]
    assert len({results[place]["cursor"] for place in (0, 6, 7)}) == 3
    assert answer["replayed"] is False


async def test_the_same_key_repeats_nothing_and_does_what_was_refused(asking: Asking, world: World) -> None:
    items = [item(world, "Alfa AB"), item(world, "Beta AB", taskId=None), item(world, "Gamma AB")]
    first = await activate(asking, items, "k")
    before = await rows(world)
    second = await activate(asking, items, "k")
    assert await rows(world) == before
    assert kinds(first) == kinds(second) == [PAYLOAD, "ActivationRefused", PAYLOAD]
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert [second["results"][place]["replayed"] for place in (0, 2)] == [True, True]
    assert [second["results"][place]["cursor"] for place in (0, 2)] == [first["results"][place]["cursor"] for place in (0, 2)]
    mended = [items[0], item(world, "Beta AB"), items[2]]
    third = await activate(asking, mended, "k")
    assert [(result["__typename"], result["replayed"]) for result in third["results"]] == [
        (PAYLOAD, True),
        (PAYLOAD, False),
        (PAYLOAD, True),
    ]
    assert third["replayed"] is False


async def test_a_call_that_broke_off_is_taken_up_where_it_ended(
    asking: Asking, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item(world, "Alfa AB"), item(world, "Beta AB"), item(world, "Gamma AB")]
    once = activation.activate_once
    begun: list[object] = []

    async def break_off(context: Context, *asked: Any) -> Activated:  # noqa: ANN401 - whatever the use case takes
        begun.append(asked)
        if len(begun) == 2:
            raise OSError
        return await once(context, *asked)

    with monkeypatch.context() as patch:
        patch.setattr(activation, "activate_once", break_off)
        given = {"items": items, "idempotencyKey": "k"}
        broken = await asking.result(await asking.anna(), ACTIVATE, {"input": given})
    assert broken.errors
    answer = await activate(asking, items, "k")
    assert [result["replayed"] for result in answer["results"]] == [True, False, False]


async def test_a_key_that_did_an_item_with_another_input_refuses_the_whole_call(asking: Asking, world: World) -> None:
    await activate(asking, [item(world, "Alfa AB")], "k")
    before = await rows(world)
    answer = await activate(asking, [item(world, "Beta AB"), item(world, "Gamma AB")], "k")
    assert answer["__typename"] == "IdempotencyKeyReused"
    assert await rows(world) == before


async def test_a_key_of_one_activation_is_not_one_of_many(asking: Asking, world: World) -> None:
    await world.activate(await asking.anna(), "Alfa AB", key="k")
    assert kinds(await activate(asking, [item(world, "Beta AB")], "k")) == [PAYLOAD]


@pytest.mark.parametrize(("number", "code"), [(0, "REQUIRED"), (201, "TOO_MANY")])
async def test_none_and_more_than_200_are_refused_whole(asking: Asking, world: World, number: int, code: str) -> None:
    answer = await activate(asking, [item(world, "Alfa AB")] * number)
    assert (answer["__typename"], answer["problems"]) == ("InvalidInput", [{"path": ["items"], "code": code}])


async def test_two_hundred_are_taken(asking: Asking, world: World) -> None:
    answer = await activate(asking, [item(world, "Alfa AB")] * 200)
    assert kinds(answer) == [PAYLOAD, *["CollaborationAlreadyOpen"] * 199]


async def test_a_bad_key_is_refused_whole(asking: Asking, world: World) -> None:
    answer = await activate(asking, [item(world, "Alfa AB")], "nyckel å")
    assert answer["problems"] == [{"path": ["idempotencyKey"], "code": "NOT_ALLOWED_CHARACTER"}]


async def test_only_advisors_activate(asking: Asking, world: World) -> None:
    given = {"items": [item(world, "Alfa AB")]}
    answer = (await asking.data(await asking.bea(), ACTIVATE, {"input": given}))["activateCollaborations"]
    assert (answer["__typename"], answer["required"]) == ("NotPermitted", "ADVISOR")


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_every_refusal_of_one_activation_is_shown_among_many(asking: Asking, world: World) -> None:
    anna = await asking.anna()
    waiting = (await world.activate(anna, "Beta AB")).collaboration
    for member in UNIONS["activateCollaboration"].types:
        if member.name == PAYLOAD:
            continue
        shown = await refusals.shown(anna, make(member.name, waiting.id, world.customers["Alfa AB"].id))
        assert (type(shown).__name__, bool(shown.message)) == (member.name, True)


async def test_what_no_union_has_is_not_shown(asking: Asking) -> None:
    assert DomainError not in {row.exception_type for row in REFUSALS}
    with pytest.raises(LookupError):
        await refusals.shown(await asking.anna(), DomainError())
