"""A no, of whichever kind: what was prepared is undone without a trace, unless another request needs it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    NotFound,
    NotPermitted,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.office import CustomerPermission
from domain.service import SubscriptionStatus
from persistence.tables import jobs
from resolvers import answer, collaboration, fact, session
from tests.support.seen import (
    administrators,
    subscription_status,
    told,
)
from tests.support.world import ANNA, BETA, BO, GUN, SCENARIOS, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


@pytest.mark.parametrize("no", ["decline", "cancel", "expire"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_no_undoes_what_was_prepared(world: World, name: str, no: str) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), name)
    known = activated.collaboration
    secret = await world.link_secret(known.id)
    status = await _say_no(world, known, no)
    assert (await world.stored(known.id)).status is status
    own = SubscriptionStatus.ACTIVE if name == "Alfa AB" else None
    assert await subscription_status(world, known) is own
    assert (GUN in await administrators(world, known.company_id)) is False
    assert await told(world, known) == [Type.ACTIVATED, CollaborationEventType[status.name]]
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), secret, None)
    async with world.database.read() as reading:
        assert (await reading.connection.execute(select(jobs.c.id).where(jobs.c.kind == "expire"))).all() == []
    again = await world.activate(await world.viewed_by(ANNA), name)
    assert again.collaboration.previous_id == known.id


async def _say_no(world: World, known: Collaboration, no: str) -> CollaborationStatus:
    if no == "decline":
        administrator = await world.by_link(known.id)
        await answer.decline(administrator, known.id, known.company_id, "Nej tack", None)
        return Status.DECLINED
    if no == "cancel":
        await answer.cancel(await world.viewed_by(BO), known.id, "Fel kund", None)
        return Status.CANCELLED
    await world.advance(timedelta(days=30))
    await answer.expire_due(world.database, known.id)
    return Status.EXPIRED


async def test_a_subscription_that_was_read_only_is_so_again_after_a_no(world: World) -> None:
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.READ_ONLY)
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    assert await subscription_status(world, activated.collaboration) is SubscriptionStatus.PENDING
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await subscription_status(world, activated.collaboration) is SubscriptionStatus.READ_ONLY


async def test_those_who_were_asked_are_told_of_a_cancelling(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, "Fel kund", None)
    written = await collaboration.mails(await world.viewed_by(BO), activated.collaboration)
    assert [(one.kind, one.recipient.email) for one in written][-1] == (MailKind.CANCELLED, GUN)


async def test_only_the_activator_or_full_may_cancel(world: World) -> None:
    await fact.add_advisor(world.installation, world.nord.id, "Ove Otto", "ove@nordbyran.example", CustomerPermission.OWN)
    bo = await world.viewed_by(BO)
    activated = await world.activate(bo, "Beta AB")
    with pytest.raises(NotPermitted, match="FULL"):
        await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    with pytest.raises(NotFound):
        await answer.cancel(await world.viewed_by("ove@nordbyran.example"), activated.collaboration.id, None, None)
