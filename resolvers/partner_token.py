"""Partners' tokens as they come in: whose one is, whether it holds now, and when it was last used."""

from domain import partner as domain_partner
from domain.partner import Partner, PartnerToken
from domain.viewer import PartnerViewer
from persistence import keys, partner
from persistence.database import Database, Reading, Unit

# What is compared where there is no such token, so that its absence takes as long as a wrong secret.
_NOBODYS = keys.hash_secret("")


async def read(reading: Reading, text: str) -> tuple[PartnerViewer, Partner] | None:
    """Return whom a token stands for now; None where it is none, or holds no more."""
    read = domain_partner.read_token(text)
    if read is None:
        return None
    token_id, secret = read
    found = await partner.find_token(reading, token_id)
    is_right = keys.is_secret(secret, _NOBODYS if found is None else found[0].secret_sha256)
    return _viewer(reading, *found) if found is not None and is_right else None


async def find_current(reading: Reading, viewer: PartnerViewer) -> PartnerViewer | None:
    """Return the partner with the rights of now; None where its token holds no more."""
    found = await partner.find_token(reading, viewer.token_id)
    current = None if found is None else _viewer(reading, *found)
    return None if current is None else current[0]


async def note_use(database: Database, known: Partner, reading: Reading) -> None:
    """Note that the partner is in use, at most once a minute."""

    async def work(unit: Unit) -> None:
        await partner.note_use(unit, known.id)

    if domain_partner.is_use_to_be_noted(known, reading.now):
        await database.write(work)


def _viewer(reading: Reading, token: PartnerToken, known: Partner) -> tuple[PartnerViewer, Partner] | None:
    if not domain_partner.holds(known, token, reading.now):
        return None
    scopes = frozenset(known.scopes)
    return PartnerViewer(id=known.id, office_id=known.office_id, scopes=scopes, token_id=token.id), known
