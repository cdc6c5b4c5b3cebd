"""What is deprecated says what to use and until when, and clients have 90 days from the release that tells them."""

from datetime import UTC, date, datetime

import pytest

from schema import api
from tests.architecture.sources import ROOT
from tests.support import deprecations

TODAY = date(2027, 1, 1)
OLD = "type Query { a: Int }"


def deprecated(reason: str) -> str:
    return f'type Query {{ a: Int @deprecated(reason: "{reason}") b: Int }}'


def test_what_the_schema_deprecates_keeps_the_contract() -> None:
    released = (ROOT / "schema" / "released.graphql").read_text(encoding="utf-8")
    assert list(deprecations.faults(api.printed(), released, datetime.now(UTC).date())) == []


def test_a_deprecation_that_says_what_to_use_and_until_when_is_well() -> None:
    assert list(deprecations.faults(deprecated("Use b; removed after 2027-04-01."), OLD, TODAY)) == []


WRONG = [
    "No longer supported", "Use b.", "Removed after 2027-04-01.", "Use b; removed after April.",
    "Use b; removed after 2027-02-30.", "Use b; removed after 2027-04-01",
]  # fmt: skip


@pytest.mark.parametrize("reason", WRONG)
def test_a_deprecation_without_a_replacement_or_a_day_is_found(reason: str) -> None:
    [fault] = deprecations.faults(deprecated(reason), OLD, TODAY)
    assert fault.startswith("Query.a: the reason is not")


def test_a_deprecation_with_too_short_a_notice_is_found_until_a_release_has_told_of_it() -> None:
    soon = deprecated("Use b; removed after 2027-03-31.")
    [fault] = deprecations.faults(soon, OLD, TODAY)
    assert fault == "Query.a: no release has told of it yet, and 2027-03-31 is less than 90 days away"
    assert list(deprecations.faults(soon, soon, TODAY)) == []


def test_a_day_that_clients_were_promised_is_not_brought_forward() -> None:
    promised, earlier = (deprecated(f"Use b; removed after 2027-0{month}-01.") for month in (6, 5))
    assert list(deprecations.faults(earlier, promised, TODAY)) == ["Query.a: clients were promised it until 2027-06-01"]
    assert list(deprecations.faults(promised, earlier, TODAY)) == []


def test_deprecations_are_found_wherever_they_stand() -> None:
    text = """
    type Query { a(b: Int @deprecated(reason: "1")): Int @deprecated(reason: "2") c(d: D, e: E): Int }
    input D { f: Int @deprecated(reason: "3") }
    enum E { G @deprecated(reason: "4") H }
    interface I { j: Int @deprecated(reason: "5") }
    """
    assert dict(deprecations.reasons(text)) == {"Query.a": "2", "Query.a.b": "1", "D.f": "3", "E.G": "4", "I.j": "5"}


def test_only_what_a_release_deprecated_may_be_gone_and_only_when_its_day_is_over() -> None:
    released = deprecated("Use b; removed after 2027-01-01.")
    assert not deprecations.is_due("Query.a", released, date(2027, 1, 1))
    assert deprecations.is_due("Query.a", released, date(2027, 1, 2))
    assert not deprecations.is_due("Query.b", released, date(2027, 1, 2))
