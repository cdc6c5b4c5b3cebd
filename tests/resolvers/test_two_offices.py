"""Two offices that ask one company: what is pending is shared, and neither learns of the other."""

import pytest

from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType
from domain.scenario import ApprovalKind
from domain.service import InvoiceRecipient, SubscriptionStatus
from resolvers import answer
from tests.support.seen import administrators, subscription_status
from tests.support.world import ANNA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_two_offices_share_what_is_pending_and_each_needs_its_own_yes(world: World) -> None:
    sara = await world.viewed_by(SARA)
    gun = contact("Gun Grå", GUN)
    first = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, gun)
    second = await world.activate(sara, "Gamma hos Syd")
    assert (second.service_activated, second.administrator_created) == (False, False)
    await answer.cancel(await world.viewed_by(BO), first.collaboration.id, None, None)
    assert await subscription_status(world, second.collaboration) is SubscriptionStatus.PENDING
    assert await administrators(world, second.collaboration.company_id) == [GUN]
    third = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    asked = await world.by_link(second.collaboration.id)
    await world.approve(asked, second.collaboration)
    waiting = await world.stored(third.collaboration.id)
    assert (waiting.status, waiting.approval_kind) == (Status.AWAITING_APPROVAL, ApprovalKind.COLLABORATION)
    again = await world.by_link(third.collaboration.id)
    done = await world.approve(again, waiting)
    assert done.collaboration.status is Status.ACTIVE
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER
