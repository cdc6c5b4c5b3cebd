"""A mail that asks is not sent once its request is closed."""

import pytest

from delivery.worker import Worker
from domain.mail import MailKind, MailStatus
from resolvers import answer
from tests.delivery.peer import Peer
from tests.support.seen import told, written
from tests.support.world import ANNA, World

pytestmark = pytest.mark.anyio


async def test_a_request_that_was_cancelled_before_its_mail_was_sent_is_not_mailed_any_more(
    world: World, worker: Worker, peer: Peer
) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    before = await told(world, known)
    await worker.run_once()
    (asked,) = await written(world, known.id, MailKind.ACTIVATION)
    assert (asked.status, asked.sent_at) == (MailStatus.FAILED, None)
    assert asked.problem == "not sent: the request was closed before"
    assert len(peer.received) == 1, "the withdrawal alone"
    assert await told(world, known) == before
