"""Partners: made, given another token, and revoked by advisors with FULL; each token is shown once."""

from dataclasses import dataclass
from datetime import datetime

from domain import partner as domain_partner
from domain import permissions, text
from domain.errors import InputProblemCode, InvalidInput
from domain.event import office_stream
from domain.input_check import InputCheck
from domain.partner import Partner, PartnerScope, PartnerToken
from domain.viewer import AdvisorViewer
from persistence import ids, keys, partner, scope
from persistence.database import Unit
from resolvers import replay
from resolvers.context import Context
from resolvers.replay import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePartner:
    """A new partner; without `expires_at` it does not expire."""

    name: str
    scopes: tuple[PartnerScope, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCreated:
    """The partner, and its token, which is None when replayed."""

    partner: Partner
    token: str | None
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRotated:
    """The partner with its new token, None when replayed, and when the token before it ends."""

    partner: Partner
    token: str | None
    previous_token_expires_at: datetime
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRevoked:
    """The partner, which can do nothing any more."""

    partner: Partner
    replayed: bool


async def all_partners(context: Context) -> tuple[Partner, ...]:
    """Return the office's partners by name, the revoked ones too; none to a viewer who may not manage them."""
    viewer = context.require_viewer()
    if not isinstance(viewer, AdvisorViewer) or not permissions.manages_integrations(viewer):
        return ()
    async with context.database.read() as reading:
        return await partner.of_office(reading, viewer.office_id)


async def find(context: Context, partner_id: str) -> Partner | None:
    """Return the partner where it acts for the viewer's office."""
    return await context.load.partners.load(partner_id)


async def create(context: Context, asked: CreatePartner, key: str | None) -> PartnerCreated:
    """Make a partner of the viewer's office with its first token.

    Raises:
        NotPermitted, InvalidInput, IdempotencyKeyReused: not FULL; a bad name, no scope or one twice, an end that is past.
    """
    viewer = permissions.require_full(context.require_viewer())
    check = InputCheck()
    name = check.text(asked.name, "name", limit=text.NAME_LIMIT)
    if not asked.scopes:
        check.problem(InputProblemCode.REQUIRED, "scopes")
    for place, given in enumerate(asked.scopes):
        if given in asked.scopes[:place]:
            check.problem(InputProblemCode.DUPLICATE, "scopes", str(place))
    check.finish()
    use = replay.use_of(context, "createPartner", key, asked)

    async def work(unit: Unit) -> PartnerCreated:
        async def do() -> PartnerCreated:
            if asked.expires_at is not None and asked.expires_at <= unit.now:
                raise InvalidInput.at(InputProblemCode.DATE_OUT_OF_RANGE, "expiresAt")
            added = Partner(
                id=ids.new_id(),
                office_id=viewer.office_id,
                name=name,
                scopes=domain_partner.in_order(asked.scopes),
                created_at=unit.now,
                expires_at=asked.expires_at,
                last_used_at=None,
                revoked_at=None,
            )
            await partner.add(unit, added)
            return PartnerCreated(partner=added, token=await _issue(unit, added), replayed=False)

        async def again(kept: Kept) -> PartnerCreated:
            return PartnerCreated(partner=await _get(unit, viewer, str(kept["partner"])), token=None, replayed=True)

        return await replay.once(unit, use, do=do, keep=lambda done: {"partner": done.partner.id}, again=again)

    return await context.database.write(work)


async def rotate_token(context: Context, partner_id: str, key: str | None) -> TokenRotated:
    """Give a partner another token; the one before it holds for 24 hours more, and older ones end at once.

    Raises:
        NotPermitted, NotFound, IdempotencyKeyReused: not FULL; no such partner of the office.
        InvalidInput: the partner is revoked or past its time.
    """
    viewer = permissions.require_full(context.require_viewer())
    use = replay.use_of(context, "rotatePartnerToken", key, {"partner": partner_id})

    async def work(unit: Unit) -> TokenRotated:
        async def do() -> TokenRotated:
            found = await _get(unit, viewer, partner_id)
            if not domain_partner.is_active(found, unit.now):
                raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "partnerId")
            known = await partner.tokens_of(unit, found.id)
            changed, end = domain_partner.follow(found, known, unit.now)
            await partner.end_tokens(unit, changed)
            # Whoever follows a stream with a token that has ended looks anew whether it holds.
            unit.topics.add(office_stream(found.office_id))
            token = await _issue(unit, found)
            return TokenRotated(partner=found, token=token, previous_token_expires_at=end, replayed=False)

        async def again(kept: Kept) -> TokenRotated:
            found = await _get(unit, viewer, str(kept["partner"]))
            end = datetime.fromisoformat(str(kept["previous_token_expires_at"]))
            return TokenRotated(partner=found, token=None, previous_token_expires_at=end, replayed=True)

        def keep(done: TokenRotated) -> Kept:
            end = done.previous_token_expires_at.isoformat()
            return {"partner": done.partner.id, "previous_token_expires_at": end}

        return await replay.once(unit, use, do=do, keep=keep, again=again)

    return await context.database.write(work)


async def revoke(context: Context, partner_id: str, key: str | None) -> PartnerRevoked:
    """Take a partner's rights away for good: its tokens are refused, and its streams close; twice changes nothing.

    Raises:
        NotPermitted, NotFound, IdempotencyKeyReused: not FULL; no such partner of the office.
    """
    viewer = permissions.require_full(context.require_viewer())
    use = replay.use_of(context, "revokePartner", key, {"partner": partner_id})

    async def work(unit: Unit) -> PartnerRevoked:
        async def do() -> PartnerRevoked:
            found = await _get(unit, viewer, partner_id)
            if found.revoked_at is None:
                await partner.revoke(unit, found.id)
                unit.topics.add(office_stream(found.office_id))
            return PartnerRevoked(partner=await _get(unit, viewer, partner_id), replayed=False)

        async def again(kept: Kept) -> PartnerRevoked:
            return PartnerRevoked(partner=await _get(unit, viewer, str(kept["partner"])), replayed=True)

        return await replay.once(unit, use, do=do, keep=lambda done: {"partner": done.partner.id}, again=again)

    return await context.database.write(work)


async def _get(unit: Unit, viewer: AdvisorViewer, partner_id: str) -> Partner:
    return await partner.get_held(unit, partner_id, scope=scope.partners_of(viewer))


async def _issue(unit: Unit, known: Partner) -> str:
    """Add a token, and return it as its holder keeps it; what is stored does not tell it."""
    secret = keys.new_secret()
    added = PartnerToken(
        id=ids.new_id(),
        partner_id=known.id,
        secret_sha256=keys.hash_secret(secret),
        created_at=unit.now,
        expires_at=None,
    )
    await partner.add_token(unit, added)
    return domain_partner.write_token(added.id, secret)
