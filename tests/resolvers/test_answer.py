"""The answers to a request: judged in order, given once, and undone without a trace where they are no."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.approval import FIRST_HASH, AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    CollaborationAlreadyOpen,
    DomainError,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
    SelfApprovalForbidden,
    SignInLinkInvalid,
    TermsAcceptanceRequired,
    TermsTextMismatch,
    WrongCompany,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind, MailStatus
from domain.scenario import ApprovalKind
from domain.service import InvoiceRecipient, SubscriptionStatus
from domain.viewer import Side
from persistence import company, mail, service
from persistence.database import Unit
from persistence.tables import idempotency_keys, jobs
from resolvers import answer, collaboration, event, fact, reminder, session
from resolvers.activation import Activated
from resolvers.answer import ApproveCollaboration
from resolvers.context import Context, UnauthenticatedError
from resolvers.listing import PageArguments
from tests.support.world import BETA, GAMMA, SCENARIOS, World, contact

pytestmark = pytest.mark.anyio

ANNA, BO, SARA = "anna@nordbyran.example", "bo@nordbyran.example", "sara@sydbyran.example"
Type = CollaborationEventType
Status = CollaborationStatus


async def told(world: World, known: Collaboration) -> list[CollaborationEventType]:
    """Return the types of the collaboration's events, in the office's stream."""
    bo = await world.viewed_by(BO)
    page = await event.page_of_collaboration(bo, known.id, PageArguments())
    return [entry.event.type for entry in page.items]


async def subscription(world: World, known: Collaboration) -> SubscriptionStatus | None:
    """Return how the company stands with the service."""
    pair = (known.company_id, known.service_id)
    async with world.database.read() as reading:
        found = (await service.find_subscriptions(reading, [pair])).get(pair)
    return None if found is None else found.status


async def administrators(world: World, known: Collaboration) -> list[str]:
    """Return the addresses of those who may act for the company."""
    async with world.database.read() as reading:
        people = (await company.administrators_of(reading, [known.company_id])).get(known.company_id, ())
    return [person.email for person in people]


async def request(world: World, name: str) -> tuple[Activated, Context]:
    """Activate for a customer, and sign in through the mailed link."""
    activated = await world.activate(await world.viewed_by(ANNA), name)
    return activated, await world.by_link(activated.collaboration.id)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_an_approval_makes_each_scenario_usable_with_evidence(world: World, name: str) -> None:
    activated, administrator = await request(world, name)
    done = await world.approve(administrator, activated.collaboration)
    assert done.collaboration.status is Status.ACTIVE
    assert done.already_approved is False
    assert await subscription(world, activated.collaboration) is SubscriptionStatus.ACTIVE
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.APPROVED]
    record = await collaboration.approval_of(administrator, done.collaboration)
    assert record is not None
    assert record.evidence is not None
    assert record.evidence.number == 1
    assert record.evidence.previous_hash == FIRST_HASH
    assert record.evidence.content["identifiedBy"] == "approval link"
    assert (record.terms is not None) is (activated.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS)
    written = await collaboration.mails(await world.viewed_by(BO), done.collaboration)
    to_office = [one for one in written if one.kind is MailKind.APPROVED and one.recipient.advisor_id is not None]
    receipts = [one for one in written if one.kind is MailKind.APPROVED and one.recipient.administrator_id is not None]
    assert len(to_office) == len(receipts) == 1
    assert receipts[0].content["chain_hash"] == record.evidence.hash


async def test_access_is_the_tasks_advisors_while_active(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    assert await collaboration.access(anna, activated.collaboration) == ()
    done = (await world.approve(bea, activated.collaboration)).collaboration
    assert [advisor.name for advisor in await collaboration.access(bo, done)] == ["Anna Ek"]
    assert await collaboration.open_url(anna, done) is not None
    assert await collaboration.open_url(bea, done) is not None
    assert await collaboration.open_url(bo, done) is None


async def test_a_second_approval_is_told_of_the_first_and_makes_no_event(world: World) -> None:
    activated, cleo = await request(world, "Alfa AB")
    dag = await world.viewed_by("dag@alfa.example")
    await world.approve(cleo, activated.collaboration)
    again = await world.approve(dag, activated.collaboration)
    assert again.already_approved is True
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.APPROVED]


async def test_an_advisor_cannot_approve_for_the_customer(world: World) -> None:
    activated, _ = await request(world, "Beta AB")
    with pytest.raises(NotPermitted, match="ADMINISTRATOR"):
        await world.approve(await world.viewed_by(ANNA), activated.collaboration)
    with pytest.raises(NotFound):
        await world.approve(await world.viewed_by(SARA), activated.collaboration)


async def test_another_companys_administrator_finds_nothing_whatever_company_is_named(world: World) -> None:
    activated, _ = await request(world, "Alfa AB")
    bea = await world.viewed_by("bea@beta.example")
    assert bea.viewer is not None
    for company_id in (activated.collaboration.company_id, next(iter(bea.viewer.company_ids))):
        asked = ApproveCollaboration(collaboration_id=activated.collaboration.id, company_id=company_id)
        with pytest.raises(NotFound):
            await answer.approve(bea, asked, None)


async def test_an_administrator_of_both_companies_must_name_the_right_one(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Cleo Falk", "cleo@alfa.example")
    activated, _ = await request(world, "Alfa AB")
    cleo = await world.viewed_by("cleo@alfa.example")
    assert cleo.viewer is not None
    other = next(iter(cleo.viewer.company_ids - {activated.collaboration.company_id}))
    with pytest.raises(WrongCompany):
        await answer.approve(cleo, ApproveCollaboration(collaboration_id=activated.collaboration.id, company_id=other), None)


async def test_an_advisor_of_the_office_cannot_approve_as_an_administrator(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Bo Berg", BO)
    activated, _ = await request(world, "Beta AB")
    bo = await world.viewed_by(BO, Side.COMPANY)
    with pytest.raises(SelfApprovalForbidden):
        await world.approve(bo, activated.collaboration)
    assert "APPROVE" not in [action.name for action in await collaboration.allowed_actions(bo, activated.collaboration)]


async def test_terms_must_be_accepted_as_they_were_shown(world: World) -> None:
    activated, gun = await request(world, "Gamma AB")
    known = activated.collaboration
    shown = await collaboration.terms(gun, known, "en")
    assert shown is not None
    other = (await _texts(world, world.archive.id))[0]
    cases: list[tuple[AcceptedTerms | None, type[DomainError]]] = [
        (None, TermsAcceptanceRequired),
        (AcceptedTerms(terms_id=shown.id, sha256="0" * 64), TermsTextMismatch),
        (AcceptedTerms(terms_id=other, sha256=shown.sha256), InvalidInput),
    ]
    for accepted, expected in cases:
        asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
        with pytest.raises(expected):
            await answer.approve(gun, asked, None)
    assert (await world.stored(known.id)).status is Status.AWAITING_APPROVAL


async def test_terms_named_where_none_are_asked_are_refused(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    known = activated.collaboration
    accepted = AcceptedTerms(terms_id=(await _texts(world, world.scanner.id))[0], sha256="0" * 64)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
    with pytest.raises(InvalidInput):
        await answer.approve(bea, asked, None)


async def _texts(world: World, service_id: str) -> list[str]:
    async with world.database.read() as reading:
        return [one.id for one in (await service.terms_of(reading, [service_id]))[service_id]]


@pytest.mark.parametrize("no", ["decline", "cancel", "expire"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_no_undoes_what_was_prepared(world: World, name: str, no: str) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), name)
    known = activated.collaboration
    secret = await world.link_secret(known.id)
    status = await _say_no(world, known, no)
    assert (await world.stored(known.id)).status is status
    own = SubscriptionStatus.ACTIVE if name == "Alfa AB" else None
    assert await subscription(world, known) is own
    assert ("gun@gamma.example" in await administrators(world, known)) is False
    assert await told(world, known) == [Type.ACTIVATED, Type[status.name]]
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), secret, None)
    async with world.database.read() as reading:
        assert (await reading.connection.execute(select(jobs.c.id).where(jobs.c.kind == "expire"))).all() == []
    again = await world.activate(await world.viewed_by(ANNA), name)
    assert again.collaboration.previous_id == known.id


async def _say_no(world: World, known: Collaboration, no: str) -> CollaborationStatus:
    if no == "decline":
        administrator = await world.by_link(known.id)
        await answer.decline(administrator, known.id, known.company_id, "Nej tack", None)
        return Status.DECLINED
    if no == "cancel":
        await answer.cancel(await world.viewed_by(BO), known.id, "Fel kund", None)
        return Status.CANCELLED
    await world.advance(timedelta(days=30))
    await answer.expire_due(world.database, known.id)
    return Status.EXPIRED


async def test_a_subscription_that_was_read_only_is_so_again_after_a_no(world: World) -> None:
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.READ_ONLY)
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    assert await subscription(world, activated.collaboration) is SubscriptionStatus.PENDING
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await subscription(world, activated.collaboration) is SubscriptionStatus.READ_ONLY


async def test_those_who_were_asked_are_told_of_a_cancelling(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, "Fel kund", None)
    written = await collaboration.mails(await world.viewed_by(BO), activated.collaboration)
    assert [(one.kind, one.recipient.email) for one in written][-1] == (MailKind.CANCELLED, "gun@gamma.example")


async def test_only_the_activator_or_full_may_cancel(world: World) -> None:
    await fact.add_advisor(world.installation, world.nord.id, "Ove Otto", "ove@nordbyran.example", fact.CustomerPermission.OWN)
    bo = await world.viewed_by(BO)
    activated = await world.activate(bo, "Beta AB")
    with pytest.raises(NotPermitted, match="FULL"):
        await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    with pytest.raises(NotFound):
        await answer.cancel(await world.viewed_by("ove@nordbyran.example"), activated.collaboration.id, None, None)


async def test_a_lapsed_request_is_expired_everywhere_before_any_job_has_touched_it(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await world.advance(timedelta(days=30) + timedelta(seconds=1))
    anna, bea = await world.viewed_by(ANNA), await world.viewed_by("bea@beta.example")
    known = await collaboration.find(anna, activated.collaboration.id)
    assert known is not None
    assert known.status is Status.AWAITING_APPROVAL
    assert collaboration.status(anna, known) is Status.EXPIRED
    order = collaboration.CollaborationOrder()
    for statuses, expected in ((Status.EXPIRED, 1), (Status.AWAITING_APPROVAL, 0)):
        wanted = collaboration.CollaborationFilter(statuses=frozenset({statuses}))
        listed = await collaboration.list_page(anna, PageArguments(), wanted, order)
        assert (len(listed.items), await listed.count()) == (expected, expected)
    assert await collaboration.counts(anna, collaboration.CollaborationFilter()) == ((Status.EXPIRED, 1),)
    assert await collaboration.allowed_actions(bea, known) == ()
    assert await told(world, known) == [Type.ACTIVATED]


async def test_approving_a_lapsed_request_is_refused_and_writes_the_expiry(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await world.advance(timedelta(days=31))
    with pytest.raises(InvalidTransition) as refused:
        await world.approve(await world.viewed_by("bea@beta.example"), activated.collaboration)
    assert refused.value.status is Status.EXPIRED
    assert (await world.stored(activated.collaboration.id)).status is Status.EXPIRED
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.EXPIRED]
    await answer.expire_due(world.database, activated.collaboration.id)
    written = await collaboration.mails(await world.viewed_by(BO), activated.collaboration)
    assert [one.kind for one in written].count(MailKind.EXPIRED) == 1


async def test_a_lapsed_request_is_activated_anew_at_once(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    first = await world.activate(anna, "Gamma AB")
    await world.advance(timedelta(days=30))
    again = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    assert again.administrator_created is True
    assert again.service_activated is True
    assert again.collaboration.previous_id == first.collaboration.id
    entries = await event.page_of_collaboration(anna, first.collaboration.id, PageArguments())
    assert entries.items[-1].event.occurred_at == first.collaboration.expires_at


async def test_the_company_that_bought_the_service_meanwhile_keeps_its_own(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)
    done = await world.approve(bea, activated.collaboration)
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER
    async with world.database.read() as reading:
        pair = (activated.collaboration.company_id, world.scanner.id)
        kept = (await service.find_subscriptions(reading, [pair]))[pair]
    assert (kept.invoice_recipient, kept.paying_office_id) == (InvoiceRecipient.CUSTOMER, None)


async def test_two_offices_share_what_is_pending_and_each_needs_its_own_yes(world: World) -> None:
    sara = await world.viewed_by(SARA)
    gun = contact("Gun Grå", "gun@gamma.example")
    first = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, gun)
    second = await world.activate(sara, "Gamma hos Syd")
    assert (second.service_activated, second.administrator_created) == (False, False)
    await answer.cancel(await world.viewed_by(BO), first.collaboration.id, None, None)
    assert await subscription(world, second.collaboration) is SubscriptionStatus.PENDING
    assert await administrators(world, second.collaboration) == ["gun@gamma.example"]
    third = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    asked = await world.by_link(second.collaboration.id)
    await world.approve(asked, second.collaboration)
    waiting = await world.stored(third.collaboration.id)
    assert (waiting.status, waiting.approval_kind) == (Status.AWAITING_APPROVAL, ApprovalKind.COLLABORATION)
    again = await world.by_link(third.collaboration.id)
    done = await world.approve(again, waiting)
    assert done.collaboration.status is Status.ACTIVE
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER


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


async def test_of_an_approval_and_a_cancelling_at_the_same_instant_one_wins_and_is_told_once(world: World) -> None:
    for _ in range(20):
        activated, bea = await request(world, "Beta AB")
        known = activated.collaboration
        results = await asyncio.gather(
            world.approve(bea, known),
            answer.cancel(await world.viewed_by(BO), known.id, None, None),
            return_exceptions=True,
        )
        refused = [one for one in results if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [InvalidTransition]
        assert len(await told(world, known)) == 2
        stored = await world.stored(known.id)
        assert stored.status in {Status.ACTIVE, Status.CANCELLED}
        if stored.status is Status.ACTIVE:
            return


async def test_reminders_wait_a_day_and_are_five(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    known = activated.collaboration
    await world.advance(timedelta(hours=1))
    with pytest.raises(ReminderTooSoon) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.next_allowed_at == known.activated_at + timedelta(hours=24)
    for sent in range(1, 6):
        await world.advance(timedelta(days=1))
        done = await reminder.remind(await world.viewed_by(ANNA), known.id, "Hej igen", None)
        assert done.collaboration.reminders_sent == sent
        assert done.collaboration.expires_at == known.expires_at
    await world.advance(timedelta(days=1))
    with pytest.raises(ReminderLimitReached):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert await told(world, known) == [Type.ACTIVATED, *[Type.REMINDED] * 5]
    company_side = await world.viewed_by("bea@beta.example")
    page = await event.page_of_collaboration(company_side, known.id, PageArguments())
    assert [entry.event.type for entry in page.items] == [Type.ACTIVATED]


async def test_a_reminder_leaves_the_older_link_valid(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    older = await world.link_secret(activated.collaboration.id)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await world.link_secret(activated.collaboration.id) != older
    opened = await session.sign_in(await world.context(), older, None)
    assert opened.collaboration is not None


async def test_a_bounced_address_is_not_reminded(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    known = activated.collaboration
    async with world.database.read() as reading:
        sent = (await mail.of_collaborations(reading, [known.id]))[known.id][0]

    async def bounce(unit: Unit) -> None:
        await mail.mark(unit, sent.id, status=MailStatus.BOUNCED, problem="550 no such user", sent_at=unit.now, attempts=1)

    await world.database.write(bounce)
    await world.advance(timedelta(days=2))
    with pytest.raises(RecipientUndeliverable, match="550"):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


async def test_a_link_is_exchanged_once_of_sixteen_who_try(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    secret = await world.link_secret(activated.collaboration.id)
    contexts = [await world.context() for _ in range(16)]
    results = await asyncio.gather(*(session.sign_in(context, secret, None) for context in contexts), return_exceptions=True)
    assert sum(isinstance(one, session.SignedIn) for one in results) == 1
    assert sum(isinstance(one, SignInLinkInvalid) for one in results) == 15


async def test_a_used_link_of_a_waiting_request_brings_a_new_one_to_the_same_address(world: World) -> None:
    activated, _ = await request(world, "Gamma AB")
    secret = await world.link_secret(activated.collaboration.id)
    await session.renew_link(world.installation, secret)
    await session.renew_link(world.installation, secret)
    await session.renew_link(world.installation, "nobody's")
    async with world.database.read() as reading:
        written = await mail.of_collaborations(reading, [activated.collaboration.id])
    assert [one.recipient.email for one in written[activated.collaboration.id]] == ["gun@gamma.example"] * 2
    assert await world.by_link(activated.collaboration.id) is not None


async def test_an_idempotency_key_is_kept_without_the_secret(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    secret = await world.link_secret(activated.collaboration.id)
    first = await session.sign_in(await world.context(), secret, "once")
    again = await session.sign_in(await world.context(), secret, "once")
    assert (again.token, again.replayed, again.expires_at) == (None, True, first.expires_at)
    async with world.database.read() as reading:
        kept = (await reading.connection.execute(select(idempotency_keys))).all()
    assert secret not in repr(kept)
    assert str(first.token) not in repr(kept)


async def test_the_last_administrators_leaving_is_told_and_a_new_one_can_answer(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await fact.remove_administrator(world.installation, BETA, "bea@beta.example")
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.APPROVER_MISSING]
    await fact.add_administrator(world.installation, BETA, "Eva Ny", "eva@beta.example")
    done = await world.approve(await world.viewed_by("eva@beta.example"), activated.collaboration)
    assert done.collaboration.status is Status.ACTIVE


async def test_signing_out_ends_the_token(world: World) -> None:
    bearer = await session.issue_token(world.installation, ANNA, None)
    await session.sign_out(await world.context(bearer), None)
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
