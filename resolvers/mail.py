"""Who is written to, and what about: the mails that a change queues in its own transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain import calendar_day, text
from domain import service as domain_service
from domain.approval import Evidence
from domain.collaboration import Collaboration
from domain.company import Company
from domain.customer import Customer
from domain.mail import ASKING, Mail, MailKind, MailStatus, Recipient
from domain.office import Advisor, CustomerPermission, Office
from domain.service import Service, Terms
from domain.task import Task
from domain.viewer import Side
from persistence import company, customer, ids, keys, mail, office, scope, service, session, task
from persistence.database import Reading, Unit
from persistence.session import Link
from resolvers.context import Installation

Content = dict[str, str | int | bool | list[str] | None]

# What a mail that asks says of the activation's doing.
_PREPARED = frozenset({"service_activated", "administrator_created", "paid_elsewhere"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A collaboration with everybody and everything that a mail about it may name; no advisor where a partner activated it."""

    collaboration: Collaboration
    office: Office
    advisor: Advisor | None
    customer: Customer
    company: Company
    service: Service
    task: Task | None


async def tell_story(unit: Unit, collaboration: Collaboration) -> Story:
    """Load what mails about the collaboration name."""
    everything = scope.everything()
    offices = await office.many_offices(unit, [collaboration.office_id])
    activator_id = collaboration.activated_by_id
    advisors = {} if activator_id is None else await office.many_advisors(unit, [activator_id])
    customers = await customer.many(unit, [collaboration.customer_id], scope=everything)
    companies = await company.many(unit, [collaboration.company_id])
    services = await service.many(unit, [collaboration.service_id])
    tasks = {} if collaboration.task_id is None else await task.many(unit, [collaboration.task_id], scope=everything)
    return Story(
        collaboration=collaboration,
        office=offices[collaboration.office_id],
        advisor=None if activator_id is None else advisors[activator_id],
        customer=customers[collaboration.customer_id],
        company=companies[collaboration.company_id],
        service=services[collaboration.service_id],
        task=None if collaboration.task_id is None else tasks.get(collaboration.task_id),
    )


async def ask(
    unit: Unit,
    installation: Installation,
    story: Story,
    recipients: tuple[Recipient, ...],
    kind: MailKind,
    more: Content,
) -> None:
    """Queue a mail to each person who is asked, each with a link of its own that lives as long as the request.

    What the activation prepared is told again as it was told then, unless `more` tells it.
    """
    # Who tells of the activation is its first mail, and nothing was written before.
    sent = () if more.keys() >= _PREPARED else await _asking(unit, story.collaboration.id)
    more = _prepared(sent) | more
    before = {text.email_key(one.recipient.email) for one in sent}
    for recipient in recipients:
        link_id = await _add_link(unit, installation, recipient, story.collaboration)
        known: Content = {"path": "/portal", "asked_before": text.email_key(recipient.email) in before}
        content = _content(story, recipient.language) | known | more
        await _queue(unit, kind, story.collaboration.id, recipient, content, link_id)


async def tell_office(unit: Unit, story: Story, kind: MailKind, more: Content) -> None:
    """Queue the mail by which the office is told: to the activating advisor, if one did, and the account manager, each once.

    Where neither works there any more, those are told who see every customer: what happened must reach somebody.
    """
    wanted = dict.fromkeys([story.collaboration.activated_by_id, story.customer.account_manager_id])
    advisors = await office.many_advisors(unit, [advisor_id for advisor_id in wanted if advisor_id is not None])
    told = [advisor for advisor in advisors.values() if advisor.active]
    if not told:
        everybody = (await office.advisors_of(unit, [story.office.id])).get(story.office.id, ())
        told = [one for one in everybody if one.active and one.permission is CustomerPermission.FULL]
    for advisor in told:
        recipient = Recipient(name=advisor.name, email=advisor.email, language=advisor.language, advisor_id=advisor.id)
        content = _content(story, advisor.language) | {"path": "/sign-in"} | more
        await _queue(unit, kind, story.collaboration.id, recipient, content, None)


async def tell_company(unit: Unit, story: Story, kind: MailKind, more: Content, *, but: Collection[str] = frozenset()) -> None:
    """Queue the mail by which the company is told: to its administrators but those whose case-folded address is in `but`."""
    company_id = story.collaboration.company_id
    people = (await company.administrators_of(unit, [company_id])).get(company_id, ())
    for person in (one for one in people if text.email_key(one.email) not in but):
        recipient = Recipient(name=person.name, email=person.email, language=person.language, administrator_id=person.id)
        content = _content(story, person.language) | {"path": "/sign-in"} | more
        await _queue(unit, kind, story.collaboration.id, recipient, content, None)


async def tell_asked(unit: Unit, story: Story, kind: MailKind, more: Content) -> None:
    """Queue a mail to everybody who got one that asked, each address once."""
    for recipient in await asked(unit, story.collaboration.id):
        await _queue(unit, kind, story.collaboration.id, recipient, _content(story, recipient.language) | more, None)


