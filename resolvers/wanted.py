"""What may be asked of a list: filters and orders, as the layers above name them."""

from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.customer_filter import CustomerFilter, CustomerOrder, CustomerOrderField
from persistence.event import EventFilter
from persistence.task import TaskFilter, TaskOrder, TaskOrderField

__all__ = [
    "CollaborationFilter",
    "CollaborationOrder",
    "CollaborationOrderField",
    "CustomerFilter",
    "CustomerOrder",
    "CustomerOrderField",
    "EventFilter",
    "TaskFilter",
    "TaskOrder",
    "TaskOrderField",
]
