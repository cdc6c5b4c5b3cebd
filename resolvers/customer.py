"""The office's register of customers: found, listed, created, changed and archived."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from domain import permissions, text
from domain.customer import Customer
from domain.errors import (
    CustomerHasLiveCollaborations,
    CustomerNumberTaken,
    NotFound,
    VersionConflict,
)
from domain.input_check import InputCheck
from domain.office import CustomerPermission
from domain.viewer import AdvisorViewer, Viewer
from persistence import collaboration, customer, ids, office, scope
from persistence.customer_filter import CustomerFilter, CustomerOrder
from persistence.database import Unit
from resolvers import card, listing, privacy, replay
from resolvers.card import CreateCustomer, Unset, UpdateCustomer
from resolvers.context import Context
from resolvers.listing import Listing, PageArguments
from resolvers.replay import Kept

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Generic[Value]):
    """What a mutation of the register made of it."""

    value: Value
    replayed: bool


async def find(context: Context, customer_id: str) -> Customer | None:
    """Return the customer where the viewer may see it."""
    return await context.load.customers.load(customer_id)


async def list_page(
    context: Context, arguments: PageArguments, wanted: CustomerFilter, order: CustomerOrder
) -> Listing[Customer]:
    """Return a page of the customers that the viewer sees.

    Raises:
        PageSizeInvalid, CursorInvalid: bad page arguments.
        InvalidInput: the search is longer than 100 characters.
    """
    check = InputCheck()
    if wanted.search is not None:
        check.optional_text(wanted.search, "filter", "search", limit=text.SEARCH_LIMIT)
    check.finish()
    visible = scope.customers_of(context.require_viewer())
    wanted = privacy.within_sight(context.require_viewer(), wanted)
    name = f"customers:{order.field.name}:{order.descending}"
    request = listing.request(context.installation.keys, name, arguments)
    async with context.database.read() as reading:
        found = await customer.page(reading, scope=visible, filter=wanted, order=order, request=request)

    async def count() -> int:
        async with context.database.read() as reading:
            return await customer.count(reading, scope=visible, filter=wanted)

    return listing.listing(context.installation.keys, name, found, count)


async def create(context: Context, asked: CreateCustomer, key: str | None) -> Changed[Customer]:
    """Add a card to the office's register; an advisor with OWN becomes its account manager where none is named.

    Raises:
        InvalidInput, NotPermitted: bad values; the viewer is not an advisor.
        NotFound: the account manager is not an advisor of the office.
        CustomerNumberTaken: with the customer, where the viewer may see it.
    """
    viewer = permissions.require_advisor(context.require_viewer())
    cleaned = card.checked(asked)
    if cleaned.account_manager_id is None and viewer.permission is CustomerPermission.OWN:
        # Whoever sees only his own customers would otherwise lose sight of the card that he has just made.
        cleaned = replace(cleaned, account_manager_id=viewer.id)

    async def do(unit: Unit) -> Customer:
        await _check_account_manager(unit, viewer, cleaned.account_manager_id)
        number = cleaned.customer_number or await customer.next_number(unit, viewer.office_id)
        await _check_number(unit, viewer, number, None)
        added = Customer(
            id=ids.new_id(),
            office_id=viewer.office_id,
            customer_number=number,
            name=cleaned.name,
            organisation_number=cleaned.organisation_number,
            company_form=cleaned.company_form,
            address=cleaned.address,
            contacts=cleaned.contacts,
            account_manager_id=cleaned.account_manager_id,
            archived=False,
            version=1,
            created_at=unit.now,
            updated_at=unit.now,
        )
        await customer.add(unit, added)
        return added

    return await change(context, "createCustomer", key, asked, do, _again)


async def update(context: Context, asked: UpdateCustomer, key: str | None) -> Changed[Customer]:
    """Change a card; its organisation number and company form only while no collaboration is live.

    Raises:
        NotFound, NotPermitted, InvalidInput: not visible; not an advisor; bad values.
        VersionConflict: it has changed since the expected version.
        CustomerNumberTaken, CustomerHasLiveCollaborations: as the words say.
    """
    viewer = permissions.require_advisor(context.require_viewer())
    card.refuse_removal(
        name=asked.name,
        organisationNumber=asked.organisation_number,
        companyForm=asked.company_form,
        customerNumber=asked.customer_number,
        contacts=asked.contacts,
    )

    async def do(unit: Unit) -> Customer:
        found = await customer.get(unit, asked.customer_id, scope=scope.customers_of(viewer))
        if asked.expected_version is not None and asked.expected_version != found.version:
            raise VersionConflict(found.version)
        changed = _changed(found, asked)
        identity = (changed.organisation_number, changed.company_form)
        if identity != (found.organisation_number, found.company_form):
            await _check_not_live(unit, found.id)
        if changed.account_manager_id != found.account_manager_id:
            await _check_account_manager(unit, viewer, changed.account_manager_id)
        if changed.customer_number != found.customer_number:
            await _check_number(unit, viewer, changed.customer_number, found.id)
        return await _save(unit, found, changed)

    return await change(context, "updateCustomer", key, asked, do, _again)


async def archive(context: Context, customer_id: str, key: str | None) -> Changed[Customer]:
    """Put a card away, while no collaboration is live; archiving an archived one changes nothing.

    Raises:
        NotFound, NotPermitted, CustomerHasLiveCollaborations: as the words say.
    """
    return await _set_archived(context, "archiveCustomer", customer_id, key, archived=True)


async def restore(context: Context, customer_id: str, key: str | None) -> Changed[Customer]:
    """Take a card out of the archive; restoring one that is not there changes nothing.

    Raises:
        NotFound, NotPermitted: as the words say.
    """
    return await _set_archived(context, "restoreCustomer", customer_id, key, archived=False)


async def change(
    context: Context,
    field: str,
    key: str | None,
    asked: object,
    do: Callable[[Unit], Awaitable[Value]],
    load_again: Callable[[Unit, Viewer, str], Awaitable[Value]],
) -> Changed[Value]:
    """Run a mutation of the register in one transaction, once per key; a replay loads the row as it stands now.

    Raises:
        NotFound: a replay whose viewer may not see the row any more.
    """
    use = replay.use_of(context, field, key, asked)

    async def work(unit: Unit) -> Changed[Value]:
        async def first() -> Changed[Value]:
            return Changed(value=await do(unit), replayed=False)

        async def again(kept: Kept) -> Changed[Value]:
            return Changed(value=await load_again(unit, context.require_viewer(), str(kept["id"])), replayed=True)

        def keep(done: Changed[Value]) -> Kept:
            return {"id": str(getattr(done.value, "id", ""))}

        return await replay.once(unit, use, do=first, keep=keep, again=again)

    return await context.database.write(work)


async def _again(unit: Unit, viewer: Viewer, customer_id: str) -> Customer:
    return await customer.get(unit, customer_id, scope=scope.customers_of(viewer))


async def _set_archived(context: Context, field: str, customer_id: str, key: str | None, *, archived: bool) -> Changed[Customer]:
    viewer = permissions.require_advisor(context.require_viewer())

    async def do(unit: Unit) -> Customer:
        found = await customer.get(unit, customer_id, scope=scope.customers_of(viewer))
        if found.archived is archived:
            return found
        if archived:
            await _check_not_live(unit, found.id)
        return await _save(unit, found, replace(found, archived=archived))

    return await change(context, field, key, {"customer": customer_id}, do, _again)


async def _save(unit: Unit, found: Customer, changed: Customer) -> Customer:
    if changed == found:
        return found
    stored = replace(changed, version=found.version + 1, updated_at=unit.now)
    if not await customer.save(unit, stored, expected_version=found.version):
        raise VersionConflict(found.version + 1)
    return stored


async def _check_number(unit: Unit, viewer: AdvisorViewer, number: str, own_id: str | None) -> None:
    taken_by = await customer.find_by_number(unit, viewer.office_id, number)
    if taken_by is not None and taken_by != own_id:
        seen = await customer.many(unit, [taken_by], scope=scope.customers_of(viewer))
        raise CustomerNumberTaken(taken_by if seen else None)


async def _check_account_manager(unit: Unit, viewer: AdvisorViewer, advisor_id: str | None) -> None:
    if advisor_id is None:
        return
    found = (await office.many_advisors(unit, [advisor_id])).get(advisor_id)
    if found is None or found.office_id != viewer.office_id or not found.active:
        raise NotFound


async def _check_not_live(unit: Unit, customer_id: str) -> None:
    live = await collaboration.live_of_customer(unit, customer_id)
    if live:
        raise CustomerHasLiveCollaborations(live)


def _changed(found: Customer, asked: UpdateCustomer) -> Customer:
    """Put what is given in place of what was, checked as a new card is; a number left out keeps the old one."""
    values = {
        name: value
        for name in ("name", "organisation_number", "company_form", "address", "contacts", "account_manager_id")
        if not isinstance(value := getattr(asked, name), Unset)
    }
    if not isinstance(asked.customer_number, Unset):
        values["customer_number"] = asked.customer_number
    whole = CreateCustomer(
        **{name: getattr(found, name) for name in CreateCustomer.__slots__} | values,
    )
    cleaned = card.checked(whole, number_required=True)
    return replace(found, **{name: getattr(cleaned, name) for name in values})
