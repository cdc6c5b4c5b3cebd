"""The administrator's answer: judged in the order of the law, and proven by a chain in which nothing can be exchanged."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import approval
from domain.approval import FIRST_HASH, AcceptedTerms, ChainHead, Evidence
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    DomainError,
    InvalidInput,
    InvalidTransition,
    NotFound,
    SelfApprovalForbidden,
    TermsAcceptanceRequired,
    TermsOutdated,
    TermsTextMismatch,
    WrongCompany,
)
from domain.lifecycle import Step
from domain.scenario import ApprovalKind
from domain.service import InvoiceRecipient
from tests.support import makers

Status = CollaborationStatus
CLEO = makers.administrator_viewer(company_ids=frozenset({"company-alfa", "company-beta"}))
STRANGER = makers.administrator_viewer(company_ids=frozenset({"company-beta"}))
ADVISORS = frozenset({"anna@nordbyran.example"})
WAITING = makers.collaboration()
TERMS = makers.collaboration(approval_kind=ApprovalKind.TERMS_AND_CONDITIONS, terms_version=1)
OLD, SWEDISH, ENGLISH = makers.terms(1), makers.terms(2), makers.terms(2, language="en")
VERSIONS = (OLD, SWEDISH, ENGLISH)


def judge(step: Step = Step.APPROVE, known: Collaboration = WAITING, **changes: Any) -> bool:  # noqa: ANN401 - whichever argument
    usual: dict[str, Any] = {"company_id": "company-alfa", "email": "cleo@alfa.example", "now": makers.NOW, "viewer": CLEO}
    arguments = usual | changes
    viewer = arguments.pop("viewer")
    return approval.judge_answer(step, known, viewer, advisor_emails=ADVISORS, **arguments)


@pytest.mark.parametrize("step", [Step.APPROVE, Step.DECLINE])
def test_an_administrator_may_answer_a_request_that_waits(step: Step) -> None:
    assert judge(step) is False


# Everything that is wrong at once, and what is left when the first thing is mended: the order of the law.
WRONG: dict[str, Any] = {
    "viewer": STRANGER,
    "company_id": "company-beta",
    "email": "Anna@Nordbyran.EXAMPLE",
    "known": makers.collaboration(status=Status.DECLINED),
}
ORDER: list[tuple[str, type[DomainError]]] = [
    ("viewer", NotFound),
    ("company_id", WrongCompany),
    ("email", SelfApprovalForbidden),
    ("known", InvalidTransition),
]


@pytest.mark.parametrize("step", [Step.APPROVE, Step.DECLINE])
def test_an_answer_is_judged_in_the_order_of_the_law(step: Step) -> None:
    wrong = dict(WRONG)
    for mended, refusal in ORDER:
        with pytest.raises(refusal):
            judge(step, **wrong)
        wrong.pop(mended)
    assert judge(step, **wrong) is False


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.ENDING, Status.SUSPENDED])
def test_approving_again_tells_how_it_stands_and_declining_then_is_refused(status: Status) -> None:
    known = makers.collaboration(status=status)
    assert judge(Step.APPROVE, known) is True
    with pytest.raises(InvalidTransition) as refusal:
        judge(Step.DECLINE, known)
    assert refusal.value.status is status


@pytest.mark.parametrize("status", [Status.ENDED, Status.DECLINED, Status.CANCELLED, Status.EXPIRED])
def test_a_closed_request_cannot_be_answered(status: Status) -> None:
    for step in (Step.APPROVE, Step.DECLINE):
        with pytest.raises(InvalidTransition):
            judge(step, makers.collaboration(status=status))


def test_a_lapsed_request_cannot_be_answered_whatever_is_stored() -> None:
    with pytest.raises(InvalidTransition) as refusal:
        judge(now=WAITING.expires_at)
    assert refusal.value.status is Status.EXPIRED


def accept(named: AcceptedTerms | None, known: Collaboration = TERMS, language: str = "sv") -> object:
    asked = (SWEDISH, ENGLISH)
    return approval.judge_terms(known, named, versions=VERSIONS, asked=asked, language=language)


def test_the_terms_that_were_shown_are_accepted_in_either_language() -> None:
    for terms in (SWEDISH, ENGLISH):
        assert accept(AcceptedTerms(terms_id=terms.id, sha256=terms.sha256)) == terms


def test_terms_are_refused_with_the_text_to_show() -> None:
    cases: list[tuple[AcceptedTerms | None, type[TermsAcceptanceRequired | TermsOutdated | TermsTextMismatch], object]] = [
        (None, TermsAcceptanceRequired, ENGLISH),
        (AcceptedTerms(terms_id=OLD.id, sha256=OLD.sha256), TermsOutdated, ENGLISH),
        (AcceptedTerms(terms_id=SWEDISH.id, sha256=ENGLISH.sha256), TermsTextMismatch, SWEDISH),
        (AcceptedTerms(terms_id=SWEDISH.id, sha256=SWEDISH.sha256.upper()), TermsTextMismatch, SWEDISH),
    ]
    for named, kind, shown in cases:
        with pytest.raises(kind) as refusal:
            accept(named, language="en")
        assert refusal.value.terms == shown


def test_another_services_terms_and_terms_that_nobody_asked_for_are_bad_input() -> None:
    strange = makers.terms(2, service_id="service-archive")
    with pytest.raises(InvalidInput) as unknown:
        accept(AcceptedTerms(terms_id=strange.id, sha256=strange.sha256))
    assert unknown.value.problems[0].path == ("acceptedTerms", "termsId")
    with pytest.raises(InvalidInput) as unasked:
        accept(AcceptedTerms(terms_id=SWEDISH.id, sha256=SWEDISH.sha256), WAITING)
    assert unasked.value.problems[0].path == ("acceptedTerms",)
    assert accept(None, WAITING) is None


def test_a_request_that_asks_for_terms_without_any_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="terms pinned"):
        approval.judge_terms(TERMS, None, versions=(), asked=(), language="sv")


def record(known: Collaboration = TERMS, head: ChainHead = ChainHead(number=0, hash=FIRST_HASH), **changes: Any) -> Evidence:  # noqa: ANN401, B008 - whichever argument; a frozen value
    arguments: dict[str, Any] = {
        "evidence_id": "evidence-1",
        "salt": "salt",
        "accepted": SWEDISH,
        "identification": makers.identification(),
        "head": head,
        "now": makers.NOW,
    }
    return approval.make_evidence(known, makers.administrator(), **{**arguments, **changes})


def test_a_record_says_who_approved_what_how_and_when() -> None:
    made = record()
    assert (made.number, made.previous_hash, made.recorded_at) == (1, FIRST_HASH, makers.NOW)
    expected = {
        "collaboration": TERMS.id,
        "kind": "TERMS_AND_CONDITIONS",
        "terms": SWEDISH.id,
        "termsVersion": 2,
        "termsSha256": SWEDISH.sha256,
        "language": "sv",
        "administrator": "administrator-cleo",
        "actingFor": "company-alfa",
        "office": "office-nord",
        "identifiedBy": "E-MAIL LINK",
        "recordedAt": "2026-03-02T09:00:00.000000Z",
        "link": "link-1",
        "linkSentAt": "2026-03-02T07:00:00.000000Z",
        "linkUsedAt": "2026-03-02T08:59:00.000000Z",
        "requestId": "request-1",
        "applicationVersion": "0.1.0",
    }
    assert expected.items() <= made.content.items()


def test_a_record_of_a_collaboration_alone_names_no_terms() -> None:
    made = record(
        WAITING, accepted=None, identification=makers.identification(link_id=None, link_sent_at=None, link_used_at=None)
    )
    absent = ("terms", "termsVersion", "termsSha256", "language", "link", "linkSentAt", "linkUsedAt")
    assert [made.content[name] for name in absent] == [None] * len(absent)
    assert made.content["kind"] == "COLLABORATION"


def test_a_records_content_holds_persons_data_only_as_commitments() -> None:
    made = record(identification=makers.identification(user_agent="B" * 600))
    said = json.dumps(made.content)
    for secret in ("Cleo", "cleo@alfa.example", "192.0.2.7", "BBB", "salt"):
        assert secret not in said
    assert made.personal == {
        "salt": "salt",
        "name": "Cleo Falk",
        "email": "cleo@alfa.example",
        "peerAddress": "192.0.2.7",
        "userAgent": "B" * 512,
    }
    for name in ("name", "email", "peerAddress", "userAgent"):
        assert made.content[f"{name}Commitment"] == hashlib.sha256(f"salt\n{made.personal[name]}".encode()).hexdigest()
    unknown = record(identification=makers.identification(user_agent=None, peer=None))
    assert unknown.content["userAgentCommitment"] is unknown.content["peerAddressCommitment"] is None


def test_hashes_can_be_worked_out_without_our_code() -> None:
    first = record()
    second = record(head=ChainHead(number=first.number, hash=first.hash), evidence_id="evidence-2")
    content = json.dumps(second.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert second.content_hash == hashlib.sha256(content.encode()).hexdigest()
    assert second.hash == hashlib.sha256(f"2\n{first.hash}\n{second.content_hash}".encode()).hexdigest()
    assert (second.number, second.previous_hash) == (2, first.hash)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"}, {"office_id": "x"}, {"company_id": "x"}, {"service_id": "x"}, {"task_id": None},
        {"approval_kind": ApprovalKind.COLLABORATION}, {"invoice_recipient": InvoiceRecipient.CUSTOMER},
        {"activated_at": makers.NOW + timedelta(microseconds=1)}, {"message": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_approved_is_hashed_whole(change: dict[str, Any]) -> None:
    assert approval.collaboration_hash(replace(TERMS, **change)) != approval.collaboration_hash(TERMS)


def test_what_is_approved_is_not_changed_by_the_answer_itself() -> None:
    answered = replace(TERMS, status=Status.ACTIVE, approved_at=makers.NOW, version=2)
    assert approval.collaboration_hash(answered) == approval.collaboration_hash(TERMS)


def test_an_export_tells_an_office_its_own_records_and_of_others_only_the_hashes() -> None:
    first = record()
    second = replace(record(head=ChainHead(number=1, hash=first.hash)), office_id="office-syd")
    everything = [json.loads(line) for line in approval.export([first, second], office_id=None).splitlines()]
    assert [line["content"] for line in everything] == [first.content, second.content]
    own = [json.loads(line) for line in approval.export([first, second], office_id="office-syd").splitlines()]
    assert set(own[0]) == {"number", "contentHash", "previousHash", "hash"}
    assert own[1]["personal"] == second.personal
    assert [line["hash"] for line in own] == [first.hash, second.hash]
