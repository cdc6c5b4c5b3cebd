"""The countries of ISO 3166-1."""

from domain.country import COUNTRIES


def test_every_country_that_is_officially_assigned_has_its_two_letters() -> None:
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRIES)


def test_sweden_and_its_neighbours_are_countries_and_what_is_no_country_is_not() -> None:
    assert {"SE", "NO", "FI", "DK", "AX"} <= COUNTRIES
    assert COUNTRIES.isdisjoint({"EU", "UK", "XX", "se", "SWE", ""})
