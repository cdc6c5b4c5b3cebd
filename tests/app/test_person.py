"""A person is exported and erased by hand."""

import json

from tests.app.conftest import SetUp

CLEO = "cleo.falk@alfa.example"


def test_a_person_is_exported_and_then_erased(migrated: SetUp) -> None:
    migrated.do("company", "register", "5560160680", "Alfa AB")
    migrated.do("company", "administrator", "add", "5560160680", "Cleo Fälk", CLEO)
    migrated.do("token", CLEO)
    exported = json.loads(migrated.do("person", "export", CLEO))
    assert exported.keys() == {"administrators", "companies", "sessions"}
    assert exported["administrators"][0]["name"] == "Cleo Fälk"
    assert "administrators 1, companies 1, sessions 1" in migrated.do("person", "erase", CLEO)
    for command in ("export", "erase"):
        assert "nothing is stored" in migrated.refused("person", command, CLEO)
