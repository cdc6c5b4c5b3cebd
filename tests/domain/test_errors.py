"""Refusals carry the data that whoever is refused needs, and say something where they are printed."""

import pytest

from domain import scenario
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    CollaborationAlreadyOpen,
    CursorInvalid,
    CustomerHasLiveCollaborations,
    CustomerNumberTaken,
    DomainError,
    InputProblemCode,
    InvalidInput,
    NotPermitted,
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
    ScenarioChanged,
    VersionConflict,
)
from tests.support import makers

FACTS = makers.facts()
PLAN = scenario.plan(FACTS)
CARRIED: list[tuple[DomainError, str, object]] = [
    (NotPermitted("FULL"), "required", "FULL"),
    (ActivationRefused(ActivationRefusalCode.TASK_REQUIRED), "code", ActivationRefusalCode.TASK_REQUIRED),
    (CollaborationAlreadyOpen("collaboration-alfa"), "collaboration_id", "collaboration-alfa"),
    (ScenarioChanged(PLAN, FACTS), "plan", PLAN),
    (ScenarioChanged(PLAN, FACTS), "facts", FACTS),
    (ReminderTooSoon(makers.NOW), "next_allowed_at", makers.NOW),
    (ReminderLimitReached(5), "limit", 5),
    (RecipientUndeliverable("550 no such user"), "problem", "550 no such user"),
    (CustomerNumberTaken("customer-alfa"), "customer_id", "customer-alfa"),
    (CustomerNumberTaken(None), "customer_id", None),
    (CustomerHasLiveCollaborations(("a", "b")), "collaboration_ids", ("a", "b")),
    (VersionConflict(7), "current_version", 7),
    (CursorInvalid(), "code", "CURSOR_INVALID"),
    (CursorInvalid("CURSOR_EXPIRED", earliest="abc"), "code", "CURSOR_EXPIRED"),
    (CursorInvalid("CURSOR_EXPIRED", earliest="abc"), "earliest", "abc"),
]


@pytest.mark.parametrize(
    ("refusal", "name", "value"), CARRIED, ids=[f"{type(one[0]).__name__} {one[0]} {one[1]}" for one in CARRIED]
)
def test_a_refusal_carries_its_data_and_prints_something(refusal: DomainError, name: str, value: object) -> None:
    assert getattr(refusal, name) == value
    assert str(refusal) != ""


def test_bad_input_names_each_bad_value_by_its_path() -> None:
    refusal = InvalidInput.at(InputProblemCode.NOT_ALLOWED, "input", "name")
    assert [(one.path, one.code) for one in refusal.problems] == [(("input", "name"), InputProblemCode.NOT_ALLOWED)]
