"""Newer terms that are mandatory: told when in effect, suspended for when late, on read and written once, by a job or a write."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain import calendar_day
from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import InputProblemCode, InvalidInput, InvalidTransition, NotFound, TermsOutdated
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.permissions import CollaborationAction
from persistence import standing
from persistence.database import Unit
from resolvers import answer, collaboration, event, publication, reminder, settlement, suspension, terms
from resolvers.answer import ApproveCollaboration
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from tests.support.publishing import publish, status, today, work_off
from tests.support.seen import collaborate, told, written
from tests.support.world import ANNA, BEA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def mailed(world: World, known: Collaboration, kind: MailKind) -> list[str]:
    return sorted(one.recipient.email for one in await written(world, known.id, kind))


async def test_a_mandatory_version_is_told_when_it_comes_into_effect_and_not_before(world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    await publish(world, days=2)
    await work_off(world)
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]
    await world.advance(timedelta(days=2))
    await work_off(world, workers=2)
    await asyncio.gather(*(publication.require(world.database, known.id) for _ in range(2)))
    for email in (BO, "cleo@alfa.example"):
        assert await told(world, known, email) == [Type.ACTIVATED, Type.APPROVED, Type.TERMS_REQUIRED]
    assert await mailed(world, known, MailKind.TERMS_REQUIRED) == ["cleo@alfa.example", "dag@alfa.example"]
    assert await status(world, known) is Status.ACTIVE


async def test_a_version_that_is_in_force_today_is_told_at_once_with_the_last_day(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publish(world, grace_days=10)
    await work_off(world)
    [sent] = await written(world, known.id, MailKind.TERMS_REQUIRED)
    assert sent.content["accept_by"] == (await today(world) + timedelta(days=9)).isoformat()
    assert sent.content["terms_version"] == 2


async def test_another_language_of_the_version_is_no_news(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    swedish = await publish(world)
    await work_off(world)
    english = await publish(world, "New terms", language="en")
    await work_off(world)
    assert (swedish.version, english.version) == (2, 2)
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.TERMS_REQUIRED]
    required = await terms.required_of_collaboration(await world.viewed_by(BEA), known, "en")
    assert required is not None
    assert required.terms == english


async def test_a_version_that_is_not_mandatory_disturbs_nobody(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    published = await publish(world, mandatory=False)
    assert (published.mandatory, published.grace_days) == (False, 0)
    await world.advance(timedelta(days=400))
    await work_off(world)
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]
    assert await status(world, known) is Status.ACTIVE
    assert (await world.stored(known.id)).version == 2


async def test_it_is_suspended_everywhere_the_moment_its_grace_time_is_over_before_any_job(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await publish(world, grace_days=10)
    assert await collaboration.open_url(bea, await world.stored(known.id)) is not None
    await world.advance(timedelta(days=10))
    bo, bea = await world.viewed_by(BO), await world.viewed_by(BEA)
    stored = await world.stored(known.id)
    assert stored.status is Status.ACTIVE
    for viewer in (bo, bea):
        assert collaboration.status(viewer, stored) is Status.SUSPENDED
        assert await collaboration.open_url(viewer, stored) is None
        assert await collaboration.access(viewer, stored) == ()
        assert await collaboration.counts(viewer, CollaborationFilter()) == ((Status.SUSPENDED, 1),)
        for wanted, expected in ((Status.SUSPENDED, 1), (Status.ACTIVE, 0)):
            only = CollaborationFilter(statuses=frozenset({wanted}))
            order = CollaborationOrder(field=CollaborationOrderField.STATUS)
            listed = await collaboration.list_page(viewer, PageArguments(), only, order)
            assert (len(listed.items), await listed.count()) == (expected, expected)
    offered = await collaboration.allowed_actions(bea, stored)
    assert CollaborationAction.ACCEPT_TERMS in offered
    assert CollaborationAction.OPEN not in offered
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]


async def test_the_suspension_is_written_once_by_two_workers_and_both_sides_are_told(world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    await publish(world, grace_days=10)
    await work_off(world)
    late = (await world.stored(known.id)).suspends_at
    await world.advance(timedelta(days=11))
    await work_off(world, workers=2)
    await asyncio.gather(*(settlement.settle(world.database, known.id) for _ in range(3)))
    expected = [Type.ACTIVATED, Type.APPROVED, Type.TERMS_REQUIRED, Type.SUSPENDED]
    assert await told(world, known) == await told(world, known, "cleo@alfa.example") == expected
    assert await mailed(world, known, MailKind.SUSPENDED) == [ANNA, "cleo@alfa.example", "dag@alfa.example"]
    page = await event.page_of_collaboration(await world.viewed_by(BO), known.id, PageArguments())
    assert page.items[-1].event.occurred_at == late == calendar_day.start_of(await today(world) - timedelta(days=1))
    assert (await world.stored(known.id)).status is Status.SUSPENDED


async def test_a_company_that_is_told_of_the_suspension_is_not_told_of_the_terms_besides(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publish(world, grace_days=10)
    await world.advance(timedelta(days=11))
    await work_off(world)
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.SUSPENDED]
    assert await mailed(world, known, MailKind.TERMS_REQUIRED) == []


async def test_a_job_that_comes_early_late_or_for_nothing_writes_nothing(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publication.require(world.database, known.id)
    await settlement.settle(world.database, known.id)
    await settlement.settle(world.database, "no such id")
    with pytest.raises(NotFound):
        await publication.require(world.database, "no such id")
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED]


async def test_a_write_that_meets_a_due_suspension_writes_it_first_whatever_becomes_of_itself(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publish(world, grace_days=10)
    await world.advance(timedelta(days=11))
    with pytest.raises(InvalidTransition) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.status is Status.SUSPENDED
    assert (await world.stored(known.id)).status is Status.SUSPENDED
    approved = await world.approve(await world.viewed_by(BEA), known)
    assert approved.already_approved
    assert (await told(world, known)).count(Type.SUSPENDED) == 1


async def test_an_earlier_versions_grace_time_is_not_prolonged_by_a_later_one(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publish(world, "Andra", grace_days=5)
    await publish(world, "Tredje", days=2, grace_days=30)
    await world.advance(timedelta(days=3))
    bea = await world.viewed_by(BEA)
    required = await terms.required_of_collaboration(bea, known, None)
    assert required is not None
    assert required.terms.version == 3
    assert required.due_at == (await world.stored(known.id)).suspends_at
    await world.advance(timedelta(days=2))
    assert await status(world, known) is Status.SUSPENDED


async def test_a_collaboration_approved_beside_terms_that_wait_is_told_and_suspended_with_the_others(world: World) -> None:
    known, _ = await collaborate(world, "Gamma AB")
    await publish(world, grace_days=10)
    await work_off(world)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    await world.approve(await world.by_link(second.id), second)
    await work_off(world)
    assert await told(world, second, SARA) == [Type.ACTIVATED, Type.APPROVED, Type.TERMS_REQUIRED]
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.TERMS_REQUIRED]
    await world.advance(timedelta(days=10))
    third_day = (await status(world, known), await status(world, second, SARA))
    assert third_day == (Status.SUSPENDED, Status.SUSPENDED)
    await work_off(world)
    assert (await told(world, second, SARA))[-1] is Type.SUSPENDED


async def test_a_collaboration_approved_when_terms_are_late_is_suspended_from_then_on(world: World) -> None:
    await collaborate(world, "Gamma AB")
    await publish(world, grace_days=10)
    await world.advance(timedelta(days=20))
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    approved = (await world.approve(await world.by_link(second.id), second)).collaboration
    assert await status(world, second, SARA) is Status.SUSPENDED
    assert approved.suspends_at == approved.approved_at
    await work_off(world)
    assert await told(world, second, SARA) == [Type.ACTIVATED, Type.APPROVED, Type.SUSPENDED]


async def test_a_request_that_waits_is_not_concerned_and_must_name_the_new_version(world: World) -> None:
    waiting = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    gun = await world.by_link(waiting.id)
    shown = await collaboration.terms(gun, waiting, None)
    assert shown is not None
    await publish(world, grace_days=10)
    await work_off(world)
    assert (await world.stored(waiting.id)).suspends_at is None
    named = AcceptedTerms(terms_id=shown.id, sha256=shown.sha256)
    asked = ApproveCollaboration(collaboration_id=waiting.id, company_id=waiting.company_id, accepted_terms=named)
    with pytest.raises(TermsOutdated) as refused:
        await answer.approve(gun, asked, None)
    assert refused.value.terms.version == 2
    approved = (await world.approve(gun, waiting)).collaboration
    assert approved.suspends_at is None


async def test_nobody_is_suspended_for_terms_of_another_service(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await publish(world, grace_days=10, code="archive")
    await world.advance(timedelta(days=11))
    await work_off(world)
    assert await status(world, known) is Status.ACTIVE


async def test_publishing_is_refused_with_what_is_wrong(world: World) -> None:
    with pytest.raises(NotFound):
        await publish(world, code="nothing")
    for body, language, code in (
        (" \n ", "sv", InputProblemCode.BLANK),
        ("x" * 200_001, "sv", InputProblemCode.TOO_LONG),
        ("a\x00b", "sv", InputProblemCode.NOT_ALLOWED_CHARACTER),
        ("Text", "fi", InputProblemCode.NOT_ALLOWED),
    ):
        with pytest.raises(InvalidInput) as refused:
            await publish(world, body, language=language)
        assert [one.code for one in refused.value.problems] == [code]


async def test_two_who_publish_at_once_make_two_versions(world: World) -> None:
    published = await asyncio.gather(publish(world, "Den ena"), publish(world, "Den andra"))
    assert sorted(one.version for one in published) == [2, 3]


async def meanwhile(other: asyncio.Task[object]) -> None:
    """Leave the other one time to finish, which it must not use: a second that it waits is a second well spent."""
    await asyncio.wait([other], timeout=1)


async def test_an_approval_that_begins_while_a_version_is_published_is_foreseen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    bea = await world.by_link(waiting.id)
    tried: list[asyncio.Task[object]] = []
    set_deadline = standing.set_deadline

    async def with_an_approval_meanwhile(unit: Unit, service_id: str, suspends_at: datetime) -> None:
        await set_deadline(unit, service_id, suspends_at)
        tried.append(asyncio.ensure_future(world.approve(bea, waiting)))
        await meanwhile(tried[-1])

    monkeypatch.setattr(standing, "set_deadline", with_an_approval_meanwhile)
    await publish(world, grace_days=10, days=1)
    await asyncio.gather(*tried)
    assert len(tried) == 1
    assert (await world.stored(waiting.id)).suspends_at is not None


async def test_a_version_that_is_published_during_an_approval_does_not_miss_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    bea = await world.by_link(waiting.id)
    tried: list[asyncio.Task[object]] = []
    foresee = suspension.foresee

    async def with_a_publication_meanwhile(unit: Unit, approved: Collaboration) -> datetime | None:
        foreseen = await foresee(unit, approved)
        tried.append(asyncio.ensure_future(publish(world, grace_days=10, days=1)))
        await meanwhile(tried[-1])
        return foreseen

    monkeypatch.setattr(suspension, "foresee", with_a_publication_meanwhile)
    await world.approve(bea, waiting)
    await asyncio.gather(*tried)
    assert len(tried) == 1
    assert (await world.stored(waiting.id)).suspends_at is not None
