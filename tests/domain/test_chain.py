"""A chain of evidence holds as it was made, and any single change, swap, insertion or inner cut is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain import approval, chain
from domain.approval import Evidence
from tests.support import makers

NAMES = ("first", "second", "third")


def made() -> list[Evidence]:
    """Make a chain of three records."""
    records: list[Evidence] = []
    head = chain.START
    for name in NAMES:
        records.append(
            approval.make_evidence(
                makers.collaboration(id=name), makers.administrator(), evidence_id=name, salt="salt",
                accepted=makers.terms(), identification=makers.identification(user_agent=None), head=head, now=makers.NOW,
            )
        )  # fmt: skip
        head = chain.head_of(records[-1])
    return records


def faults(records: list[Evidence]) -> list[str]:
    """Check a chain from its beginning."""
    head, found = chain.START, list[str]()
    for record in records:
        found += [fault.what for fault in chain.faults(head, record)]
        head = chain.head_of(record)
    return found


def test_a_chain_as_it_was_made_holds() -> None:
    assert faults(made()) == []


def test_a_person_who_was_erased_leaves_the_chain_whole() -> None:
    assert faults([replace(record, personal=None) for record in made()]) == []


_AGREE = "its row says something else than its content"
_OPEN = "its person's data are not those that it was made with"
CHANGES: dict[str, tuple[Callable[[Evidence], Evidence], str]] = {
    "number": (lambda one: replace(one, number=9), "it does not follow the record before"),
    "previous": (lambda one: replace(one, previous_hash="0" * 64), "it names another hash than the record before has"),
    "content": (lambda one: replace(one, content=one.content | {"termsVersion": 2}), "its content has another hash"),
    "hash": (lambda one: replace(one, hash="f" * 64), "its own hash is another"),
    "collaboration": (lambda one: replace(one, collaboration_id="other"), _AGREE),
    "moment": (lambda one: replace(one, recorded_at=makers.NOW + timedelta(microseconds=1)), _AGREE),
    "name": (lambda one: replace(one, personal={**(one.personal or {}), "name": "Eva"}), _OPEN),
    "salt": (lambda one: replace(one, personal={}), _OPEN),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_change_of_one_record_is_found(changed: str) -> None:
    change, what = CHANGES[changed]
    first, second, third = made()
    assert what in faults([first, change(second), third])


def test_a_swap_an_insertion_and_an_inner_cut_are_found() -> None:
    first, second, third = made()
    for records in ([second, first, third], [first, third], [second, third], [first, first, second, third]):
        assert faults(records)
