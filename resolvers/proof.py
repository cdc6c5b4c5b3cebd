"""The evidence of a company for those who run the service: its whole chain, to be kept and checked elsewhere."""

from domain import approval
from domain.errors import NotFound
from domain.input_check import InputCheck
from persistence import company, evidence
from resolvers.context import Installation


async def export_chain(installation: Installation, organisation_number: str) -> str:
    """Return the chain as JSON lines, every record in full; nothing but a line break where there is none.

    Raises:
        NotFound, InvalidInput: no company has the number; it is not one.
    """
    check = InputCheck()
    number = check.organisation_number(organisation_number, "organisationNumber")
    check.finish()
    async with installation.database.read() as reading:
        known = await company.find_by_number(reading, number)
        if known is None:
            raise NotFound
        return approval.export(await evidence.whole_chain(reading, known.id), office_id=None)
