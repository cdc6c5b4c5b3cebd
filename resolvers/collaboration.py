"""Reading collaborations: found, listed and counted within the viewer's sight, with what a screen asks of each."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain import approval, calendar_day, lifecycle, permissions, scenario, text
from domain import service as domain_service
from domain.approval import Evidence
from domain.collaboration import LIVE, REMINDER_LIMIT, USABLE, Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.mail import Mail
from domain.office import Advisor
from domain.permissions import ActionFacts, CollaborationAction
from domain.scenario import ApprovalKind
from domain.service import Terms
from domain.task import Task
from domain.viewer import AdministratorViewer, Viewer
from persistence import collaboration, evidence, page, scope
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from resolvers import correction, listing, mail, privacy
from resolvers import terms as required
from resolvers.context import Context
from resolvers.listing import Listing, PageArguments


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRecord:
    """The recorded yes: who, when, to which terms; `evidence` is None to viewers who may not see it."""

    kind: ApprovalKind
    approved_by: Administrator | None
    approved_by_name: str | None
    approved_at: datetime
    terms: Terms | None
    evidence: Evidence | None


async def find(context: Context, collaboration_id: str) -> Collaboration | None:
    """Return the collaboration where the viewer may see it."""
    return await context.load.collaborations.load(collaboration_id)


async def list_page(
    context: Context, arguments: PageArguments, wanted: CollaborationFilter, order: CollaborationOrder
) -> Listing[Collaboration]:
    """Return a page of all that the viewer sees.

    Raises:
        PageSizeInvalid, CursorInvalid: bad page arguments.
    """
    viewer = context.require_viewer()
    visible = scope.collaborations_of(viewer)
    judged = _within_sight(viewer, wanted)
    order = _order_within_sight(viewer, order)
    request = listing.request(context.installation.keys, _name(order), arguments)
    async with context.database.read() as reading:
        found = await collaboration.page(reading, scope=visible, filter=judged, order=order, request=request)

    async def count() -> int:
        async with context.database.read() as reading:
            return await collaboration.count(reading, scope=visible, filter=judged)

    return listing.listing(context.installation.keys, _name(order), found, count)


async def page_of_customer(
    context: Context,
    customer_id: str,
    arguments: PageArguments,
    wanted: CollaborationFilter,
    order: CollaborationOrder,
) -> Listing[Collaboration]:
    """Return a page of one customer's collaborations; the pages of many customers are fetched with one statement.

    Raises:
        PageSizeInvalid, CursorInvalid: bad page arguments.
    """
    viewer = context.require_viewer()
    name = f"{_name(order)}:{customer_id}"
    request = listing.request(context.installation.keys, name, arguments)
    judged = _within_sight(viewer, wanted)
    asked = (customer_id, judged, order, request)
    found = await context.load.collaborations_of_customer.load(asked)

    async def count() -> int:
        return await context.load.collaboration_count_of_customer.load((customer_id, judged)) or 0

    return listing.listing(context.installation.keys, name, found or page.EMPTY, count)


async def page_of_company(
    context: Context,
    company_id: str,
    arguments: PageArguments,
    wanted: CollaborationFilter,
    order: CollaborationOrder,
) -> Listing[Collaboration]:
    """Return a page of the collaborations of one company that the viewer administers; many companies' are fetched together.

    Raises:
        PageSizeInvalid, CursorInvalid: bad page arguments.
    """
    viewer = context.require_viewer()
    order = _order_within_sight(viewer, order)
    name = f"{_name(order)}:{company_id}"
    request = listing.request(context.installation.keys, name, arguments)
    judged = _within_sight(viewer, wanted)
    if not isinstance(viewer, AdministratorViewer) or wanted.company_id not in {None, company_id}:
        judged = replace(judged, nothing=True)
    judged = replace(judged, company_id=None)
    found = await context.load.collaborations_of_company.load((company_id, judged, order, request))

    async def count() -> int:
        return await context.load.collaboration_count_of_company.load((company_id, judged)) or 0

    return listing.listing(context.installation.keys, name, found or page.EMPTY, count)


async def counts(context: Context, wanted: CollaborationFilter) -> tuple[tuple[CollaborationStatus, int], ...]:
    """Return how many there are per status as of now, in the lifecycle's order; statuses that do not occur are left out."""
    viewer = context.require_viewer()
    async with context.database.read() as reading:
        found = await collaboration.count_by_status(
            reading, scope=scope.collaborations_of(viewer), filter=_within_sight(viewer, wanted)
        )
    return tuple((status, found[status]) for status in CollaborationStatus if status in found)


