"""The mails as people read them: every kind in both languages, and what the requests and the receipt must say."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery import letter
from delivery.letter import Letter, Letterhead
from delivery.worker import Worker
from domain import calendar_day
from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration
from domain.mail import Mail, MailKind
from domain.service import InvoiceRecipient, ServiceAfterwards
from domain.text import LANGUAGES
from domain.viewer import Side
from persistence import mail
from persistence.tables import mails
from persistence.tables.columns import metadata
from resolvers import (
    acceptance,
    activation,
    answer,
    collaboration,
    correction,
    ending,
    fact,
    publication,
    reminder,
    session,
    settlement,
)
from resolvers.acceptance import AcceptTerms
from tests.delivery.peer import Peer
from tests.delivery.said import ALWAYS, NEVER, SAID, Text, deadline, forms
from tests.support import ends
from tests.support.world import BETA, GAMMA, World, contact

pytestmark = pytest.mark.anyio

ANNA, BO = "anna@nordbyran.example", "bo@nordbyran.example"
TEMPLATES = Path(letter.__file__).parent / "templates"
KEEP, READ_ONLY, _ = ServiceAfterwards
# What several kinds include.
PARTS = {"afterwards", "invitation", "request", "to_company", "to_office"}


async def read(world: World, head: Letterhead, kind: MailKind, language: str) -> list[Letter]:
    """Render the mails of a kind, oldest first, as if their readers had chosen the language."""
    async with world.database.read() as reading:
        query = select(mails.c.id).where(mails.c.kind == kind).order_by(mails.c.queued_at, mails.c.id)
        ids = (await reading.connection.scalars(query)).all()
        found = await mail.many(reading, ids)
    return [letter.write(spoken(found[mail_id], language), head) for mail_id in ids]


def spoken(one: Mail, language: str) -> Mail:
    """Return the mail with another language."""
    return replace(one, recipient=replace(one.recipient, language=language))


async def everything_happens(world: World, worker: Worker, peer: Peer) -> None:
    """Let everything happen of which a mail is written."""
    anna = await world.viewed_by(ANNA)
    alfa, beta, gamma = [(await world.activate(anna, name)).collaboration for name in ("Alfa AB", "Beta AB", "Gamma AB")]
    peer.refused["cleo@alfa.example"] = "550 5.1.1 unknown"
    await worker.run_once()
    await correction.correct(anna, gamma.id, "Gun Grå", "gun.gra@gamma.example", None)
    await world.approve(await world.by_link(gamma.id), gamma)
    await answer.decline(await world.by_link(alfa.id), alfa.id, alfa.company_id, "Vi vill vänta", None)
    await world.advance(timedelta(days=2))
    await reminder.remind(anna, beta.id, "Hinner du titta?", None)
    await fact.remove_administrator(world.installation, BETA, "bea@beta.example")
    await answer.cancel(anna, beta.id, "Fel kund", None)
    await terms_wait(world, gamma)
    await everything_ends(world, gamma)
    again = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await world.advance(timedelta(days=31))
    await settlement.settle(world.database, again.id)
    await session.request_sign_in_link(await world.context(), BO, Side.OFFICE, None)


async def everything_ends(world: World, known: Collaboration) -> None:
    """Let both sides schedule an end and withdraw it, and let one come; and let both end at once."""
    for email, chosen in (("gun.gra@gamma.example", KEEP), (BO, READ_ONLY)):
        viewer = await world.viewed_by(email)
        await ends.scheduled(viewer, known, chosen)
        await ends.withdraw(viewer, known)
    await ends.scheduled(await world.viewed_by("gun.gra@gamma.example"), known, KEEP)
    await world.advance(timedelta(days=2))
    await settlement.settle(world.database, known.id)
    for email in ("gun.gra@gamma.example", BO):
        again = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
        again = (await world.approve(await world.by_link(again.id), again)).collaboration
        viewer = await world.viewed_by(email)
        await ends.end(viewer, again, (await ending.options(viewer, again))[-1])


async def terms_wait(world: World, known: Collaboration) -> None:
    """Let newer terms come, be late, and be accepted."""
    async with world.database.read() as reading:
        today = calendar_day.day_of(reading.now)
    published = await publication.publish(
        world.installation, "scanner", language="sv", body="Nya villkor", effective_from=today, mandatory=True, grace_days=10
    )
    await publication.require(world.database, known.id)
    await world.advance(timedelta(days=11))
    await settlement.settle(world.database, known.id)
    named = AcceptedTerms(terms_id=published.id, sha256=published.sha256)
    gun = await world.viewed_by("gun.gra@gamma.example")
    await acceptance.accept(gun, AcceptTerms(company_id=known.company_id, terms=named), None)


async def test_every_mail_there_is_renders_in_both_languages(world: World, worker: Worker, peer: Peer, head: Letterhead) -> None:
    await everything_happens(world, worker, peer)
    rendered: set[str] = set()
    async with world.database.read() as reading:
        found = await mail.many(reading, list(await reading.connection.scalars(select(mails.c.id))))
    for one in found.values():
        rendered.add(one.kind.value.lower())
        for language in LANGUAGES:
            written = letter.write(spoken(one, language), head)
            for form in (written.subject, *forms(written)):
                assert form.strip()
                assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|[{}]|Undefined", form)
            assert max(len(line) for line in written.text.splitlines()) <= 200
            assert Text(written.html).links == re.findall(r"http\S+", written.text)
            assert letter.as_bytes(written)
    assert rendered == {path.name.split(".")[0] for path in TEMPLATES.glob("*.sv.jinja")} - PARTS


def test_every_template_exists_in_both_languages() -> None:
    names = {language: {path.name.split(".")[0] for path in TEMPLATES.glob(f"*.{language}.jinja")} for language in LANGUAGES}
    assert names["sv"] == names["en"]
    assert names["sv"] > PARTS


@pytest.mark.parametrize(("name", "language"), SAID)
async def test_a_request_says_what_the_table_has_it_say(world: World, head: Letterhead, name: str, language: str) -> None:
    asked = world.activation_of(name, message="Hör av dig!\n/Anna")
    known = (await activation.activate(await world.viewed_by(ANNA), asked, None)).collaboration
    (written,) = await read(world, head, MailKind.ACTIVATION, language)
    subject, *said = SAID[(name, language)]
    assert written.subject == subject
    assert written.sender_name == "Nordbyrån via Samarbete"
    for form in forms(written):
        plain = form.replace(": ", " ").replace("> ", "")
        for sentence in (*said, *ALWAYS[language]):
            expected = sentence.format(deadline=deadline(known, language)).replace(": ", " ").replace("> ", "")
            assert expected in plain
        assert not re.search(NEVER[name], form, re.IGNORECASE)
    link = f"http://samarbete.example/portal#{await world.link_secret(known.id)}"
    assert Text(written.html).links == [link]
    assert re.findall(r"http\S+", written.text) == [link]


async def test_the_link_in_the_mail_signs_the_administrator_in_and_is_stored_nowhere(world: World, head: Letterhead) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    (written,) = await read(world, head, MailKind.ACTIVATION, "sv")
    (secret,) = re.findall(r"/portal#(\S+)", written.text)
    async with world.database.read() as reading:
        for table in metadata.sorted_tables:
            rows = (await reading.connection.execute(select(table))).all()
            assert secret not in str(rows)
    opened = await session.sign_in(await world.context(), secret, None)
    assert opened.collaboration == known


async def test_the_request_names_the_customer_as_payer_where_the_customer_pays(world: World, head: Letterhead) -> None:
    asked = world.activation_of("Beta AB", invoice_recipient=InvoiceRecipient.CUSTOMER)
    await activation.activate(await world.viewed_by(ANNA), asked, None)
    (written,) = await read(world, head, MailKind.ACTIVATION, "sv")
    assert "Betalar för tjänsten: Beta AB\n" in written.text
    assert "Nordbyrån betalar" not in " ".join(written.text.split())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_reminder_asks_the_same_with_another_link(world: World, head: Letterhead, language: str) -> None:
    anna = await world.viewed_by(ANNA)
    known = (await world.activate(anna, "Gamma AB")).collaboration
    await world.advance(timedelta(days=2))
    await reminder.remind(anna, known.id, "Hinner du titta?", None)
    (first,) = await read(world, head, MailKind.ACTIVATION, language)
    (again,) = await read(world, head, MailKind.REMINDER, language)
    assert "> Hinner du titta?" in again.text
    assert deadline(known, language) in " ".join(again.text.split())
    assert Text(again.html).links == [f"http://samarbete.example/portal#{await world.link_secret(known.id)}"]
    assert Text(again.html).links != Text(first.html).links


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_mail_to_the_corrected_contact_asks_with_the_only_link_that_works(
    world: World, head: Letterhead, language: str
) -> None:
    anna = await world.viewed_by(ANNA)
    known = (await world.activate(anna, "Gamma AB")).collaboration
    await correction.correct(anna, known.id, "Gunvor Grå", "gunvor@gamma.example", None)
    (written,) = await read(world, head, MailKind.CONTACT_CORRECTED, language)
    assert (written.to, written.to_name) == ("gunvor@gamma.example", "Gunvor Grå")
    assert ("gäller inte längre" if language == "sv" else "no longer work") in " ".join(written.text.split())
    assert deadline(known, language) in " ".join(written.text.split())
    assert Text(written.html).links == [f"http://samarbete.example/portal#{await world.link_secret(known.id)}"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_receipt_holds_the_terms_their_hash_and_the_head_of_the_chain(
    world: World, head: Letterhead, language: str
) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    gun = await world.by_link(known.id)
    approved = (await world.approve(gun, known)).collaboration
    record = await collaboration.approval_of(gun, approved)
    assert record is not None
    assert record.evidence is not None
    assert record.terms is not None
    receipt, to_office = sorted(await read(world, head, MailKind.APPROVED, language), key=lambda one: one.to == ANNA)
    for form in forms(receipt):
        assert record.evidence.hash in form
        assert record.terms.sha256 in form
        assert record.terms.text in form
        assert "Gun Grå" in form
    assert ("Bevis nummer: 1" if language == "sv" else "Evidence number: 1") in receipt.text
    (shown,) = re.findall(r"\n-{72}\n(.*)\n-{72}\n", receipt.text, re.DOTALL)
    assert hashlib.sha256(shown.encode()).hexdigest() == record.terms.sha256
    assert Text(receipt.html).links == ["http://samarbete.example/sign-in"]
    assert "Gun Grå" in to_office.text
    assert record.evidence.hash not in to_office.text


async def test_the_receipt_without_terms_names_none(world: World, head: Letterhead) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.approve(await world.by_link(known.id), known)
    receipt = next(one for one in await read(world, head, MailKind.APPROVED, "sv") if one.to != ANNA)
    assert "villkor" not in receipt.text.lower()
    assert "Bevisets SHA-256: " in receipt.text


async def test_a_mail_that_asks_again_says_of_service_and_administrator_what_the_first_one_said(
    world: World, head: Letterhead
) -> None:
    sara = await world.viewed_by("sara@sydbyran.example")
    await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", "gun@gamma.example"))
    known = (await world.activate(sara, "Gamma hos Syd")).collaboration
    await world.advance(timedelta(days=2))
    await reminder.remind(sara, known.id, None, None)
    (again,) = await read(world, head, MailKind.REMINDER, "sv")
    said = " ".join(again.text.split())
    assert "Du är administratör för Gamma AB och kan därför svara för företaget." in said
    assert "gjort dig till administratör" not in said
    assert "som redan är förberedd för er" in said


async def test_a_customer_is_not_said_to_pay_what_another_office_pays(world: World, head: Letterhead) -> None:
    sara = await world.viewed_by("sara@sydbyran.example")
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.approve(await world.by_link(known.id), known)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", "bea@beta.example"))
    await world.activate(sara, "Beta hos Syd")
    asked = (await read(world, head, MailKind.ACTIVATION, "sv"))[-1]
    assert "Betalar för tjänsten: den som betalar i dag\n" in asked.text
    assert "Beta hos Syd betalar" not in asked.text
    assert "Nordbyrån" not in asked.text


async def test_a_receipt_does_not_say_that_the_customer_pays_what_another_office_pays(world: World, head: Letterhead) -> None:
    sara = await world.viewed_by("sara@sydbyran.example")
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.approve(await world.by_link(known.id), known)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", "bea@beta.example"))
    other = (await world.activate(sara, "Beta hos Syd")).collaboration
    await world.approve(await world.by_link(other.id), other)
    receipts = await read(world, head, MailKind.APPROVED, "sv")
    first = {one.to: one.text for one in receipts if "Nordbyrån" in one.text}
    second = {one.to: one.text for one in receipts if "Nordbyrån" not in one.text}
    assert "Betalar för tjänsten: Nordbyrån" in first["bea@beta.example"]
    for text in (second["bea@beta.example"], second["sara@sydbyran.example"]):
        assert "Betalar för tjänsten: den som betalar i dag\n" in text


async def test_a_reminder_tells_nobody_that_he_was_written_to_before_who_was_not(world: World, head: Letterhead) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await fact.remove_administrator(world.installation, BETA, "bea@beta.example")
    await fact.add_administrator(world.installation, BETA, "Lars Ny", "lars@beta.example")
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    new, again = (" ".join(one.text.split()) for one in await read(world, head, MailKind.REMINDER, "sv"))
    assert "Vi har skrivit till dig tidigare" not in new
    assert "Den här förfrågan väntar på svar av en administratör för Beta AB" in new
    assert "Vi har skrivit till dig tidigare" in again
