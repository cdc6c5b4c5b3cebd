"""The three scenarios as a client sees them: previewed, activated, mailed, approved and told, on both databases."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from resolvers.context import Context
from schema import ids
from schema.api import SCHEMA
from schema.info import Delivery
from tests.schema.conftest import Asking
from tests.support.world import World

pytestmark = pytest.mark.anyio

PREVIEW = """
query ($customer: ID!, $service: ID!, $task: ID) {
  activationPreview(customerId: $customer, serviceId: $service, taskId: $task) {
    scenario explanation willActivateService willCreateAdministrator approvalKind
    approvers { name email } terms { id sha256 } invoiceRecipient allowedInvoiceRecipients
    obstacles { code message } openCollaboration { id } selectableTasks { id type } accessFor { name }
  }
}
"""
ACTIVATE = """
mutation ($input: ActivateCollaborationInput!) {
  activateCollaboration(input: $input) {
    __typename
    ... on ActivateCollaborationPayload {
      scenario approvalKind collaborationActivated serviceActivated administratorCreated cursor replayed
      collaboration {
        id status version scenario customer { name } company { id } office { name } service { name } task { type }
        activatedBy { name email } expiresAt invoiceRecipient mails { kind recipient status } allowedActions
        accessFor { name } openUrl endOptions remindersSent nextReminderAllowedAt approval { kind } previous { id }
      }
    }
    ... on ActivationRefused { code }
    ... on CollaborationAlreadyOpen { collaboration { id } }
    ... on Error { message }
  }
}
"""
SEEN_BY_COMPANY = """
query ($id: ID!) {
  collaboration(id: $id) {
    status approvalKind customer { id } task { id } office { name } company { id name } activatedBy { name email }
    terms { id version sha256 text } mails { recipient } allowedActions
  }
}
"""
APPROVE = """
mutation ($input: ApproveCollaborationInput!) {
  approveCollaboration(input: $input) {
    __typename
    ... on ApproveCollaborationPayload {
      alreadyApproved replayed
      collaboration {
        status version accessFor { name } openUrl allowedActions
        company { registered subscriptions { service { name } status invoiceRecipient payingOffice { name } }
          acceptedTerms { terms { version } acceptedBy { name } validUntil evidence { number } } requiredTerms { dueAt } }
        approval { kind approvedBy { name email } terms { version }
          evidence { number termsSha256 language identifiedBy person { name } actingFor { name } linkUsedAt export } }
      }
    }
    ... on TermsAcceptanceRequired { terms { id sha256 text } }
    ... on Error { message }
  }
}
"""
EXPECTED = {
    "Alfa AB": ("SERVICE_IN_USE", "COLLABORATION", False, False, "CUSTOMER", ["cleo@alfa.example"]),
    "Beta AB": ("REGISTERED_WITHOUT_SERVICE", "COLLABORATION", True, False, "OFFICE", ["bea@beta.example"]),
    "Gamma AB": ("NOT_REGISTERED", "TERMS_AND_CONDITIONS", True, True, "OFFICE", ["gun@gamma.example"]),
}


def named(world: World, name: str) -> dict[str, Any]:
    """Name a customer, the scanner, and the customer's task."""
    return {
        "customer": ids.encode("Customer", world.customers[name].id),
        "service": ids.encode("Service", world.scanner.id),
        "task": ids.encode("Task", world.tasks[name].id),
    }


async def activate(asking: Asking, context: Context, name: str) -> dict[str, Any]:
    """Activate the scanner for a customer."""
    ids_of = named(asking.world, name)
    given = {"customerId": ids_of["customer"], "serviceId": ids_of["service"], "taskId": ids_of["task"]}
    answer: dict[str, Any] = (await asking.data(context, ACTIVATE, {"input": given}))["activateCollaboration"]
    return answer


