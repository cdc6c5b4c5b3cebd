"""The register of the model: who works at which office, whose cards and tasks he sees, and what is asked for on them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date

Outcome = tuple[object, ...]
OFFICE_OF = {"anna": "nord", "bo": "nord", "sara": "syd", "sven": "syd"}
# Of whom is asked first: the main contact of every card of the company.
CONTACT = {"alfa": "cleo", "beta": "bea", "gamma": "gun", "delta": "eva"}
SERVICES = ("scanner", "archive")
NOT_FOUND: Outcome = ("NotFound",)
USED = frozenset({"ACTIVE", "SUSPENDED", "ENDING"})
LIVE = USED | {"AWAITING_APPROVAL"}


@dataclass(kw_only=True)
class Card:
    """A customer's card; `people` see it with OWN."""

    office: str
    company: str
    people: set[str]
    tasks: list[bool] = field(default_factory=lambda: [True])
    archived: bool = False


@dataclass(kw_only=True)
class Request:
    """A collaboration, from its request on; moments are hours. `pinned` is the version of the terms that it asks for."""

    card: int
    service: str
    task: int
    by: str
    scenario: str
    kind: str
    payer: str
    activated: int
    asked: int
    expires: int
    pinned: int | None
    created: str | None
    status: str = "AWAITING_APPROVAL"
    reminders: int = 0
    days: list[int] = field(default_factory=lambda: [3, 10, 24])
    approved: float = 0
    suspends: float | None = None
    required: int = 0
    ends: float | None = None
    ended_by: str | None = None
    afterwards: str = ""
    told: list[str] = field(default_factory=lambda: ["ACTIVATED"])


@dataclass(kw_only=True)
class Subscription:
    """A company's right to a service; `payer` is an office or the company, `prior` what was there before a request."""

    status: str
    payer: str
    prior: "Subscription | None" = None


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a service's terms: from which day, and from which day on a company without it is late."""

    mandatory: bool
    effective: date
    late: date


class Register(ABC):
    """The cards of two offices; what is live on them, the model knows."""

    def __init__(self) -> None:
        self.permission = {"anna": "OWN", "bo": "FULL", "sara": "FULL", "sven": "OWN"}
        self.cards = [Card(office="nord", company=of, people={"anna"}) for of in CONTACT]
        self.cards += [Card(office="syd", company=of, people={"sven" if of == "gamma" else "sara"}) for of in CONTACT]

    @abstractmethod
    def is_live_on(self, number: int) -> bool:
        """Tell whether anything on a card is live."""

    def sees(self, advisor: str, card: Card) -> bool:
        """FULL sees the office's cards, OWN those of his own."""
        full = self.permission[advisor] == "FULL"
        return card.office == OFFICE_OF[advisor] and (full or advisor in card.people)

    def create_customer(self, advisor: str, of: str) -> Outcome:
        """Add a card of a company, for which the advisor answers."""
        self.cards.append(Card(office=OFFICE_OF[advisor], company=of, people={advisor}, tasks=[]))
        return ("Created",)

    def update_task(self, advisor: str, number: int, task: int, *, active: bool) -> Outcome:
        """Let a task be active, or no longer."""
        card = self.cards[number]
        if not self.sees(advisor, card):
            return NOT_FOUND
        card.tasks[task] = active
        return ("Updated",)

    def set_archived(self, advisor: str, number: int, *, archived: bool) -> Outcome:
        """Put a card away, while nothing of it is live, or take it out."""
        card = self.cards[number]
        if not self.sees(advisor, card):
            return NOT_FOUND
        if archived and not card.archived and self.is_live_on(number):
            return ("CustomerHasLiveCollaborations",)
        card.archived = archived
        return ("Updated",)

    def create_task(self, advisor: str, number: int) -> Outcome:
        """Add a task of the advisor's own."""
        card = self.cards[number]
        if not self.sees(advisor, card):
            return NOT_FOUND
        if card.archived:
            return ("CUSTOMER_ARCHIVED",)
        card.tasks.append(True)
        card.people.add(advisor)
        return ("Created",)
