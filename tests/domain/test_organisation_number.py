"""Organisation numbers of domain.md section 5, and a Luhn of another make to compare with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import organisation_number
from domain.customer import CompanyForm

VALID = {
    "556016-0680": "5560160680",
    "16556016-0680": "5560160680",
    "202100-5489": "2021005489",
    "556000-4615": "5560004615",
    "232100-0156": "2321000156",
    "802002-4280": "8020024280",
    "5560160680": "5560160680",
    " 556016 0680 ": "5560160680",
    "16 556016-0680": "5560160680",
}
PERSONAL = {
    "811228-9874": "8112289874",
    "19811228-9874": "8112289874",
    "811288-9871": "8112889871",  # a coordination number: 60 added to the day
    "000229-1235": "0002291235",  # 29 February of 2000; the first digit of a person's number may be 0
}
WRONG = {
    "232100-0157": "a wrong check digit",
    "556061-0680": "two digits changed places",
    "000000-0000": "passes Luhn, is no number",
    "55601606": "eight digits",
    "556016068": "nine digits",
    "55601606801": "eleven digits",
    "175560160680": "a prefix of twelve digits that is none",
    "195560160680": "the prefix of a birth before a legal entity",
    "168112289874": "the prefix of a legal entity before a person",
    "16556016068A": "a letter after the prefix",
    "056016-0681": "third and fourth digits of a legal entity, first digit 0",
    "811328-9873": "month 13 below 20",
    "811232-9878": "day 32",
    "810229-1237": "29 February of a year without one",
    "٥٥٦٠١٦٠٦٨٠": "digits that are not ASCII",
    "556016\u00a00680": "a space that is not plain",
    "556016.0680": "a full stop",
    "": "nothing",
}


def luhn_remainder(digits: str) -> int:
    """Sum from the right, digit by digit, as textbooks tell it, modulo ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 1:
            value = sum(int(part) for part in str(value * 2))
        total += value
    return total % 10


def with_check_digit(nine: str) -> str:
    return f"{nine}{-luhn_remainder(f'{nine}0') % 10}"


@pytest.mark.parametrize(("written", "stored"), (VALID | PERSONAL).items())
def test_a_valid_number_is_stored_as_ten_digits(written: str, stored: str) -> None:
    assert organisation_number.parse(written) == stored


@pytest.mark.parametrize("written", WRONG, ids=WRONG.values())
def test_a_wrong_number_is_refused(written: str) -> None:
    assert organisation_number.parse(written) is None


@pytest.mark.parametrize("stored", VALID.values(), ids=VALID)
def test_a_legal_entity_is_not_personal_and_never_masked(stored: str) -> None:
    assert not organisation_number.is_personal(stored)
    assert organisation_number.shown(stored, masked=True) == f"{stored[:6]}-{stored[6:]}"


@pytest.mark.parametrize("stored", PERSONAL.values(), ids=PERSONAL)
def test_a_sole_traders_number_is_personal_and_masked_for_those_who_may_not_see_it(stored: str) -> None:
    assert organisation_number.is_personal(stored)
    assert organisation_number.shown(stored, masked=True) == "******-****"
    assert organisation_number.shown(stored, masked=False) == f"{stored[:6]}-{stored[6:]}"


@given(st.from_regex(r"[1-9][0-9][2-9][0-9]{6}", fullmatch=True))
def test_a_legal_entity_has_exactly_one_right_check_digit(nine: str) -> None:
    right = with_check_digit(nine)
    assert [last for last in "0123456789" if organisation_number.parse(nine + last)] == [right[-1]]
    assert organisation_number.parse(f"16{right}") == right
    assert organisation_number.check_digit(nine) == right[-1]


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.from_regex(r"[0-9]{3}", fullmatch=True), st.booleans())
def test_every_birthday_makes_a_personal_number(born: date, birth_number: str, coordination: bool) -> None:
    day = born.day + 60 if coordination else born.day
    number = with_check_digit(f"{born:%y%m}{day:02}{birth_number}")
    assert organisation_number.parse(number) == number
    assert organisation_number.parse(f"{born:%Y}{number[2:]}") == number
    assert organisation_number.is_personal(number)


@given(st.integers(0, 9999), st.integers(0, 19), st.integers(0, 99), st.integers(0, 999))
def test_no_other_number_with_a_low_month_is_valid(year: int, month: int, day: int, birth_number: int) -> None:
    real = {f"{start + timedelta(days=place):%m%d}" for start in (date(2000, 1, 1),) for place in range(366)}
    real |= {f"{known[:2]}{int(known[2:]) + 60}" for known in real}
    number = with_check_digit(f"{year % 100:02}{month:02}{day:02}{birth_number:03}")
    if f"{month:02}{day:02}" not in real:
        assert organisation_number.parse(number) is None


@given(st.text(max_size=40))
def test_any_text_is_judged_and_only_ten_ascii_digits_come_out(written: str) -> None:
    parsed = organisation_number.parse(written)
    assert parsed is None or (len(parsed) == 10 and parsed.isascii() and parsed.isdigit())


@pytest.mark.parametrize("form", list(CompanyForm))
def test_a_sole_traders_number_is_personal_every_other_forms_is_not_and_other_may_have_either(form: CompanyForm) -> None:
    fitting = {number for number in ("8112289874", "5560160680") if organisation_number.fits(number, form)}
    either = {"8112289874", "5560160680"}
    wanted = {CompanyForm.SOLE_TRADER: {"8112289874"}, CompanyForm.OTHER: either}
    assert fitting == wanted.get(form, {"5560160680"})