async def following(stream: AsyncIterator[ExecutionResult], field: str) -> dict[str, Any]:
    """Return what the stream tells next."""
    result = await anext(stream)
    assert result.errors is None
    assert result.data is not None
    told: dict[str, Any] = result.data[field]
    return told


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_preview_tells_what_the_activation_then_does(asking: Asking, world: World, name: str) -> None:
    scenario, kind, activates, creates, pays, asked = EXPECTED[name]
    preview = (await asking.data(await asking.anna(), PREVIEW, named(world, name)))["activationPreview"]
    done = await activate(asking, await asking.anna(), name)
    told = done["collaboration"]
    assert (preview["scenario"], preview["approvalKind"], preview["willActivateService"]) == (scenario, kind, activates)
    assert (done["scenario"], done["approvalKind"], done["serviceActivated"]) == (scenario, kind, activates)
    assert (preview["willCreateAdministrator"], done["administratorCreated"]) == (creates, creates)
    assert preview["invoiceRecipient"] == told["invoiceRecipient"] == pays
    assert [person["email"] for person in preview["approvers"]] == [sent["recipient"] for sent in told["mails"]] == asked
    assert preview["obstacles"] == []
    assert name in preview["explanation"]
    assert (preview["terms"] is not None) == creates
    assert (told["status"], told["company"], told["openUrl"], told["accessFor"]) == ("AWAITING_APPROVAL", None, None, [])
    assert told["allowedActions"] == ["CANCEL", *(["CORRECT_CONTACT"] if creates else []), "CHANGE_TASK"]


@pytest.mark.parametrize("name", EXPECTED)
async def test_the_administrator_sees_what_is_asked_and_approves(asking: Asking, world: World, name: str) -> None:
    done = await activate(asking, await asking.anna(), name)
    collaboration_id = done["collaboration"]["id"]
    administrator = await world.by_link(ids.decode("Collaboration", collaboration_id))
    seen = (await asking.data(administrator, SEEN_BY_COMPANY, {"id": collaboration_id}))["collaboration"]
    assert (seen["customer"], seen["task"], seen["office"]["name"]) == (None, None, "Nordbyrån")
    assert (seen["company"]["name"], seen["activatedBy"]) == (name, {"name": "Anna Ek", "email": None})
    assert seen["allowedActions"] == ["APPROVE", "DECLINE"]
    given = {"collaborationId": collaboration_id, "companyId": seen["company"]["id"]}
    if done["approvalKind"] == "TERMS_AND_CONDITIONS":
        refused = (await asking.data(administrator, APPROVE, {"input": given}))["approveCollaboration"]
        assert (refused["__typename"], refused["terms"]["id"]) == ("TermsAcceptanceRequired", seen["terms"]["id"])
        shown = hashlib.sha256(seen["terms"]["text"].encode()).hexdigest()
        given["acceptedTerms"] = {"termsId": seen["terms"]["id"], "sha256": shown}
    else:
        assert seen["terms"] is None
    approved = (await asking.data(administrator, APPROVE, {"input": given}))["approveCollaboration"]["collaboration"]
    assert approved["status"] == "ACTIVE"
    assert approved["openUrl"].startswith("https://")
    assert [advisor["name"] for advisor in approved["accessFor"]] == ["Anna Ek"]
    [subscription] = approved["company"]["subscriptions"]
    assert (subscription["status"], approved["company"]["registered"]) == ("ACTIVE", True)
    pays = EXPECTED[name][4]
    assert subscription["invoiceRecipient"] == pays
    assert subscription["payingOffice"] == ({"name": "Nordbyrån"} if pays == "OFFICE" else None)
    evidence = approved["approval"]["evidence"]
    assert (evidence["number"], evidence["actingFor"]["name"], evidence["identifiedBy"]) == (1, name, "approval link")
    terms = given.get("acceptedTerms")
    assert evidence["termsSha256"] == (terms["sha256"] if isinstance(terms, dict) else None)
    assert approved["allowedActions"] == ["END", "OPEN"]


