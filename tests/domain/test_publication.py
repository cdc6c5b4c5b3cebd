"""Publishing terms: a text begins a version or joins the newest, and what would surprise companies is refused."""

from datetime import timedelta
from functools import partial

import pytest

from domain import publication
from domain.errors import InputProblemCode, InvalidInput
from domain.publication import Draft
from domain.service import Terms
from tests.support import makers

TODAY = makers.TODAY
FIRST = makers.terms(1)
SECOND = makers.terms(2, effective_from=TODAY + timedelta(days=10))
draft = partial(
    Draft,
    language="sv",
    text="Nya villkor",
    sha256="a" * 64,
    effective_from=TODAY + timedelta(days=10),
    mandatory=True,
    grace_days=30,
)


def refused(wanted: Draft, *versions: Terms) -> tuple[tuple[str, ...], InputProblemCode]:
    with pytest.raises(InvalidInput) as refusal:
        publication.version_of(wanted, versions, TODAY)
    [problem] = refusal.value.problems
    return problem.path, problem.code


def test_a_text_begins_the_version_after_the_newest() -> None:
    assert publication.version_of(draft(), (), TODAY) == 1
    assert publication.version_of(draft(), (FIRST,), TODAY) == 2
    assert publication.version_of(draft(), (SECOND, FIRST), TODAY) == 3


def test_another_language_with_the_same_days_joins_the_newest_version_however_old() -> None:
    assert publication.version_of(draft(language="en"), (FIRST, SECOND), TODAY) == 2
    assert publication.version_of(draft(language="en", effective_from=FIRST.effective_from), (FIRST,), TODAY) == 1


@pytest.mark.parametrize("changes", [{"grace_days": 29}, {"mandatory": False, "grace_days": None}])
def test_another_language_with_other_days_or_another_say_begins_a_version_of_its_own(changes: dict[str, object]) -> None:
    assert publication.version_of(draft(language="en", **changes), (FIRST, SECOND), TODAY) == 3  # type: ignore[arg-type]  # keywords


def test_the_same_text_in_the_same_language_is_not_published_twice() -> None:
    again = draft(sha256=SECOND.sha256)
    assert refused(again, FIRST, SECOND) == (("text",), InputProblemCode.DUPLICATE)
    assert publication.version_of(draft(sha256=FIRST.sha256), (FIRST, SECOND), TODAY) == 3
    assert publication.version_of(draft(sha256=SECOND.sha256, language="en"), (FIRST, SECOND), TODAY) == 2


@pytest.mark.parametrize("days", [-1, 9, 367, 3_000_000])
def test_a_version_that_would_be_in_force_before_today_or_an_older_one_or_in_the_far_future_is_refused(days: int) -> None:
    known = (FIRST,) if days < 0 else (FIRST, SECOND)
    begins = TODAY + timedelta(days=min(days, 2_000_000))
    assert refused(draft(effective_from=begins), *known) == (("effectiveFrom",), InputProblemCode.DATE_OUT_OF_RANGE)


@pytest.mark.parametrize("days", [0, 366])
def test_a_version_may_be_in_force_from_today_until_a_year_from_now(days: int) -> None:
    assert publication.version_of(draft(effective_from=TODAY + timedelta(days=days)), (FIRST,), TODAY) == 2


@pytest.mark.parametrize(("mandatory", "grace_days"), [(True, 0), (True, -1), (True, 367), (False, 30), (False, 0)])
def test_days_of_grace_are_1_to_366_and_only_for_what_must_be_accepted(mandatory: bool, grace_days: int) -> None:
    wrong = draft(mandatory=mandatory, grace_days=grace_days)
    assert refused(wrong, FIRST) == (("graceDays",), InputProblemCode.NOT_ALLOWED)


@pytest.mark.parametrize(("mandatory", "grace_days", "grace"), [(True, 10, 10), (True, None, 30), (False, None, 0)])
def test_days_of_grace_that_are_not_named_are_30_or_none(mandatory: bool, grace_days: int | None, grace: int) -> None:
    assert draft(mandatory=mandatory, grace_days=grace_days).grace == grace
