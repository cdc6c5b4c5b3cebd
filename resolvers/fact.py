"""What makes the facts: use cases of those who run the service, for the command line, the demo world and tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from domain import calendar_day, text
from domain import service as domain_service
from domain.company import Administrator, Company
from domain.errors import InputProblemCode, InvalidInput, NotFound
from domain.event import office_stream
from domain.input_check import InputCheck
from domain.office import Advisor, CustomerPermission, Office
from domain.service import InvoiceRecipient, Service, ServiceSubscription, SubscriptionStatus, Terms
from persistence import collaboration, company, ids, keys, office, service
from persistence.database import Unit
from resolvers import conclusion, presence, settlement, suspension
from resolvers.context import Installation


async def add_office(installation: Installation, name: str, organisation_number: str) -> Office:
    """Add an accounting office.

    Raises:
        InvalidInput: a bad name or number, or another office has the number.
    """
    check = InputCheck()
    added = Office(
        id=ids.new_id(),
        name=check.text(name, "name", limit=text.NAME_LIMIT),
        organisation_number=check.organisation_number(organisation_number, "organisationNumber"),
    )
    check.finish()

    async def work(unit: Unit) -> Office:
        if await office.find_office_by_number(unit, added.organisation_number) is not None:
            raise InvalidInput.at(InputProblemCode.DUPLICATE, "organisationNumber")
        await office.add_office(unit, added)
        return added

    return await installation.database.write(work)


async def add_advisor(
    installation: Installation,
    office_id: str,
    name: str,
    email: str,
    permission: CustomerPermission,
    *,
    language: str = "sv",
) -> Advisor:
    """Add an advisor to an office.

    Raises:
        NotFound, InvalidInput: no such office; a bad name or address, or another advisor has the address.
    """
    check = InputCheck()
    added = Advisor(
        id=ids.new_id(),
        office_id=office_id,
        name=check.text(name, "name", limit=text.NAME_LIMIT),
        email=check.email(email, "email"),
        permission=permission,
        active=True,
        language=check.choice(language, text.LANGUAGES, "language"),
    )
    check.finish()

    async def work(unit: Unit) -> Advisor:
        if office_id not in await office.many_offices(unit, [office_id]):
            raise NotFound
        if await office.find_advisor_by_email(unit, text.email_key(added.email)) is not None:
            raise InvalidInput.at(InputProblemCode.DUPLICATE, "email")
        await office.add_advisor(unit, added)
        return added

    return await installation.database.write(work)


async def set_advisor_permission(installation: Installation, email: str, permission: CustomerPermission) -> Advisor:
    """Change which customers an advisor sees; it holds from the commit on.

    Raises:
        NotFound: the address is no advisor's.
    """
    return await _change_advisor(installation, email, lambda found: replace(found, permission=permission))


async def deactivate_advisor(installation: Installation, email: str) -> Advisor:
    """Take an advisor's access away; tokens are refused and streams close.

    Raises:
        NotFound: the address is no advisor's.
    """
    return await _change_advisor(installation, email, lambda found: replace(found, active=False))


async def register_company(installation: Installation, organisation_number: str, name: str) -> Company:
    """Register a company with the provider, as if it had accepted the provider's agreement itself.

    Raises:
        InvalidInput: a bad name or number.
    """
    return await _store_company(installation, organisation_number, name, registered=True)


async def add_administrator(
    installation: Installation, organisation_number: str, name: str, email: str, *, language: str = "sv"
) -> Administrator:
    """Let a person act for a registered company; a person who is known already is the same one.

    Raises:
        NotFound, InvalidInput: no such registered company; a bad name or address.
    """
    check = InputCheck()
    number = check.organisation_number(organisation_number, "organisationNumber")
    cleaned_name = check.text(name, "name", limit=text.NAME_LIMIT)
    address = check.email(email, "email")
    spoken = check.choice(language, text.LANGUAGES, "language")
    check.finish()

    async def work(unit: Unit) -> Administrator:
        known = await company.find_by_number(unit, number, lock=True)
        if known is None or not known.registered:
            raise NotFound
        person = await company.find_administrator_by_email(unit, text.email_key(address))
        if person is None:
            person = Administrator(id=ids.new_id(), name=cleaned_name, email=address, language=spoken, accepted_at=None)
            await company.add_administrator(unit, person, salt=keys.new_salt())
        # Firm also where a request that waits had made him pending: what the provider says, no answer undoes.
        await company.link(unit, known.id, person.id, pending=False)
        return person

    return await installation.database.write(work)


async def remove_administrator(installation: Installation, organisation_number: str, email: str) -> None:
    """Take a person's right to act for a company; where nobody is left to answer a request that waits, its office is told.

    Raises:
        NotFound: no such company, or the person does not administer it.
        InvalidInput: a bad number.
    """
    check = InputCheck()
    number = check.organisation_number(organisation_number, "organisationNumber")
    check.finish()

    async def work(unit: Unit) -> None:
        known = await company.find_by_number(unit, number, lock=True)
        person = await company.find_administrator_by_email(unit, text.email_key(email))
        if known is None or person is None or person.id not in {one.id for one in await presence.administrators(unit, known.id)}:
            raise NotFound
        async with presence.watched(unit, known.id):
            await company.unlink(unit, known.id, person.id)
            if await collaboration.has_created(unit, person.id):
                await settlement.dismiss(unit, person.id)

    await installation.database.write(work)


async def set_subscription(
    installation: Installation,
    organisation_number: str,
    service_code: str,
    status: SubscriptionStatus | None,
    *,
    name: str | None = None,
) -> None:
    """Set a company's own subscription to a service, paid by the company; None removes it, or ends one that is shared.

    Also one that is suspended now: its collaboration goes on once the terms are accepted.

    `name` names a company that the provider does not know yet; it is not registered by this.

    Raises:
        NotFound, InvalidInput: no such company or service; a bad number or name.
    """
    check = InputCheck()
    number = check.organisation_number(organisation_number, "organisationNumber")
    cleaned = None if name is None else check.text(name, "name", limit=text.NAME_LIMIT)
    check.finish()

    async def work(unit: Unit) -> None:
        shared = await service.find_by_code(unit, service_code)
        if cleaned is None:
            found = await company.find_by_number(unit, number, lock=True)
        else:
            found = await _store(unit, number, cleaned, registered=None)
        if found is None or shared is None:
            raise NotFound
        await conclusion.write_ends(unit, found.id)
        if status is None and not await suspension.in_use(unit, found.id, shared.id):
            await service.delete_subscription(unit, found.id, shared.id)
            return
        await service.store_subscription(
            unit,
            ServiceSubscription(
                company_id=found.id,
                service_id=shared.id,
                status=status or SubscriptionStatus.ENDED,
                invoice_recipient=InvoiceRecipient.CUSTOMER,
                paying_office_id=None,
                started_at=unit.now,
                prior=None,
            ),
        )

    await installation.database.write(work)


async def add_service(installation: Installation, added: Service, texts: dict[str, str], *, effective_from: date) -> Service:
    """Add a service to the catalogue with the first version of its terms, one text per language.

    Raises:
        InvalidInput: no text, terms that are not in effect yet, or another service has the code.
    """
    if not texts:
        raise InvalidInput.at(InputProblemCode.REQUIRED, "terms")

    async def work(unit: Unit) -> Service:
        if await service.find_by_code(unit, added.code) is not None:
            raise InvalidInput.at(InputProblemCode.DUPLICATE, "code")
        if effective_from > calendar_day.day_of(unit.now):
            # Until then there would be nothing that a company could approve.
            raise InvalidInput.at(InputProblemCode.DATE_OUT_OF_RANGE, "effectiveFrom")
        await service.add(unit, added)
        await service.add_terms(
            unit,
            [
                Terms(
                    id=ids.new_id(),
                    service_id=added.id,
                    version=1,
                    language=language,
                    text=body,
                    sha256=domain_service.text_sha256(body),
                    effective_from=effective_from,
                    mandatory=True,
                    grace_days=30,
                )
                for language, body in sorted(texts.items())
            ],
        )
        return added

    return await installation.database.write(work)


async def _change_advisor(installation: Installation, email: str, turn: Callable[[Advisor], Advisor]) -> Advisor:
    async def work(unit: Unit) -> Advisor:
        found = await office.find_advisor_by_email(unit, text.email_key(email))
        if found is None:
            raise NotFound
        await office.save_advisor(unit, turn(found))
        # Whoever follows the office's stream looks anew what he may see.
        unit.topics.add(office_stream(found.office_id))
        return turn(found)

    return await installation.database.write(work)


async def _store_company(installation: Installation, organisation_number: str, name: str, *, registered: bool | None) -> Company:
    """Add or rename a company; `registered` None leaves that as it is, which is no for a new one."""
    check = InputCheck()
    number = check.organisation_number(organisation_number, "organisationNumber")
    cleaned = check.text(name, "name", limit=text.NAME_LIMIT)
    check.finish()

    async def work(unit: Unit) -> Company:
        return await _store(unit, number, cleaned, registered=registered)

    return await installation.database.write(work)


async def _store(unit: Unit, number: str, name: str, *, registered: bool | None) -> Company:
    found = await company.find_by_number(unit, number, lock=True)
    if found is None:
        stored = Company(id=ids.new_id(), name=name, organisation_number=number, registered=registered or False)
        await company.add(unit, stored)
    else:
        stored = replace(found, name=name, registered=found.registered if registered is None else registered)
        await company.save(unit, stored)
        if stored.registered and not found.registered:
            await presence.take_over(unit, stored.id)
    return stored
