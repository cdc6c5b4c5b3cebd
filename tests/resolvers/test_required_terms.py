"""Terms that wait: which version, shown to whom, until when, and what they do to the acceptance before them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain import calendar_day
from domain.collaboration import Collaboration
from domain.service import TermsAcceptance
from persistence import service
from persistence.database import Unit
from resolvers import answer, company, terms
from resolvers.context import Context
from resolvers.terms import RequiredTerms
from tests.support.seen import collaborate
from tests.support.world import ANNA, BEA, World

pytestmark = pytest.mark.anyio


def today(context: Context) -> date:
    return calendar_day.day_of(context.now)


async def acceptance(context: Context, known: Collaboration) -> TermsAcceptance:
    (only,) = await company.acceptances(context, known.company_id)
    return only


async def test_a_newer_mandatory_version_waits_with_the_end_of_its_grace_time(world: World) -> None:
    known, gun = await collaborate(world, "Gamma AB")
    assert await company.required_terms(gun, known.company_id, None) == ()
    assert await terms.required_of_collaboration(gun, known, None) is None
    assert await terms.valid_until(gun, await acceptance(gun, known)) is None
    swedish, english = await world.publish_terms(2, effective_from=today(gun), grace_days=10)
    due_at = calendar_day.start_of(today(gun) + timedelta(days=10))
    for language, shown in ((None, swedish), ("sv", swedish), ("en", english)):
        expected = RequiredTerms(terms=shown, due_at=due_at)
        assert await company.required_terms(gun, known.company_id, language) == (expected,)
        assert await terms.required_of_collaboration(gun, known, language) == expected
        assert await terms.required_of_collaboration(await world.viewed_by(ANNA), known, language) == expected
    assert await terms.valid_until(gun, await acceptance(gun, known)) == due_at


async def test_a_version_that_is_not_mandatory_or_not_yet_in_effect_does_not_wait(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await world.publish_terms(2, effective_from=today(bea), mandatory=False)
    await world.publish_terms(3, effective_from=today(bea) + timedelta(days=1))
    assert await company.required_terms(bea, known.company_id, None) == ()
    await world.advance(timedelta(days=1))
    (waiting,) = await company.required_terms(await world.viewed_by(BEA), known.company_id, None)
    assert waiting.terms.version == 3


async def test_terms_of_a_service_that_the_company_does_not_stand_under_do_not_wait(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await world.publish_terms(2, effective_from=today(bea), of=world.archive)
    assert await company.required_terms(bea, known.company_id, None) == ()


async def test_a_request_that_waits_is_asked_with_its_approval_and_not_besides(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    activated = (await world.activate(anna, "Gamma AB")).collaboration
    await world.publish_terms(2, effective_from=today(anna))
    assert await terms.required_of_collaboration(anna, activated, None) is None
    await answer.cancel(anna, activated.id, None, None)
    assert await terms.required_of_collaboration(anna, await world.stored(activated.id), None) is None


async def test_an_acceptance_that_a_newer_one_has_replaced_has_no_end(world: World) -> None:
    known, gun = await collaborate(world, "Gamma AB")
    first = await acceptance(gun, known)
    second, _ = await world.publish_terms(2, effective_from=today(gun))
    newer = replace(first, terms_id=second.id, accepted_at=gun.now)

    async def accept(unit: Unit) -> None:
        await service.accept_terms(unit, second.service_id, newer, second.version)

    await world.database.write(accept)
    await world.publish_terms(3, effective_from=today(gun))
    assert await terms.valid_until(gun, first) is None
    assert await terms.valid_until(gun, newer) is not None


async def test_only_the_companys_administrators_see_what_it_must_accept(world: World) -> None:
    known, gun = await collaborate(world, "Gamma AB")
    await world.publish_terms(2, effective_from=today(gun))
    assert len(await company.required_terms(gun, known.company_id, None)) == 1
    for email in (ANNA, BEA):
        assert await company.required_terms(await world.viewed_by(email), known.company_id, None) == ()
