"""Whose contact may be corrected: every condition of the law, each alone."""

from datetime import timedelta

import pytest

from domain import correction
from domain.collaboration import CollaborationStatus
from domain.company import Administrator
from domain.errors import ActivationRefusalCode, ActivationRefused, ContactNotCorrectable
from domain.scenario import ActivationScenario, ApprovalKind
from tests.support import makers

GUN = makers.administrator(id="administrator-gun", name="Gun Grå", email="gun@gamma.example", accepted_at=None)
GAMMA = makers.company(registered=False)
OURS = makers.collaboration(
    scenario=ActivationScenario.NOT_REGISTERED,
    approval_kind=ApprovalKind.TERMS_AND_CONDITIONS,
    terms_version=1,
    administrator_created_id=GUN.id,
)
THEIRS = makers.collaboration(id="collaboration-syd", office_id="office-syd", scenario=ActivationScenario.NOT_REGISTERED)
SECOND = makers.collaboration(id="collaboration-second", service_id="service-archive")


def find(**changes: object) -> Administrator | None:
    """Look for whom the office may correct, where nothing but the changes stands in the way."""
    facts: dict[str, object] = {
        "request": OURS,
        "company": GAMMA,
        "administrators": (makers.administrator(accepted_at=None), GUN),
        "created_ids": {GUN.id},
        "live": (OURS, SECOND),
        "now": makers.NOW,
    } | changes
    request, company, administrators = facts.pop("request"), facts.pop("company"), facts.pop("administrators")
    return correction.find_correctable(request, company, administrators, **facts)  # type: ignore[arg-type] # by name


def test_the_administrator_whom_the_offices_request_created_may_be_corrected() -> None:
    assert find() == GUN


@pytest.mark.parametrize(
    "changes",
    [
        {"request": makers.collaboration(administrator_created_id=GUN.id)},
        {"company": makers.company(registered=True)},
        {"administrators": (makers.administrator(id=GUN.id, accepted_at=makers.NOW),)},
        {"administrators": ()},
        {"created_ids": set()},
        {"live": (OURS, THEIRS)},
    ],
    ids=["a registered scenario", "registered since", "accepted", "gone", "another office's", "another office waits"],
)
def test_nobody_may_be_corrected_where_one_condition_fails(changes: dict[str, object]) -> None:
    assert find(**changes) is None


def test_another_offices_request_that_has_lapsed_is_in_nobodys_way() -> None:
    lapsed = makers.collaboration(id="collaboration-syd", office_id="office-syd", expires_at=makers.NOW)
    assert find(live=(OURS, lapsed)) == GUN


def test_where_there_is_nobody_to_correct_that_is_said_before_anything_of_the_address() -> None:
    with pytest.raises(ContactNotCorrectable):
        correction.judge(None, "Anna@Nordbyran.example", {"anna@nordbyran.example"})


def test_an_advisor_of_the_office_cannot_become_the_administrator() -> None:
    assert correction.judge(GUN, "gun@gamma.example", {"anna@nordbyran.example"}) is GUN
    with pytest.raises(ActivationRefused) as refused:
        correction.judge(GUN, "Anna@Nordbyran.example", {"anna@nordbyran.example"})
    assert refused.value.code is ActivationRefusalCode.CONTACT_IS_ADVISOR


def test_every_waiting_request_of_the_office_is_concerned_and_the_one_corrected_through_comes_last() -> None:
    active = makers.collaboration(id="collaboration-active", status=CollaborationStatus.ACTIVE)
    lapsed = makers.collaboration(id="collaboration-lapsed", expires_at=makers.NOW)
    assert correction.concerned(OURS, (OURS, SECOND, THEIRS, active, lapsed), makers.NOW) == (SECOND, OURS)
    assert correction.concerned(OURS, (), makers.NOW + timedelta(days=1)) == (OURS,)
