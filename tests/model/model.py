"""What the law says of collaborations, in plain Python: no database, no service; hours for time, names for everybody.

Each action returns what must come of it. What the clock makes true is true at once here, whenever the service writes it down.
"""

from datetime import timedelta

from tests.model.register import NOT_FOUND, OFFICE_OF, USED, Outcome, Request
from tests.model.requests import Requests

FARTHEST_DAYS = 366


class Model(Requests):
    """Two offices, four companies, two services, and what has become of them."""

    def advance(self, hours: int) -> None:
        """Let time pass; what becomes true meanwhile does so in the order of its moments."""
        self.now += hours
        self.settle()

    def work(self) -> None:
        """Do what the clock asks for: remind, and tell of terms that wait."""
        self.remind_by_itself()
        for request in self.requests:
            version = self.required(self.company_of(request), request.service)
            if request.status in {"ACTIVE", "ENDING"} and version is not None and version > request.required:
                request.required = version
                request.told.append("TERMS_REQUIRED")

    def change_task(self, advisor: str, number: int, card: int, task: int) -> Outcome:
        """Hang it on another task of its customer; one that hangs on no active task may be linked while it is live."""
        request = self.requests[number]
        cards = self.cards[request.card], self.cards[card]
        if not all(self.sees(advisor, one) for one in cards):
            return NOT_FOUND
        unlinked = not cards[0].tasks[request.task]
        if request.status not in {"ACTIVE", "AWAITING_APPROVAL"} and not (unlinked and request.status in USED):
            return ("InvalidTransition",)
        if card != request.card:
            return ("TASK_NOT_ON_CUSTOMER",)
        if not cards[1].tasks[task]:
            return ("TASK_INACTIVE",)
        if task != request.task:
            request.task = task
            request.told.append("TASK_CHANGED")
        return ("Changed",)

    def end(self, who: str, number: int, company: str | None, days: int | None, afterwards: str) -> Outcome:
        """End now, or when a day is over; `company` is the one that an administrator names, None for an advisor."""
        request = self.requests[number]
        refusal = self._judge_side(who, request, company)
        if refusal is not None:
            return refusal
        if request.status not in (USED if days is None else {"ACTIVE"}):
            return ("InvalidTransition",)
        if days is not None and not 1 <= days <= FARTHEST_DAYS:
            return ("InvalidInput",)
        if afterwards not in self._options(request, by_company=company is not None):
            return ("EndOptionNotAllowed",)
        request.ended_by = self.office_of(request) if company is None else "company"
        if days is None:
            request.ends = None
            self.end_service(request, afterwards, shared=bool(self.others(request)))
            return ("Ended",)
        request.status, request.afterwards = "ENDING", afterwards
        request.ends = self.start_of(self.today() + timedelta(days=days + 1))
        request.told.append("END_SCHEDULED")
        return ("Scheduled",)

    def withdraw_end(self, who: str, number: int, company: str | None) -> Outcome:
        """Take a scheduled end back: the side that scheduled it."""
        request = self.requests[number]
        refusal = self._judge_side(who, request, company)
        if refusal is not None:
            return refusal
        if request.status != "ENDING":
            return ("InvalidTransition",)
        if request.ended_by != (self.office_of(request) if company is None else "company"):
            return ("NotPermitted",)
        request.status, request.ends, request.ended_by = "ACTIVE", None, None
        request.suspends = None if request.suspends is None else max(request.suspends, self.now)
        request.told.append("END_WITHDRAWN")
        self.settle()
        return ("Withdrawn",)

    def accept_terms(self, person: str, company: str, service: str, version: int, *, right: bool) -> Outcome:
        """Accept a version that waits for the company: it alone, and by the hash of its text."""
        if person not in self.administrators[company]:
            return NOT_FOUND
        if OFFICE_OF.get(person) in {self.office_of(request) for request in self.used(company, service)}:
            return ("SelfApprovalForbidden",)
        stands, waits = self.accepted[company, service], self.required(company, service)
        if version == waits:
            if not right:
                return ("TermsTextMismatch",)
            stands.add(version)
            self.answered.add(person)
            self.go_on(company, service)
            self.settle()
            return ("Accepted",)
        if waits is None and version in stands:
            return ("AlreadyAccepted",)
        newest = max(stands, default=0) if waits is None else waits
        return ("InvalidInput",) if version > newest else ("TermsOutdated",)

    def _judge_side(self, who: str, request: Request, company: str | None) -> Outcome | None:
        if company is None:
            if not self.sees(who, self.cards[request.card]):
                return NOT_FOUND
            return None if self.permission[who] == "FULL" else ("NotPermitted",)
        if who not in self.administrators[self.company_of(request)]:
            return NOT_FOUND
        return None if company == self.company_of(request) else ("WrongCompany",)

    def _options(self, request: Request, *, by_company: bool) -> tuple[str, ...]:
        held = self.subscriptions.get((self.company_of(request), request.service))
        pays = held is not None and held.payer == self.office_of(request)
        closed = ("READ_ONLY", "END") if (by_company or pays) and not self.others(request) else ()
        return ("KEEP", *closed) if by_company or not pays or not closed else closed
