"""Which streams tell an event, and that it names nobody."""

from dataclasses import fields

import pytest

from domain import event, steps
from domain.event import OFFICE_ONLY, SYSTEM, CollaborationEvent, CollaborationEventType
from tests.support import makers


def happened(event_type: CollaborationEventType) -> CollaborationEvent:
    return steps.make_event(makers.collaboration(), event_type, "event-1", makers.NOW, SYSTEM, None)


@pytest.mark.parametrize("event_type", CollaborationEventType)
def test_the_office_is_told_everything_and_the_company_what_concerns_it(event_type: CollaborationEventType) -> None:
    told = event.streams(happened(event_type))
    assert told == (("office:office-nord",) if event_type in OFFICE_ONLY else ("company:company-alfa", "office:office-nord"))


def test_what_the_office_does_about_its_mails_and_tasks_is_its_own_affair() -> None:
    assert {one.name for one in OFFICE_ONLY} == {
        "REMINDED", "CONTACT_CORRECTED", "MAIL_BOUNCED", "MAIL_FAILED", "TASK_CHANGED",
    }  # fmt: skip


def test_an_event_holds_ids_and_states_only() -> None:
    assert {field.name for field in fields(CollaborationEvent)} == {
        "id", "collaboration_id", "office_id", "company_id", "customer_id", "service_id", "version", "type",
        "previous_status", "status", "occurred_at", "actor",
    }  # fmt: skip
