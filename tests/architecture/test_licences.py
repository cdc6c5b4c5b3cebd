"""What the server runs on may be used and passed on."""

import pytest

from tests.architecture import distributions


def test_every_run_time_distribution_has_an_allowed_licence() -> None:
    found = {name: distributions.licence_of(each) for name, each in distributions.run_time_distributions().items()}
    assert {name: licence for name, licence in found.items() if not distributions.is_allowed(licence)} == {}


def test_distributions_below_the_named_ones_are_judged_too() -> None:
    assert {"starlette", "anyio", "greenlet", "graphql-core"} <= set(distributions.run_time_distributions())


@pytest.mark.parametrize("licence", ["", "UNKNOWN", "GPL-3.0-or-later", "AGPL-3.0", "LGPL-2.1", "MIT AND GPL-2.0", "Proprietary"])
def test_a_licence_outside_the_list_is_refused(licence: str) -> None:
    assert not distributions.is_allowed(licence)


@pytest.mark.parametrize("licence", ["MIT", "BSD-3-Clause", "Apache-2.0 OR MIT", "PSF-2.0", "MPL-2.0", "ISC License"])
def test_a_licence_of_the_list_is_allowed(licence: str) -> None:
    assert distributions.is_allowed(licence)
