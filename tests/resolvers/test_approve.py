"""The administrator's yes: judged in order, given once, with evidence."""

import pytest

from domain import calendar_day
from domain.approval import FIRST_HASH, AcceptedTerms
from domain.collaboration import CollaborationStatus
from domain.errors import (
    InvalidTransition,
    NotFound,
    NotPermitted,
    SelfApprovalForbidden,
    WrongCompany,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.scenario import ApprovalKind
from domain.service import InvoiceRecipient, SubscriptionStatus
from domain.viewer import Side
from persistence import service
from resolvers import answer, collaboration, company, fact
from resolvers.answer import ApproveCollaboration
from tests.support.seen import (
    as_administrator,
    collaborate,
    request,
    subscription_status,
    told,
)
from tests.support.world import ANNA, BEA, BETA, BO, CLEO, DAG, GUN, SARA, SCENARIOS, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


@pytest.mark.parametrize("name", SCENARIOS)
async def test_an_approval_makes_each_scenario_usable_with_evidence(world: World, name: str) -> None:
    activated, administrator = await request(world, name)
    done = await world.approve(administrator, activated.collaboration)
    assert done.collaboration.status is Status.ACTIVE
    assert done.already_approved is False
    assert await subscription_status(world, activated.collaboration) is SubscriptionStatus.ACTIVE
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
    dag = await world.viewed_by(DAG)
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
    bea = await world.viewed_by(BEA)
    for company_id in (activated.collaboration.company_id, next(iter(as_administrator(bea).company_ids))):
        asked = ApproveCollaboration(collaboration_id=activated.collaboration.id, company_id=company_id)
        with pytest.raises(NotFound):
            await answer.approve(bea, asked, None)


async def test_an_administrator_of_both_companies_must_name_the_right_one(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Cleo Falk", CLEO)
    activated, _ = await request(world, "Alfa AB")
    cleo = await world.viewed_by(CLEO)
    other = next(iter(as_administrator(cleo).company_ids - {activated.collaboration.company_id}))
    with pytest.raises(WrongCompany):
        await answer.approve(cleo, ApproveCollaboration(collaboration_id=activated.collaboration.id, company_id=other), None)


async def test_an_advisor_of_the_office_cannot_approve_as_an_administrator(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Bo Berg", BO)
    activated, _ = await request(world, "Beta AB")
    bo = await world.viewed_by(BO, Side.COMPANY)
    with pytest.raises(SelfApprovalForbidden):
        await world.approve(bo, activated.collaboration)
    assert "APPROVE" not in [action.name for action in await collaboration.allowed_actions(bo, activated.collaboration)]


async def test_the_company_that_bought_the_service_meanwhile_keeps_its_own(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)
    done = await world.approve(bea, activated.collaboration)
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER
    async with world.database.read() as reading:
        pair = (activated.collaboration.company_id, world.scanner.id)
        kept = (await service.find_subscriptions(reading, [pair]))[pair]
    assert (kept.invoice_recipient, kept.paying_office_id) == (InvoiceRecipient.CUSTOMER, None)


async def test_whoever_has_lost_the_company_since_the_operation_was_opened_cannot_answer(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    await fact.remove_administrator(world.installation, BETA, BEA)
    known = activated.collaboration
    with pytest.raises(NotFound):
        await world.approve(bea, known)
    with pytest.raises(NotFound):
        await answer.decline(bea, known.id, known.company_id, None, None)
    assert (await world.stored(known.id)).status is Status.AWAITING_APPROVAL


@pytest.mark.parametrize("has_signed_in", [True, False])
async def test_whoever_loses_to_a_cancelling_is_told_so_even_where_it_took_the_company(world: World, has_signed_in: bool) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    known = activated.collaboration
    gun = await world.by_link(known.id) if has_signed_in else await world.viewed_by(GUN)
    shown = await collaboration.terms(gun, known, None)
    assert shown is not None
    accepted = AcceptedTerms(terms_id=shown.id, sha256=shown.sha256)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    with pytest.raises(InvalidTransition) as refused:
        await answer.approve(gun, asked, None)
    assert refused.value.status is Status.CANCELLED


@pytest.mark.parametrize("accept_later", [False, True])
async def test_a_company_that_stands_under_a_version_is_not_put_under_a_newer_one_by_an_approval(
    world: World, accept_later: bool
) -> None:
    known, bea = await collaborate(world, "Beta AB")
    first = await company.acceptances(bea, known.company_id)
    await world.publish_terms(2, effective_from=calendar_day.day_of(bea.now), mandatory=accept_later)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", BEA))
    second = (await world.activate(sara, "Beta hos Syd")).collaboration
    await world.approve(await world.by_link(second.id), second)
    assert await company.acceptances(bea, known.company_id) == first
    waiting = await company.required_terms(bea, known.company_id, None)
    assert [one.terms.version for one in waiting] == ([2] if accept_later else [])