async def test_approving_again_tells_who_had_approved_and_does_nothing(asking: Asking, world: World) -> None:
    done = await activate(asking, await asking.anna(), "Alfa AB")
    cleo = await world.by_link(ids.decode("Collaboration", done["collaboration"]["id"]))
    dag = await world.viewed_by("dag@alfa.example")
    seen = (await asking.data(dag, SEEN_BY_COMPANY, {"id": done["collaboration"]["id"]}))["collaboration"]
    given = {"input": {"collaborationId": done["collaboration"]["id"], "companyId": seen["company"]["id"]}}
    first = (await asking.data(cleo, APPROVE, given))["approveCollaboration"]
    second = (await asking.data(await world.viewed_by("dag@alfa.example"), APPROVE, given))["approveCollaboration"]
    assert (first["alreadyApproved"], second["alreadyApproved"]) == (False, True)
    assert second["collaboration"]["approval"]["approvedBy"]["name"] == "Cleo Falk"
    assert second["collaboration"]["version"] == first["collaboration"]["version"] == 2


async def test_a_subscription_tells_what_happened_after_the_cursor_and_what_happens_then(asking: Asking, world: World) -> None:
    document = """
    subscription ($after: String) {
      collaborationStatusChanged(after: $after) {
        sequence version cursor type previousStatus status actor { side name } collaboration { status customer { name } }
      }
    }
    """
    anna = await asking.anna()
    first = await activate(asking, await asking.anna(), "Alfa AB")
    await activate(asking, await asking.anna(), "Beta AB")
    delivery = Delivery()
    stream = await SCHEMA.subscribe(document, variable_values={"after": first["cursor"]}, context_value=anna, root_value=delivery)
    told = await following(stream, "collaborationStatusChanged")
    assert (told["type"], told["sequence"], told["collaboration"]["customer"]["name"]) == ("ACTIVATED", 2, "Beta AB")
    assert delivery.cursor == told["cursor"]
    collaboration_id = first["collaboration"]["id"]
    cleo = await world.by_link(ids.decode("Collaboration", collaboration_id))
    seen = (await asking.data(cleo, SEEN_BY_COMPANY, {"id": collaboration_id}))["collaboration"]
    given = {"input": {"collaborationId": collaboration_id, "companyId": seen["company"]["id"]}}
    await asking.data(cleo, APPROVE, given)
    told = await following(stream, "collaborationStatusChanged")
    assert (told["type"], told["sequence"], told["previousStatus"], told["status"]) == (
        "APPROVED",
        3,
        "AWAITING_APPROVAL",
        "ACTIVE",
    )
    assert told["actor"] == {"side": "COMPANY", "name": "Cleo Falk"}
    await stream.aclose()


async def test_a_client_that_comes_back_goes_on_where_its_transport_says_and_not_where_it_began(asking: Asking) -> None:
    document = "subscription ($after: String) { collaborationStatusChanged(after: $after) { sequence } }"
    first, second, _third = [await activate(asking, await asking.anna(), name) for name in ("Alfa AB", "Beta AB", "Gamma AB")]
    stream = await SCHEMA.subscribe(
        document,
        variable_values={"after": first["cursor"]},
        context_value=await asking.anna(),
        root_value=Delivery(after=second["cursor"]),
    )
    assert await following(stream, "collaborationStatusChanged") == {"sequence": 3}
    await stream.aclose()


async def test_only_approvals_are_told_to_whoever_follows_approvals(asking: Asking, world: World) -> None:
    document = "subscription ($after: String) { collaborationApproved(after: $after) { type sequence } }"
    first = await activate(asking, await asking.anna(), "Alfa AB")
    await activate(asking, await asking.anna(), "Beta AB")
    known = await world.stored(ids.decode("Collaboration", first["collaboration"]["id"]))
    await world.approve(await world.by_link(known.id), known)
    stream = await SCHEMA.subscribe(
        document, variable_values={"after": first["cursor"]}, context_value=await asking.anna(), root_value=Delivery()
    )
    told = await following(stream, "collaborationApproved")
    assert told == {"type": "APPROVED", "sequence": 3}
    await stream.aclose()
