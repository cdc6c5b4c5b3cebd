"""Every use case that changes something, as a partner would try it: those that it may with the scope, and all others."""

from collections.abc import Awaitable, Callable

from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration
from domain.customer import CompanyForm
from domain.partner import PartnerScope
from domain.service import ServiceAfterwards
from domain.task import TaskPeriod
from resolvers import acceptance, answer, bulk, correction, customer, ending, intake, linking, partner, reminder, task
from resolvers.acceptance import AcceptTerms
from resolvers.answer import ApproveCollaboration
from resolvers.card import CreateCustomer, UpdateCustomer
from resolvers.context import Context
from resolvers.ending import EndCollaboration
from resolvers.task import CreateTask, UpdateTask
from tests.support.world import NORD, World

Do = Callable[[Context, World, Collaboration], Awaitable[object]]
TERMS = AcceptedTerms(terms_id="nothing", sha256="0" * 64)
REFUSED: dict[str, tuple[Do, str]] = {
    "approve": (
        lambda c, _w, k: answer.approve(c, ApproveCollaboration(collaboration_id=k.id, company_id=k.company_id), None),
        "ADMINISTRATOR",
    ),
    "decline": (lambda c, _w, k: answer.decline(c, k.id, k.company_id, None, None), "ADMINISTRATOR"),
    "accept terms": (
        lambda c, _w, k: acceptance.accept(c, AcceptTerms(company_id=k.company_id, terms=TERMS), None),
        "ADMINISTRATOR",
    ),
    "end": (
        lambda c, _w, k: ending.end(
            c, EndCollaboration(collaboration_id=k.id, company_id=None, on=None, afterwards=ServiceAfterwards.KEEP), None
        ),
        "ADVISOR",
    ),
    "withdraw an end": (lambda c, _w, k: ending.withdraw(c, k.id, None, None), "ADVISOR"),
    "create a customer": (
        lambda c, _w, _k: customer.create(
            c, CreateCustomer(name="Ny AB", organisation_number=NORD, company_form=CompanyForm.LIMITED_COMPANY), None
        ),
        "ADVISOR",
    ),
    "update a customer": (
        lambda c, w, _k: customer.update(c, UpdateCustomer(customer_id=w.customers["Beta AB"].id, name="Ny AB"), None),
        "ADVISOR",
    ),
    "archive a customer": (lambda c, w, _k: customer.archive(c, w.customers["Alfa AB"].id, None), "ADVISOR"),
    "restore a customer": (lambda c, w, _k: customer.restore(c, w.customers["Alfa AB"].id, None), "ADVISOR"),
    "import customers": (lambda c, _w, _k: intake.import_rows(c, [], None), "ADVISOR"),
    "create a task": (
        lambda c, w, _k: task.create(
            c, CreateTask(customer_id=w.customers["Alfa AB"].id, type="Lön", period=TaskPeriod.YEAR), None
        ),
        "ADVISOR",
    ),
    "update a task": (lambda c, w, _k: task.update(c, UpdateTask(task_id=w.tasks["Alfa AB"].id, active=False), None), "ADVISOR"),
    "create a partner": (
        lambda c, _w, _k: partner.create(c, partner.CreatePartner(name="Ny", scopes=(PartnerScope.EVENTS_READ,)), None),
        "ADVISOR",
    ),
}
WRITING: dict[str, Do] = {
    "activate": lambda c, w, _k: w.activate(c, "Alfa AB"),
    "activate many": lambda c, w, _k: bulk.activate(c, [w.activation_of("Alfa AB")], None),
    "remind": lambda c, _w, k: reminder.remind(c, k.id, None, None),
    "correct": lambda c, _w, k: correction.correct(c, k.id, "Gun", "gun2@gamma.example", None),
    "change the task": lambda c, w, k: linking.change_task(c, k.id, w.tasks["Gamma AB"].id, None),
    "cancel": lambda c, _w, k: answer.cancel(c, k.id, None, None),
}