def status(context: Context, known: Collaboration) -> CollaborationStatus:
    """Return the status as of the operation's time."""
    return lifecycle.status_at(known, context.now)


async def access(context: Context, known: Collaboration) -> tuple[Advisor, ...]:
    """Return the advisors with access to the shared service now: owner and participants of its active task (section 4)."""
    hangs_on = await _active_task(context, known) if status(context, known) in USABLE else None
    if hangs_on is None:
        return ()
    advisors = await context.load.advisors.load_many(hangs_on.advisor_ids)
    return tuple(advisor for advisor in advisors if advisor.active)


async def task(context: Context, known: Collaboration) -> Task | None:
    """Return the task that it hangs on, None where the viewer may not see it, or where it is live and the task inactive."""
    found = None if known.task_id is None else await context.load.tasks.load(known.task_id)
    unlinked = found is not None and not found.active and status(context, known) in LIVE
    return None if unlinked else found


def next_reminder_allowed_at(context: Context, known: Collaboration) -> datetime | None:
    """Return from when the next reminder can be sent, None where none can be."""
    waits = status(context, known) is CollaborationStatus.AWAITING_APPROVAL
    return known.next_reminder_allowed_at if waits and known.reminders_sent < REMINDER_LIMIT else None


async def open_url(context: Context, known: Collaboration) -> str | None:
    """Return the address that opens the shared service, for those who may use it now."""
    viewer = context.require_viewer()
    access_ids = frozenset(advisor.id for advisor in await access(context, known))
    if not permissions.may_open(viewer, known, context.now, access_ids):
        return None
    shared = await context.load.services.load(known.service_id)
    return None if shared is None else shared.open_url.replace("{collaboration}", known.id)


async def allowed_actions(context: Context, known: Collaboration) -> tuple[CollaborationAction, ...]:
    """Return what the viewer may do with it now: the same judgement as the mutations make."""
    viewer = context.require_viewer()
    facts = ActionFacts(
        access_ids=frozenset(advisor.id for advisor in await access(context, known)),
        undeliverable=not isinstance(viewer, AdministratorViewer) and await _undeliverable(context, known),
        self_approval=isinstance(viewer, AdministratorViewer) and await _self_approval(context, known, viewer),
        correctable=await correction.is_correctable(context, known),
        unlinked=not isinstance(viewer, AdministratorViewer) and await _active_task(context, known) is None,
        terms_acceptable=await required.acceptable(context, known),
        sure_enough=required.sure_enough(context),
    )
    return permissions.allowed_actions(viewer, known, context.now, facts)


async def terms(context: Context, known: Collaboration, language: str | None) -> Terms | None:
    """Return the terms to approve, or that were approved: pinned at activation, or the newer mandatory version.

    What was closed without a yes keeps the pinned one. None where the collaboration alone is approved: also where another
    office's approval has recorded the terms.
    """
    if known.terms_version is None or known.approval_kind is ApprovalKind.COLLABORATION:
        return None
    record = await context.load.evidence_of_collaboration.load(known.id)
    accepted = None if record is None else record.content.get("terms")
    if isinstance(accepted, str) and language is None:
        return await context.load.terms.load(accepted)
    versions = await context.load.terms_of_service.load(known.service_id) or ()
    version = next((one.version for one in versions if one.id == accepted), known.terms_version)
    texts = tuple(one for one in versions if one.version == version)
    if accepted is None and status(context, known) in LIVE:
        texts = domain_service.terms_to_approve(versions, known.terms_version, calendar_day.day_of(context.now))
    return domain_service.in_language(texts, language or context.language)


