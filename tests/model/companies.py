"""The companies of the model: who acts for them, what they hold of each service, and which terms they stand under."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.model.register import (
    CONTACT,
    LIVE,
    NOT_FOUND,
    OFFICE_OF,
    SERVICES,
    USED,
    Outcome,
    Register,
    Request,
    Subscription,
    Version,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST = Version(mandatory=True, effective=date(2026, 1, 1), late=date(2026, 1, 31))


class Companies(Register):
    """Four companies, what the provider knows of them, and the clock: hours since the beginning."""

    def __init__(self, begin: datetime) -> None:
        super().__init__()
        self.begin, self.now = begin, 0
        self.requests: list[Request] = []
        self.registered = {"alfa", "beta"}
        self.known = {"alfa", "beta"}
        # True where no approval has confirmed the person yet.
        self.administrators: dict[str, dict[str, bool]] = {
            "alfa": {"cleo": False, "dag": False},
            "beta": {"bea": False},
            "gamma": {},
            "delta": {},
        }
        # Whom the provider knows by address, and who has answered.
        self.persons, self.answered = {"cleo", "dag", "bea"}, set[str]()
        self.subscriptions = {("alfa", "scanner"): Subscription(status="ACTIVE", payer="company")}
        self.versions = {service: [FIRST] for service in SERVICES}
        self.accepted: dict[tuple[str, str], set[int]] = {(of, service): set() for of in CONTACT for service in SERVICES}
        self.lingering: set[tuple[str, str]] = set()

    def today(self) -> date:
        """Return the day in Stockholm."""
        return (self.begin + timedelta(hours=self.now)).astimezone(STOCKHOLM).date()

    def start_of(self, day: date) -> float:
        """Return the hour at which a day begins in Stockholm."""
        return (datetime.combine(day, datetime.min.time(), STOCKHOLM) - self.begin) / timedelta(hours=1)

    def company_of(self, request: Request) -> str:
        """Name the company that a request asks."""
        return self.cards[request.card].company

    def office_of(self, request: Request) -> str:
        """Name the office that asks."""
        return self.cards[request.card].office

    def is_live_on(self, number: int) -> bool:
        """Tell whether anything on a card is live."""
        return any(self.requests[other].card == number for other in self.live(self.cards[number].company))

    def live(self, company: str, service: str | None = None, office: str | None = None) -> list[int]:
        """Number the live collaborations of a company, oldest first."""
        return [
            number
            for number, request in enumerate(self.requests)
            if request.status in LIVE
            and self.company_of(request) == company
            and service in {None, request.service}
            and office in {None, self.office_of(request)}
        ]

    def used(self, company: str, service: str) -> list[Request]:
        """List what a company has in use of a service, with whichever office."""
        live = [self.requests[number] for number in self.live(company, service)]
        return [request for request in live if request.status in USED]

    def waiting(self, company: str) -> list[Request]:
        """List the requests that wait for a company's answer."""
        live = [self.requests[number] for number in self.live(company)]
        return [request for request in live if request.status == "AWAITING_APPROVAL"]

    def in_force(self, service: str, *, mandatory: bool = False) -> int:
        """Number the newest version that is in effect, or of the mandatory ones."""
        effective = [number for number, one in enumerate(self.versions[service], 1) if one.effective <= self.today()]
        return max(number for number in effective if not mandatory or self.versions[service][number - 1].mandatory)

    def required(self, company: str, service: str) -> int | None:
        """Number the version that waits for the company's yes, if any does."""
        stands, newest = self.accepted[company, service], self.in_force(service, mandatory=True)
        return newest if stands and newest > max(stands) else None

    def late_at(self, company: str, service: str) -> float | None:
        """Return the hour at which the company is late with what it has not accepted, if ever."""
        stands = self.accepted[company, service]
        newer = self.versions[service][max(stands) :] if stands else []
        return min((self.start_of(one.late) for one in newer if one.mandatory), default=None)

    def publish(self, service: str, days: int, grace: int | None) -> Outcome:
        """Publish a version that is in effect in so many days, mandatory where it has days of grace."""
        effective = self.today() + timedelta(days=days)
        if effective < self.versions[service][-1].effective:
            return ("InvalidInput",)
        late = effective + timedelta(days=grace or 0)
        self.versions[service].append(Version(mandatory=grace is not None, effective=effective, late=late))
        if grace is not None:
            for request in (one for company in CONTACT for one in self.used(company, service)):
                request.suspends = min(moment for moment in (request.suspends, self.start_of(late)) if moment is not None)
        return ("Published", len(self.versions[service]))

    def register(self, company: str) -> None:
        """Let a company accept the provider's agreement by itself; whom a request made administrator is not its own."""
        self.known.add(company)
        if company not in self.registered:
            self.registered.add(company)
            before = self._answerable(company)
            self.dismiss_pending(company)
            self._miss_approvers(company, before)

    def subscribe(self, company: str, service: str, status: str | None) -> Outcome:
        """Let a company set its own subscription; one that is worked in is ended rather than gone."""
        if company not in self.known:
            return NOT_FOUND
        if status is None and not self.used(company, service):
            self.subscriptions.pop((company, service), None)
        else:
            self.subscriptions[company, service] = Subscription(status=status or "ENDED", payer="company")
        return ("Done",)

    def add_administrator(self, company: str, person: str) -> Outcome:
        """Let a person act for a registered company, for good."""
        if company not in self.registered:
            return NOT_FOUND
        self.administrators[company][person] = False
        self.persons.add(person)
        return ("Done",)

    def remove_administrator(self, company: str, person: str) -> Outcome:
        """Take a person's right; where nobody is left, each office that waits is told."""
        before = self._answerable(company)
        if self.administrators[company].pop(person, None) is None:
            return NOT_FOUND
        if any(request.created == person for request in self.requests):
            self._forget(person)
        self._miss_approvers(company, before)
        return ("Done",)

    def dismiss_pending(self, company: str) -> None:
        """Take the right of those whom a request made administrators and no approval has confirmed."""
        pending = [person for person, is_pending in self.administrators[company].items() if is_pending]
        for person in pending:
            del self.administrators[company][person]
            self._forget(person)

    def _forget(self, person: str) -> None:
        """Forget a person who acts for no company any more, and has answered nothing."""
        if person not in self.answered and not any(person in people for people in self.administrators.values()):
            self.persons.discard(person)
            self.rename(person, None)

    def rename(self, person: str, name: str | None) -> None:
        """Let the requests that made a person administrator know him by another name, or by none."""
        for request in self.requests:
            if request.created == person:
                request.created = name

    def _answerable(self, company: str) -> list[Request]:
        """List the requests that somebody may answer: not an advisor of the office that asks."""
        people = self.administrators[company]
        return [one for one in self.waiting(company) if any(OFFICE_OF.get(person) != self.office_of(one) for person in people)]

    def _miss_approvers(self, company: str, before: list[Request]) -> None:
        """Tell whoever waits for an answer that nobody is left to give one."""
        for request in before:
            if not any(request is left for left in self._answerable(company)):
                request.told.append("APPROVER_MISSING")
