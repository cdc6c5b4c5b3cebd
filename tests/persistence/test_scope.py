"""Who sees which rows: the conditions for the database against the rule in Python, for everybody in a crowd."""

import pytest

from domain.office import Advisor, CustomerPermission
from domain.viewer import AdministratorViewer, AdvisorViewer
from persistence import collaboration, customer, scope, task
from persistence.collaboration import CollaborationParent
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder
from persistence.customer_filter import CustomerFilter, CustomerOrder
from persistence.database import Database
from persistence.page import PageRequest
from persistence.task import TaskFilter, TaskOrder
from tests.persistence import crowd
from tests.persistence.crowd import Crowd
from tests.support import makers

pytestmark = pytest.mark.anyio

EVERYTHING = PageRequest(limit=1_000)


def sees(among: Crowd, advisor: Advisor, customer_id: str) -> bool:
    """Judge whether the advisor sees the card, by the words of the law."""
    card = among.customers[customer_id]
    if card.office_id != advisor.office_id:
        return False
    takes_part = any(advisor.id in one.advisor_ids for one in among.tasks.values() if one.customer_id == customer_id)
    return advisor.permission is CustomerPermission.FULL or card.account_manager_id == advisor.id or takes_part


def viewers(among: Crowd) -> list[tuple[Advisor, AdvisorViewer]]:
    """List each advisor with either permission."""
    return [
        (
            makers.advisor(id=one.id, office_id=one.office_id, permission=permission),
            makers.advisor_viewer(id=one.id, office_id=one.office_id, permission=permission),
        )
        for one in among.advisors.values()
        for permission in CustomerPermission
    ]


async def test_advisors_see_the_cards_tasks_and_collaborations_that_the_law_says(database: Database) -> None:
    among = await crowd.gather(database)
    shown: set[int] = set()
    async with database.read() as reading:
        for advisor, viewer in viewers(among):
            cards = {name for name in among.customers if sees(among, advisor, name)}
            works = {one.id for one in among.tasks.values() if one.customer_id in cards}
            together = {one.id for one in among.collaborations.values() if one.customer_id in cards}
            shown.add(len(cards))
            of_cards, of_tasks = scope.customers_of(viewer), scope.tasks_of(viewer)
            of_collaborations = scope.collaborations_of(viewer)
            assert set(await customer.many(reading, among.customers, scope=of_cards)) == cards
            assert set(await task.many(reading, among.tasks, scope=of_tasks)) == works
            assert set(await collaboration.many(reading, among.collaborations, scope=of_collaborations)) == together
            page = await customer.page(
                reading, scope=of_cards, filter=CustomerFilter(), order=CustomerOrder(), request=EVERYTHING
            )
            assert {one.id for one in page.items} == {name for name in cards if not among.customers[name].archived}
            tasks = await task.page(reading, scope=of_tasks, filter=TaskFilter(), order=TaskOrder(), request=EVERYTHING)
            assert [one.id for one in tasks.items] == sorted(works)
            counted = await collaboration.count(reading, scope=of_collaborations, filter=CollaborationFilter())
            assert counted == len(together)
            by_customer = await collaboration.count_by_parent(
                reading,
                CollaborationParent.CUSTOMER,
                list(among.customers),
                scope=of_collaborations,
                filter=CollaborationFilter(),
            )
            assert set(by_customer) == {among.collaborations[name].customer_id for name in together}
            listed = await collaboration.page(
                reading, scope=of_collaborations, filter=CollaborationFilter(), order=CollaborationOrder(), request=EVERYTHING
            )
            assert {one.id for one in listed.items} == together
    assert len(shown) > 4


async def test_administrators_see_their_companies_collaborations_and_nothing_of_offices(database: Database) -> None:
    among = await crowd.gather(database)
    async with database.read() as reading:
        for companies in (set[str](), {"company-03"}, {"company-00", "company-17", "company-42"}, {"nowhere"}):
            viewer: AdministratorViewer = makers.administrator_viewer(company_ids=frozenset(companies))
            found = await collaboration.many(reading, among.collaborations, scope=scope.collaborations_of(viewer))
            assert set(found) == {one.id for one in among.collaborations.values() if one.company_id in companies}
            assert await customer.many(reading, among.customers, scope=scope.customers_of(viewer)) == {}
            assert await task.many(reading, among.tasks, scope=scope.tasks_of(viewer)) == {}


async def test_an_advisors_id_in_another_office_opens_nothing_there(database: Database) -> None:
    among = await crowd.gather(database)
    manager = next(filter(None, (one.account_manager_id for one in among.customers.values())))
    elsewhere = makers.advisor_viewer(id=manager, office_id="office of nobody")
    async with database.read() as reading:
        assert await customer.many(reading, among.customers, scope=scope.customers_of(elsewhere)) == {}
        assert await task.many(reading, among.tasks, scope=scope.tasks_of(elsewhere)) == {}
        assert await collaboration.many(reading, among.collaborations, scope=scope.collaborations_of(elsewhere)) == {}
