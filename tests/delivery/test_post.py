"""What becomes of a mail: sent once, tried again while it makes sense, and told to the office when it never arrives."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery import letter
from delivery.letter import Letterhead
from delivery.mailbox import Mailbox
from delivery.post import Post
from delivery.smtp import Smtp
from delivery.worker import Worker
from domain import event as domain_event
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import RecipientUndeliverable
from domain.event import SYSTEM, CollaborationEvent, CollaborationEventType
from domain.mail import Mail, MailKind, MailStatus, Recipient
from domain.viewer import Side
from persistence import event, ids, mail, mailbox
from persistence.database import Unit
from persistence.jobs import Job
from persistence.tables import jobs, mails
from resolvers import answer, reminder, session, timetable, undelivered
from tests.delivery.conftest import WorkerOf
from tests.delivery.peer import DROP, Peer
from tests.support.world import ALFA, World, contact

pytestmark = pytest.mark.anyio

ANNA, BO = "anna@nordbyran.example", "bo@nordbyran.example"
CLEO = "cleo@alfa.example"
UNKNOWN = f"550 5.1.1 <{CLEO}>: unknown"
Type = CollaborationEventType
Status = CollaborationStatus


async def activate(world: World, name: str = "Alfa AB") -> Collaboration:
    """Ask the customer, as Anna."""
    return (await world.activate(await world.viewed_by(ANNA), name)).collaboration


async def written(world: World, **wanted: object) -> list[Mail]:
    """Return the mails that have these values, oldest first."""
    async with world.database.read() as reading:
        found = await mail.many(reading, list(await reading.connection.scalars(select(mails.c.id))))
    kept = [one for one in found.values() if all(getattr(one, name) == value for name, value in wanted.items())]
    return sorted(kept, key=lambda one: one.queued_at)


async def told(world: World, known: Collaboration) -> list[CollaborationEvent]:
    """Return the collaboration's events in the office's stream."""
    async with world.database.read() as reading:
        entries = await event.after(reading, domain_event.office_stream(known.office_id), 0, limit=100)
    return [entry.event for entry in entries if entry.event.collaboration_id == known.id]


async def waiting(world: World) -> list[str]:
    """Return what is still to be mailed."""
    async with world.database.read() as reading:
        return list(await reading.connection.scalars(select(jobs.c.subject_id).where(jobs.c.kind == "mail")))


async def test_a_mail_is_sent_and_marked_once(world: World, worker: Worker, peer: Peer) -> None:
    await activate(world)
    assert await worker.run_once() == 1
    assert await worker.run_once() == 0
    assert [recipients for recipients, _ in peer.received] == [[CLEO]]
    (sent,) = await written(world)
    assert (sent.status, sent.problem, sent.attempts) == (MailStatus.SENT, None, 1)
    assert sent.sent_at is not None
    assert await waiting(world) == []


async def test_a_mail_that_is_settled_is_not_sent_again(world: World, smtp: Smtp, peer: Peer, head: Letterhead) -> None:
    await activate(world)
    (queued,) = await written(world)
    post = Post(world.database, smtp, head, undelivered.record)
    job = Job(id=f"mail:{queued.id}", kind="mail", subject_id=queued.id, attempts=1)
    await post.send(job)
    await post.send(job)
    assert len(peer.received) == 1


async def test_a_bounce_is_an_event_and_a_mail_to_the_office(world: World, worker: Worker, peer: Peer) -> None:
    known = await activate(world)
    peer.refused[CLEO] = UNKNOWN
    await worker.run_once()
    (bounced,) = await written(world, kind=MailKind.ACTIVATION)
    assert (bounced.status, bounced.problem) == (MailStatus.BOUNCED, "550 5.1.1 <…>: unknown")
    assert bounced.sent_at is None
    noted = await world.stored(known.id)
    assert (noted.status, noted.version) == (Status.AWAITING_APPROVAL, 2)
    _, happened = await told(world, known)
    assert (happened.type, happened.status, happened.previous_status) == (Type.MAIL_BOUNCED, noted.status, noted.status)
    assert (happened.version, happened.actor) == (2, SYSTEM)
    async with world.database.read() as reading:
        to_company = await event.after(reading, domain_event.company_stream(known.company_id), 0, limit=9)
    assert [entry.event.type for entry in to_company] == [Type.ACTIVATED]
    ((recipients, _),) = peer.received
    assert recipients == [ANNA]
    (message,) = peer.messages
    assert message["Subject"] == f"Mejlet till {CLEO} om Visma Scanner kom inte fram"
    await world.advance(timedelta(days=2))
    with pytest.raises(RecipientUndeliverable):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


async def test_an_address_that_the_office_does_not_have_stays_masked(world: World, worker: Worker, peer: Peer) -> None:
    anna = await world.viewed_by(ANNA)
    await world.add_customer(anna, "Alfa Norr", ALFA, contact("Xerxes Ek", "xerxes@alfa.example"))
    await activate(world, "Alfa Norr")
    peer.refused[CLEO] = UNKNOWN
    await worker.run_once()
    (to_office,) = [printed for recipients, printed in peer.received if recipients == [ANNA]]
    assert b"c***@alfa.example" in to_office
    assert b"cleo" not in to_office.lower()


async def test_what_may_pass_is_tried_again(world: World, worker: Worker, peer: Peer) -> None:
    await activate(world)
    peer.answer("RCPT", "450 4.2.0 greylisted", "451 4.3.0 later")
    for attempt, problem in ((1, "450 4.2.0 greylisted"), (2, "451 4.3.0 later")):
        assert await worker.run_once() == 1
        (queued,) = await written(world)
        assert (queued.status, queued.problem, queued.attempts) == (MailStatus.QUEUED, problem, attempt)
        assert await worker.run_once() == 0
        await world.advance(timedelta(minutes=1))
    assert await worker.run_once() == 1
    (sent,) = await written(world)
    assert (sent.status, sent.problem, sent.attempts) == (MailStatus.SENT, None, 3)
    assert len(peer.received) == 1


async def test_a_cut_reply_costs_one_duplicate_with_the_same_message_id(world: World, worker: Worker, peer: Peer) -> None:
    await activate(world)
    peer.answer("DATA", DROP)
    await worker.run_once()
    await world.advance(timedelta(minutes=1))
    await worker.run_once()
    first, second = peer.received
    assert first == second
    assert [one.status for one in await written(world)] == [MailStatus.SENT]
    assert await waiting(world) == []


async def test_trying_ends_after_three_days_and_the_office_is_told(world: World, worker: Worker, peer: Peer) -> None:
    known = await activate(world)
    # The third day's own reminder is another mail, with a trial of its own.
    await world.database.write(lambda unit: timetable.strike(unit, known.id))
    peer.refused[CLEO] = "451 4.3.0 later"
    await worker.run_once()
    await world.advance(timedelta(days=2, hours=23))
    await worker.run_once()
    assert [one.status for one in await written(world, kind=MailKind.ACTIVATION)] == [MailStatus.QUEUED]
    await world.advance(timedelta(hours=2))
    await worker.run_once()
    assert [one.status for one in await written(world, kind=MailKind.ACTIVATION)] == [MailStatus.FAILED]
    assert [one.type for one in await told(world, known)] == [Type.ACTIVATED, Type.MAIL_FAILED]
    assert await waiting(world) == []
    (message,) = peer.messages
    body = message.get_body(("plain",))
    assert body is not None
    assert "skicka sedan en påminnelse" in " ".join(body.get_content().split())
    reminded = await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert reminded.collaboration.reminders_sent == 1


async def test_a_sign_in_mail_is_tried_no_longer_than_its_link_lives(world: World, worker: Worker, peer: Peer) -> None:
    await session.request_sign_in_link(await world.context(), BO, Side.OFFICE, None)
    peer.refused[BO] = "451 4.3.0 later"
    await worker.run_once()
    await world.advance(timedelta(minutes=16))
    await worker.run_once()
    assert [one.status for one in await written(world)] == [MailStatus.FAILED]
    async with world.database.read() as reading:
        assert await event.head(reading, domain_event.office_stream(world.nord.id)) == 0
    assert peer.received == []


async def test_a_bounce_at_the_office_is_no_event(world: World, worker: Worker, peer: Peer) -> None:
    known = await activate(world, "Beta AB")
    await world.approve(await world.by_link(known.id), known)
    peer.refused[ANNA] = "550 5.1.1 unknown"
    await worker.run_once()
    (to_office,) = await written(world, status=MailStatus.BOUNCED)
    assert (to_office.kind, to_office.recipient.email) == (MailKind.APPROVED, ANNA)
    assert [one.type for one in await told(world, known)] == [Type.ACTIVATED, Type.APPROVED]


async def test_a_receipt_that_bounces_is_an_event_and_no_mail(world: World, worker: Worker, peer: Peer) -> None:
    known = await activate(world, "Beta AB")
    await world.approve(await world.by_link(known.id), known)
    peer.refused["bea@beta.example"] = "550 5.1.1 unknown"
    await worker.run_once()
    assert {one.kind for one in await written(world, status=MailStatus.BOUNCED)} == {MailKind.ACTIVATION, MailKind.APPROVED}
    events = await told(world, known)
    assert [one.type for one in events] == [Type.ACTIVATED, Type.APPROVED, Type.MAIL_BOUNCED, Type.MAIL_BOUNCED]
    assert [one.version for one in events] == [1, 2, 3, 4]
    assert (await world.stored(known.id)).version == 4
    assert await written(world, kind=MailKind.BOUNCED) == []


async def test_a_closed_collaboration_tells_of_a_bounce_and_stays_as_it_is(world: World, worker: Worker, peer: Peer) -> None:
    known = await activate(world)
    await worker.run_once()
    cancelled = (await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)).collaboration
    peer.refused[CLEO] = UNKNOWN
    await worker.run_once()
    assert [one.type for one in await told(world, known)] == [Type.ACTIVATED, Type.CANCELLED, Type.MAIL_BOUNCED]
    assert await world.stored(known.id) == cancelled
    assert await written(world, kind=MailKind.BOUNCED) == []


async def test_a_bounce_that_meets_a_lapsed_request_writes_the_expiry_first(
    world: World, smtp: Smtp, peer: Peer, head: Letterhead
) -> None:
    known = await activate(world)
    (queued,) = await written(world)
    await world.advance(timedelta(days=31))
    peer.refused[CLEO] = UNKNOWN
    post = Post(world.database, smtp, head, undelivered.record)
    await post.send(Job(id=f"mail:{queued.id}", kind="mail", subject_id=queued.id, attempts=1))
    events = await told(world, known)
    assert [one.type for one in events] == [Type.ACTIVATED, Type.EXPIRED, Type.MAIL_BOUNCED]
    assert {one.status for one in events[1:]} == {Status.EXPIRED}
    assert await written(world, kind=MailKind.BOUNCED) == []


async def test_a_bounce_and_its_event_are_one_transaction(world: World, smtp: Smtp, peer: Peer, head: Letterhead) -> None:
    known = await activate(world)
    (queued,) = await written(world)
    peer.refused[CLEO] = UNKNOWN

    async def fail(unit: Unit, lost: Mail) -> None:
        await undelivered.record(unit, lost)
        raise RuntimeError

    post = Post(world.database, smtp, head, fail)
    job = Job(id=f"mail:{queued.id}", kind="mail", subject_id=queued.id, attempts=1)
    with pytest.raises(RuntimeError):
        await post.send(job)
    assert [one.status for one in await written(world)] == [MailStatus.QUEUED]
    assert [one.type for one in await told(world, known)] == [Type.ACTIVATED]


@pytest.mark.parametrize("address", ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "=?utf-8?q?a?=@b.example"])
async def test_a_mail_that_names_no_single_address_fails_unsent(world: World, worker: Worker, peer: Peer, address: str) -> None:
    await activate(world)
    (known,) = await written(world)
    recipient = Recipient(name="Cleo Falk", email=address, language="sv", administrator_id="nobody")

    async def work(unit: Unit) -> None:
        lost = replace(known, id=ids.new_id(), collaboration_id=None, recipient=recipient)
        await mail.add(unit, lost)

    await world.database.write(work)
    await worker.run_once()
    assert [one.recipient.email for one in await written(world, status=MailStatus.FAILED)] == [address]
    assert [recipients for recipients, _ in peer.received] == [[CLEO]]


async def test_the_mailbox_keeps_each_letter_once(world: World, worker_of: WorkerOf, head: Letterhead) -> None:
    known = await activate(world)
    kept_by = Mailbox(world.database)
    await worker_of(kept_by).run_once()
    (sent,) = await written(world)
    await kept_by.send(letter.write(sent, head))
    async with world.database.read() as reading:
        (message,) = await mailbox.all_messages(reading)
    assert (message.id, message.recipient, message.sender) == (sent.id, CLEO, head.sender)
    assert message.created_at == sent.queued_at
    link = f"http://samarbete.example/portal#{await world.link_secret(known.id)}"
    assert link in message.text
    assert f'href="{link}"' in message.html
