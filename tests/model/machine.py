"""The state machine: chance chooses who does what, and the service must answer as the model says.

It knows nothing of SQL or GraphQL. A further part of the lifecycle is a method here that chooses and asks both sides, its name
in `WEIGHTS`, and its rule in the model.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.model.asking import ADDRESS
from tests.model.model import Model
from tests.model.register import CONTACT, OFFICE_OF, SERVICES, USED, Outcome
from tests.model.service import Service

Chosen = TypeVar("Chosen")

ADVISORS, COMPANIES = tuple(OFFICE_OF), tuple(CONTACT)
# Bo may become an administrator of a company, and must not answer what his own office asks.
PERSONS = ("cleo", "dag", "bea", "gun", "eva", "bo")
WEIGHTS = {
    "activate": 12, "activate_many": 2, "approve": 8, "decline": 3, "cancel": 3, "remind": 4, "correct_contact": 3,
    "end": 5, "withdraw_end": 2, "change_task": 2, "publish": 2, "accept_terms": 4, "advance": 6, "work": 2, "look": 1,
    "subscribe": 1, "register": 1, "add_administrator": 1, "remove_administrator": 2, "permit": 1,
    "create_customer": 1, "create_task": 1, "update_task": 2, "set_archived": 1,
}  # fmt: skip
# What can be done only once something was asked for.
ON_REQUESTS = frozenset({"approve", "decline", "cancel", "remind", "correct_contact", "end", "withdraw_end", "change_task"})
ACTIONS = tuple(name for name, weight in WEIGHTS.items() for _ in range(weight))


class Machine(RuleBasedStateMachine):
    """Drives the service beside the model; `open_service` gives a fresh one, and `done` counts what came of the steps."""

    open_service: Callable[[], Service]
    done: Counter[tuple[str, str]]

    @initialize(choosing=st.data())
    def begin(self, choosing: st.DataObject) -> None:
        """Begin with a world of its own."""
        self.service, self.choosing = type(self).open_service(), choosing
        self.model = Model(self.service.begin())

    def teardown(self) -> None:
        """Let the service do what is due, and compare everything; every row must be as it should."""
        if hasattr(self, "service"):
            try:
                self.compare()
            finally:
                self.service.close()

    @rule(choosing=st.data())
    def step(self, choosing: st.DataObject) -> None:
        """Let somebody do something."""
        self.choosing = choosing
        action = self.one_of(ACTIONS)
        if self.model.requests or action not in ON_REQUESTS:
            getattr(self, action)()

    def activate(self) -> None:
        advisor, *item = self.activation()
        self.same("activate", self.service.activate(ADDRESS[advisor], *item), self.model.activate(advisor, *item))

    def activate_many(self) -> None:
        advisor, *first = self.activation()
        items = [tuple(first), *(self.activation()[1:] for _ in range(self.one_of((0, 1, 2))))]
        wanted = tuple(self.model.activate(advisor, *item) for item in items)
        self.same("activate_many", self.service.activate_many(ADDRESS[advisor], items), wanted)

    def activation(self) -> tuple[Any, ...]:
        """Choose who activates which service for which card, on which task, who pays, and what is expected."""
        everywhere = range(len(self.model.cards))
        free = [number for number in everywhere if any(self.model.cards[number].tasks) and not self.model.is_live_on(number)]
        card = self.one_of(free * 4 + list(everywhere))
        tasks, sees = self.model.cards[card].tasks, self.who_sees(card)
        advisor = self.one_of(sees * 4 + ADVISORS)
        task = self.one_of((*range(len(tasks)),) * 9 + (None,))
        payer = self.one_of((None, None, None, "OFFICE", "CUSTOMER"))
        expected = self.one_of((None, None, None, None, "SERVICE_IN_USE", "NOT_REGISTERED"))
        return advisor, card, self.one_of(SERVICES), task, payer, expected

    def approve(self) -> None:
        number, of, person = self.answer()
        right = "shown" if self.model.requests[number].kind == "TERMS_AND_CONDITIONS" else "none"
        terms = self.one_of((right,) * 6 + ("shown", "none", "other", "first"))
        wanted, unsure = self.model.approve(person, number, of, terms), self.unsure(number, person)
        self.same(
            "approve",
            self.service.approve(ADDRESS[person], number, of, self.model.requests[number].service, terms),
            wanted,
            unsure,
        )

    def decline(self) -> None:
        number, of, person = self.answer()
        wanted, unsure = self.model.decline(person, number, of), self.unsure(number, person)
        self.same("decline", self.service.decline(ADDRESS[person], number, of), wanted, unsure)

    def cancel(self) -> None:
        number = self.request()
        advisor = self.one_of((self.model.requests[number].by,) * 4 + ADVISORS)
        wanted = self.model.cancel(advisor, number)
        self.same("cancel", self.service.cancel(ADDRESS[advisor], number), wanted)

    def remind(self) -> None:
        number = self.request()
        advisor = self.one_of(self.who_sees(self.model.requests[number].card) * 4 + ADVISORS)
        wanted = self.model.remind(advisor, number)
        self.same("remind", self.service.remind(ADDRESS[advisor], number), wanted)

    def advance(self) -> None:
        hours = self.one_of((1, 23, 24, 24, 24, 48, 24 * 10, 24 * 29))
        self.model.advance(hours)
        self.service.advance(hours)

    def work(self) -> None:
        self.model.work()
        self.service.work()

    def correct_contact(self) -> None:
        fresh = [number for number, one in enumerate(self.model.requests) if one.created and one.status == "AWAITING_APPROVAL"]
        number = self.one_of(fresh * 6 + [self.request()])
        advisor = self.one_of(self.who_sees(self.model.requests[number].card) * 4 + ADVISORS)
        right = self.one_of(("gunvor", "gunvor", "gun", "cleo", "bo", "sara"))
        wanted = self.model.correct_contact(advisor, number, right)
        self.same("correct_contact", self.service.correct_contact(ADDRESS[advisor], number, ADDRESS[right]), wanted)

    def end(self) -> None:
        who, number, of = self.ender()
        days, afterwards = self.one_of((None, 1, 1, 2, 30, 0, 367)), self.one_of(("KEEP", "READ_ONLY", "END"))
        day = None if days is None else self.model.today() + timedelta(days=days)
        wanted, unsure = self.model.end(who, number, of, days, afterwards), self.unsure(number, who)
        self.same("end", self.service.end(ADDRESS[who], number, of, day, afterwards), wanted, unsure)

    def withdraw_end(self) -> None:
        who, number, of = self.ender()
        wanted, unsure = self.model.withdraw_end(who, number, of), self.unsure(number, who)
        self.same("withdraw_end", self.service.withdraw_end(ADDRESS[who], number, of), wanted, unsure)

    def ender(self) -> tuple[str, int, str | None]:
        """Choose who ends what, and for which company, where he does it for one."""
        used = [number for number, one in enumerate(self.model.requests) if one.status in USED]
        number = self.one_of(used * 6 + [self.request()])
        company = self.model.company_of(self.model.requests[number])
        if self.one_of((True, False)):
            return self.one_of(self.who_sees(self.model.requests[number].card) * 4 + ADVISORS), number, None
        people = tuple(self.model.administrators[company]) * 6 + PERSONS
        return self.one_of(people), number, self.one_of((company,) * 6 + COMPANIES)

    def change_task(self) -> None:
        number = self.request()
        cards = [card for card, known in enumerate(self.model.cards) if known.tasks]
        card = self.one_of([self.model.requests[number].card] * 6 + cards)
        advisor, task = self.one_of(self.who_sees(card) * 4 + ADVISORS), self.number_of(self.model.cards[card].tasks)
        wanted = self.model.change_task(advisor, number, card, task)
        self.same("change_task", self.service.change_task(ADDRESS[advisor], number, card, task), wanted)

    def publish(self) -> None:
        code, days, grace = self.one_of(SERVICES), self.one_of((0, 0, 5)), self.one_of((None, 1, 10, 10, 30))
        day = self.model.today() + timedelta(days=days)
        self.same("publish", self.service.publish(code, day, grace), self.model.publish(code, days, grace))

    def accept_terms(self) -> None:
        pairs = [(of, code) for of in COMPANIES for code in SERVICES]
        of, code = self.one_of([pair for pair in pairs if self.model.required(*pair)] * 6 + pairs)
        person = self.one_of(tuple(self.model.administrators[of]) * 6 + PERSONS)
        versions = tuple(range(1, len(self.model.versions[code]) + 1))
        version = self.one_of((self.model.required(of, code) or versions[-1],) * 4 + versions)
        right = self.one_of((True, True, True, False))
        wanted = self.model.accept_terms(person, of, code, version, right=right)
        unsure: set[Outcome] = {("InvalidInput",)} if (of, person) in self.model.lingering else set()
        self.same("accept_terms", self.service.accept_terms(ADDRESS[person], of, code, version, right=right), wanted, unsure)

    def subscribe(self) -> None:
        of, code, status = self.one_of(COMPANIES), self.one_of(SERVICES), self.one_of(("ACTIVE", "READ_ONLY", "ENDED", None))
        self.same("subscribe", self.service.subscribe(of, code, status), self.model.subscribe(of, code, status))

    def register(self) -> None:
        of = self.one_of(COMPANIES)
        self.model.register(of)
        self.service.register(of)

    def add_administrator(self) -> None:
        of, person = self.one_of(COMPANIES), self.one_of(PERSONS)
        wanted = self.model.add_administrator(of, person)
        self.same("add_administrator", self.service.add_administrator(of, ADDRESS[person]), wanted)

    def remove_administrator(self) -> None:
        of = self.one_of(COMPANIES)
        person = self.one_of(tuple(self.model.administrators[of]) * 3 + PERSONS)
        unsure: set[Outcome] = {("Done",)} if (of, person) in self.model.lingering else set()
        wanted = self.model.remove_administrator(of, person)
        self.same("remove_administrator", self.service.remove_administrator(of, ADDRESS[person]), wanted, unsure)

    def permit(self) -> None:
        advisor, permission = self.one_of(ADVISORS), self.one_of(("OWN", "FULL"))
        self.model.permission[advisor] = permission
        self.service.permit(ADDRESS[advisor], permission)

    def create_customer(self) -> None:
        advisor, of = self.one_of(ADVISORS), self.one_of(COMPANIES)
        wanted = self.model.create_customer(advisor, of)
        self.same("create_customer", self.service.create_customer(ADDRESS[advisor], of), wanted)

    def create_task(self) -> None:
        card = self.number_of(self.model.cards)
        advisor = self.one_of(self.who_sees(card) + ADVISORS)
        self.same("create_task", self.service.create_task(ADDRESS[advisor], card), self.model.create_task(advisor, card))

    def update_task(self) -> None:
        card = self.one_of([number for number, known in enumerate(self.model.cards) if known.tasks])
        number, active = self.number_of(self.model.cards[card].tasks), self.one_of((True, True, False))
        advisor = self.one_of(self.who_sees(card) + ADVISORS)
        wanted = self.model.update_task(advisor, card, number, active=active)
        self.same("update_task", self.service.update_task(ADDRESS[advisor], card, number, active=active), wanted)

    def set_archived(self) -> None:
        card, archived = self.number_of(self.model.cards), self.one_of((True, False, False, False))
        advisor = self.one_of(self.who_sees(card) + ADVISORS)
        wanted = self.model.set_archived(advisor, card, archived=archived)
        self.same("set_archived", self.service.set_archived(ADDRESS[advisor], card, archived=archived), wanted)

    def look(self) -> None:
        self.compare_list(self.one_of(ADVISORS))

    def compare_list(self, advisor: str) -> None:
        """What a list shows is as the model says, whatever has been written down."""
        seen = {
            number: request.status
            for number, request in enumerate(self.model.requests)
            if self.model.sees(advisor, self.model.cards[request.card])
        }
        self.alike(advisor, self.service.statuses(ADDRESS[advisor]), seen)

    def compare(self) -> None:
        """Compare all there is, once everything that is due has been done."""
        self.work()
        for advisor in ("bo", "sara"):
            self.model.permission[advisor] = "FULL"
            self.service.permit(ADDRESS[advisor], "FULL")
            self.compare_list(advisor)
            told = {
                number: request.told
                for number, request in enumerate(self.model.requests)
                if self.model.cards[request.card].office == OFFICE_OF[advisor]
            }
            self.alike(advisor, self.service.told(ADDRESS[advisor]), told)
            type(self).done.update(("told", event) for events in told.values() for event in events)
        for of in COMPANIES:
            held = {pair[1]: (one.status, one.payer) for pair, one in self.model.subscriptions.items() if pair[0] == of}
            people = {ADDRESS[person] for person in self.model.administrators[of]}
            self.alike(of, self.service.company(of), (of in self.model.registered, people, held))
        self.alike("rows", self.service.broken(), ())

    def one_of(self, choices: Sequence[Chosen]) -> Chosen:
        """Choose one."""
        return self.choosing.draw(st.sampled_from(choices))

    def number_of(self, choices: Sequence[object]) -> int:
        """Choose one by its place."""
        return self.one_of(range(len(choices)))

    def request(self) -> int:
        """Choose a request: one that waits, more often than not."""
        waiting = [number for number, one in enumerate(self.model.requests) if one.status == "AWAITING_APPROVAL"]
        return self.one_of(waiting * 4 + list(range(len(self.model.requests)))[-8:])

    def answer(self) -> tuple[int, str, str]:
        """Choose a request, and more often than not its own company, and somebody who acts for it."""
        number = self.request()
        company = self.model.company_of(self.model.requests[number])
        people = tuple(self.model.administrators[company]) * 12 + PERSONS
        return number, self.one_of((company,) * 6 + COMPANIES), self.one_of(people)

    def who_sees(self, card: int) -> tuple[str, ...]:
        """Name the advisors who see a card."""
        return tuple(advisor for advisor in ADVISORS if self.model.sees(advisor, self.model.cards[card]))

    def unsure(self, number: int, person: str) -> set[Outcome]:
        """Say what else may come of an answer by somebody whose right is gone, while that may not have been written down."""
        if (self.model.company_of(self.model.requests[number]), person) not in self.model.lingering:
            return set()
        return {("InvalidTransition",), ("WrongCompany",)}

    def same(self, action: str, found: Outcome, wanted: Outcome, unsure: set[Outcome] | None = None) -> None:
        """Compare what came of it with what must."""
        note(f"{action}: {found}")
        type(self).done[action, str(found[0])] += 1
        self.alike(action, found, found if wanted == ("NotFound",) and found in (unsure or set()) else wanted)

    def alike(self, what: str, found: object, wanted: object) -> None:
        """Say what differs."""
        assert found == wanted, f"{what}: {found}, not {wanted}"
