"""Text as people write it: cleaning, sorting, searching and addresses (domain.md section 5)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import organisation_number, text

GOOD_ADDRESSES = [
    "cleo@alfa.example",
    "cleo.falk+kvitto@alfa.example",
    "o'brien@alfa.example",
    "c@a-b.example",
    "cleo@post.alfa.example",
    "CLEO@ALFA.EXAMPLE",
    "cleo@alfa.xn--p1ai",
]
BAD_ADDRESSES = [
    "",
    "cleo",
    "@alfa.example",
    "cleo@",
    "cleo@alfa",
    "cleo@alfa.e",
    "cleo@192.0.2.7",
    "cleo@-alfa.example",
    "cleo@alfa-.example",
    "cleo@alfa..example",
    ".cleo@alfa.example",
    "cleo.@alfa.example",
    "cl..eo@alfa.example",
    "cleo@alfa.example,dag@alfa.example",
    "cleo@alfa.example;dag@alfa.example",
    "cleo@alfa.example dag@alfa.example",
    "cleo@alfa@example.example",
    "cleo@alfa.example\n",
    "cleo@alfa.example\r\nBcc: dag@alfa.example",
    "cleo\x00@alfa.example",
    "<cleo@alfa.example>",
    "Cleo <cleo@alfa.example>",
    '"cleo"@alfa.example',
    "=?utf-8?q?cleo?=@alfa.example",
    "cléo@alfa.example",
    "cleo@älfa.example",
]


def test_cleaning_trims_and_composes() -> None:
    assert text.clean(" \t A\u030angstro\u0308ms AB\u00a0\n") == "Ångströms AB"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(written: str) -> None:
    assert text.clean(text.clean(written)) == text.clean(written)


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\r", "\u2028", "\u2029", "\ud800"])
def test_control_characters_are_found_on_one_line_and_on_several(bad: str) -> None:
    assert text.has_control_characters(f"Alfa{bad}AB")
    assert text.has_control_characters(f"Alfa{bad}AB", multiline=True)


@pytest.mark.parametrize("break_or_tab", ["\n", "\t"])
def test_only_several_lines_may_hold_breaks_and_tabs(break_or_tab: str) -> None:
    assert text.has_control_characters(f"Alfa{break_or_tab}AB")
    assert not text.has_control_characters(f"Alfa{break_or_tab}AB", multiline=True)


@pytest.mark.parametrize("plain", ["", "Alfa AB", "Åsa Öberg-Ärlig", "日本 🧾", "a\u00a0b"])
def test_ordinary_text_holds_no_control_characters(plain: str) -> None:
    assert not text.has_control_characters(plain)


def test_names_sort_as_swedes_sort_them() -> None:
    ordered = ["3 Kronor", "Anders", "Ekman", "Élan", "Emil", "Zeta", "Åkeri", "Ækvator", "Älg", "Ö-vik", "Ørsted", "Östra"]
    assert sorted(set(ordered), key=text.sort_key) == ordered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ALFA", "alfa"),
        ("René", "Rene"),
        ("Ångström", "A\u030angstro\u0308m"),
        ("Straße", "STRASSE"),
        (" Alfa ", "Alfa"),
        ("\u212bngström", "Ångström"),
    ],
)
def test_names_that_read_alike_sort_alike(one: str, other: str) -> None:
    assert text.sort_key(one) == text.sort_key(other)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_keys_sort_by_their_bytes_as_they_sort_in_python(names: list[str]) -> None:
    keys = [text.sort_key(name) for name in names]
    assert sorted(keys) == sorted(keys, key=str.encode)


@given(st.text())
def test_a_name_has_one_key_however_it_is_composed(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert text.sort_key(decomposed) == text.sort_key(name)


@given(st.text("abcdefghijklmnopqrstuvwxyzåäö", min_size=1), st.text("abcdefghijklmnopqrstuvwxyzåäö", min_size=1))
def test_names_of_swedish_letters_sort_by_the_alphabet(one: str, other: str) -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyzåäö"
    by_alphabet = [alphabet.index(letter) for letter in one] < [alphabet.index(letter) for letter in other]
    assert (text.sort_key(one) < text.sort_key(other)) is by_alphabet


def test_customer_numbers_sort_as_people_count() -> None:
    ordered = ["2", "10", "100", "A2", "A10", "A10-3", "A10-20", "B1"]
    assert sorted(set(ordered), key=text.number_key) == ordered


@given(st.integers(0, 10**39), st.integers(0, 10**39))
def test_plain_customer_numbers_sort_by_their_value(one: int, other: int) -> None:
    assert (text.number_key(str(one)) < text.number_key(str(other))) is (one < other)


def found(query: str, *, name: str = "Björks Åkeri & Söner AB", number: str = "K-100", digits: str = "5560160680") -> bool:
    """Search as the word table is searched: every prefix asked for begins some word."""
    stored = text.words(name, number, digits)
    return all(any(word.startswith(prefix) for word in stored) for prefix in text.search_words(query))


@pytest.mark.parametrize(
    "query",
    [
        "Björks",
        "bjor",
        "BJÖRKS ÅKERI",
        "akeri bjork",
        "so\u0308ner",
        "sön,  ab",
        "k-100",
        "K100",
        "k-1",
        "K1",
        "100",
        "556016",
        "5560160680",
        "556016-06",
        "556016-",
        "556016 - 0680",
        "16556016-0680",
        "556016 0680",
        "",
        "&",
    ],
)
def test_a_customer_is_found_by_the_beginning_of_what_is_known(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize("query", ["örks", "keri", "beta", "björks beta", "00", "016", "556016-07", "k-2"])
def test_a_customer_is_not_found_by_other_words_or_by_their_middle(query: str) -> None:
    assert not found(query)


@pytest.mark.parametrize("number", ["10-2", "100200-7", "20240101-3", "2024/17", "A 7"])
def test_a_customer_number_with_a_hyphen_is_found_as_it_is_written(number: str) -> None:
    assert found(number, number=number)


def test_a_sole_traders_number_is_found_with_and_without_the_century() -> None:
    assert found("811228-98", digits="8112289874")
    assert found("19811228-9874", digits="8112289874")


@given(st.text(st.characters(categories=["L", "Zs", "P"])), st.from_regex(r"[A-Z0-9]{1,8}([-/. ][0-9]{1,5})?", fullmatch=True))
def test_every_customer_is_found_by_its_whole_name_and_its_whole_number(name: str, number: str) -> None:
    assert found(name, name=name, number=number)
    assert found(number, name=name, number=number) or organisation_number.parse(number)


@pytest.mark.parametrize("address", GOOD_ADDRESSES)
def test_an_ordinary_address_is_one(address: str) -> None:
    assert text.is_email(address)


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_not_exactly_one_plain_address_is_refused(address: str) -> None:
    assert not text.is_email(address)


def test_an_address_may_have_254_characters_and_no_more() -> None:
    domain = ".".join(["a" * 60] * 3 + ["example"])
    local = "c" * (254 - len(domain) - 1)
    assert text.is_email(f"{local}@{domain}")
    assert not text.is_email(f"c{local}@{domain}")


def test_addresses_are_compared_case_folded() -> None:
    assert text.email_key(" Cleo@Alfa.Example ") == text.email_key("cleo@alfa.EXAMPLE") == "cleo@alfa.example"


@pytest.mark.parametrize(
    ("address", "masked"),
    [("cleo@alfa.example", "c***@alfa.example"), ("c@alfa.example", "c***@alfa.example"), ("@alfa.example", "***@alfa.example")],
)
def test_a_masked_address_shows_the_first_character_and_the_domain(address: str, masked: str) -> None:
    assert text.mask_email(address) == masked


def test_a_person_who_was_erased_has_words_for_a_name() -> None:
    shown = [text.shown_name(name, language) for name in ("Anna Ek", "") for language in ("sv", "en")]
    assert shown == ["Anna Ek", "Anna Ek", "Raderad person", "Erased person"]