async def send_receipt(
    unit: Unit, story: Story, recipient: Recipient, record: Evidence, accepted: Terms | None, *, paid_elsewhere: bool
) -> None:
    """Queue the receipt of an approval: the terms' text and hash, and the head of the evidence chain."""
    more: Content = {
        "paid_elsewhere": paid_elsewhere,
        "approved_by": recipient.name,
        "approved_at": moment(record.recorded_at),
        "chain_number": record.number,
        "chain_hash": record.hash,
    }
    if accepted is not None:
        more |= {
            "terms_version": accepted.version,
            "terms_sha256": accepted.sha256,
            "terms_text": accepted.text,
        }
    content = _content(story, recipient.language) | {"path": "/sign-in"} | more
    await _queue(unit, MailKind.APPROVED, story.collaboration.id, recipient, content, None)


async def send_sign_in_link(unit: Unit, installation: Installation, recipient: Recipient, expires_at: datetime) -> None:
    """Queue the mail that carries a sign-in link."""
    link_id = ids.new_id()
    await session.add_link(unit, _link(unit, installation, link_id, recipient, None, expires_at))
    content: Content = {"path": "/sign-in", "link_expires_at": moment(expires_at)}
    await _queue(unit, MailKind.SIGN_IN, None, recipient, content, link_id)


async def asked(reading: Reading, collaboration_id: str) -> tuple[Recipient, ...]:
    """Return everybody to whom a mail that asked was written, each address once, oldest first; erased persons have none."""
    by_address = {
        text.email_key(sent.recipient.email): sent.recipient
        for sent in await _asking(reading, collaboration_id)
        if sent.recipient.email
    }
    return tuple(by_address.values())


def deliverable(mails: tuple[Mail, ...], people: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    """Return those to whom the latest mail that asked has not bounced; `mails` are the collaboration's, oldest first."""
    return tuple(person for person in people if _bounce(mails, person) is None)


def problem_of(mails: tuple[Mail, ...], people: tuple[Recipient, ...]) -> str:
    """Return what the first of the mail servers said that refused a mail to one of them; empty where none did."""
    bounces = (_bounce(mails, person) for person in people)
    return next((bounce.problem or "" for bounce in bounces if bounce is not None), "")


def _bounce(mails: tuple[Mail, ...], person: Recipient) -> Mail | None:
    address = text.email_key(person.email)
    asking = [sent for sent in mails if sent.kind in ASKING and text.email_key(sent.recipient.email) == address]
    return asking[-1] if asking and asking[-1].status is MailStatus.BOUNCED else None


def _prepared(sent: tuple[Mail, ...]) -> Content:
    """Return what the first of the mails that asked said of service, administrator and payer; nothing where there is none."""
    return {name: said for first in sent[:1] for name, said in first.content.items() if name in _PREPARED}


async def _asking(reading: Reading, collaboration_id: str) -> tuple[Mail, ...]:
    """Return the mails that asked, oldest first."""
    written = (await mail.of_collaborations(reading, [collaboration_id])).get(collaboration_id, ())
    return tuple(sent for sent in written if sent.kind in ASKING)


async def _add_link(unit: Unit, installation: Installation, recipient: Recipient, collaboration: Collaboration) -> str:
    link_id = ids.new_id()
    link = _link(unit, installation, link_id, recipient, collaboration.id, collaboration.expires_at)
    await session.add_link(unit, link)
    return link_id


def _link(
    unit: Unit,
    installation: Installation,
    link_id: str,
    recipient: Recipient,
    collaboration_id: str | None,
    expires_at: datetime,
) -> Link:
    return Link(
        id=link_id,
        secret_sha256=keys.hash_secret(installation.keys.link_secret(link_id)),
        side=Side.COMPANY if recipient.administrator_id is not None else Side.OFFICE,
        administrator_id=recipient.administrator_id,
        advisor_id=recipient.advisor_id,
        collaboration_id=collaboration_id,
        created_at=unit.now,
        expires_at=expires_at,
        used_at=None,
        voided_at=None,
    )


async def _queue(
    unit: Unit,
    kind: MailKind,
    collaboration_id: str | None,
    recipient: Recipient,
    content: Content,
    link_id: str | None,
) -> None:
    queued = Mail(
        id=ids.new_id(),
        kind=kind,
        collaboration_id=collaboration_id,
        recipient=recipient,
        content=content,
        link_id=link_id,
        status=MailStatus.QUEUED,
        problem=None,
        queued_at=unit.now,
        sent_at=None,
        attempts=0,
    )
    await mail.add(unit, queued)


def _content(story: Story, language: str) -> Content:
    collaboration = story.collaboration
    return {
        "office": story.office.name,
        # Partners are the office's affair: to the customer, the office itself has activated.
        "advisor": story.office.name if story.advisor is None else text.shown_name(story.advisor.name, language),
        "customer": story.customer.name,
        "company": story.company.name,
        "service": domain_service.named(story.service.names, language),
        "task": None if story.task is None else story.task.type,
        "scenario": collaboration.scenario.value,
        "approval_kind": collaboration.approval_kind.value,
        "invoice_recipient": collaboration.invoice_recipient.value,
        "expires_on": calendar_day.day_of(collaboration.expires_at).isoformat(),
        "expires_at": moment(collaboration.expires_at),
        "message": collaboration.message,
        "collaboration_id": collaboration.id,
    }


def moment(value: datetime) -> str:
    """Write a moment as mails hold it: of Swedish time, to the minute."""
    return value.astimezone(calendar_day.STOCKHOLM).strftime("%Y-%m-%d %H:%M")
