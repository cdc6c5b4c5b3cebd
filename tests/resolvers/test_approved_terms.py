"""Terms as they are approved: exactly as shown, in the version to accept now, and only where they are asked."""

import pytest

from domain.approval import AcceptedTerms
from domain.collaboration import CollaborationStatus
from domain.errors import (
    DomainError,
    InvalidInput,
    TermsAcceptanceRequired,
    TermsTextMismatch,
)
from domain.event import CollaborationEventType
from persistence import service
from resolvers import answer, collaboration
from resolvers.answer import ApproveCollaboration
from tests.support.seen import (
    request,
)
from tests.support.world import World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


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
