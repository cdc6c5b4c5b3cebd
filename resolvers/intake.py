"""The register in bulk: cards of many customers, each row judged by itself, and all that are good added together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain import permissions
from domain.customer import Customer
from domain.errors import CustomerNumberTaken, DomainError, NotFound
from domain.office import CustomerPermission
from domain.viewer import AdvisorViewer
from persistence import customer, idempotency, ids, intake, office, scope
from persistence.database import Unit
from resolvers import bulk, card, replay
from resolvers.card import CreateCustomer
from resolvers.context import Context, Installation
from resolvers.customer import Changed

ROWS_LIMIT = 1_000
_LONGEST_PLAIN_NUMBER = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of each row, in order; `replayed` where the same key had added all that is there, and nothing happened now."""

    outcomes: tuple[Changed[Customer] | DomainError, ...]
    created: int
    refused: int
    replayed: bool


async def import_rows(context: Context, rows: Sequence[CreateCustomer], key: str | None) -> Imported:
    """Add up to 1,000 cards in one transaction; a row that is refused leaves the others alone.

    The key covers each row by its position: rows added before are answered again, as NotFound where the viewer does not see
    them any more, and those missing or refused are done.

    Raises:
        NotPermitted: the viewer is not an advisor.
        InvalidInput: no row, or more than 1,000; a bad key.
        IdempotencyKeyReused: the key has added one of the rows with another input; then nothing is done.
    """
    viewer = permissions.require_advisor(context.require_viewer())
    bulk.check_number(rows, "rows", limit=ROWS_LIMIT)
    uses = replay.uses_of(context, "importCustomers", key, rows)
    checked = [_checked(viewer, row, place) for place, row in enumerate(rows)]

    async def work(unit: Unit) -> Imported:
        await idempotency.forget_old(unit, [use for use in uses if use is not None])
        kept = await replay.find_done(unit, uses)
        before = {place: str(kept[use]["id"]) for place, use in enumerate(uses) if use is not None and use in kept}
        there = await customer.many(unit, set(before.values()), scope=scope.customers_of(viewer))
        wanted = [place for place in range(len(rows)) if place not in before]
        added = await _within_sight(unit, viewer, await add(unit, viewer.office_id, [checked[place] for place in wanted]))
        outcomes: dict[int, Changed[Customer] | DomainError] = {
            place: Changed(value=there[local_id], replayed=True) if local_id in there else NotFound()
            for place, local_id in before.items()
        }
        new = {}
        for place, outcome in zip(wanted, added, strict=True):
            outcomes[place] = outcome if isinstance(outcome, DomainError) else Changed(value=outcome, replayed=False)
            use = uses[place]
            if use is not None and isinstance(outcome, Customer):
                new[use] = {"id": outcome.id}
        await idempotency.keep_many(unit, new)
        refused = sum(isinstance(outcome, DomainError) for outcome in outcomes.values())
        return Imported(
            outcomes=tuple(outcomes[place] for place in range(len(rows))),
            created=len(rows) - refused,
            refused=refused,
            replayed=bool(before) and not any(isinstance(outcome, Customer) for outcome in added),
        )

    return await context.database.write(work)


async def import_missing(
    installation: Installation, office_id: str, rows: Sequence[CreateCustomer], *, highest: int = 0
) -> list[Customer | DomainError | None]:
    """Add the cards of checked rows for an office, in one transaction; None stands for a row that is in the register already.

    `highest` is the highest number that a row names, of these or of those that are still to come: numbers given out lie above.

    That is a row whose number is on a card of the same company, or one without a number whose company has a card: so the same
    rows can be imported again, and nothing is added twice.
    """

    async def work(unit: Unit) -> list[Customer | DomainError | None]:
        taken = await intake.taken(unit, office_id, {row.customer_number for row in rows if row.customer_number is not None})
        known = await intake.known_companies(unit, office_id, {row.organisation_number for row in rows})

        def is_there(row: CreateCustomer) -> bool:
            if row.customer_number is None:
                return row.organisation_number in known
            return taken.get(row.customer_number, ("", ""))[1] == row.organisation_number

        missing = [place for place, row in enumerate(rows) if not is_there(row)]
        added = await add(unit, office_id, [rows[place] for place in missing], highest=highest)
        outcomes: list[Customer | DomainError | None] = [None] * len(rows)
        for place, outcome in zip(missing, added, strict=True):
            outcomes[place] = outcome
        return outcomes

    return await installation.database.write(work)


