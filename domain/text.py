"""Text as people write it: limits, cleaning, sort keys, search words and e-mail addresses (domain.md section 5)."""

import re
import unicodedata
from functools import lru_cache

from domain import organisation_number

# What we write in, and what a person may choose; Swedish where nobody has chosen.
LANGUAGES = ("sv", "en")
NAME_LIMIT = 200
MESSAGE_LIMIT = 1_000
EMAIL_LIMIT = 254
STREET_LIMIT = 200
POSTAL_CODE_LIMIT = 20
CITY_LIMIT = 100
PHONE_LIMIT = 40
TASK_TYPE_LIMIT = 100
SEARCH_LIMIT = 100
CUSTOMER_NUMBER_LIMIT = 40
TERMS_LIMIT = 200_000

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters by their category that show as nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# How the name of a person reads who was erased; what is stored in its place is nothing.
ERASED = {"sv": "Raderad person", "en": "Erased person"}

# The three Swedish letters come after z, in this order; these characters follow z in ASCII.
_AFTER_Z = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"}
_DIGIT_RUN_WIDTH = CUSTOMER_NUMBER_LIMIT
_HYPHENATED = re.compile(r"\s*([0-9]{6})\s*-\s*([0-9]{0,4})\s*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/^_`{|}~=?-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]")


def clean(text: str) -> str:
    """Return the text in NFC without white space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def has_control_characters(text: str, *, multiline: bool = False) -> bool:
    """Tell whether the text holds control, surrogate, line-separating or text-turning characters.

    `multiline` allows breaks and tabs. Characters that turn the direction of text make a name read as another.
    """
    allowed = "\n\t" if multiline else ""
    return any(
        (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character not in allowed) or character in _TURNING
        for character in text
    )


def is_blank(text: str) -> bool:
    """Tell whether nothing of the text can be seen."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" or character in _FILLERS for character in text)


def sort_key(name: str) -> str:
    """Return the key by which names sort bytewise: case folded, other accents dropped, å ä ö after z."""
    key = []
    for character in clean(name).casefold():
        if character in _AFTER_Z:
            key.append(_AFTER_Z[character])
        else:
            key.append(_without_accents(character))
    return "".join(key)


def number_key(customer_number: str) -> str:
    """Return the key by which customer numbers sort as people count: every run of digits padded to one width."""
    folded = sort_key(customer_number)
    return re.sub(r"[0-9]+", lambda run: run.group().zfill(_DIGIT_RUN_WIDTH), folded)


def words(name: str, customer_number: str, organisation_number: str) -> frozenset[str]:
    """Return what a customer is found by, folded alike.

    That is the name's words, the customer number (its parts, and the whole without what parts it) and the ten digits.
    """
    parts = _split(customer_number)
    return frozenset({*_split(name), *parts, "".join(parts), organisation_number} - {""})


def search_words(query: str) -> tuple[str, ...]:
    """Return the prefixes that a search asks for, each to begin one of a customer's words.

    A whole organisation number asks for its ten digits in whichever form it is written, and a hyphen after six digits is that of
    one which is not yet whole: `556016-06` asks for `55601606`. Elsewhere a hyphen parts words.
    """
    whole = organisation_number.parse(query)
    if whole is not None:
        return (whole,)
    begun = _HYPHENATED.fullmatch(query)
    return ("".join(begun.groups()),) if begun is not None else tuple(dict.fromkeys(_split(query)))


def is_email(text: str) -> bool:
    """Tell whether the text is one address that can be mailed: ASCII, a dot in the domain, at most 254 characters."""
    return len(text) <= EMAIL_LIMIT and "=?" not in text and _EMAIL.fullmatch(text) is not None


def email_key(text: str) -> str:
    """Return the form in which addresses are compared: case folded."""
    return clean(text).casefold()


def shown_name(name: str, language: str) -> str:
    """Return a person's name, or the words for one who was erased."""
    return name or ERASED[language]


def mask_email(text: str) -> str:
    """Return the address as it is shown to whom it does not belong: its first character and its domain."""
    local, _, domain = text.partition("@")
    return f"{local[:1]}***@{domain}"


def _split(text: str) -> list[str]:
    folded = "".join(_without_accents(character) for character in clean(text).casefold())
    return re.findall(r"[^\W_]+", folded)


@lru_cache(maxsize=2_048)  # a large import folds the same few letters a million times
def _without_accents(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    kept = "".join(part for part in decomposed if not unicodedata.combining(part))
    return kept.replace("ø", "o").replace("æ", "ae")
