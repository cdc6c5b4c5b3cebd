"""Which rows a viewer may see, as conditions for a WHERE clause: every query of an office's data takes one."""

from sqlalchemy import ColumnElement, FromClause, exists, false, or_, select, true

from domain.viewer import AdministratorViewer, Viewer
from persistence.tables import collaborations, customers, partners, task_participants, tasks

# Made once, for an alias copies every column of its table, and a scope stands in nearly every statement.
_card, _task, _participant = (
    customers.alias("scope_customers"), tasks.alias("scope_tasks"), task_participants.alias("scope_participants")
)  # fmt: skip


def customers_of(viewer: Viewer, card: FromClause = customers) -> ColumnElement[bool]:
    """See the office's customers.

    All with FULL, and as a partner; with OWN those where the advisor is account manager, or owner or participant of a task.

    `card` is the customers table, or an alias of it where the query already has that table.
    """
    if isinstance(viewer, AdministratorViewer):
        return false()
    in_office = card.c.office_id == viewer.office_id
    if viewer.sees_every_customer:
        return in_office
    participates = exists(
        select(_participant.c.task_id).where(_participant.c.task_id == _task.c.id, _participant.c.advisor_id == viewer.id)
    )
    has_task = exists(
        select(_task.c.id).where(_task.c.customer_id == card.c.id, or_(_task.c.owner_id == viewer.id, participates))
    )
    return in_office & or_(card.c.account_manager_id == viewer.id, has_task)


def tasks_of(viewer: Viewer) -> ColumnElement[bool]:
    """See the tasks of the customers that the viewer sees."""
    return _on_visible_customer(viewer, tasks.c.office_id, tasks.c.customer_id)


def collaborations_of(viewer: Viewer) -> ColumnElement[bool]:
    """See those of the customers that an advisor or a partner sees, or of the companies that an administrator acts for."""
    if isinstance(viewer, AdministratorViewer):
        return collaborations.c.company_id.in_(sorted(viewer.company_ids))
    return _on_visible_customer(viewer, collaborations.c.office_id, collaborations.c.customer_id)


def partners_of(viewer: Viewer) -> ColumnElement[bool]:
    """See the partners of the viewer's own office; an administrator sees none."""
    return false() if isinstance(viewer, AdministratorViewer) else partners.c.office_id == viewer.office_id


def everything() -> ColumnElement[bool]:
    """See all rows: for the service's own work, which answers to no viewer."""
    return true()


def _on_visible_customer(viewer: Viewer, office_id: ColumnElement[str], customer_id: ColumnElement[str]) -> ColumnElement[bool]:
    if isinstance(viewer, AdministratorViewer):
        return false()
    in_office = office_id == viewer.office_id
    if viewer.sees_every_customer:
        return in_office
    return in_office & exists(select(_card.c.id).where(_card.c.id == customer_id, customers_of(viewer, _card)))
