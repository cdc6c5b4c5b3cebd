"""A company's yes to newer terms: which version it may name, what is refused, and the record that proves it."""

import json
from datetime import timedelta

import pytest

from domain import acceptance, approval
from domain.acceptance import Standing
from domain.approval import FIRST_HASH, AcceptedTerms, ChainHead
from domain.errors import InputProblemCode, InvalidInput, TermsOutdated, TermsTextMismatch
from domain.service import Terms
from tests.support import makers

TODAY = makers.TODAY
FIRST = makers.terms(1)
SECOND, ENGLISH = makers.terms(2, effective_from=TODAY), makers.terms(2, language="en", effective_from=TODAY)
OPTIONAL = makers.terms(3, effective_from=TODAY, mandatory=False)
COMING = makers.terms(4, effective_from=TODAY + timedelta(days=1))
VERSIONS = (FIRST, SECOND, ENGLISH, OPTIONAL, COMING)


def judge(named: Terms, *accepted: int, sha256: str | None = None, versions: tuple[Terms, ...] = VERSIONS) -> Terms | None:
    return acceptance.judge(
        AcceptedTerms(terms_id=named.id, sha256=sha256 or named.sha256),
        Standing(versions=versions, accepted=frozenset(accepted)),
        today=TODAY,
        language="en",
    )


@pytest.mark.parametrize("named", [SECOND, ENGLISH])
def test_the_version_that_waits_is_accepted_in_any_of_its_languages(named: Terms) -> None:
    assert judge(named, 1) == named


def test_a_hash_of_other_bytes_is_refused_with_the_text_to_show() -> None:
    for wrong in (FIRST.sha256, SECOND.sha256.upper(), "x"):
        with pytest.raises(TermsTextMismatch) as refusal:
            judge(SECOND, 1, sha256=wrong)
        assert refusal.value.terms == SECOND


def test_an_older_version_is_refused_with_the_one_that_waits_in_the_viewers_language() -> None:
    with pytest.raises(TermsOutdated) as refusal:
        judge(FIRST, 1)
    assert refusal.value.terms == ENGLISH


def test_a_version_that_was_passed_over_is_refused_with_the_one_in_use() -> None:
    with pytest.raises(TermsOutdated) as refusal:
        judge(SECOND, 1, 3, versions=(FIRST, SECOND, OPTIONAL))
    assert refusal.value.terms == OPTIONAL


@pytest.mark.parametrize(("named", "accepted"), [(SECOND, (1, 2)), (FIRST, (1, 2)), (ENGLISH, (2,)), (FIRST, (1, 3))])
def test_what_had_been_accepted_before_is_told_where_nothing_newer_waits(named: Terms, accepted: tuple[int, ...]) -> None:
    assert judge(named, *accepted, sha256="whatever") is None


@pytest.mark.parametrize(
    ("named", "accepted"), [(OPTIONAL, (1,)), (COMING, (1,)), (OPTIONAL, (1, 2)), (COMING, (2,)), (FIRST, ())]
)
def test_what_the_company_is_not_asked_to_accept_is_refused(named: Terms, accepted: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        judge(named, *accepted)
    assert [(one.path, one.code) for one in refusal.value.problems] == [(("termsId",), InputProblemCode.NOT_ALLOWED)]


def test_terms_of_another_service_are_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        judge(makers.terms(2, service_id="service-archive"), 1)
    assert [one.code for one in refusal.value.problems] == [InputProblemCode.UNKNOWN_ID]


def test_a_standing_tells_under_which_version_until_when_and_what_waits() -> None:
    stands = Standing(versions=VERSIONS, accepted=frozenset({1}))
    assert (stands.version, stands.waiting(TODAY)) == (1, (SECOND, ENGLISH))
    assert stands.late_on(TODAY) == TODAY + timedelta(days=30)
    assert stands.with_accepted(2).waiting(TODAY) == ()
    assert stands.with_accepted(2).late_on(TODAY) is None
    assert stands.with_accepted(2).late_on(TODAY + timedelta(days=1)) == TODAY + timedelta(days=31)
    assert Standing(versions=VERSIONS, accepted=frozenset()).version is None


def test_the_record_is_of_no_office_and_continues_the_companys_chain() -> None:
    person, head = makers.administrator(), ChainHead(number=3, hash="a" * 64)
    record = acceptance.make_evidence(
        "company-alfa",
        person,
        SECOND,
        evidence_id="evidence-4",
        salt="salt",
        identification=makers.identification(),
        head=head,
        now=makers.NOW,
    )
    assert (record.number, record.previous_hash, record.office_id, record.collaboration_id) == (4, "a" * 64, None, None)
    expected = {
        "terms": SECOND.id,
        "termsVersion": 2,
        "termsSha256": SECOND.sha256,
        "language": "sv",
        "service": "service-scanner",
        "actingFor": "company-alfa",
        "administrator": person.id,
        "kind": "TERMS_AND_CONDITIONS",
        "collaboration": None,
        "office": None,
    }
    assert {name: record.content[name] for name in expected} == expected
    assert record.content["emailCommitment"] == approval.commitment("salt", person.email)
    assert record.hash == approval.hash_record(4, "a" * 64, approval.hash_content(record.content))
    assert "content" not in json.loads(approval.export([record], office_id="office-nord"))
    assert "content" in json.loads(approval.export([record], office_id=None))
    assert record.hash != FIRST_HASH
