"""The office's engagement for a customer, on which every collaboration hangs."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain.errors import ActivationRefusalCode, ActivationRefused


class TaskPeriod(Enum):
    """How often the work comes round."""

    YEAR = "YEAR"
    MONTH = "MONTH"
    WEEK = "WEEK"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An engagement: its owner and participants are the advisors who get access to a shared service."""

    id: str
    office_id: str
    customer_id: str
    type: str
    period: TaskPeriod
    owner_id: str
    participant_ids: tuple[str, ...]
    active: bool
    version: int
    created_at: datetime

    @property
    def advisor_ids(self) -> tuple[str, ...]:
        """The owner, then the participants, each once."""
        return tuple(dict.fromkeys((self.owner_id, *self.participant_ids)))


def check_choice(chosen: Task, customer_id: str) -> None:
    """Refuse a task on which a collaboration with the customer cannot hang.

    Raises:
        ActivationRefused: TASK_NOT_ON_CUSTOMER, TASK_INACTIVE.
    """
    if chosen.customer_id != customer_id:
        raise ActivationRefused(ActivationRefusalCode.TASK_NOT_ON_CUSTOMER)
    if not chosen.active:
        raise ActivationRefused(ActivationRefusalCode.TASK_INACTIVE)
