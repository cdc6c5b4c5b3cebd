"""A person is exported whole and erased everywhere: what others need of it stays, without saying who it was."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import InvalidTransition, NotFound, RecipientUndeliverable
from domain.event import CollaborationEventType
from domain.mail import MailStatus
from domain.office import CustomerPermission
from domain.viewer import Side
from persistence import invariants
from persistence.tables import jobs, mailbox_messages, metadata
from resolvers import answer, fact, person, reminder, session
from resolvers.context import UnauthenticatedError
from schema import ids
from tests.schema.conftest import Asking
from tests.support import seen
from tests.support.world import ANNA, BEA, BETA, BO, GAMMA, GUN, World

pytestmark = pytest.mark.anyio

SHOWN = """
query ($id: ID!) {
  collaboration(id: $id) {
    activatedBy { name email }
    approval { approvedBy { name email } evidence { number person { name email } userAgent peerAddress export } }
    mails { recipient } events { nodes { type actor { side name } } } customer { contacts { name } accountManager { name } }
  }
}
"""


async def mentions(world: World, *said: str) -> set[str]:
    """Name the tables in which one of the texts still stands; every row must be as it should besides."""
    found = set()
    async with world.database.read() as reading:
        for table in metadata.sorted_tables:
            rows = (await reading.connection.execute(select(table))).all()
            if any(text.casefold() in repr(rows).casefold() for text in said):
                found.add(table.name)
        assert await invariants.check(reading) == ()
    return found


async def test_an_administrator_is_erased_and_the_chain_still_verifies(world: World, asking: Asking) -> None:
    known, _ = await seen.collaborate(world, "Gamma AB")
    bearer = await session.issue_token(world.installation, GUN, Side.COMPANY)
    everything = await person.export(world.installation, GUN)
    [record] = everything["evidence"]
    assert record["personal"]["name"] == "Gun Grå"
    assert "salt" not in everything["administrators"][0]
    assert await mentions(world, GUN, "Gun Grå") >= {"administrators", "contacts", "evidence", "mails"}
    erased = await person.erase(world.installation, GUN.upper())
    assert erased == {name: len(rows) for name, rows in everything.items()}
    # `mentions` looks at the chain as well.
    assert await mentions(world, GUN, "Gun Grå", record["personal"]["salt"]) == set()
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
    for language, words in (("sv", "Raderad person"), ("en", "Erased person")):
        bo = world.context_in(await world.viewed_by(BO), language)
        shown = (await asking.data(bo, SHOWN, {"id": _node(known.id)}))["collaboration"]
        assert shown["approval"]["approvedBy"] == {"name": words, "email": None}
        assert shown["approval"]["evidence"]["person"] == {"name": words, "email": None}
        assert '"personal": null' in shown["approval"]["evidence"]["export"]
        assert {"type": "APPROVED", "actor": {"side": "COMPANY", "name": words}} in shown["events"]["nodes"]
        assert None in [one["recipient"] for one in shown["mails"]]
        assert shown["customer"]["contacts"] == []


async def test_an_advisor_is_erased_and_what_hangs_on_him_stays(world: World, asking: Asking) -> None:
    known, _ = await seen.collaborate(world, "Beta AB")
    bearer = await session.issue_token(world.installation, ANNA, Side.OFFICE)
    await person.erase(world.installation, ANNA)
    assert await mentions(world, ANNA, "Anna Ek") == set()
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
    shown = (await asking.data(await world.viewed_by(BO), SHOWN, {"id": _node(known.id)}))["collaboration"]
    assert shown["activatedBy"] == {"name": "Raderad person", "email": None}
    assert shown["approval"]["approvedBy"]["name"] == "Bea Bok"
    assert await seen.told(world, known) == [CollaborationEventType.ACTIVATED, CollaborationEventType.APPROVED]
    # A second one stands beside the first, and the address is free for somebody new.
    await person.erase(world.installation, "sara@sydbyran.example")
    await fact.add_advisor(world.installation, world.nord.id, "Anna Ny", ANNA, CustomerPermission.OWN)


async def test_where_the_last_who_could_answer_is_erased_the_office_is_told_and_a_new_one_can(world: World) -> None:
    asked = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await person.erase(world.installation, BEA)
    assert await seen.told(world, asked) == [CollaborationEventType.ACTIVATED, CollaborationEventType.APPROVER_MISSING]
    [mail, _] = await seen.written(world, asked.id)
    assert (mail.status, mail.content, mail.recipient.email) == (MailStatus.FAILED, {}, "")
    async with world.database.read() as reading:
        mine = select(func.count()).select_from(jobs).where(jobs.c.subject_id == mail.id)
        assert await reading.connection.scalar(mine) == 0
    await world.advance(timedelta(days=2))
    with pytest.raises(RecipientUndeliverable):
        await reminder.remind(await world.viewed_by(ANNA), asked.id, None, None)
    await fact.add_administrator(world.installation, BETA, "Bea Bok", BEA)
    await answer.decline(await world.viewed_by(BEA), asked.id, asked.company_id, None, None)
    assert await mentions(world) == set()


async def test_the_administrator_of_a_request_that_waits_is_erased_before_he_came(world: World) -> None:
    asked = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await person.erase(world.installation, GUN)
    assert await mentions(world, GUN, "Gun Grå") == set()
    # Nobody is written to who was asked and is no more.
    await answer.cancel(await world.viewed_by(BO), asked.id, None, None)
    assert [one.recipient.email for one in await seen.written(world, asked.id)][-1] != GUN
    with pytest.raises(InvalidTransition):
        await answer.cancel(await world.viewed_by(BO), asked.id, None, None)
    assert await mentions(world, GUN, GAMMA.casefold() + "@") == set()


async def test_of_whom_nothing_is_stored_nothing_is_exported_or_erased(world: World) -> None:
    for use in (person.export, person.erase):
        with pytest.raises(NotFound):
            await use(world.installation, "nobody@example.com")
    async with world.database.read() as reading:
        assert await reading.connection.scalar(select(func.count()).select_from(mailbox_messages)) == 0


def _node(collaboration_id: str) -> str:
    return ids.encode("Collaboration", collaboration_id)
