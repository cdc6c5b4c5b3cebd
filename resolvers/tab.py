"""A customer's Collaborations tab: every service of the catalogue with what stands between the two."""

from collections.abc import Collection
from dataclasses import dataclass

from domain import permissions, scenario
from domain.collaboration import Collaboration
from domain.scenario import TaskChoice
from domain.service import Service
from domain.viewer import Viewer
from persistence import collaboration, scope, service
from persistence.database import Reading
from resolvers import facts
from resolvers.facts import Preview, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationServiceRow:
    """One service on the tab, with the live collaboration or the latest closed one; the task is still to be chosen."""

    service: Service
    collaboration: Collaboration | None
    preview: Preview
    can_activate: bool


async def load(reading: Reading, viewer: Viewer, customer_ids: Collection[str]) -> dict[str, tuple[CollaborationServiceRow, ...]]:
    """Return the tab of each customer that the viewer may see, with a fixed number of statements for any number of them."""
    services = await service.all_services(reading)
    asked = [
        Question(
            customer_id=customer_id,
            service_id=shared.id,
            task_id=None,
            task_choice=TaskChoice.TO_COME,
            invoice_recipient=None,
        )
        for customer_id in customer_ids
        for shared in services
    ]
    latest = await collaboration.latest_of_customers(reading, customer_ids, scope=scope.collaborations_of(viewer))
    found = await facts.load(reading, viewer, asked)
    rows: dict[str, tuple[CollaborationServiceRow, ...]] = {}
    for question, known in zip(asked, found, strict=True):
        if known is not None:
            plan = scenario.plan(known)
            row = CollaborationServiceRow(
                service=known.service,
                collaboration=latest.get((question.customer_id, question.service_id)),
                preview=Preview(plan=plan, facts=known),
                can_activate=permissions.may_activate(viewer) and not plan.obstacles,
            )
            rows[question.customer_id] = (*rows.get(question.customer_id, ()), row)
    return rows
