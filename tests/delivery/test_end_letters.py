"""What mails about ends say: to the other side, when, whose it is, what becomes of the service, and who pays from then on."""

from datetime import timedelta

import pytest

from delivery.letter import Letterhead
from domain.mail import MailKind
from domain.service import ServiceAfterwards
from resolvers import settlement
from tests.delivery.said import ENGLISH_MONTHS, MONTHS, forms
from tests.delivery.test_templates import read
from tests.support import ends
from tests.support.seen import collaborate
from tests.support.world import ANNA, BEA, BO, World

pytestmark = pytest.mark.anyio

KEEP, READ_ONLY, END = ServiceAfterwards

# By kind, side that did it, choice and language: the subject, and sentences of the text.
SAID = {
    (MailKind.END_SCHEDULED, BEA, KEEP, "sv"): (
        "Beta AB avslutar samarbetet i Visma Scanner {day}",
        "Beta AB har bestämt att samarbetet i Visma Scanner ska avslutas. Sista dagen är {day};",
        "Hittills har Nordbyrån betalat för det; från slutet betalar Beta AB.",
        "Uppdrag: Bokföring",
    ),
    (MailKind.END_SCHEDULED, BEA, KEEP, "en"): (
        "Beta AB ends the collaboration in Visma Scanner on {day}",
        "Beta AB has decided to end the collaboration in Visma Scanner. The last day is {day}",
        "So far Nordbyrån has paid for it; from the end on Beta AB pays.",
    ),
    (MailKind.END_SCHEDULED, BO, READ_ONLY, "sv"): (
        "Nordbyrån avslutar samarbetet med Beta AB i Visma Scanner {day}",
        "sedan har Nordbyrån inte längre tillgång till tjänsten.",
        "Från slutet går det bara att läsa i Visma Scanner",
    ),
    (MailKind.END_SCHEDULED, BO, END, "en"): (
        "Nordbyrån ends the collaboration with Beta AB in Visma Scanner on {day}",
        "then Nordbyrån no longer has access to the service.",
        "The subscription to Visma Scanner ends at the same time.",
    ),
    (MailKind.END_WITHDRAWN, BEA, KEEP, "sv"): (
        "Samarbetet med Beta AB i Visma Scanner fortsätter",
        "Beta AB har tagit tillbaka att samarbetet i Visma Scanner skulle avslutas {day}.",
    ),
    (MailKind.END_WITHDRAWN, BO, END, "en"): (
        "The collaboration of Beta AB and Nordbyrån in Visma Scanner goes on",
        "Nordbyrån has withdrawn the end of the collaboration with Beta AB in Visma Scanner that was set for {day}.",
    ),
    (MailKind.ENDED, BEA, KEEP, "sv"): (
        "Samarbetet med Beta AB i Visma Scanner är avslutat",
        "som Beta AB hade bestämt. Sista dagen var {day}.",
        "från slutet betalar Beta AB.",
    ),
    (MailKind.ENDED, BO, END, "en"): (
        "The collaboration with Beta AB in Visma Scanner has ended",
        "as Nordbyrån had decided. The last day was {day}.",
        "The subscription to Visma Scanner ends at the same time.",
    ),
}


@pytest.mark.parametrize(("kind", "email", "chosen", "language"), SAID)
async def test_the_other_side_reads_what_the_end_means(
    world: World, head: Letterhead, kind: MailKind, email: str, chosen: ServiceAfterwards, language: str
) -> None:
    known, _ = await collaborate(world, "Beta AB")
    viewer = await world.viewed_by(email)
    day = (await ends.scheduled(viewer, known, chosen)).collaboration.ends_on
    assert day is not None
    if kind is MailKind.END_WITHDRAWN:
        await ends.withdraw(viewer, known)
    if kind is MailKind.ENDED:
        await world.advance(timedelta(days=2))
        await settlement.settle(world.database, known.id)
    months = MONTHS if language == "sv" else ENGLISH_MONTHS
    spoken = f"{day.day} {months[day.month - 1]} {day.year}"
    subject, *sentences = (said.format(day=spoken) for said in SAID[(kind, email, chosen, language)])
    # An end that comes is told to both; here it is read as the office does.
    to = ANNA if kind is MailKind.ENDED or email == BEA else BEA
    written = next(one for one in await read(world, head, kind, language) if one.to == to)
    assert written.subject == subject
    for form in forms(written):
        plain = form.replace(": ", " ")
        for sentence in sentences:
            assert sentence.replace(": ", " ") in plain


@pytest.mark.parametrize(("email", "said"), [(BEA, "Beta AB har avslutat samarbetet"), (BO, "Nordbyrån har avslutat samarbetet")])
async def test_an_end_at_once_names_who_made_it_and_no_last_day(world: World, head: Letterhead, email: str, said: str) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await ends.end(await world.viewed_by(email), known, END)
    [written] = await read(world, head, MailKind.ENDED, "sv")
    for form in forms(written):
        assert said in form
        assert "Sista dag" not in form
