"""Which version of a service's terms is in force, must be approved, or waits for a company's yes, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import calendar_day, service
from tests.support import makers

TODAY = makers.TODAY
FIRST = (makers.terms(1), makers.terms(1, language="en"))
SECOND = (makers.terms(2, effective_from=TODAY), makers.terms(2, language="en", effective_from=TODAY))
OPTIONAL = (makers.terms(3, effective_from=TODAY, mandatory=False),)
COMING = (makers.terms(4, effective_from=TODAY + timedelta(days=1)),)


def test_the_newest_version_in_effect_is_in_force_in_every_language() -> None:
    assert service.terms_in_force((*FIRST, *SECOND, *COMING), TODAY) == SECOND
    assert service.terms_in_force((*FIRST, *SECOND, *OPTIONAL, *COMING), TODAY) == OPTIONAL
    assert service.terms_in_force(COMING, TODAY) == ()


def test_the_pinned_version_is_approved_until_a_newer_mandatory_one_is_in_effect() -> None:
    assert service.terms_to_approve((*FIRST, *OPTIONAL, *COMING), 1, TODAY) == FIRST
    assert service.terms_to_approve((*FIRST, *SECOND, *OPTIONAL, *COMING), 1, TODAY) == SECOND
    assert service.terms_to_approve((*FIRST, *SECOND, *OPTIONAL), 3, TODAY) == OPTIONAL
    assert service.terms_to_approve((makers.terms(1, mandatory=False),), 1, TODAY) == (makers.terms(1, mandatory=False),)


def test_a_newer_mandatory_version_in_effect_waits_for_the_companys_yes() -> None:
    versions = (*FIRST, *SECOND, *OPTIONAL, *COMING)
    assert service.required_terms(versions, 1, TODAY) == SECOND
    assert service.required_terms(versions, 1, TODAY + timedelta(days=1)) == COMING


@pytest.mark.parametrize("accepted", [2, 3])
def test_nothing_waits_where_the_newest_mandatory_version_or_a_later_one_is_accepted(accepted: int) -> None:
    assert service.required_terms((*FIRST, *SECOND, *OPTIONAL, *COMING), accepted, TODAY) == ()


def test_a_version_that_is_not_mandatory_or_not_yet_in_effect_disturbs_nobody() -> None:
    assert service.required_terms((*FIRST, *OPTIONAL, *COMING), 1, TODAY) == ()


def test_nothing_waits_for_a_company_that_stands_under_no_version() -> None:
    assert service.required_terms((*FIRST, *SECOND), None, TODAY) == ()
    assert service.required_terms((), 1, TODAY) == ()


def test_the_grace_time_is_over_when_the_day_after_it_begins_in_stockholm() -> None:
    terms = makers.terms(effective_from=date(2026, 3, 1), grace_days=30)
    assert service.due_at(terms) == date(2026, 3, 31)
    assert calendar_day.start_of(service.due_at(terms)) == datetime(2026, 3, 30, 22, 0, tzinfo=UTC)
    assert calendar_day.start_of(date(2026, 12, 31)) == datetime(2026, 12, 30, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
    ids=["before midnight", "midnight in summer", "midnight in winter"],
)
def test_a_day_is_that_of_stockholm(moment: datetime, day: date) -> None:
    assert calendar_day.day_of(moment) == day
    assert calendar_day.start_of(day) <= moment < calendar_day.start_of(day + timedelta(days=1))


def test_a_text_is_shown_in_the_language_asked_for_else_in_swedish_else_as_there_is() -> None:
    swedish, english = FIRST
    assert service.in_language(FIRST, "en") == english
    assert service.in_language(FIRST, "fi") == swedish
    assert service.in_language((english,), "sv") == english
    assert service.in_language((), "sv") is None


def test_a_service_is_named_in_the_language_asked_for_else_in_swedish_else_as_there_is() -> None:
    assert service.named({"sv": "Kvitton", "en": "Receipts"}, "en") == "Receipts"
    assert service.named({"sv": "Kvitton"}, "en") == "Kvitton"
    assert service.named({"fi": "Kuitit"}, "en") == "Kuitit"
    assert service.named({}, "sv") == ""


def test_the_hash_of_a_text_is_over_its_utf_8_bytes() -> None:
    assert service.text_sha256("Åtkomst") == "4bc3652e9bcf0e0becb0a28549b13b228cd86e2996af64f6faeae5f70c9465c1"
