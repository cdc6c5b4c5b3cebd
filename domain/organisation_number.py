"""Organisation numbers: read as people write them, stored as ten digits, shown with a hyphen (domain.md section 5)."""

import re
from datetime import date

from domain.customer import CompanyForm

_TEN = re.compile(r"[0-9]{10}")
_LEGAL_ENTITY_FROM = 20
_COORDINATION_DAYS = 60
_CENTURIES = ("16", "18", "19", "20")
_LONG = 12


def parse(text: str) -> str | None:
    """Return the ten digits that the text stands for, or None where it is no valid number.

    Hyphen and spaces are optional. A form of twelve digits starts with 16 for a legal entity, or with the century of a
    sole trader's birth; the prefix is not part of the check digit.
    """
    digits = re.sub(r"[ -]", "", text)
    if len(digits) == _LONG and digits.startswith(_CENTURIES):
        century, digits = digits[:2], digits[2:]
        if _TEN.fullmatch(digits) and (century == "16") is is_personal(digits):
            return None
    if _TEN.fullmatch(digits) is None or check_digit(digits[:-1]) != digits[-1]:
        return None
    if is_personal(digits):
        return digits
    return digits if int(digits[2:4]) >= _LEGAL_ENTITY_FROM and digits[0] != "0" else None


def is_personal(number: str) -> bool:
    """Tell whether ten digits are a personal identity number: a real date, or one with 60 added to its day."""
    year, month, day = int(number[:2]), int(number[2:4]), int(number[4:6])
    if day > _COORDINATION_DAYS:
        day -= _COORDINATION_DAYS
    # A two-digit year is that of one of two centuries; 29 February is real if it is in either.
    return any(_is_date(century + year, month, day) for century in (1900, 2000))


def fits(number: str, form: CompanyForm) -> bool:
    """Tell whether ten digits are of the kind that the form has: a sole trader's are personal, a legal entity's never.

    `OTHER` may have either: the estate of a deceased person keeps the personal number.
    """
    return form is CompanyForm.OTHER or is_personal(number) is (form is CompanyForm.SOLE_TRADER)


def shown(number: str, *, masked: bool) -> str:
    """Return NNNNNN-NNNN, or ******-**** where it is a sole trader's and the viewer may not see it."""
    return "******-****" if masked and is_personal(number) else f"{number[:6]}-{number[6:]}"


def check_digit(nine: str) -> str:
    """Return the tenth digit that nine have by Luhn: every second from the left doubled, the sum divisible by ten."""
    return str(-sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine)) % 10)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
