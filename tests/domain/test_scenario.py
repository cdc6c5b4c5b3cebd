"""Every row of the scenario table of domain.md section 3, column by column."""

from dataclasses import replace

import pytest

from domain import scenario
from domain.customer import Contact
from domain.mail import Recipient
from domain.scenario import ActivationFacts, ActivationScenario, ApprovalKind, TaskChoice
from domain.service import InvoiceRecipient, SubscriptionStatus
from tests.support import makers

OFFICE, CUSTOMER = InvoiceRecipient.OFFICE, InvoiceRecipient.CUSTOMER

CLEO = makers.administrator()
DAG = makers.administrator(id="administrator-dag", name="Dag Falk", email="dag@alfa.example", language="en")
TO_CLEO = Recipient(name="Cleo Falk", email="cleo@alfa.example", language="sv", administrator_id="administrator-cleo")
TO_DAG = Recipient(name="Dag Falk", email="dag@alfa.example", language="en", administrator_id="administrator-dag")
TO_THE_CONTACT = Recipient(name="Cleo Falk", email="cleo@alfa.example", language="sv")

IN_USE = makers.facts(subscription=makers.subscription())
WITHOUT_SERVICE = makers.facts()
NOT_REGISTERED = makers.facts(company=None, administrators=(), terms=(makers.terms(2), makers.terms(2, language="en")))
EACH = pytest.mark.parametrize(
    "facts", [IN_USE, WITHOUT_SERVICE, NOT_REGISTERED], ids=[kind.value for kind in ActivationScenario]
)


def test_a_registered_company_that_uses_the_service_is_asked_for_the_collaboration_alone() -> None:
    plan = scenario.plan(IN_USE)
    assert plan.scenario is ActivationScenario.SERVICE_IN_USE
    assert not plan.activates_service
    assert not plan.creates_administrator
    assert plan.approval_kind is ApprovalKind.COLLABORATION
    assert plan.terms == ()
    assert plan.invoice_recipient is CUSTOMER
    assert plan.allowed_invoice_recipients == (CUSTOMER,)
    assert plan.approvers == (TO_CLEO,)
    assert plan.obstacles == ()


def test_a_registered_company_without_the_service_gets_it_with_the_collaboration() -> None:
    plan = scenario.plan(WITHOUT_SERVICE)
    assert plan.scenario is ActivationScenario.REGISTERED_WITHOUT_SERVICE
    assert plan.activates_service
    assert not plan.creates_administrator
    assert plan.approval_kind is ApprovalKind.COLLABORATION
    assert plan.terms == ()
    assert plan.invoice_recipient is OFFICE
    assert plan.allowed_invoice_recipients == (OFFICE, CUSTOMER)
    assert plan.approvers == (TO_CLEO,)
    assert plan.obstacles == ()


def test_a_company_that_is_not_registered_gets_an_administrator_who_accepts_the_terms() -> None:
    plan = scenario.plan(NOT_REGISTERED)
    assert plan.scenario is ActivationScenario.NOT_REGISTERED
    assert plan.activates_service
    assert plan.creates_administrator
    assert plan.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS
    assert plan.terms == NOT_REGISTERED.terms
    assert plan.invoice_recipient is OFFICE
    assert plan.allowed_invoice_recipients == (OFFICE, CUSTOMER)
    assert plan.approvers == (TO_THE_CONTACT,)
    assert plan.obstacles == ()


@pytest.mark.parametrize("status", [status for status in SubscriptionStatus if status is not SubscriptionStatus.ACTIVE])
def test_a_subscription_that_is_not_active_does_not_count_as_the_service_in_use(status: SubscriptionStatus) -> None:
    facts = replace(WITHOUT_SERVICE, subscription=makers.subscription(status=status))
    assert scenario.scenario_of(facts) is ActivationScenario.REGISTERED_WITHOUT_SERVICE
    assert scenario.plan(facts).obstacles == ()


def test_a_company_row_that_an_unanswered_activation_made_is_not_registered() -> None:
    facts = replace(NOT_REGISTERED, company=makers.company(registered=False))
    assert not facts.registered
    assert scenario.scenario_of(facts) is ActivationScenario.NOT_REGISTERED


def test_the_administrator_of_an_unanswered_activation_is_used_again() -> None:
    facts = replace(NOT_REGISTERED, company=makers.company(registered=False), administrators=(CLEO,))
    plan = scenario.plan(facts)
    assert not plan.creates_administrator
    assert plan.approvers == (TO_CLEO,)
    assert plan.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS


