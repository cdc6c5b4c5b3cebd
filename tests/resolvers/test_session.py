"""Links, sessions and tokens: exchanged once, bound to a company, ended when they are over."""

import pytest
from sqlalchemy import select

from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType
from persistence import mail
from persistence.tables import idempotency_keys
from resolvers import session
from resolvers.context import UnauthenticatedError
from tests.support.seen import request
from tests.support.world import ANNA, GUN, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_a_used_link_of_a_waiting_request_brings_a_new_one_to_the_same_address(world: World) -> None:
    activated, _ = await request(world, "Gamma AB")
    secret = await world.link_secret(activated.collaboration.id)
    await session.renew_link(world.installation, secret)
    await session.renew_link(world.installation, secret)
    await session.renew_link(world.installation, "nobody's")
    async with world.database.read() as reading:
        written = await mail.of_collaborations(reading, [activated.collaboration.id])
    assert [one.recipient.email for one in written[activated.collaboration.id]] == [GUN] * 2
    assert await world.by_link(activated.collaboration.id) is not None


async def test_an_idempotency_key_is_kept_without_the_secret(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    secret = await world.link_secret(activated.collaboration.id)
    first = await session.sign_in(await world.context(), secret, "once")
    again = await session.sign_in(await world.context(), secret, "once")
    assert (again.token, again.replayed, again.expires_at) == (None, True, first.expires_at)
    async with world.database.read() as reading:
        kept = (await reading.connection.execute(select(idempotency_keys))).all()
    assert secret not in repr(kept)
    assert str(first.token) not in repr(kept)


async def test_signing_out_ends_the_token(world: World) -> None:
    bearer = await session.issue_token(world.installation, ANNA, None)
    await session.sign_out(await world.context(bearer), None)
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
