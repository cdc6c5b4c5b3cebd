"""Addresses and numbers of persons: to a partner only with the scope that names them, by whichever way it asks."""

import pytest

from domain.customer import Address
from domain.partner import PartnerScope
from resolvers import collaboration, customer, privacy
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.wanted import CustomerFilter, CustomerOrder
from tests.support import partners
from tests.support.seen import collaborate
from tests.support.world import ALFA, ANNA, BO, CLEO, DAG, SARA, World, contact

pytestmark = pytest.mark.anyio

ZETA = "1212121212"
PERSONAL = PartnerScope.PERSONAL_DATA_READ


async def found(context: Context, **asked: str) -> list[str]:
    """Return the names of the customers that a filter finds, and see that they are counted alike."""
    page = await customer.list_page(context, PageArguments(), CustomerFilter(**asked), CustomerOrder())  # type: ignore[arg-type]  # keywords of the dataclass
    assert await page.count() == len(page.items)
    return [one.name for one in page.items]


async def two_partners(world: World) -> tuple[Context, Context]:
    """Return a partner with every scope, and one without that for personal data."""
    sees = await partners.act_as(world, *partners.EVERYTHING, name="Sees")
    return sees, await partners.act_as(world, *partners.without(PERSONAL), name="Sees not")


async def test_a_sole_traders_number_is_shown_with_the_scope_and_masked_without(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    zeta = await world.add_customer(anna, "Zeta Konsult", ZETA, contact("Zoe Holm", "zoe@zeta.example"))
    sees, sees_not = await two_partners(world)
    stranger = await partners.act_as(world, *partners.EVERYTHING, by=SARA)
    shown, masked = "121212-1212", "******-****"
    assert [privacy.card_number(one, zeta) for one in (sees, sees_not, stranger)] == [shown, masked, masked]
    assert [privacy.office_number(one, world.nord.id, ZETA) for one in (sees, sees_not, stranger)] == [shown, masked, masked]
    assert privacy.card_number(sees_not, world.customers["Alfa AB"]) == "556016-0680"
    assert privacy.company_number(sees, "a company", ZETA) == masked


async def test_a_number_that_is_masked_finds_nothing_whole_or_in_part(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await world.add_customer(anna, "Zeta Konsult", ZETA, contact("Zoe Holm", "zoe@zeta.example"))
    sees, sees_not = await two_partners(world)
    for guess in ("1", "12", "12121", "121212-12", "1212121212", "121212-1212", "201212121212"):
        assert await found(sees, search=guess) == ["Zeta Konsult"] or guess == "1"
        assert "Zeta Konsult" not in await found(sees_not, search=guess), guess
    for number in (ZETA, "121212-1212"):
        assert await found(sees, organisation_number=number) == ["Zeta Konsult"]
        assert await found(sees_not, organisation_number=number) == []
    assert await found(sees_not, search="zeta") == ["Zeta Konsult"]
    for asked in ({"search": ALFA[:7]}, {"search": "556016-0680"}, {"organisation_number": ALFA}):
        assert await found(sees_not, **asked) == ["Alfa AB"]


async def test_a_card_is_shown_without_addresses_and_phone_numbers(world: World) -> None:
    sees, sees_not = await two_partners(world)
    alfa = world.customers["Alfa AB"]
    assert privacy.shown_card(sees, alfa) == alfa
    assert isinstance(alfa.address, Address)
    hidden = privacy.shown_card(sees_not, alfa)
    assert hidden.address is None
    assert [(one.name, one.email, one.phone) for one in hidden.contacts] == [("Cleo Falk", None, None)]


async def test_an_approvers_address_is_shown_to_a_partner_as_to_its_office_or_not_at_all(world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    sees, sees_not = await two_partners(world)
    for email, shown in ((CLEO, CLEO), (DAG, "d***@alfa.example"), (BO, BO)):
        assert await privacy.collaboration_email(sees, known, email) == shown
        assert await privacy.collaboration_email(sees_not, known, email) is None


async def test_evidence_names_the_person_and_hides_what_could_prove_a_guess(world: World) -> None:
    known, _ = await collaborate(world, "Alfa AB")
    sees, sees_not = await two_partners(world)
    for context in (sees, sees_not):
        approval = await collaboration.approval_of(context, known)
        assert approval is not None
        record = approval.evidence
        assert record is not None
        export = await collaboration.export_evidence(context, record)
        salt = (record.personal or {})["salt"]
        assert salt is not None
        for told in (CLEO, "192.0.2.7", "a test", salt):
            assert (told in export) is (context is sees), told
        assert "Cleo Falk" in export
        shown = privacy.record(context.require_viewer(), record)
        assert (shown == record) is (context is sees)
        assert shown.hash == record.hash
        stranger = await partners.act_as(world, *partners.EVERYTHING, by=SARA)
        assert await collaboration.find_evidence(stranger, record.id) is None
