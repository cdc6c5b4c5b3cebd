"""Our top-level names are ours alone, and what the code imports is what pyproject.toml declares."""

import importlib.metadata
import sys
from collections.abc import Collection

from tests.architecture import distributions, rules, sources

OURS = {*rules.LAYERS, *sources.FOLDERS} - {"examples", "docs", "tests", "benchmarks"}
# Imported by others in our name: uvicorn loads the first three, SQLAlchemy the drivers, zoneinfo the last.
NEVER_IMPORTED = {"uvloop", "httptools", "websockets", "aiosqlite", "asyncpg", "tzdata"}


def test_no_installed_distribution_provides_one_of_our_names() -> None:
    provided = importlib.metadata.packages_distributions()
    assert {name: provided[name] for name in OURS if name in provided} == {}


def test_our_names_are_looked_up_in_our_checkout_first() -> None:
    places = [place for place in sys.path if place]
    assert str(sources.ROOT) in places
    installed = [place for place in places if "site-packages" in place]
    assert all(places.index(str(sources.ROOT)) < places.index(place) for place in installed)


def distributions_imported_by(layers: Collection[str]) -> set[str]:
    """Return the distributions that provide what the files of these layers import and neither we nor Python have."""
    imported = {
        found.name.split(".")[0] for source in sources.read_sources() if source.layer in layers for found in source.imports
    }
    provided = importlib.metadata.packages_distributions()
    return {
        distributions.normalised(provider)
        for name in imported - OURS - {"tests", "examples", "benchmarks"} - sys.stdlib_module_names
        for provider in provided.get(name, [name])
    }


def test_the_service_imports_what_it_declares_and_declares_what_it_imports() -> None:
    used = distributions_imported_by(rules.LAYERS)
    declared = {distributions.normalised(asked.name) for asked in distributions.run_time_requirements()}
    assert used - declared == set()
    assert declared - used - NEVER_IMPORTED == set()


def test_tests_examples_and_benchmarks_import_what_is_declared() -> None:
    asked = [*distributions.run_time_requirements(), *distributions.development_requirements()]
    used = distributions_imported_by({"tests", "examples", "benchmarks"})
    assert used - {distributions.normalised(one.name) for one in asked} == set()
