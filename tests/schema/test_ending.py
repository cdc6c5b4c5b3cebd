"""Ends and changes of task as clients see them: ended, scheduled, withdrawn, come, refused, and told in both streams."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import calendar_day
from domain.collaboration import Collaboration
from domain.task import TaskPeriod
from resolvers import settlement, task
from resolvers.context import Context
from resolvers.task import CreateTask
from schema import ids
from tests.schema.conftest import Asking
from tests.support.seen import collaborate
from tests.support.world import BEA, World

pytestmark = pytest.mark.anyio

SHOWN = """
  id status version endsOn endedBy endedAt serviceAfterwards endOptions allowedActions openUrl accessFor { name }
  task { type } company { subscriptions { status invoiceRecipient payingOffice { name } } } mails { kind }
"""
END = f"""
mutation ($input: EndCollaborationInput!) {{
  endCollaboration(input: $input) {{
    __typename
    ... on EndCollaborationPayload {{ cursor replayed collaboration {{ {SHOWN} }} }}
    ... on EndOptionNotAllowed {{ allowed }}
    ... on InvalidTransition {{ status collaboration {{ id }} }}
    ... on NotPermitted {{ required }}
    ... on InvalidInput {{ problems {{ path code message }} }}
    ... on Error {{ message }}
  }}
}}
"""
WITHDRAW = f"""
mutation ($input: WithdrawEndInput!) {{
  withdrawEnd(input: $input) {{
    __typename
    ... on WithdrawEndPayload {{ replayed collaboration {{ {SHOWN} }} }}
    ... on NotPermitted {{ required }}
    ... on Error {{ message }}
  }}
}}
"""
CHANGE_TASK = f"""
mutation ($input: ChangeCollaborationTaskInput!) {{
  changeCollaborationTask(input: $input) {{
    __typename
    ... on ChangeCollaborationTaskPayload {{ replayed collaboration {{ {SHOWN} }} }}
    ... on ActivationRefused {{ code }}
    ... on Error {{ message }}
  }}
}}
"""
SEEN = f"query ($id: ID!) {{ collaboration(id: $id) {{ {SHOWN} }} }}"
EVENTS = "{ collaborationEvents { nodes { type previousStatus status occurredAt actor { side name } } } }"


async def beta(world: World) -> tuple[Collaboration, dict[str, Any], dict[str, Any]]:
    """Let Beta collaborate; return the collaboration, and what the office and the company name it by."""
    known, _ = await collaborate(world, "Beta AB")
    office = {"collaborationId": ids.encode("Collaboration", known.id)}
    return known, office, office | {"companyId": ids.encode("Company", known.company_id)}


def tomorrow(context: Context) -> str:
    return (calendar_day.day_of(context.now) + timedelta(days=1)).isoformat()


async def test_an_end_is_scheduled_shown_to_both_sides_and_comes(asking: Asking, world: World) -> None:
    known, office, company = await beta(world)
    bo = await asking.bo()
    day = tomorrow(bo)
    scheduled = (await asking.data(bo, END, {"input": office | {"on": day, "afterwards": "END"}}))["endCollaboration"]
    shown = scheduled["collaboration"]
    assert (shown["status"], shown["endsOn"], shown["endedBy"], shown["endedAt"]) == ("ENDING", day, "OFFICE", None)
    assert (shown["serviceAfterwards"], shown["allowedActions"]) == ("END", ["END", "WITHDRAW_END"])
    bea = await asking.bea()
    seen = (await asking.data(bea, SEEN, {"id": office["collaborationId"]}))["collaboration"]
    assert (seen["status"], seen["allowedActions"], seen["mails"][-1]["kind"]) == ("ENDING", ["END", "OPEN"], "END_SCHEDULED")
    refused = (await asking.data(bea, WITHDRAW, {"input": company}))["withdrawEnd"]
    assert (refused["__typename"], refused["required"]) == ("NotPermitted", "ADVISOR")
    await world.advance(timedelta(days=2))
    seen = (await asking.data(await asking.bea(), SEEN, {"id": office["collaborationId"]}))["collaboration"]
    come = calendar_day.end_of(date.fromisoformat(day)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert (seen["status"], seen["endedAt"], seen["openUrl"], seen["allowedActions"]) == ("ENDED", come, None, [])
    assert [one["status"] for one in seen["company"]["subscriptions"]] == ["ENDED"]
    await settlement.settle(world.database, known.id)
    again = (await asking.data(await asking.bea(), SEEN, {"id": office["collaborationId"]}))["collaboration"]
    assert again | {"version": 0, "mails": []} == seen | {"version": 0, "mails": []}
    for context in (await asking.bo(), await asking.bea()):
        told = (await asking.data(context, EVENTS))["collaborationEvents"]["nodes"][-1]
        assert (told["type"], told["previousStatus"], told["status"], told["occurredAt"]) == ("ENDED", "ENDING", "ENDED", come)
        assert told["actor"] == {"side": "SYSTEM", "name": None}


async def test_an_administrator_ends_now_keeps_the_service_and_pays_for_it(asking: Asking, world: World) -> None:
    _, _, company = await beta(world)
    wanted = company | {"afterwards": "KEEP", "idempotencyKey": "end"}
    done = (await asking.data(await asking.bea(), END, {"input": wanted}))["endCollaboration"]
    shown = done["collaboration"]
    assert (shown["status"], shown["endsOn"], shown["endedBy"], done["replayed"]) == ("ENDED", None, "COMPANY", False)
    [subscription] = shown["company"]["subscriptions"]
    assert subscription == {"status": "ACTIVE", "invoiceRecipient": "CUSTOMER", "payingOffice": None}
    again = (await asking.data(await asking.bea(), END, {"input": wanted}))["endCollaboration"]
    assert (again["replayed"], again["cursor"], again["collaboration"]) == (True, done["cursor"], shown)


async def test_an_end_is_withdrawn(asking: Asking, world: World) -> None:
    _, _, company = await beta(world)
    bea = await asking.bea()
    await asking.data(bea, END, {"input": company | {"on": tomorrow(bea), "afterwards": "READ_ONLY"}})
    back = (await asking.data(bea, WITHDRAW, {"input": company}))["withdrawEnd"]["collaboration"]
    assert (back["status"], back["endsOn"], back["endedBy"], back["serviceAfterwards"]) == ("ACTIVE", None, None, None)
    assert back["allowedActions"] == ["END", "OPEN"]


@pytest.mark.parametrize("on", ["1999-12-31", "today", "9999-12-31"])
async def test_a_day_that_is_not_open_is_a_wrong_value_with_its_path(asking: Asking, world: World, on: str) -> None:
    _, office, _ = await beta(world)
    bo = await asking.bo()
    day = calendar_day.day_of(bo.now).isoformat() if on == "today" else on
    refused = (await asking.data(bo, END, {"input": office | {"on": day, "afterwards": "END"}}))["endCollaboration"]
    assert refused["__typename"] == "InvalidInput"
    assert [(one["path"], one["code"]) for one in refused["problems"]] == [(["on"], "DATE_OUT_OF_RANGE")]


async def test_other_refusals_are_shown_with_what_helps(asking: Asking, world: World) -> None:
    _, office, company = await beta(world)
    bo, bea = await asking.bo(), await asking.bea()
    cases = [
        (bo, office | {"afterwards": "KEEP"}, "EndOptionNotAllowed", {"allowed": ["READ_ONLY", "END"]}),
        (await asking.anna(), office | {"afterwards": "END"}, "NotPermitted", {"required": "FULL"}),
        (await asking.sara(), office | {"afterwards": "END"}, "NotFound", {}),
        (bea, company | {"companyId": ids.encode("Company", "019ab000-0000-7000-8000-000000000000"), "afterwards": "END"},
         "WrongCompany", {}),
    ]  # fmt: skip
    for context, wanted, name, data in cases:
        refused = (await asking.data(context, END, {"input": wanted}))["endCollaboration"]
        assert refused["__typename"] == name
        assert refused | data == refused
    for context, wanted, code in ((bea, office, "REQUIRED"), (bo, company, "NOT_ALLOWED")):
        refused = (await asking.data(context, END, {"input": wanted | {"afterwards": "END"}}))["endCollaboration"]
        assert [(one["path"], one["code"]) for one in refused["problems"]] == [(["companyId"], code)]
    await asking.data(bea, END, {"input": company | {"afterwards": "END"}})
    refused = (await asking.data(bo, END, {"input": office | {"afterwards": "END"}}))["endCollaboration"]
    assert (refused["__typename"], refused["status"]) == ("InvalidTransition", "ENDED")


async def test_the_task_is_changed_and_told_to_the_office_alone(asking: Asking, world: World) -> None:
    _, office, _ = await beta(world)
    bo = await asking.bo()
    asked = CreateTask(customer_id=world.customers["Beta AB"].id, type="Lön", period=TaskPeriod.MONTH)
    other = ids.encode("Task", (await task.create(bo, asked, None)).value.id)
    changed = (await asking.data(bo, CHANGE_TASK, {"input": office | {"taskId": other}}))["changeCollaborationTask"]
    assert (changed["collaboration"]["task"], changed["collaboration"]["accessFor"]) == ({"type": "Lön"}, [{"name": "Bo Berg"}])
    assert changed["collaboration"]["allowedActions"] == ["END", "CHANGE_TASK", "OPEN"]
    alfas = ids.encode("Task", world.tasks["Alfa AB"].id)
    refused = (await asking.data(bo, CHANGE_TASK, {"input": office | {"taskId": alfas}}))["changeCollaborationTask"]
    assert (refused["__typename"], refused["code"]) == ("ActivationRefused", "TASK_NOT_ON_CUSTOMER")
    types = [
        [one["type"] for one in (await asking.data(context, EVENTS))["collaborationEvents"]["nodes"]]
        for context in (await asking.bo(), await world.viewed_by(BEA))
    ]
    assert types == [["ACTIVATED", "APPROVED", "TASK_CHANGED"], ["ACTIVATED", "APPROVED"]]
