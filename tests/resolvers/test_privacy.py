"""What of a person is shown to whom: a sole trader's number, an approver's address, mails and advisors."""

import pytest
from sqlalchemy import select

from domain.mail import MailKind, MailStatus
from persistence.tables import events
from resolvers import collaboration, company, fact, privacy, viewer
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from tests.support.seen import as_administrator, as_advisor, collaborate, written
from tests.support.world import ANNA, BEA, BO, CLEO, DAG, SARA, World, contact

pytestmark = pytest.mark.anyio

ZETA = "1212121212"


async def test_a_sole_traders_number_is_shown_to_advisors_who_see_the_card_and_the_companys_administrators(world: World) -> None:
    await fact.register_company(world.installation, ZETA, "Zeta Konsult")
    await fact.add_administrator(world.installation, ZETA, "Zoe Holm", "zoe@zeta.example")
    anna, zoe, bea, sara = [await world.viewed_by(email) for email in (ANNA, "zoe@zeta.example", BEA, SARA)]
    card = await world.add_customer(anna, "Zeta Konsult", ZETA, contact("Zoe Holm", "zoe@zeta.example"))
    known = (await world.activate(anna, "Zeta Konsult")).collaboration
    shown, masked = "121212-1212", "******-****"
    assert [privacy.card_number(one, card) for one in (anna, sara, zoe)] == [shown, masked, masked]
    found = [privacy.company_number(one, known.company_id, ZETA) for one in (zoe, bea, anna, sara)]
    assert found == [shown, masked, masked, masked]
    assert [privacy.office_number(one, world.nord.id, ZETA) for one in (anna, sara, zoe)] == [shown, masked, masked]
    assert privacy.company_number(sara, known.company_id, "5560160680") == "556016-0680"
    for kept in await written(world, known.id):
        assert "1212" not in repr(kept.content)
    async with world.database.read() as reading:
        stored = (await reading.connection.execute(select(events))).all()
    assert ZETA not in repr(stored)


async def test_an_approvers_address_is_masked_for_an_office_unless_its_card_has_it(world: World) -> None:
    known, cleo = await collaborate(world, "Alfa AB")
    anna = await world.viewed_by(ANNA)
    for email, shown in ((CLEO, CLEO), (CLEO.upper(), CLEO.upper()), (DAG, "d***@alfa.example"), (BO, BO)):
        assert await privacy.collaboration_email(anna, known, email) == shown
        assert await privacy.collaboration_email(cleo, known, email) == email
    assert privacy.card_email(None, CLEO) == "c***@alfa.example"


async def test_an_administrator_sees_his_own_mails_and_the_office_all(world: World) -> None:
    known, cleo = await collaborate(world, "Alfa AB")
    dag = await world.viewed_by(DAG)
    assert {one.kind for one in await collaboration.mails(cleo, known)} == {MailKind.ACTIVATION, MailKind.APPROVED}
    assert await collaboration.mails(dag, known) == ()
    office = await collaboration.mails(await world.viewed_by(ANNA), known)
    assert {one.recipient.email for one in office} == {CLEO, ANNA}


async def test_people_and_companies_are_found_only_by_who_may_know_them(world: World) -> None:
    known, cleo = await collaborate(world, "Alfa AB")
    anna, bea, sara = [await world.viewed_by(email) for email in (ANNA, BEA, SARA)]
    dag_id = as_administrator(await world.viewed_by(DAG)).id
    cases = {
        "colleague": (viewer.find_advisor(anna, as_advisor(await world.viewed_by(BO)).id), True),
        "another office's advisor": (viewer.find_advisor(sara, as_advisor(anna).id), False),
        "an advisor, by the company": (viewer.find_advisor(cleo, as_advisor(anna).id), False),
        "own office": (viewer.find_office(anna, world.nord.id), True),
        "another office": (viewer.find_office(anna, world.syd.id), False),
        "an office, by the company": (viewer.find_office(cleo, world.nord.id), False),
        "a fellow administrator": (company.find_administrator(cleo, dag_id), True),
        "a stranger": (company.find_administrator(bea, dag_id), False),
        "an administrator, by the office": (company.find_administrator(anna, dag_id), False),
        "oneself": (company.find_administrator(bea, as_administrator(bea).id), True),
        "own company": (company.find(cleo, known.company_id), True),
        "another company": (company.find(bea, known.company_id), False),
        "a company, by the office": (company.find(anna, known.company_id), False),
    }
    assert {name: await found is not None for name, (found, _) in cases.items()} == {
        name: expected for name, (_, expected) in cases.items()
    }
    for read in (company.administrators, company.subscriptions, company.acceptances):
        assert await read(cleo, known.company_id) != ()
        assert await read(bea, known.company_id) == await read(anna, known.company_id) == ()
    page = await collaboration.page_of_company(
        anna, known.company_id, PageArguments(), CollaborationFilter(), CollaborationOrder()
    )
    assert (page.items, await page.count()) == ((), 0)


async def test_an_administrator_filters_by_nothing_of_the_offices(world: World) -> None:
    known, cleo = await collaborate(world, "Alfa AB")
    anna = as_advisor(await world.viewed_by(ANNA))
    hidden = (
        CollaborationFilter(customer_id=known.customer_id),
        CollaborationFilter(task_id=known.task_id),
        CollaborationFilter(task_owner_id=anna.id),
        CollaborationFilter(account_manager_id=anna.id),
        CollaborationFilter(activated_by_id=anna.id),
        CollaborationFilter(mail_status=MailStatus.QUEUED),
        CollaborationFilter(unlinked=False),
    )
    order = CollaborationOrder(field=CollaborationOrderField.CUSTOMER_NAME)
    for wanted in hidden:
        assert (await collaboration.list_page(cleo, PageArguments(), wanted, order)).items == ()
        assert len((await collaboration.list_page(await world.viewed_by(ANNA), PageArguments(), wanted, order)).items) == 1
    mine = CollaborationFilter(company_id=known.company_id)
    assert len((await collaboration.list_page(cleo, PageArguments(), mine, order)).items) == 1
    assert (await collaboration.list_page(await world.viewed_by(ANNA), PageArguments(), mine, order)).items == ()