async def add(
    unit: Unit, office_id: str, rows: Sequence[CreateCustomer | DomainError], *, highest: int = 0
) -> list[Customer | DomainError]:
    """Add the cards of the rows that nothing refuses, as if one after the other, with a fixed number of statements.

    A row that is a refusal already stays one; NotFound says that the account manager is not an advisor of the office. Numbers
    given out lie above `highest`, and are none that a row names: no row gets what another asks for.
    """
    good = [row for row in rows if isinstance(row, CreateCustomer)]
    people = await office.many_advisors(unit, {row.account_manager_id for row in good if row.account_manager_id is not None})
    managers = {None, *(person.id for person in people.values() if person.office_id == office_id and person.active)}
    numbers = _Numbers(unit, office_id, highest)
    await numbers.look_up({row.customer_number for row in good if row.customer_number is not None})
    outcomes: list[Customer | DomainError] = []
    for row in rows:
        if isinstance(row, DomainError):
            outcomes.append(row)
        elif row.account_manager_id not in managers:
            outcomes.append(NotFound())
        else:
            outcomes.append(await _make(unit, office_id, row, numbers))
    cards = [outcome for outcome in outcomes if isinstance(outcome, Customer)]
    if cards:
        await customer.add_many(unit, cards)
    return outcomes


class _Numbers:
    """The customer numbers of an office while rows are added: whose each is, and which comes next."""

    def __init__(self, unit: Unit, office_id: str, highest: int) -> None:
        self._unit = unit
        self._office_id = office_id
        self._taken: dict[str, str] = {}
        self._named: set[str] = set()
        self._following = highest + 1
        self._has_looked = False

    async def look_up(self, numbers: set[str]) -> None:
        """Read which of the numbers that rows name are taken; none of them is given out."""
        self._named |= numbers
        found = await intake.taken(self._unit, self._office_id, numbers)
        self._taken |= {number: known[0] for number, known in found.items()}

    def owner(self, number: str) -> str | None:
        """Return the id of the card that has the number."""
        return self._taken.get(number)

    def give(self, number: str, customer_id: str) -> None:
        """Note whose the number is from now on."""
        self._taken[number] = customer_id
        self._following = max(self._following, 1 + plain_number(number))

    async def following(self) -> str:
        """Return the next free number, as `persistence.customer.next_number` has it."""
        if not self._has_looked:
            self._following = max(self._following, int(await customer.next_number(self._unit, self._office_id)))
            self._has_looked = True
        while await self._is_in_the_way(str(self._following)):
            self._following += 1
        return str(self._following)

    async def _is_in_the_way(self, number: str) -> bool:
        if number in self._taken or number in self._named:
            return True
        if len(number) <= _LONGEST_PLAIN_NUMBER:
            return False
        return await customer.find_by_number(self._unit, self._office_id, number) is not None


def plain_number(number: str) -> int:
    """Return a customer number of at most nine digits as the number that it is, and 0 for any other."""
    return int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST_PLAIN_NUMBER else 0


async def _make(unit: Unit, office_id: str, row: CreateCustomer, numbers: _Numbers) -> Customer | DomainError:
    number = row.customer_number or await numbers.following()
    owner = numbers.owner(number)
    if owner is not None:
        return CustomerNumberTaken(owner)
    made = Customer(
        id=ids.new_id(),
        office_id=office_id,
        customer_number=number,
        name=row.name,
        organisation_number=row.organisation_number,
        company_form=row.company_form,
        address=row.address,
        contacts=row.contacts,
        account_manager_id=row.account_manager_id,
        archived=False,
        version=1,
        created_at=unit.now,
        updated_at=unit.now,
    )
    numbers.give(number, made.id)
    return made


def _checked(viewer: AdvisorViewer, row: CreateCustomer, place: int) -> CreateCustomer | DomainError:
    try:
        cleaned = card.checked(row)
    except DomainError as refusal:
        return bulk.placed(refusal, "rows", place)
    if cleaned.account_manager_id is None and viewer.permission is CustomerPermission.OWN:
        # As with a single card: whoever sees only his own customers keeps sight of those that he adds.
        return replace(cleaned, account_manager_id=viewer.id)
    return cleaned


async def _within_sight(
    unit: Unit, viewer: AdvisorViewer, outcomes: Sequence[Customer | DomainError]
) -> list[Customer | DomainError]:
    """Name the customer that has a number only where the viewer may see it."""
    owners = {outcome.customer_id for outcome in outcomes if isinstance(outcome, CustomerNumberTaken) and outcome.customer_id}
    seen = await customer.many(unit, owners, scope=scope.customers_of(viewer))
    return [
        CustomerNumberTaken(None) if isinstance(outcome, CustomerNumberTaken) and outcome.customer_id not in seen else outcome
        for outcome in outcomes
    ]
