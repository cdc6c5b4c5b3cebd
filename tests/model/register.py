"""The register of the model: who works at which office, and whose cards and tasks he sees."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

Outcome = tuple[object, ...]
OFFICE_OF = {"anna": "nord", "bo": "nord", "sara": "syd", "sven": "syd"}
# Of whom is asked first: the main contact of every card of the company.
CONTACT = {"alfa": "cleo", "beta": "bea", "gamma": "gun"}
NOT_FOUND: Outcome = ("NotFound",)


@dataclass(kw_only=True)
class Card:
    """A customer's card; `people` see it with OWN."""

    office: str
    company: str
    people: set[str]
    tasks: list[bool] = field(default_factory=lambda: [True])
    archived: bool = False


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
