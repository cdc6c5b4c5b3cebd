"""Every wrong value of an input is collected with its path and code, and all are refused at once."""

from collections.abc import Callable

import pytest

from domain.errors import InputProblem, InputProblemCode, InvalidInput
from domain.input_check import InputCheck

Judge = Callable[[InputCheck], object]
Code = InputProblemCode

REFUSED: dict[str, tuple[Judge, InputProblemCode]] = {
    "an empty name": (lambda check: check.text("", "x", limit=200), Code.BLANK),
    "a name of white space": (lambda check: check.text(" \t\u00a0\n", "x", limit=200), Code.BLANK),
    "a name one too long": (lambda check: check.text("a" * 201, "x", limit=200), Code.TOO_LONG),
    "a name of 10,000": (lambda check: check.text("a" * 10_000, "x", limit=200), Code.TOO_LONG),
    "a name with a NUL": (lambda check: check.text("Alfa\x00AB", "x", limit=200), Code.NOT_ALLOWED_CHARACTER),
    "a name of two lines": (lambda check: check.text("Alfa\nAB", "x", limit=200), Code.NOT_ALLOWED_CHARACTER),
    "a city too long": (lambda check: check.optional_text("a" * 101, "x", limit=100), Code.TOO_LONG),
    "a city with an escape": (lambda check: check.optional_text("Lund\x1b", "x", limit=100), Code.NOT_ALLOWED_CHARACTER),
    "a message too long": (lambda check: check.multiline("a" * 1_001, "x", limit=1_000), Code.TOO_LONG),
    "a message with a bell": (lambda check: check.multiline("a\x07b", "x", limit=1_000), Code.NOT_ALLOWED_CHARACTER),
    "a message with a bare return": (lambda check: check.multiline("a\rb", "x", limit=1_000), Code.NOT_ALLOWED_CHARACTER),
    "an address without @": (lambda check: check.email("cleo", "x"), Code.EMAIL_INVALID),
    "an empty address": (lambda check: check.email("", "x"), Code.EMAIL_INVALID),
    "an address and a header": (lambda check: check.email("c@alfa.example\nBcc: d@alfa.example", "x"), Code.EMAIL_INVALID),
    "an address and a line break": (lambda check: check.email("cleo@alfa.example\n", "x"), Code.EMAIL_INVALID),
    "two addresses": (lambda check: check.email("c@alfa.example, d@alfa.example", "x"), Code.EMAIL_INVALID),
    "an address after much space": (lambda check: check.email(" " * 100_000 + "c@alfa.example", "x"), Code.EMAIL_INVALID),
    "a wrong address that may be left out": (lambda check: check.optional_email("cleo", "x"), Code.EMAIL_INVALID),
    "a wrong check digit": (lambda check: check.organisation_number("232100-0157", "x"), Code.ORGANISATION_NUMBER_INVALID),
    "no organisation number": (lambda check: check.organisation_number("", "x"), Code.ORGANISATION_NUMBER_INVALID),
    "too many contacts": (lambda check: check.count(range(51), "x", limit=50), Code.TOO_MANY),
}

ACCEPTED: dict[str, tuple[Judge, object]] = {
    "a name is trimmed and composed": (lambda check: check.text("  A\u030angström  ", limit=200), "Ångström"),
    "a name may reach the limit": (lambda check: check.text("a" * 200, limit=200), "a" * 200),
    "space around does not count": (lambda check: check.text(" " * 300 + "a" * 200, limit=200), "a" * 200),
    "composed letters count once": (lambda check: check.text("o\u0308" * 200, limit=200), "ö" * 200),
    "a break at the end is trimmed": (lambda check: check.text("Alfa\n", limit=200), "Alfa"),
    "none stays none": (lambda check: check.optional_text(None, limit=200), None),
    "blank counts as none": (lambda check: check.optional_text("  ", limit=200), None),
    "what is given is trimmed": (lambda check: check.optional_text(" Lund ", limit=200), "Lund"),
    "a message keeps its lines": (lambda check: check.multiline(" Hej!\r\n\n\tDu. ", limit=1_000), "Hej!\n\n\tDu."),
    "a message may be blank": (lambda check: check.multiline("  ", limit=1_000), ""),
    "an address is trimmed": (lambda check: check.email(" Cleo@alfa.example "), "Cleo@alfa.example"),
    "no address stays none": (lambda check: check.optional_email(None), None),
    "a blank address counts as none": (lambda check: check.optional_email("   "), None),
    "an address may be left out": (lambda check: check.optional_email("cleo@alfa.example"), "cleo@alfa.example"),
    "an organisation number is stored plain": (lambda check: check.organisation_number(" 16556016-0680\n"), "5560160680"),
    "as many as the limit": (lambda check: check.count(range(50), limit=50), None),
    "one of the choices": (lambda check: check.choice("sv", ("sv", "en")), "sv"),
}


@pytest.mark.parametrize(("judge", "code"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_value_is_refused_once_with_its_path_and_code(judge: Judge, code: InputProblemCode) -> None:
    check = InputCheck()
    judge(check)
    with pytest.raises(InvalidInput) as refusal:
        check.finish()
    assert refusal.value.problems == (InputProblem(path=("x",), code=code),)


@pytest.mark.parametrize(("judge", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_right_value_comes_back_clean_and_nothing_is_refused(judge: Judge, value: object) -> None:
    check = InputCheck()
    assert judge(check) == value
    check.finish()


def test_all_wrong_values_are_refused_together_in_the_order_in_which_they_were_judged() -> None:
    check = InputCheck()
    check.organisation_number("1", "organisationNumber")
    check.text("Alfa AB", "name", limit=200)
    check.email("gun", "contacts", "0", "email")
    check.problem(Code.DUPLICATE, "contacts", "1", "isMain")
    with pytest.raises(InvalidInput) as refusal:
        check.finish()
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        (("organisationNumber",), Code.ORGANISATION_NUMBER_INVALID),
        (("contacts", "0", "email"), Code.EMAIL_INVALID),
        (("contacts", "1", "isMain"), Code.DUPLICATE),
    ]


@pytest.mark.parametrize("judge", [judge for judge, _ in REFUSED.values()], ids=REFUSED)
def test_a_refused_value_comes_back_harmless(judge: Judge) -> None:
    assert judge(InputCheck()) in {"", None}


def test_a_choice_outside_those_allowed_is_refused() -> None:
    check = InputCheck()
    check.choice("de", ("sv", "en"), "language")
    with pytest.raises(InvalidInput) as refusal:
        check.finish()
    assert refusal.value.problems == (InputProblem(path=("language",), code=Code.NOT_ALLOWED),)
