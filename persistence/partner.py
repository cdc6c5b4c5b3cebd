"""Partners and their tokens as rows; of a token only the SHA-256 of its secret."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, RowMapping, insert, or_, select, update

from domain import text
from domain.errors import NotFound
from domain.partner import USE_INTERVAL, Partner, PartnerScope, PartnerToken
from persistence.database import Reading, Unit
from persistence.tables import partner_tokens, partners

_PLAIN = tuple(name for name in Partner.__slots__ if name != "scopes")
_TOKEN = tuple(PartnerToken.__slots__)


async def add(unit: Unit, added: Partner) -> None:
    """Insert a partner."""
    await unit.connection.execute(insert(partners).values(_values(added)))


async def get_held(unit: Unit, partner_id: str, *, scope: ColumnElement[bool]) -> Partner:
    """Return the partner within the scope, held until the commit.

    Raises:
        NotFound: the scope does not let it through, or there is none.
    """
    query = select(partners).where(partners.c.id == partner_id, scope).with_for_update(of=partners)
    row = (await unit.connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _partner(row)


async def many(reading: Reading, ids: Collection[str], *, scope: ColumnElement[bool]) -> dict[str, Partner]:
    """Return those of the ids that the scope lets through."""
    rows = await reading.connection.execute(select(partners).where(partners.c.id.in_(list(ids)), scope))
    return {row["id"]: _partner(row) for row in rows.mappings()}


async def of_office(reading: Reading, office_id: str) -> tuple[Partner, ...]:
    """Return the office's partners by name, those that were revoked included."""
    rows = await reading.connection.execute(select(partners).where(partners.c.office_id == office_id))
    found = [_partner(row) for row in rows.mappings()]
    return tuple(sorted(found, key=lambda one: (text.sort_key(one.name), one.id)))


async def revoke(unit: Unit, partner_id: str) -> None:
    """Write that the partner is revoked now."""
    await unit.connection.execute(update(partners).where(partners.c.id == partner_id).values(revoked_at=unit.now))


async def note_use(unit: Unit, partner_id: str) -> None:
    """Write that the partner is in use now, unless another has written it within a minute."""
    old = or_(partners.c.last_used_at.is_(None), partners.c.last_used_at <= unit.now - USE_INTERVAL)
    await unit.connection.execute(update(partners).where(partners.c.id == partner_id, old).values(last_used_at=unit.now))


async def add_token(unit: Unit, added: PartnerToken) -> None:
    """Insert a token."""
    await unit.connection.execute(insert(partner_tokens).values(**{name: getattr(added, name) for name in _TOKEN}))


async def end_tokens(unit: Unit, changed: Iterable[PartnerToken]) -> None:
    """Write when tokens end."""
    for token in changed:
        ending = update(partner_tokens).where(partner_tokens.c.id == token.id)
        await unit.connection.execute(ending.values(expires_at=token.expires_at))


async def tokens_of(reading: Reading, partner_id: str) -> tuple[PartnerToken, ...]:
    """Return a partner's tokens, live or not."""
    rows = await reading.connection.execute(select(partner_tokens).where(partner_tokens.c.partner_id == partner_id))
    return tuple(_token(row) for row in rows.mappings())


async def find_token(reading: Reading, token_id: str) -> tuple[PartnerToken, Partner] | None:
    """Return a token with the partner whose it is, live or not."""
    rows = await reading.connection.execute(select(partner_tokens).where(partner_tokens.c.id == token_id))
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    owner = (await reading.connection.execute(select(partners).where(partners.c.id == row["partner_id"]))).mappings().one()
    return _token(row), _partner(owner)


def _values(known: Partner) -> dict[str, object]:
    return {name: getattr(known, name) for name in _PLAIN} | {"scopes": [scope.name for scope in known.scopes]}


def _partner(row: RowMapping) -> Partner:
    plain = {name: row[name] for name in _PLAIN}
    return Partner(**plain, scopes=tuple(PartnerScope[name] for name in row["scopes"]))


def _token(row: RowMapping) -> PartnerToken:
    return PartnerToken(**{name: row[name] for name in _TOKEN})
