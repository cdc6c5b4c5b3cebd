"""What of the demo world the opening tabs of GraphiQL work on: Beta AB, which its office activates and Bea approves."""

from dataclasses import dataclass

from domain import lifecycle, text
from domain.collaboration import CollaborationStatus
from persistence import collaboration, company, customer, office, service, task
from persistence.database import Reading
from resolvers.context import Installation

ADVISOR, ADMINISTRATOR = "anna@nordbyran.example", "bea@beta.example"
_CUSTOMER_NUMBER, _COMPANY_NUMBER, _SERVICE = "1002", "5560130048", "VISMA_SCANNER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Ids of the demo world, each None where it is not there; `collaboration_id` is a request that waits."""

    customer_id: str | None = None
    service_id: str | None = None
    task_id: str | None = None
    collaboration_id: str | None = None
    company_id: str | None = None


async def find(installation: Installation) -> Examples:
    """Return what there is of the demo world now."""
    async with installation.database.read() as reading:
        anna = await office.find_advisor_by_email(reading, text.email_key(ADVISOR))
        if anna is None:
            return Examples()
        customer_id = await customer.find_by_number(reading, anna.office_id, _CUSTOMER_NUMBER)
        shared = await service.find_by_code(reading, _SERVICE)
        known = await company.find_by_number(reading, _COMPANY_NUMBER)
        return Examples(
            customer_id=customer_id,
            service_id=None if shared is None else shared.id,
            task_id=None if customer_id is None else await _active_task(reading, customer_id),
            collaboration_id=None if known is None else await _waiting(reading, known.id),
            company_id=None if known is None else known.id,
        )


async def _active_task(reading: Reading, customer_id: str) -> str | None:
    tasks = (await task.of_customers(reading, [customer_id])).get(customer_id, ())
    return next((one.id for one in tasks if one.active), None)


async def _waiting(reading: Reading, company_id: str) -> str | None:
    found = await collaboration.live_of_company(reading, company_id)
    waiting = CollaborationStatus.AWAITING_APPROVAL
    return next((one.id for one in found if lifecycle.status_at(one, reading.now) is waiting), None)
