"""The task that a collaboration hangs on: changed by the office, and with it who has access."""

from domain import event as domain_event
from domain import permissions, steps
from domain import task as domain_task
from domain.collaboration import Collaboration
from domain.errors import NotFound
from domain.event import Actor, CollaborationEvent, StreamEntry
from domain.lifecycle import Step
from domain.viewer import Viewer
from persistence import collaboration, event, ids, scope, task
from persistence.database import Unit
from resolvers import answer, settlement
from resolvers.answer import Answered, Taken
from resolvers.context import Context


async def change_task(context: Context, collaboration_id: str, task_id: str, key: str | None) -> Answered:
    """Hang a collaboration on another active task of its customer; access follows with the same commit.

    It is changed while it waits or is active. One that hangs on no active task is linked in every live status. Where it hangs on
    the task already, nothing happens, and the cursor is the office's latest.

    Raises:
        NotFound, NotPermitted, InvalidTransition: collaboration or task not visible; not the office's side; it is closed, or
            suspended or ending on an active task.
        ActivationRefused: TASK_NOT_ON_CUSTOMER, TASK_INACTIVE.
    """

    async def take(unit: Unit, viewer: Viewer) -> Taken:
        held = await answer.get_held(unit, viewer, collaboration_id)
        permissions.check_step(Step.CHANGE_TASK, viewer, held)
        wanted = (await task.many(unit, [task_id], scope=scope.tasks_of(viewer))).get(task_id)
        if wanted is None:
            raise NotFound
        async with settlement.lapses_first(unit, held) as found:
            changed, happened = steps.change_task(
                found,
                now=unit.now,
                actor=Actor(side=viewer.side, id=viewer.id),
                event_id=ids.new_id(),
                task_id=wanted.id,
                unlinked=not await _is_linked(unit, found),
            )
            domain_task.check_choice(wanted, found.customer_id)
            if wanted.id == found.task_id:
                return found, (await _as_it_stands(unit, happened),)
            await collaboration.save(unit, changed, before=found)
            return changed, await event.append(unit, [happened])

    asked = {"collaboration": collaboration_id, "task": task_id}
    return await answer.take_once(context, "changeCollaborationTask", key, asked, take)


async def _is_linked(unit: Unit, found: Collaboration) -> bool:
    if found.task_id is None:
        return False
    hangs_on = (await task.many(unit, [found.task_id], scope=scope.everything())).get(found.task_id)
    return hangs_on is not None and hangs_on.active


async def _as_it_stands(unit: Unit, untold: CollaborationEvent) -> StreamEntry:
    """Return where the office's stream stands, for the answer of a change that changes nothing and is not told."""
    stream = domain_event.office_stream(untold.office_id)
    return StreamEntry(stream=stream, sequence=await event.head(unit, stream), event=untold)
