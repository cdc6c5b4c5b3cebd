"""What the office does for a customer, and what a collaboration hangs on."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.task import Task as TaskValue
from domain.task import TaskPeriod
from resolvers.context import Context
from schema import ids
from schema.customer import Customer
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.office import Advisor
from schema.shown import find_all, get, show_all, shows

if TYPE_CHECKING:
    from schema.collaboration import Collaboration


@shows(TaskValue)
@output
class Task(Node):
    """An engagement of the office for a customer; its owner and participants get access to a shared service."""

    value: strawberry.Private[TaskValue]
    type: str = strawberry.field(description="What is done: bookkeeping, payroll, annual accounts.")
    period: TaskPeriod = strawberry.field(description="How often the work comes round.")
    active: bool = strawberry.field(description="False once the work is over: then it gives no access.")
    version: int = strawberry.field(description="Goes up by one with every change; give it back as expectedVersion.")

    @staticmethod
    def from_value(_context: Context, value: TaskValue) -> "Task":
        """Show a task."""
        return Task(
            id=ids.encode("Task", value.id),
            value=value,
            type=value.type,
            period=value.period,
            active=value.active,
            version=value.version,
        )

    @resolved
    async def customer(self, info: Info) -> Customer:
        """The customer for whom it is done."""
        found: Customer = await get(info.context, info.context.load.customers_unscoped, self.value.customer_id)
        return found

    @resolved
    async def owner(self, info: Info) -> Advisor:
        """The advisor who answers for it."""
        found: Advisor = await get(info.context, info.context.load.advisors, self.value.owner_id)
        return found

    @resolved
    async def participants(self, info: Info) -> list[Advisor]:
        """The advisors who work on it besides."""
        return await find_all(info.context, info.context.load.advisors, self.value.participant_ids)

    @resolved
    async def collaborations(self, info: Info) -> list[Annotated["Collaboration", strawberry.lazy("schema.collaboration")]]:
        """The collaborations that hang on it."""
        found = await info.context.load.collaborations_of_task.load(self.value.id) or ()
        return show_all(info.context, found)
