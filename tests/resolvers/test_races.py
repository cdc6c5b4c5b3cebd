"""Several who act at the same instant: one wins, and it is told once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Company
from domain.errors import (
    CollaborationAlreadyOpen,
    CustomerHasLiveCollaborations,
    InvalidTransition,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from persistence import collaboration as stored_collaboration
from persistence import evidence, mail
from persistence.database import Unit
from persistence.tables import companies
from resolvers import answer, customer, fact, session, settlement
from resolvers.activation import Activated
from tests.support.seen import (
    told,
    written,
)
from tests.support.world import ANNA, BEA, BETA, BO, CLEO, DAG, GAMMA, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
WON = {Status.ACTIVE: Type.APPROVED, Status.CANCELLED: Type.CANCELLED}


async def test_fifty_advisors_who_activate_at_once_make_one_collaboration(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    results = await asyncio.gather(
        *(world.activate(anna if turn % 2 else bo, "Gamma AB") for turn in range(50)), return_exceptions=True
    )
    made = [one for one in results if isinstance(one, Activated)]
    refused = [one for one in results if isinstance(one, CollaborationAlreadyOpen)]
    assert (len(made), len(refused)) == (1, 49)
    assert {one.collaboration_id for one in refused} == {made[0].collaboration.id}
    async with world.database.read() as reading:
        written = await mail.of_collaborations(reading, [made[0].collaboration.id])
    assert len(written[made[0].collaboration.id]) == 1


@pytest.mark.parametrize("first", ["approve", "cancel"])
async def test_of_an_approval_and_a_cancelling_at_the_same_instant_one_wins_and_is_told_once(
    world: World, backend: str, first: str
) -> None:
    bea, anna, bo = await world.viewed_by(BEA), await world.viewed_by(ANNA), await world.viewed_by(BO)
    # Two hundred rounds in all; a server's answers take longer than a file's.
    for _ in range(100 if backend == "sqlite" else 25):
        known = (await world.activate(anna, "Beta AB")).collaboration
        answers = [world.approve(bea, known), answer.cancel(bo, known.id, None, None)]
        results = await asyncio.gather(*(answers if first == "approve" else reversed(answers)), return_exceptions=True)
        refused = [one for one in results if isinstance(one, BaseException)]
        stored = await world.stored(known.id)
        assert [type(one) for one in refused] == [InvalidTransition]
        assert [one.status for one in refused if isinstance(one, InvalidTransition)] == [stored.status]
        assert await told(world, known) == [Type.ACTIVATED, WON[stored.status]]
        await make_room(world, stored)


async def make_room(world: World, known: Collaboration) -> None:
    """Write a collaboration that is in use down as ended, so that the next round can ask again."""
    if known.status is not Status.ACTIVE:
        return

    async def work(unit: Unit) -> None:
        ended = replace(known, status=Status.ENDED, ended_at=unit.now, version=known.version + 1)
        await stored_collaboration.save(unit, ended, before=known)

    await world.database.write(work)
    await fact.set_subscription(world.installation, BETA, "scanner", None)


async def test_of_two_approvals_at_once_one_is_told_and_the_other_learns_of_it(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    people = [await world.viewed_by(email) for email in (CLEO, DAG)]
    results = await asyncio.gather(*(world.approve(people[turn % 2], known) for turn in range(8)))
    assert sorted(one.already_approved for one in results) == [False] + [True] * 7
    assert {one.collaboration.status for one in results} == {Status.ACTIVE}
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]
    async with world.database.read() as reading:
        chain = await evidence.chain(reading, known.company_id, up_to=100)
    assert len(chain) == 1


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def test_a_customer_is_not_archived_under_an_activation_that_has_read_it(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    card_id = world.customers["Gamma AB"].id
    async with world.database.engine.connect() as other:
        # The company is what an activation writes first: it has read the facts, and nothing more, when it waits for this one.
        rival = Company(id="rival", name="Gamma AB", organisation_number=GAMMA, registered=False)
        await other.execute(insert(companies).values(**{name: getattr(rival, name) for name in Company.__slots__}))
        activating = asyncio.create_task(world.activate(anna, "Gamma AB"))
        await until_waiting(world, 1)
        archiving = asyncio.create_task(customer.archive(anna, card_id, None))
        await until_waiting(world, 2)
        await other.rollback()
    done = await activating
    with pytest.raises(CustomerHasLiveCollaborations) as refused:
        await archiving
    assert refused.value.collaboration_ids == (done.collaboration.id,)


async def until_waiting(world: World, number: int) -> None:
    """Wait until so many statements wait for somebody's lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    async with asyncio.timeout(10):
        while True:
            # A transaction sees the activity as it was when it first looked.
            async with world.database.engine.connect() as connection:
                if await connection.scalar(waiting) == number:
                    return
            await asyncio.sleep(0.01)


async def test_an_expiry_that_everybody_meets_at_once_is_written_once(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=31))
    anna, bea = await world.viewed_by(ANNA), await world.viewed_by(BEA)
    await asyncio.gather(
        *(settlement.settle(world.database, known.id) for _ in range(4)),
        *(world.approve(bea, known) for _ in range(4)),
        *(answer.cancel(anna, known.id, None, None) for _ in range(4)),
        world.activate(anna, "Beta AB"),
        return_exceptions=True,
    )
    assert await told(world, known) == [Type.ACTIVATED, Type.EXPIRED]
    assert len(await written(world, known.id, MailKind.EXPIRED)) == 1


async def test_a_link_is_exchanged_once_of_sixteen_who_try(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    secret = await world.link_secret(activated.collaboration.id)
    contexts = [await world.context() for _ in range(16)]
    results = await asyncio.gather(*(session.sign_in(context, secret, None) for context in contexts), return_exceptions=True)
    assert sum(isinstance(one, session.SignedIn) for one in results) == 1
    assert sum(isinstance(one, SignInLinkInvalid) for one in results) == 15
