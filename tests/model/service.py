"""The real service as the model meets it: names and numbers in, names of what came of it out, by the API of the use cases."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain.approval import AcceptedTerms
from domain.customer import CompanyForm, Contact
from domain.errors import DomainError
from domain.office import CustomerPermission
from domain.scenario import ActivationScenario
from domain.service import InvoiceRecipient, SubscriptionStatus
from domain.task import TaskPeriod
from domain.viewer import Side
from resolvers import activation, answer, bulk, collaboration, customer, fact, reminder, task
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.answer import ApproveCollaboration
from resolvers.card import CreateCustomer
from resolvers.context import Context
from resolvers.task import CreateTask, UpdateTask
from tests.model.asking import NUMBERS
from tests.model.register import Outcome
from tests.model.using import Using
from tests.support import world as worlds

CONTACTS = {"alfa": worlds.CLEO, "beta": worlds.BEA, "gamma": worlds.GUN, "delta": "eva@delta.example"}


class Service(Using):
    """Does with the service what the model does."""

    def create_customer(self, advisor: str, of: str) -> Outcome:
        """Add a card of a company, with a task; the advisor answers for it."""

        async def work(context: Context) -> Outcome:
            asked = CreateCustomer(
                name=f"{of} {len(self.cards)}",
                organisation_number=NUMBERS[of],
                company_form=CompanyForm.LIMITED_COMPANY,
                address=worlds.ADDRESS,
                contacts=(Contact(name="Kontakt", email=CONTACTS[of], phone=None, language="sv", is_main=True),),
                account_manager_id=context.require_viewer().id,
            )
            added = await self._twice(lambda key: customer.create(context, asked, key))
            self.cards.append(added.value.id)
            self.tasks.append([])
            return ("Created",)

        return self._ask(advisor, Side.OFFICE, work)

    def create_task(self, advisor: str, card: int) -> Outcome:
        """Add a task, the advisor's own."""

        async def work(context: Context) -> Outcome:
            asked = CreateTask(customer_id=self.cards[card], type="Bokföring", period=TaskPeriod.MONTH)
            added = await self._twice(lambda key: task.create(context, asked, key))
            self.tasks[card].append(added.value.id)
            return ("Created",)

        return self._ask(advisor, Side.OFFICE, work)

    def update_task(self, advisor: str, card: int, number: int, *, active: bool) -> Outcome:
        """Let a task be active, or no longer."""

        async def work(context: Context) -> Outcome:
            asked = UpdateTask(task_id=self.tasks[card][number], active=active)
            await self._twice(lambda key: task.update(context, asked, key))
            return ("Updated",)

        return self._ask(advisor, Side.OFFICE, work)

    def set_archived(self, advisor: str, card: int, *, archived: bool) -> Outcome:
        """Put a card away, or take it out."""

        async def work(context: Context) -> Outcome:
            change = customer.archive if archived else customer.restore
            await self._twice(lambda key: change(context, self.cards[card], key))
            return ("Updated",)

        return self._ask(advisor, Side.OFFICE, work)

    def activate(self, advisor: str, *item: Any) -> Outcome:  # noqa: ANN401 - as `_activation` takes them
        """Activate, and tell the scenario, what is asked for, and what was prepared."""

        async def work(context: Context) -> Outcome:
            asked = self._activation(*item)
            return self._activated(await self._twice(lambda key: activation.activate(context, asked, key)))

        return self._ask(advisor, Side.OFFICE, work)

    def activate_many(self, advisor: str, items: Sequence[tuple[Any, ...]]) -> Outcome:
        """Activate many in one call, and again under the same key, which must do nothing twice; tell what came of each."""

        async def work(context: Context) -> Outcome:
            asked, key = [self._activation(*item) for item in items], f"key-{next(self._keys)}"
            first = (await bulk.activate(context, asked, key)).outcomes
            again = (await bulk.activate(context, asked, key)).outcomes
            for once, twice in zip(first, again, strict=True):
                assert isinstance(once, DomainError) == isinstance(twice, DomainError)
                if isinstance(once, Activated) and isinstance(twice, Activated):
                    assert (once.collaboration.id, twice.replayed) == (twice.collaboration.id, True)
            return tuple(self._named(one) if isinstance(one, DomainError) else self._activated(one) for one in first)

        return self._ask(advisor, Side.OFFICE, work)

    def _activation(
        self, card: int, code: str, number: int | None, payer: str | None, expected: str | None
    ) -> ActivateCollaboration:
        return ActivateCollaboration(
            customer_id=self.cards[card],
            service_id=self._service_id(code),
            task_id=None if number is None else self.tasks[card][number],
            invoice_recipient=None if payer is None else InvoiceRecipient[payer],
            expected_scenario=None if expected is None else ActivationScenario[expected],
        )

    def _activated(self, done: Activated) -> Outcome:
        self.requests.append(done.collaboration.id)
        return ("Activated", done.scenario.name, done.approval_kind.name, done.service_activated, done.administrator_created)

    def approve(self, person: str, request: int, of: str, code: str, terms: str) -> Outcome:
        """Approve for the company named, naming what is shown, by its hash or another, the first version, or nothing."""

        async def work(context: Context) -> Outcome:
            shown, accepted = None, None
            if terms in {"shown", "other"}:
                known = await collaboration.find(context, self.requests[request])
                shown = None if known is None else await collaboration.terms(context, known, None)
            if terms != "none":
                shown = shown or await self._version(code, 1)
                accepted = AcceptedTerms(terms_id=shown.id, sha256="0" * 64 if terms == "other" else shown.sha256)
            asked = ApproveCollaboration(
                collaboration_id=self.requests[request], company_id=await self._company_id(of), accepted_terms=accepted
            )
            done = await self._twice(lambda key: answer.approve(context, asked, key))
            return ("AlreadyApproved",) if done.already_approved else ("Approved",)

        return self._ask(person, Side.COMPANY, work)

    def decline(self, person: str, request: int, of: str) -> Outcome:
        """Decline for the company named."""

        async def work(context: Context) -> Outcome:
            company_id = await self._company_id(of)
            await self._twice(lambda key: answer.decline(context, self.requests[request], company_id, None, key))
            return ("Declined",)

        return self._ask(person, Side.COMPANY, work)

    def cancel(self, advisor: str, request: int) -> Outcome:
        """Take a request back."""

        async def work(context: Context) -> Outcome:
            await self._twice(lambda key: answer.cancel(context, self.requests[request], None, key))
            return ("Cancelled",)

        return self._ask(advisor, Side.OFFICE, work)

    def remind(self, advisor: str, request: int) -> Outcome:
        """Ask again."""

        async def work(context: Context) -> Outcome:
            await self._twice(lambda key: reminder.remind(context, self.requests[request], None, key))
            return ("Reminded",)

        return self._ask(advisor, Side.OFFICE, work)

    def advance(self, hours: int) -> None:
        """Move the clock."""
        self._runner.run(self._world.advance(timedelta(hours=hours)))

    def work(self) -> None:
        """Do what is due."""
        while self._runner.run(self._worker.run_once()):
            pass

    def register(self, of: str) -> None:
        """Let a company accept the provider's agreement by itself."""
        self._runner.run(fact.register_company(self._installation, NUMBERS[of], of))

    def subscribe(self, of: str, code: str, status: str | None) -> Outcome:
        """Let a company set its own subscription."""
        wanted = None if status is None else SubscriptionStatus[status]
        return self._do(lambda: fact.set_subscription(self._installation, NUMBERS[of], code, wanted))

    def add_administrator(self, of: str, person: str) -> Outcome:
        """Let a person act for a company."""
        return self._do(lambda: fact.add_administrator(self._installation, NUMBERS[of], person, person))

    def remove_administrator(self, of: str, person: str) -> Outcome:
        """Take a person's right to act for a company."""
        return self._do(lambda: fact.remove_administrator(self._installation, NUMBERS[of], person))

    def permit(self, advisor: str, permission: str) -> None:
        """Change which customers an advisor sees."""
        self._runner.run(fact.set_advisor_permission(self._installation, advisor, CustomerPermission[permission]))
