"""What a client would like to be answered in: the media type, and the language of messages."""

from collections.abc import Iterator, Sequence

from domain.text import LANGUAGES

# On every answer, which is for one viewer and one moment alone.
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language, Authorization", "X-Content-Type-Options": "nosniff"}
_LONGEST_HEADER = 2_000
_EXACT = 2


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """Choose the offer that the Accept header likes best; among equals the one named most exactly, then the first.

    No header, or a blank one, takes anything; None where nothing is acceptable.
    """
    if accept is None or not accept.strip():
        return offers[0]
    (quality, _), place = max((liking(accept, offer), -place) for place, offer in enumerate(offers))
    return offers[-place] if quality > 0 else None


def liking(accept: str, offer: str) -> tuple[float, int]:
    """Tell how well the Accept header likes a media type: its quality, and how exactly it is named (0 to 2)."""
    exactness = {"*/*": 0, f"{offer.partition('/')[0]}/*": 1, offer: _EXACT}
    exact, quality = max(((exactness[name], quality) for name, quality in _ranges(accept) if name in exactness), default=(0, 0.0))
    return quality, exact


def names(accept: str | None, offer: str) -> bool:
    """Tell whether the Accept header takes the media type because it says so, and not only because it takes anything."""
    quality, exact = liking(accept or "", offer)
    return quality > 0 and exact == _EXACT


def language(accept_language: str | None) -> str:
    """Choose the language of messages: the one liked best, Swedish where the header says nothing that we speak."""
    chosen, most = LANGUAGES[0], 0.0
    for name, quality in _ranges(accept_language or ""):
        known = LANGUAGES[0] if name == "*" else name.partition("-")[0]
        if known in LANGUAGES and quality > most:
            chosen, most = known, quality
    return chosen


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header[:_LONGEST_HEADER].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            yield name, _quality(parameters)


def _quality(parameters: Sequence[str]) -> float:
    """Read `q`, 1 where there is none; what cannot be read is liked least, so that a malformed part chooses nothing."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            digits = value.strip().replace(".", "", 1)
            return min(float(value), 1.0) if digits.isascii() and digits.isdigit() else 0.0
    return 1.0
