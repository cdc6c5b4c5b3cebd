"""Every row of the refusal table of domain.md section 3 that facts decide, and that the first hit wins."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from domain import scenario
from domain.customer import Address
from domain.errors import ActivationRefusalCode
from domain.scenario import ActivationFacts, TaskChoice
from domain.service import InvoiceRecipient
from tests.support import makers

Code = ActivationRefusalCode
Fault = Callable[[ActivationFacts], ActivationFacts]

# The order of the law, written out once more.
ORDER = [
    Code.CUSTOMER_ARCHIVED,
    Code.TASK_REQUIRED,
    Code.TASK_NOT_ON_CUSTOMER,
    Code.TASK_INACTIVE,
    Code.COLLABORATION_ALREADY_OPEN,
    Code.COMPANY_DATA_CONFLICT,
    Code.CONTACT_REQUIRED,
    Code.CONTACT_EMAIL_INVALID,
    Code.CONTACT_IS_ADVISOR,
    Code.ADDRESS_INCOMPLETE,
    Code.COMPANY_HAS_NO_ADMINISTRATOR,
    Code.INVOICE_RECIPIENT_NOT_ALLOWED,
]


def archive(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, customer=replace(facts.customer, archived=True))


def leave_no_active_task(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, tasks=tuple(replace(task, active=False) for task in facts.tasks))


def name_another_customers_task(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, task=makers.task(id="task-beta", customer_id="customer-beta"))


def name_an_inactive_task(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, task=makers.task(id="task-old", active=False))


def open_another(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, open_collaboration_id="collaboration-1")


def unregister(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, company=None, administrators=())


def subscribe_unregistered(facts: ActivationFacts) -> ActivationFacts:
    return replace(unregister(facts), subscription=makers.subscription())


def remove_contacts(facts: ActivationFacts) -> ActivationFacts:
    return replace(unregister(facts), customer=replace(facts.customer, contacts=()))


def spoil_email(facts: ActivationFacts) -> ActivationFacts:
    return replace(unregister(facts), customer=replace(facts.customer, contacts=(makers.contact(email="gun"),)))


def make_contact_an_advisor(facts: ActivationFacts) -> ActivationFacts:
    contact = makers.contact(email="Anna@Nordbyran.example")
    return replace(unregister(facts), customer=replace(facts.customer, contacts=(contact,)))


def remove_address(facts: ActivationFacts) -> ActivationFacts:
    return replace(unregister(facts), customer=replace(facts.customer, address=None))


def remove_administrators(facts: ActivationFacts) -> ActivationFacts:
    return replace(facts, company=makers.company(), administrators=())


def ask_for_a_recipient_not_allowed(facts: ActivationFacts) -> ActivationFacts:
    service = makers.service(allowed_invoice_recipients=(InvoiceRecipient.CUSTOMER,))
    return replace(facts, service=service, invoice_recipient=InvoiceRecipient.OFFICE)


FAULTS: dict[ActivationRefusalCode, Fault] = {
    Code.CUSTOMER_ARCHIVED: archive,
    Code.TASK_REQUIRED: leave_no_active_task,
    Code.TASK_NOT_ON_CUSTOMER: name_another_customers_task,
    Code.TASK_INACTIVE: name_an_inactive_task,
    Code.COLLABORATION_ALREADY_OPEN: open_another,
    Code.COMPANY_DATA_CONFLICT: subscribe_unregistered,
    Code.CONTACT_REQUIRED: remove_contacts,
    Code.CONTACT_EMAIL_INVALID: spoil_email,
    Code.CONTACT_IS_ADVISOR: make_contact_an_advisor,
    Code.ADDRESS_INCOMPLETE: remove_address,
    Code.COMPANY_HAS_NO_ADMINISTRATOR: remove_administrators,
    Code.INVOICE_RECIPIENT_NOT_ALLOWED: ask_for_a_recipient_not_allowed,
}
# Facts that cannot be true at once: one task is named, one main contact stands on the card, a company is registered or not.
_ONE_TASK = {Code.TASK_NOT_ON_CUSTOMER, Code.TASK_INACTIVE}
_ONE_CONTACT = {Code.CONTACT_REQUIRED, Code.CONTACT_EMAIL_INVALID, Code.CONTACT_IS_ADVISOR}
_UNREGISTERED = {Code.COMPANY_DATA_CONFLICT, *_ONE_CONTACT, Code.ADDRESS_INCOMPLETE}


def can_both_be(one: ActivationRefusalCode, other: ActivationRefusalCode) -> bool:
    pair = {one, other}
    registered = Code.COMPANY_HAS_NO_ADMINISTRATOR in pair and bool(pair & _UNREGISTERED)
    return not (pair <= _ONE_TASK or pair <= _ONE_CONTACT or registered)


PAIRS = [pair for pair in combinations(ORDER, 2) if can_both_be(*pair)]


def test_the_refusals_stand_in_the_order_of_the_law() -> None:
    assert list(ActivationRefusalCode) == ORDER
    assert list(FAULTS) == ORDER


def test_nothing_stands_in_the_way_of_good_facts_registered_or_not() -> None:
    assert scenario.plan(makers.facts()).obstacles == ()
    assert scenario.plan(unregister(makers.facts())).obstacles == ()


@pytest.mark.parametrize("code", ORDER, ids=lambda code: code.value)
def test_each_fault_alone_is_the_one_obstacle(code: ActivationRefusalCode) -> None:
    assert scenario.plan(FAULTS[code](makers.facts())).obstacles == (code,)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda code: code.value)
def test_of_two_faults_the_one_that_the_law_names_first_wins_and_both_are_listed(
    first: ActivationRefusalCode, second: ActivationRefusalCode
) -> None:
    assert scenario.plan(FAULTS[second](FAULTS[first](makers.facts()))).obstacles == (first, second)


def test_a_preview_lists_every_obstacle_at_once() -> None:
    facts = makers.facts()
    found = [*ORDER[:3], *ORDER[4:7], Code.ADDRESS_INCOMPLETE, Code.INVOICE_RECIPIENT_NOT_ALLOWED]
    for code in found:
        facts = FAULTS[code](facts)
    assert scenario.plan(facts).obstacles == tuple(found)


def test_another_customers_task_that_is_also_inactive_is_another_customers() -> None:
    facts = makers.facts(task=makers.task(customer_id="customer-beta", active=False))
    assert scenario.plan(facts).obstacles == (Code.TASK_NOT_ON_CUSTOMER,)


def test_a_task_is_never_guessed_even_where_there_is_but_one() -> None:
    facts = makers.facts(task=None, task_choice=TaskChoice.LEFT_OUT)
    assert scenario.plan(facts).obstacles == (Code.TASK_REQUIRED,)


@pytest.mark.parametrize("choice", TaskChoice)
def test_a_customer_without_tasks_needs_one_however_the_question_is_put(choice: TaskChoice) -> None:
    assert scenario.plan(makers.facts(tasks=(), task=None, task_choice=choice)).obstacles == (Code.TASK_REQUIRED,)


@pytest.mark.parametrize("email", [None, "", "gun", "gun@gamma", "gun@gamma.example, per@gamma.example"])
def test_a_main_contact_that_cannot_be_mailed_is_refused(email: str | None) -> None:
    customer = makers.customer(contacts=(makers.contact(email=email),))
    assert scenario.plan(unregister(makers.facts(customer=customer))).obstacles == (Code.CONTACT_EMAIL_INVALID,)


def test_a_contact_that_is_not_main_does_not_do() -> None:
    customer = makers.customer(contacts=(makers.contact(is_main=False),))
    assert scenario.plan(unregister(makers.facts(customer=customer))).obstacles == (Code.CONTACT_REQUIRED,)


@pytest.mark.parametrize(
    "address",
    [
        makers.address(street=None),
        makers.address(postal_code=None),
        makers.address(city=None),
        makers.address(street=""),
        makers.address(country=""),
    ],
    ids=["street", "postal code", "city", "empty street", "country"],
)
def test_an_address_with_a_part_missing_is_refused(address: Address) -> None:
    customer = replace(makers.customer(), address=address)
    assert scenario.plan(unregister(makers.facts(customer=customer))).obstacles == (Code.ADDRESS_INCOMPLETE,)


def test_a_registered_company_needs_neither_contact_nor_address_on_the_card() -> None:
    customer = makers.customer(contacts=(), address=None)
    assert scenario.plan(makers.facts(customer=customer)).obstacles == ()


def test_an_office_never_creates_an_administrator_of_a_registered_company() -> None:
    plan = scenario.plan(remove_administrators(makers.facts()))
    assert not plan.creates_administrator
    assert plan.approvers == ()


def test_who_pays_for_the_companys_own_subscription_is_not_the_offices_to_choose() -> None:
    facts = makers.facts(subscription=makers.subscription(), invoice_recipient=InvoiceRecipient.OFFICE)
    assert scenario.plan(facts).obstacles == (Code.INVOICE_RECIPIENT_NOT_ALLOWED,)
