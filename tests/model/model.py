"""What the law says of collaborations, in plain Python: no database, no service; hours for time, names for everybody.

Each action returns what must come of it. What the clock makes true is true at once here, whenever the service writes it down.
"""

from dataclasses import dataclass, field

from tests.model.register import CONTACT, NOT_FOUND, OFFICE_OF, Card, Outcome, Register

LIFETIME_H, REMINDER_H, REMINDERS = 30 * 24, 24, 5


@dataclass(kw_only=True)
class Request:
    """A collaboration, from its request on."""

    card: int
    service: str
    by: str
    kind: str
    payer: str
    asked: int
    expires: int
    status: str = "AWAITING_APPROVAL"
    reminders: int = 0
    told: list[str] = field(default_factory=lambda: ["ACTIVATED"])


@dataclass(kw_only=True)
class Subscription:
    """A company's right to a service; `payer` is an office or the company, `prior` what was there before a request."""

    status: str
    payer: str
    prior: "Subscription | None" = None


class Model(Register):
    """Two offices, three companies, two services, and what has become of them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.requests: list[Request] = []
        self.registered = {"alfa", "beta"}
        self.known = {"alfa", "beta"}
        # True where no approval has confirmed the person yet.
        self.administrators: dict[str, dict[str, bool]] = {
            "alfa": {"cleo": False, "dag": False},
            "beta": {"bea": False},
            "gamma": {},
        }
        self.subscriptions = {("alfa", "scanner"): Subscription(status="ACTIVE", payer="company")}
        self.lingering: set[tuple[str, str]] = set()

    def company_of(self, request: Request) -> str:
        """Name the company that a request asks."""
        return self.cards[request.card].company

    def scenario(self, company: str, service: str) -> str:
        """Derive the scenario from the facts of now."""
        if company not in self.registered:
            return "NOT_REGISTERED"
        held = self.subscriptions.get((company, service))
        in_use = held is not None and held.status == "ACTIVE"
        return "SERVICE_IN_USE" if in_use else "REGISTERED_WITHOUT_SERVICE"

    def activate(
        self, advisor: str, number: int, service: str, task: int | None, payer: str | None, expected: str | None
    ) -> Outcome:
        """Ask a company; the first obstacle in the law's order is the refusal."""
        card = self.cards[number]
        if not self.sees(advisor, card):
            return NOT_FOUND
        scenario = self.scenario(card.company, service)
        obstacle = self._obstacle(advisor, card, service, task, payer)
        if obstacle is not None:
            return obstacle
        if expected not in {None, scenario}:
            return ("ScenarioChanged",)
        people = self.administrators[card.company]
        creates = scenario == "NOT_REGISTERED" and not people
        if creates:
            people[CONTACT[card.company]] = True
        payer = payer or ("CUSTOMER" if scenario == "SERVICE_IN_USE" else "OFFICE")
        held = self.subscriptions.get((card.company, service))
        prepares = held is None or held.status not in {"ACTIVE", "PENDING"}
        if prepares:
            pays = card.office if payer == "OFFICE" else "company"
            self.subscriptions[card.company, service] = Subscription(status="PENDING", payer=pays, prior=held)
        kind = "TERMS_AND_CONDITIONS" if scenario == "NOT_REGISTERED" else "COLLABORATION"
        self.known.add(card.company)
        expires = self.now + LIFETIME_H
        self.requests.append(
            Request(card=number, service=service, by=advisor, kind=kind, payer=payer, asked=self.now, expires=expires)
        )
        return ("Activated", scenario, kind, prepares, creates)

    def _obstacle(self, advisor: str, card: Card, service: str, task: int | None, payer: str | None) -> Outcome | None:
        scenario = self.scenario(card.company, service)
        held = self.subscriptions.get((card.company, service))
        live = self._live(card.company, service, card.office)
        new = scenario == "NOT_REGISTERED"
        sees = bool(live) and self.sees(advisor, self.cards[self.requests[live[0]].card])
        obstacles: dict[Outcome, bool] = {
            ("CUSTOMER_ARCHIVED",): card.archived,
            ("TASK_REQUIRED",): task is None or not any(card.tasks),
            ("TASK_INACTIVE",): task is not None and not card.tasks[task],
            ("CollaborationAlreadyOpen", *live[:1]): sees,
            ("COLLABORATION_ALREADY_OPEN",): bool(live),
            ("COMPANY_DATA_CONFLICT",): new and held is not None and held.status == "ACTIVE",
            ("COMPANY_HAS_NO_ADMINISTRATOR",): not new and not self.administrators[card.company],
            ("INVOICE_RECIPIENT_NOT_ALLOWED",): scenario == "SERVICE_IN_USE" and payer == "OFFICE",
        }
        return next((obstacle for obstacle, stands in obstacles.items() if stands), None)

    def approve(self, person: str, number: int, company: str, terms: str) -> Outcome:
        """Say yes; the service is the company's from then on, and what was pending is firm."""
        request = self.requests[number]
        refusal = self._judge(person, request, company)
        if refusal is not None:
            return ("AlreadyApproved",) if refusal == ("ACTIVE",) else refusal
        asks = request.kind == "TERMS_AND_CONDITIONS"
        if not asks and terms != "none":
            return ("InvalidInput",)
        if asks and terms != "shown":
            return ("TermsAcceptanceRequired",) if terms == "none" else ("TermsTextMismatch",)
        request.status = "ACTIVE"
        request.told.append("APPROVED")
        self.registered.add(company)
        self.administrators[company][person] = False
        held = self.subscriptions.get((company, request.service))
        if held is None or held.status != "ACTIVE":
            pays = self.cards[request.card].office if request.payer == "OFFICE" else "company"
            self.subscriptions[company, request.service] = Subscription(status="ACTIVE", payer=pays)
        if asks:
            for other in self._live(company, request.service):
                self.requests[other].kind = "COLLABORATION"
        return ("Approved",)

    def decline(self, person: str, number: int, company: str) -> Outcome:
        """Say no."""
        refusal = self._judge(person, self.requests[number], company)
        if refusal is not None:
            return ("InvalidTransition",) if refusal == ("ACTIVE",) else refusal
        self._close(self.requests[number], "DECLINED")
        return ("Declined",)

    def _judge(self, person: str, request: Request, company: str) -> Outcome | None:
        asked = self.company_of(request)
        if person not in self.administrators[asked]:
            return NOT_FOUND
        if company != asked:
            return ("WrongCompany",)
        if OFFICE_OF.get(person) == self.cards[request.card].office:
            return ("SelfApprovalForbidden",)
        if request.status == "ACTIVE":
            return ("ACTIVE",)
        return None if request.status == "AWAITING_APPROVAL" else ("InvalidTransition",)

    def cancel(self, advisor: str, number: int) -> Outcome:
        """Take a request back: he who made it, or FULL."""
        request = self.requests[number]
        if not self.sees(advisor, self.cards[request.card]):
            return NOT_FOUND
        if self.permission[advisor] != "FULL" and advisor != request.by:
            return ("NotPermitted",)
        if request.status != "AWAITING_APPROVAL":
            return ("InvalidTransition",)
        self._close(request, "CANCELLED")
        return ("Cancelled",)

    def remind(self, advisor: str, number: int) -> Outcome:
        """Ask again, five times at most, a day after the latest mail that asked."""
        request = self.requests[number]
        if not self.sees(advisor, self.cards[request.card]):
            return NOT_FOUND
        if request.status != "AWAITING_APPROVAL":
            return ("InvalidTransition",)
        if request.reminders == REMINDERS:
            return ("ReminderLimitReached",)
        if self.now < request.asked + REMINDER_H:
            return ("ReminderTooSoon",)
        if not self.administrators[self.company_of(request)]:
            return ("RecipientUndeliverable",)
        request.reminders, request.asked = request.reminders + 1, self.now
        request.told.append("REMINDED")
        return ("Reminded",)

    def advance(self, hours: int) -> None:
        """Let time pass; what has waited too long is expired, in the order of the deadlines."""
        self.now += hours
        for request in sorted(self.requests, key=lambda one: one.expires):
            if request.status == "AWAITING_APPROVAL" and request.expires <= self.now:
                company = self.company_of(request)
                before = set(self.administrators[company])
                self._close(request, "EXPIRED")
                # The service may write this later, and until then knows these people.
                self.lingering |= {(company, person) for person in before - set(self.administrators[company])}

    def _close(self, request: Request, status: str) -> None:
        """Close with a no, and undo what was prepared, unless another request needs it."""
        request.status = status
        request.told.append(status)
        company = self.company_of(request)
        held = self.subscriptions.get((company, request.service))
        if held is not None and held.status == "PENDING":
            heirs = [self.requests[other] for other in self._live(company, request.service)]
            heirs = [other for other in heirs if other.status == "AWAITING_APPROVAL"]
            if heirs:
                held.payer = self.cards[heirs[0].card].office if heirs[0].payer == "OFFICE" else "company"
            elif held.prior is None:
                del self.subscriptions[company, request.service]
            else:
                self.subscriptions[company, request.service] = held.prior
        if not self._live(company):
            self._dismiss_pending(company)

    def is_live_on(self, number: int) -> bool:
        """Tell whether anything on a card is live."""
        return any(self.requests[other].card == number for other in self._live(self.cards[number].company))

    def _live(self, company: str, service: str | None = None, office: str | None = None) -> list[int]:
        """Number the live collaborations of a company, oldest first."""
        return [
            number
            for number, request in enumerate(self.requests)
            if request.status in {"AWAITING_APPROVAL", "ACTIVE"}
            and self.company_of(request) == company
            and service in {None, request.service}
            and office in {None, self.cards[request.card].office}
        ]

    def register(self, company: str) -> None:
        """Let a company accept the provider's agreement by itself; whom a request made administrator is not its own."""
        self.known.add(company)
        if company not in self.registered:
            self.registered.add(company)
            self._dismiss_pending(company)
            self._miss_approvers(company)

    def subscribe(self, company: str, service: str, status: str | None) -> Outcome:
        """Let a company set its own subscription; one that is worked in is ended rather than gone."""
        if company not in self.known:
            return NOT_FOUND
        worked_in = any(self.requests[other].status == "ACTIVE" for other in self._live(company, service))
        if status is None and not worked_in:
            self.subscriptions.pop((company, service), None)
        else:
            self.subscriptions[company, service] = Subscription(status=status or "ENDED", payer="company")
        return ("Done",)

    def add_administrator(self, company: str, person: str) -> Outcome:
        """Let a person act for a registered company, for good."""
        if company not in self.registered:
            return NOT_FOUND
        self.administrators[company][person] = False
        return ("Done",)

    def remove_administrator(self, company: str, person: str) -> Outcome:
        """Take a person's right; where nobody is left, each office that waits is told."""
        if self.administrators[company].pop(person, None) is None:
            return NOT_FOUND
        self._miss_approvers(company)
        return ("Done",)

    def _dismiss_pending(self, company: str) -> None:
        people = self.administrators[company]
        self.administrators[company] = {person: False for person, pending in people.items() if not pending}

    def _miss_approvers(self, company: str) -> None:
        """Tell whoever waits for an answer that nobody is left to give one."""
        if not self.administrators[company]:
            for number in self._live(company):
                if self.requests[number].status == "AWAITING_APPROVAL":
                    self.requests[number].told.append("APPROVER_MISSING")
