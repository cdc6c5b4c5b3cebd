"""Activation: the preview of what it would do, and the one transaction that does it."""

from dataclasses import dataclass, replace

from domain import permissions, preactivation, scenario, steps, text
from domain.collaboration import Collaboration
from domain.company import Administrator, Company
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    CollaborationAlreadyOpen,
    NotFound,
    NotPermitted,
    ScenarioChanged,
)
from domain.event import Actor
from domain.input_check import InputCheck
from domain.mail import MailKind, Recipient
from domain.partner import PartnerScope
from domain.scenario import ActivationFacts, ActivationPlan, ActivationScenario, ApprovalKind, TaskChoice
from domain.service import InvoiceRecipient
from domain.steps import Ids
from domain.text import MESSAGE_LIMIT
from domain.viewer import OfficeViewer, PartnerViewer
from persistence import collaboration, company, customer, event, ids, jobs, keys, office, scope, service
from persistence.database import Unit
from persistence.idempotency import KeyUse
from resolvers import conclusion, facts, mail, partner_token, replay, settlement, streams, timetable
from resolvers.context import Context
from resolvers.facts import Preview, Question
from resolvers.replay import Kept
from resolvers.tab import CollaborationServiceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRequest:
    """What to preview; a task left out is an obstacle, as it is for the activation."""

    customer_id: str
    service_id: str
    task_id: str | None = None
    invoice_recipient: InvoiceRecipient | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateCollaboration:
    """What the office asks for."""

    customer_id: str
    service_id: str
    task_id: str | None = None
    expected_scenario: ActivationScenario | None = None
    invoice_recipient: InvoiceRecipient | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """What an activation did; `cursor` is its place in the office's stream."""

    collaboration: Collaboration
    scenario: ActivationScenario
    approval_kind: ApprovalKind
    collaboration_activated: bool
    service_activated: bool
    administrator_created: bool
    cursor: str
    replayed: bool


async def preview(context: Context, asked: PreviewRequest) -> Preview | None:
    """Tell what an activation would do, before anything is done; None where the customer, task or service is not visible."""
    viewer = context.require_viewer()
    question = Question(
        customer_id=asked.customer_id,
        service_id=asked.service_id,
        task_id=asked.task_id,
        task_choice=TaskChoice.LEFT_OUT if asked.task_id is None else TaskChoice.NAMED,
        invoice_recipient=asked.invoice_recipient,
    )
    async with context.database.read() as reading:
        found = (await facts.load(reading, viewer, [question]))[0]
    return None if found is None else Preview(plan=scenario.plan(found), facts=found)


async def tab_of_customer(context: Context, customer_id: str) -> tuple[CollaborationServiceRow, ...]:
    """Return a customer's Collaborations tab; the tabs of many customers are fetched together."""
    return await context.load.tab_of_customer.load(customer_id) or ()


async def activate(context: Context, asked: ActivateCollaboration, key: str | None) -> Activated:
    """Activate a collaboration: request, pre-activation, mails, event and expiry job in one transaction.

    Raises:
        NotPermitted: an administrator or an inactive advisor, whatever the id; a partner without the scope, where it sees the id.
        NotFound, ActivationRefused, CollaborationAlreadyOpen, ScenarioChanged: the first row of the refusal table that holds.
        InvalidInput: the message is too long or holds control characters.
        IdempotencyKeyReused: the key was used with another input.
    """
    permissions.require_office(context.require_viewer())
    return await activate_once(context, asked, replay.use_of(context, "activateCollaboration", key, asked))


async def activate_once(context: Context, asked: ActivateCollaboration, use: KeyUse | None) -> Activated:
    """Activate as `activate` does, under a use of a key that the caller has described."""
    viewer = permissions.require_office(context.require_viewer())
    check = InputCheck()
    message = None if asked.message is None else check.multiline(asked.message, "message", limit=MESSAGE_LIMIT) or None
    check.finish()

    async def work(unit: Unit) -> Activated:
        async def do() -> Activated:
            return await _activate(context, unit, viewer, asked, message)

        async def again(kept: Kept) -> Activated:
            return await _replayed(unit, viewer, kept)

        return await replay.once(unit, use, do=do, keep=_kept, again=again)

    return await context.database.write(work)


async def _activate(
    context: Context, unit: Unit, viewer: OfficeViewer, asked: ActivateCollaboration, message: str | None
) -> Activated:
    question = Question(
        customer_id=asked.customer_id,
        service_id=asked.service_id,
        task_id=asked.task_id,
        task_choice=TaskChoice.LEFT_OUT if asked.task_id is None else TaskChoice.NAMED,
        invoice_recipient=asked.invoice_recipient,
    )
    viewer = await _as_of_now(unit, viewer)
    await customer.hold(unit, asked.customer_id, scope=scope.customers_of(viewer))
    found = (await facts.load(unit, viewer, [question]))[0]
    if found is None:
        raise NotFound
    permissions.check_write(viewer)
    if found.company is not None and await _write_lapses(unit, found.customer.organisation_number):
        found = (await facts.load(unit, viewer, [question]))[0] or found
    plan = scenario.plan(found)
    _refuse(found, plan, asked.expected_scenario)
    return await _carry_out(context, unit, viewer, found, plan, message)