async def approval_of(context: Context, known: Collaboration) -> ApprovalRecord | None:
    """Return the recorded approval; evidence only to the company's administrators, advisors with FULL, and partners."""
    record = await context.load.evidence_of_collaboration.load(known.id)
    if record is None or known.approved_at is None:
        return None
    accepted = record.content.get("terms")
    person = await context.load.administrators.load(record.administrator_id)
    name = record.personal.get("name") if record.personal is not None else None
    return ApprovalRecord(
        kind=ApprovalKind(record.content["kind"]),
        approved_by=person,
        approved_by_name=name,
        approved_at=record.recorded_at,
        terms=await context.load.terms.load(accepted) if isinstance(accepted, str) else None,
        evidence=record if _sees_evidence(context.require_viewer(), record) else None,
    )


async def mails(context: Context, known: Collaboration) -> tuple[Mail, ...]:
    """Return what was written about it, oldest first; an administrator sees what was written to himself."""
    viewer = context.require_viewer()
    written = await context.load.mails_of_collaboration.load(known.id) or ()
    if isinstance(viewer, AdministratorViewer):
        return tuple(sent for sent in written if sent.recipient.administrator_id == viewer.id)
    return written


async def find_evidence(context: Context, evidence_id: str) -> Evidence | None:
    """Return a record where the viewer may see it."""
    record = await context.load.evidence.load(evidence_id)
    if record is None or not _sees_evidence(context.require_viewer(), record):
        return None
    if record.collaboration_id is None:
        # Terms that were accepted on their own: the company's affair.
        return record
    # The collaboration's own visibility decides for advisors: another office's record is not there.
    seen = await context.load.collaborations.load(record.collaboration_id)
    return record if seen is not None else None


async def export_evidence(context: Context, record: Evidence) -> str:
    """Return the chain from its first record to this one as JSON lines; other offices' records as hashes only."""
    viewer = context.require_viewer()
    # The chain is the company's, so other offices' records stand in it; what of them goes out is their hashes.
    async with context.installation.database.read() as reading:
        chain = await evidence.chain(reading, record.company_id, up_to=record.number)
    shown = [privacy.record(viewer, one) for one in chain]
    return approval.export(shown, office_id=None if isinstance(viewer, AdministratorViewer) else viewer.office_id)


async def _active_task(context: Context, known: Collaboration) -> Task | None:
    found = None if known.task_id is None else await context.load.tasks_unscoped.load(known.task_id)
    return found if found is not None and found.active else None


def _sees_evidence(viewer: Viewer, record: Evidence) -> bool:
    if isinstance(viewer, AdministratorViewer):
        return record.company_id in viewer.company_ids
    return viewer.sees_every_customer and viewer.office_id == record.office_id


def _name(order: CollaborationOrder) -> str:
    return f"collaborations:{order.field.name}:{order.descending}"


def _within_sight(viewer: Viewer, wanted: CollaborationFilter) -> CollaborationFilter:
    """Let a filter by what the viewer may not see find nothing: cards, tasks and advisors are the office's."""
    office_only = (
        wanted.task_id,
        wanted.task_owner_id,
        wanted.account_manager_id,
        wanted.customer_id,
        wanted.activated_by_id,
        wanted.mail_status,
        wanted.unlinked,
    )
    is_administrator = isinstance(viewer, AdministratorViewer)
    hidden = any(value is not None for value in office_only) if is_administrator else wanted.company_id is not None
    return replace(wanted, nothing=True) if hidden else wanted


def _order_within_sight(viewer: Viewer, order: CollaborationOrder) -> CollaborationOrder:
    """Let an administrator's order by customer be that of activation: the name on the office's card is not his to see."""
    hidden = isinstance(viewer, AdministratorViewer) and order.field is CollaborationOrderField.CUSTOMER_NAME
    return replace(order, field=CollaborationOrderField.ACTIVATED_AT) if hidden else order


async def _undeliverable(context: Context, known: Collaboration) -> bool:
    if status(context, known) is not CollaborationStatus.AWAITING_APPROVAL:
        return False
    written = await context.load.mails_of_collaboration.load(known.id) or ()
    people = await context.load.administrators_of_company.load(known.company_id) or ()
    card = await context.load.customers.load(known.customer_id)
    return not mail.deliverable(written, scenario.choose_approvers(people, None if card is None else card.main_contact))


async def _self_approval(context: Context, known: Collaboration, viewer: AdministratorViewer) -> bool:
    person = await context.load.administrators.load(viewer.id)
    emails = await context.load.advisor_emails.load(known.office_id) or frozenset()
    return person is not None and text.email_key(person.email) in emails
