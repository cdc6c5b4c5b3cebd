"""The fixed demo world, read from world.toml and loaded through the use cases, so that it could all have happened."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain import lifecycle, organisation_number, text
from domain.collaboration import Collaboration, CollaborationStatus
from domain.customer import Address, CompanyForm, Contact
from domain.errors import CustomerHasLiveCollaborations
from domain.mail import MailKind
from domain.office import CustomerPermission
from domain.service import InvoiceRecipient, Service, ServiceAfterwards, SubscriptionStatus
from domain.task import Task, TaskPeriod
from domain.viewer import AdvisorViewer
from persistence import collaboration, company, customer, ids, mail, office, scope, service, task
from resolvers import activation, answer, fact, session
from resolvers import customer as register
from resolvers import task as engagement
from resolvers.activation import ActivateCollaboration
from resolvers.answer import ApproveCollaboration
from resolvers.card import CreateCustomer
from resolvers.context import Context, Installation, Request
from resolvers.task import CreateTask, UpdateTask

Row = Mapping[str, Any]

_HERE = Path(__file__).parent


async def load(installation: Installation) -> Counter[str]:
    """Add whatever of the demo world is missing, and return how much of what was added; nothing the second time."""
    world = tomllib.loads((_HERE / "world.toml").read_text(encoding="utf-8"))
    added: Counter[str] = Counter()
    for row in world["offices"]:
        await _load_office(installation, row, added)
    for row in world["services"]:
        await _load_service(installation, row, added)
    for row in world["companies"]:
        await _load_company(installation, row, added)
    for row in world["customers"]:
        await _load_customer(installation, row, added)
    return added


async def _load_office(installation: Installation, row: Row, added: Counter[str]) -> None:
    async with installation.database.read() as reading:
        found = await office.find_office_by_number(reading, _number(row))
        known = {
            key for one in row["advisors"] if await office.find_advisor_by_email(reading, key := text.email_key(one["email"]))
        }
    if found is None:
        found = await fact.add_office(installation, row["name"], row["organisation_number"])
        added["offices"] += 1
    for one in row["advisors"]:
        if text.email_key(one["email"]) not in known:
            permission = CustomerPermission[one["permission"]]
            await fact.add_advisor(installation, found.id, one["name"], one["email"], permission)
            added["advisors"] += 1


async def _load_service(installation: Installation, row: Row, added: Counter[str]) -> None:
    async with installation.database.read() as reading:
        if await service.find_by_code(reading, row["code"]) is not None:
            return
    texts = {
        language: (_HERE / "terms" / f"{row['code']}.{language}.txt").read_text(encoding="utf-8").strip()
        for language in row["names"]
    }
    shared = Service(
        id=ids.new_id(),
        code=row["code"],
        names=row["names"],
        descriptions=row["descriptions"],
        information_url=row["information_url"],
        open_url=row["open_url"],
        allowed_invoice_recipients=tuple(InvoiceRecipient[one] for one in row["allowed_invoice_recipients"]),
        end_options=tuple(ServiceAfterwards[one] for one in row["end_options"]),
    )
    await fact.add_service(installation, shared, texts, effective_from=row["effective_from"])
    added["services"] += 1


async def _load_company(installation: Installation, row: Row, added: Counter[str]) -> None:
    """Load a company that is new; one that is known has perhaps moved on, and stays as it is."""
    number = row["organisation_number"]
    async with installation.database.read() as reading:
        known = await company.find_by_number(reading, _number(row))
        people = {} if known is None else await company.administrators_of(reading, [known.id])
        held = {} if known is None else await service.subscriptions_of(reading, [known.id])
    if known is None and row.get("registered", True):
        await fact.register_company(installation, number, row["name"])
        added["companies"] += 1
    if known is None or not people:
        for person in row.get("administrators", ()):
            language = person.get("language", "sv")
            await fact.add_administrator(installation, number, person["name"], person["email"], language=language)
            added["administrators"] += 1
    if known is None or not held:
        for code in row.get("subscriptions", ()):
            await fact.set_subscription(installation, number, code, SubscriptionStatus.ACTIVE, name=row["name"])
            added["subscriptions"] += 1


async def _load_customer(installation: Installation, row: Row, added: Counter[str]) -> None:
    context = await act_as(installation, row["account_manager"])
    customer_id = await _load_card(context, row, added)
    tasks = [await _load_task(context, customer_id, wanted, added) for wanted in row.get("tasks", ())]
    if "collaborates" in row:
        await _load_collaboration(context, customer_id, tasks[0], row["collaborates"], added)
    for wanted, known in zip(row.get("tasks", ()), tasks, strict=True):
        if known.active and not wanted.get("active", True):
            await engagement.update(context, UpdateTask(task_id=known.id, active=False), None)
            added["tasks made inactive"] += 1
    if row.get("archived", False):
        await _archive(context, customer_id, added)


async def _load_card(context: Context, row: Row, added: Counter[str]) -> str:
    viewer = _advisor(context)
    async with context.database.read() as reading:
        known = await customer.find_by_number(reading, viewer.office_id, row["number"])
    if known is not None:
        return known
    address = {"street": None, "postal_code": None, "city": None, "country": "SE"} | row["address"]
    contacts = [
        Contact(
            name=one["name"],
            email=one["email"],
            phone=one.get("phone"),
            language=one.get("language", "sv"),
            is_main=place == 0,
        )
        for place, one in enumerate(row["contacts"])
    ]
    card = CreateCustomer(
        name=row["name"],
        organisation_number=row["organisation_number"],
        company_form=CompanyForm[row.get("company_form", "LIMITED_COMPANY")],
        customer_number=row["number"],
        address=Address(**address),
        contacts=tuple(contacts),
        account_manager_id=viewer.id,
    )
    added["customers"] += 1
    return (await register.create(context, card, None)).value.id


async def _load_task(context: Context, customer_id: str, wanted: Row, added: Counter[str]) -> Task:
    async with context.database.read() as reading:
        known = (await task.of_customers(reading, [customer_id])).get(customer_id, ())
    found = next((one for one in known if one.type == wanted["type"]), None)
    if found is not None:
        return found
    people = [
        (await _find_advisor(context.installation, email)).id for email in (wanted["owner"], *wanted.get("participants", ()))
    ]
    asked = CreateTask(
        customer_id=customer_id,
        type=wanted["type"],
        period=TaskPeriod[wanted["period"]],
        owner_id=people[0],
        participant_ids=tuple(people[1:]),
    )
    added["tasks"] += 1
    return (await engagement.create(context, asked, None)).value


async def _load_collaboration(context: Context, customer_id: str, hangs_on: Task, code: str, added: Counter[str]) -> None:
    """Activate and approve as people would: the administrator signs in by the link of the mail."""
    async with context.database.read() as reading:
        shared = await service.find_by_code(reading, code)
        latest = await collaboration.latest_of_customers(reading, [customer_id], scope=scope.collaborations_of(_advisor(context)))
    if shared is None:
        raise LookupError(code)
    waiting = latest.get((customer_id, shared.id))
    if waiting is None:
        asked = ActivateCollaboration(customer_id=customer_id, service_id=shared.id, task_id=hangs_on.id)
        waiting = (await activation.activate(context, asked, None)).collaboration
        added["collaborations"] += 1
    if lifecycle.status_at(waiting, context.now) is CollaborationStatus.AWAITING_APPROVAL:
        await _approve(context, waiting)


async def _approve(context: Context, waiting: Collaboration) -> None:
    async with context.database.read() as reading:
        mails = (await mail.of_collaborations(reading, [waiting.id]))[waiting.id]
    link_id = next(one.link_id for one in mails if one.kind is MailKind.ACTIVATION and one.link_id is not None)
    signing_in = replace(context, viewer=None)
    # The key lets a loading that was interrupted after the link was used go on.
    await session.sign_in(signing_in, context.installation.keys.link_secret(link_id), "demo")
    asked = ApproveCollaboration(collaboration_id=waiting.id, company_id=waiting.company_id)
    await answer.approve(signing_in, asked, None)


async def _archive(context: Context, customer_id: str, added: Counter[str]) -> None:
    known = await register.find(context, customer_id)
    if known is None or known.archived:
        return
    try:
        await register.archive(context, customer_id, None)
    except CustomerHasLiveCollaborations:
        return
    added["customers archived"] += 1


async def act_as(installation: Installation, email: str) -> Context:
    """Open an operation for an advisor of the demo world, without a session.

    Raises:
        LookupError: the advisor is not there.
    """
    viewer = await _find_advisor(installation, email)
    async with installation.database.read() as reading:
        return Context(
            installation=installation,
            viewer=viewer,
            language="sv",
            request=Request(id="demo", peer=None, user_agent=None),
            now=reading.now,
            epoch=reading.epoch,
        )


async def _find_advisor(installation: Installation, email: str) -> AdvisorViewer:
    async with installation.database.read() as reading:
        found = await office.find_advisor_by_email(reading, text.email_key(email))
    if found is None:
        raise LookupError(email)
    return AdvisorViewer(id=found.id, office_id=found.office_id, permission=found.permission, session_id="")


def _advisor(context: Context) -> AdvisorViewer:
    viewer = context.require_viewer()
    if not isinstance(viewer, AdvisorViewer):
        raise TypeError(viewer.kind)
    return viewer


def _number(row: Row) -> str:
    parsed = organisation_number.parse(row["organisation_number"])
    if parsed is None:
        raise ValueError(row["organisation_number"])
    return parsed