async def _as_of_now(unit: Unit, viewer: OfficeViewer) -> OfficeViewer:
    """Return the viewer with the rights of now, which may be fewer than when the operation was opened."""
    if isinstance(viewer, PartnerViewer):
        current = await partner_token.find_current(unit, viewer)
        if current is None:
            raise NotPermitted(required=PartnerScope.COLLABORATIONS_WRITE.value)
        return current
    advisor = (await office.many_advisors(unit, [viewer.id])).get(viewer.id)
    if advisor is None or not advisor.active:
        raise NotPermitted(required="ADVISOR")
    return replace(viewer, permission=advisor.permission)


async def _write_lapses(unit: Unit, organisation_number: str) -> bool:
    """Hold the company until the commit, and write what the clock has made of its collaborations, whoever's they are."""
    held = await company.find_by_number(unit, organisation_number, lock=True)
    if held is None:
        return False
    await conclusion.write_ends(unit, held.id)
    for waiting in await collaboration.live_of_company(unit, held.id):
        if settlement.lapsed(unit, waiting):
            await settlement.write_due(unit, waiting)
    return True


def _refuse(found: ActivationFacts, plan: ActivationPlan, expected: ActivationScenario | None) -> None:
    if plan.obstacles:
        first = plan.obstacles[0]
        if first is ActivationRefusalCode.COLLABORATION_ALREADY_OPEN and plan.open_collaboration_id is not None:
            raise CollaborationAlreadyOpen(plan.open_collaboration_id)
        raise ActivationRefused(first)
    if expected is not None and expected is not plan.scenario:
        raise ScenarioChanged(plan, found)


async def _carry_out(
    context: Context,
    unit: Unit,
    viewer: OfficeViewer,
    found: ActivationFacts,
    plan: ActivationPlan,
    message: str | None,
) -> Activated:
    known = found.company or await _add_company(unit, found)
    created = await _create_administrator(unit, known, plan) if plan.creates_administrator else None
    prepared = preactivation.prepare_subscription(
        found.subscription,
        company_id=known.id,
        service_id=found.service.id,
        office_id=viewer.office_id,
        recipient=plan.invoice_recipient,
    )
    if prepared is not None:
        await service.store_subscription(unit, prepared)
    previous = await collaboration.latest_of_company(unit, viewer.office_id, known.id, found.service.id)
    activated, happened = steps.activate(
        found,
        plan,
        ids=Ids(collaboration=ids.new_id(), company=known.id, event=ids.new_id()),
        now=unit.now,
        lifetime=context.installation.approval_lifetime,
        actor=Actor(side=viewer.side, id=viewer.id),
        administrator_created_id=None if created is None else created.id,
        message=message,
        previous_id=None if previous is None else previous.id,
    )
    await collaboration.add(unit, activated)
    job = settlement.expiry_job(activated.id)
    await jobs.add(unit, id=job, kind="expire", subject_id=activated.id, due_at=activated.expires_at)
    await timetable.enter(unit, activated)
    more: mail.Content = {
        "service_activated": prepared is not None,
        "administrator_created": created is not None,
        # The asking office is not told of another that pays, and the customer not that the customer does.
        "paid_elsewhere": prepared is None and found.subscription is not None and found.subscription.paying_office_id is not None,
    }
    story = await mail.tell_story(unit, activated)
    await mail.ask(unit, context.installation, story, _recipients(plan, created), MailKind.ACTIVATION, more)
    entries = await event.append(unit, [happened])
    return Activated(
        collaboration=activated,
        scenario=plan.scenario,
        approval_kind=plan.approval_kind,
        collaboration_activated=True,
        service_activated=prepared is not None,
        administrator_created=created is not None,
        cursor=streams.cursor_in(context, unit, viewer, entries),
        replayed=False,
    )


def _recipients(plan: ActivationPlan, created: Administrator | None) -> tuple[Recipient, ...]:
    if created is None:
        return plan.approvers
    return tuple(replace(person, administrator_id=created.id) for person in plan.approvers)


async def _add_company(unit: Unit, found: ActivationFacts) -> Company:
    added = Company(
        id=ids.new_id(),
        name=found.customer.name,
        organisation_number=found.customer.organisation_number,
        registered=False,
    )
    await company.add(unit, added)
    return added


async def _create_administrator(unit: Unit, known: Company, plan: ActivationPlan) -> Administrator:
    """Make the main contact the company's administrator, pending until the approval; a person who is known is not made twice."""
    contact = plan.approvers[0]
    person = await company.find_administrator_by_email(unit, text.email_key(contact.email))
    if person is None:
        person = Administrator(
            id=ids.new_id(), name=contact.name, email=contact.email, language=contact.language, accepted_at=None
        )
        await company.add_administrator(unit, person, salt=keys.new_salt())
    await company.link(unit, known.id, person.id, pending=True)
    return person


def _kept(done: Activated) -> Kept:
    return {
        "collaboration": done.collaboration.id,
        "scenario": done.scenario.name,
        "approval_kind": done.approval_kind.name,
        "service_activated": done.service_activated,
        "administrator_created": done.administrator_created,
        "cursor": done.cursor,
    }


async def _replayed(unit: Unit, viewer: OfficeViewer, kept: Kept) -> Activated:
    return Activated(
        collaboration=await collaboration.get(unit, str(kept["collaboration"]), scope=scope.collaborations_of(viewer)),
        scenario=ActivationScenario[str(kept["scenario"])],
        approval_kind=ApprovalKind[str(kept["approval_kind"])],
        collaboration_activated=True,
        service_activated=bool(kept["service_activated"]),
        administrator_created=bool(kept["administrator_created"]),
        cursor=str(kept["cursor"]),
        replayed=True,
    )
