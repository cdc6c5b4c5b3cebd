"""What tests of delivery start from: the world, a mail server, and a worker that sends to it."""

from collections.abc import AsyncIterator, Callable

import pytest

from delivery.bell import Bell
from delivery.letter import Letterhead
from delivery.post import Post
from delivery.smtp import Smtp
from delivery.transport import Transport
from delivery.worker import Worker
from persistence.database import Database
from persistence.jobs import Job
from resolvers import reminder, settlement, undelivered
from tests.delivery.peer import Peer, listening
from tests.support.world import World, make_world

WorkerOf = Callable[[Transport], Worker]


@pytest.fixture
async def world(database: Database) -> World:
    """Make the world on a fresh database."""
    return await make_world(database)


@pytest.fixture
async def peer(anyio_backend: str) -> AsyncIterator[Peer]:
    """Run a mail server that takes what it gets."""
    async with listening(Peer()) as found:
        yield found


@pytest.fixture
def head(world: World) -> Letterhead:
    """Give what every letter of the world has in common."""
    return Letterhead(base_url=world.installation.base_url, sender="samarbete@samarbete.example", keys=world.installation.keys)


@pytest.fixture
def worker_of(world: World, head: Letterhead) -> WorkerOf:
    """Make workers of the world's database, as the server does."""

    async def expire(job: Job) -> None:
        await settlement.settle(world.database, job.subject_id)

    async def remind(job: Job) -> None:
        await reminder.remind_due(world.installation, job)

    async def end(job: Job) -> None:
        await settlement.settle(world.database, job.subject_id)

    def make(transport: Transport) -> Worker:
        post = Post(world.database, transport, head, undelivered.record)
        return Worker(world.database, Bell(), {"mail": post.send, "expire": expire, "remind": remind, "end": end})

    return make


@pytest.fixture
def smtp(peer: Peer) -> Smtp:
    """Send to the peer, in the clear."""
    return Smtp(host="127.0.0.1", port=peer.port, security="none", username=None, password=None, timeout_s=5)


@pytest.fixture
def worker(worker_of: WorkerOf, smtp: Smtp) -> Worker:
    """Make a worker that sends to the peer."""
    return worker_of(smtp)