@pytest.mark.parametrize("facts", [IN_USE, WITHOUT_SERVICE], ids=["IN_USE", "WITHOUT_SERVICE"])
@pytest.mark.parametrize("address", ["cleo@alfa.example", "CLEO@Alfa.Example"])
def test_the_administrator_with_the_main_contacts_address_alone_is_asked(facts: ActivationFacts, address: str) -> None:
    customer = makers.customer(contacts=(makers.contact(email=address),))
    assert scenario.plan(replace(facts, customer=customer, administrators=(DAG, CLEO))).approvers == (TO_CLEO,)


@pytest.mark.parametrize("facts", [IN_USE, WITHOUT_SERVICE], ids=["IN_USE", "WITHOUT_SERVICE"])
@pytest.mark.parametrize(
    "contacts",
    [
        (),
        (makers.contact(email=None),),
        (makers.contact(email="gun@alfa.example"),),
        (makers.contact(is_main=False),),
    ],
    ids=["no contact", "no address", "another address", "not the main contact"],
)
def test_every_administrator_is_asked_where_none_is_the_main_contact(
    facts: ActivationFacts, contacts: tuple[Contact, ...]
) -> None:
    asked = replace(facts, customer=makers.customer(contacts=contacts), administrators=(DAG, CLEO))
    assert scenario.plan(asked).approvers == (TO_DAG, TO_CLEO)


@pytest.mark.parametrize("email", [None, "gun"])
def test_nobody_is_asked_where_the_main_contact_cannot_be_mailed(email: str | None) -> None:
    facts = replace(NOT_REGISTERED, customer=makers.customer(contacts=(makers.contact(email=email),)))
    assert scenario.plan(facts).approvers == ()
    assert scenario.plan(replace(facts, customer=makers.customer(contacts=()))).approvers == ()


@EACH
@pytest.mark.parametrize("recipient", [OFFICE, CUSTOMER])
def test_a_recipient_asked_for_is_planned_as_asked(facts: ActivationFacts, recipient: InvoiceRecipient) -> None:
    assert scenario.plan(replace(facts, invoice_recipient=recipient)).invoice_recipient is recipient


@pytest.mark.parametrize("facts", [WITHOUT_SERVICE, NOT_REGISTERED], ids=["WITHOUT_SERVICE", "NOT_REGISTERED"])
@pytest.mark.parametrize("only", [OFFICE, CUSTOMER])
def test_the_default_recipient_is_one_that_the_service_allows(facts: ActivationFacts, only: InvoiceRecipient) -> None:
    plan = scenario.plan(replace(facts, service=makers.service(allowed_invoice_recipients=(only,))))
    assert plan.allowed_invoice_recipients == (only,)
    assert plan.invoice_recipient is only
    assert plan.obstacles == ()


@EACH
def test_owner_and_participants_of_the_active_task_get_access(facts: ActivationFacts) -> None:
    assert scenario.plan(facts).access_ids == ("advisor-bo", "advisor-anna")


@EACH
def test_nobody_gets_access_by_an_inactive_task_or_none(facts: ActivationFacts) -> None:
    assert scenario.plan(replace(facts, task=makers.task(active=False))).access_ids == ()
    assert scenario.plan(replace(facts, task=None)).access_ids == ()


@EACH
def test_only_active_tasks_can_be_chosen(facts: ActivationFacts) -> None:
    payroll, old = makers.task(id="task-payroll", type="Lön"), makers.task(id="task-old", active=False)
    plan = scenario.plan(replace(facts, tasks=(old, payroll, makers.task())))
    assert plan.selectable_tasks == (payroll, makers.task())


@EACH
def test_a_task_that_is_chosen_on_the_next_screen_stands_in_nobodys_way(facts: ActivationFacts) -> None:
    plan = scenario.plan(replace(facts, task=None, task_choice=TaskChoice.TO_COME))
    assert plan.obstacles == ()
    assert plan.access_ids == ()


@EACH
def test_the_open_collaboration_is_shown_only_to_those_who_may_see_it(facts: ActivationFacts) -> None:
    hidden = replace(facts, open_collaboration_id="collaboration-1", open_collaboration_visible=False)
    assert scenario.plan(hidden).open_collaboration_id is None
    assert scenario.plan(replace(hidden, open_collaboration_visible=True)).open_collaboration_id == "collaboration-1"
    assert scenario.plan(facts).open_collaboration_id is None
