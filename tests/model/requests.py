"""The requests of the model: asked, answered, taken back, asked again, and put right."""

from tests.model.passing import Passing
from tests.model.register import CONTACT, NOT_FOUND, OFFICE_OF, USED, Card, Outcome, Request, Subscription

LIFETIME_H, REMINDER_H, REMINDERS = 30 * 24, 24, 5


class Requests(Passing):
    """What the offices ask of the companies, until it is answered."""

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
        if obstacle is not None or task is None:
            return obstacle or ("TASK_REQUIRED",)
        if expected not in {None, scenario}:
            return ("ScenarioChanged",)
        new = scenario == "NOT_REGISTERED"
        created = self._create_administrator(card.company) if new else None
        payer = payer or ("CUSTOMER" if scenario == "SERVICE_IN_USE" else "OFFICE")
        prepares = self._prepare(card, service, payer)
        kind = "TERMS_AND_CONDITIONS" if new else "COLLABORATION"
        self.known.add(card.company)
        request = Request(
            card=number, service=service, task=task, by=advisor, scenario=scenario, kind=kind, payer=payer, activated=self.now,
            asked=self.now, expires=self.now + LIFETIME_H, pinned=self.in_force(service) if new else None, created=created,
        )  # fmt: skip
        self.requests.append(request)
        return ("Activated", scenario, kind, prepares, created is not None)

    def approve(self, person: str, number: int, company: str, terms: str) -> Outcome:
        """Say yes; the service is the company's from then on, and what was pending is firm."""
        request = self.requests[number]
        refusal = self._judge(person, request, company)
        if refusal is not None:
            return ("AlreadyApproved",) if refusal == ("USED",) else refusal
        asks = request.kind == "TERMS_AND_CONDITIONS"
        version = self._version_asked(request)
        if asks or terms != "none":
            unfit = self._judge_terms(version, terms, asks=asks)
            if unfit is not None:
                return unfit
        self.registered.add(company)
        self.administrators[company][person] = False
        self.answered.add(person)
        held = self.subscriptions.get((company, request.service))
        if held is None or held.status != "ACTIVE":
            pays = self.office_of(request) if request.payer == "OFFICE" else "company"
            self.subscriptions[company, request.service] = Subscription(status="ACTIVE", payer=pays)
        stands = self.accepted[company, request.service]
        if asks:
            stands.add(version)
            self._spread(company, request.service)
        elif not stands:
            stands.add(self.in_force(request.service))
        request.status, request.approved = "ACTIVE", self.now
        request.told.append("APPROVED")
        late = self.late_at(company, request.service)
        request.suspends = None if late is None else max(late, self.now)
        self.settle()
        return ("Approved",)

    def decline(self, person: str, number: int, company: str) -> Outcome:
        """Say no."""
        refusal = self._judge(person, self.requests[number], company)
        if refusal is not None:
            return ("InvalidTransition",) if refusal == ("USED",) else refusal
        self.close(self.requests[number], "DECLINED")
        return ("Declined",)

    def cancel(self, advisor: str, number: int) -> Outcome:
        """Take a request back: he who made it, or FULL."""
        request = self.requests[number]
        if not self.sees(advisor, self.cards[request.card]):
            return NOT_FOUND
        if self.permission[advisor] != "FULL" and advisor != request.by:
            return ("NotPermitted",)
        if request.status != "AWAITING_APPROVAL":
            return ("InvalidTransition",)
        self.close(request, "CANCELLED")
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

    def remind_by_itself(self) -> None:
        """Ask again where one of the days has come, and nobody has asked within a day."""
        for request in self.requests:
            if request.status == "AWAITING_APPROVAL":
                due = [day for day in request.days if request.activated + day * 24 <= self.now]
                request.days = [day for day in request.days if day not in due]
                in_place = self.now >= request.asked + REMINDER_H and self.administrators[self.company_of(request)]
                if due and in_place:
                    request.asked = self.now
                    request.told.append("REMINDED")

    def correct_contact(self, advisor: str, number: int, right: str) -> Outcome:
        """Let somebody else be the administrator whom the office's request made; its requests ask him then."""
        request = self.requests[number]
        company, office = self.company_of(request), self.office_of(request)
        if not self.sees(advisor, self.cards[request.card]):
            return NOT_FOUND
        if request.status != "AWAITING_APPROVAL":
            return ("InvalidTransition",)
        made = {one.created for one in self.requests if (self.company_of(one), self.office_of(one)) == (company, office)}
        wrong = next((person for person in self.administrators[company] if person in made), None)
        others = any(self.office_of(self.requests[other]) != office for other in self.live(company))
        if company in self.registered or request.scenario != "NOT_REGISTERED" or others or wrong is None:
            return ("ContactNotCorrectable",)
        if OFFICE_OF.get(right) == office:
            return ("CONTACT_IS_ADVISOR",)
        self._put_right(company, wrong, right)
        for one in self.waiting(company):
            one.created = right if one.created == wrong else one.created
            one.asked = self.now
            one.told.append("CONTACT_CORRECTED")
        return ("Corrected",)

    def _obstacle(self, advisor: str, card: Card, service: str, task: int | None, payer: str | None) -> Outcome | None:
        scenario = self.scenario(card.company, service)
        held = self.subscriptions.get((card.company, service))
        live = self.live(card.company, service, card.office)
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

    def _create_administrator(self, company: str) -> str | None:
        if self.administrators[company]:
            return None
        self.administrators[company][CONTACT[company]] = True
        self.persons.add(CONTACT[company])
        return CONTACT[company]

    def _prepare(self, card: Card, service: str, payer: str) -> bool:
        held = self.subscriptions.get((card.company, service))
        prepares = held is None or held.status not in {"ACTIVE", "PENDING"}
        if prepares:
            pays = card.office if payer == "OFFICE" else "company"
            self.subscriptions[card.company, service] = Subscription(status="PENDING", payer=pays, prior=held)
        return prepares

    def _judge(self, person: str, request: Request, company: str) -> Outcome | None:
        asked = self.company_of(request)
        if person not in self.administrators[asked]:
            return NOT_FOUND
        if company != asked:
            return ("WrongCompany",)
        if OFFICE_OF.get(person) == self.office_of(request):
            return ("SelfApprovalForbidden",)
        if request.status in USED:
            return ("USED",)
        return None if request.status == "AWAITING_APPROVAL" else ("InvalidTransition",)

    def _version_asked(self, request: Request) -> int:
        return max(request.pinned or 1, self.in_force(request.service, mandatory=True))

    def _judge_terms(self, version: int, named: str, *, asks: bool) -> Outcome | None:
        """Judge what was named: what is shown, with its hash or another, the first version, or nothing."""
        if not asks:
            return ("InvalidInput",)
        if named == "none":
            return ("TermsAcceptanceRequired",)
        if named == "first" and version != 1:
            return ("TermsOutdated",)
        return ("TermsTextMismatch",) if named == "other" else None

    def _spread(self, company: str, service: str) -> None:
        """Let whatever else asks or works in a service go on under terms that were accepted."""
        self.go_on(company, service)
        for number in self.live(company, service):
            self.requests[number].kind = "COLLABORATION"

    def _put_right(self, company: str, wrong: str, right: str) -> None:
        shared = sum(wrong in people for people in self.administrators.values()) > 1
        if wrong == right:
            return
        del self.administrators[company][wrong]
        self.administrators[company][right] = True
        if not shared:
            self.persons.discard(wrong)
            self._keep_made(company, wrong, None if right in self.persons else right)
        self.persons.add(right)

    def _keep_made(self, company: str, wrong: str, name: str | None) -> None:
        """Let the requests that made a person know him by another name; those that wait ask whoever is right anyway."""
        waiting = {id(request) for request in self.waiting(company)}
        for request in self.requests:
            if request.created == wrong and id(request) not in waiting:
                request.created = name
