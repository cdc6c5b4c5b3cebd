"""What the server runs on may be used and passed on."""

import pytest

from tests.architecture import distributions


def test_every_run_time_distribution_has_an_allowed_licence() -> None:
    found = {name: distributions.licence_of(each) for name, each in distributions.run_time_distributions().items()}
    assert {name: licence for name, licence in found.items() if not distributions.is_allowed(licence)} == {}


def test_distributions_below_the_named_ones_are_judged_too() -> None:
    assert {"starlette", "anyio", "greenlet", "graphql-core"} <= set(distributions.run_time_distributions())


REFUSED = [
    "", "UNKNOWN", "GPL-3.0-or-later", "AGPL-3.0", "LGPL-2.1", "MIT AND GPL-2.0", "Proprietary", "MIT AND CC-BY-NC-4.0",
    "CC-BY-NC-4.0 AND MIT", "MIT AND (GPL-3.0 OR CC-BY-NC-4.0)", "(MIT OR GPL-3.0) AND Elastic-2.0", "MIT AND", "(MIT",
    "GPL-2.0 OR LGPL-2.1", "License :: OSI Approved :: MIT License; License :: OSI Approved :: Zero-Clause",
]  # fmt: skip
ALLOWED = [
    "MIT", "BSD-3-Clause", "Apache-2.0 OR MIT", "PSF-2.0", "MPL-2.0", "ISC License", "MIT OR GPL-2.0",
    "MPL-2.0 AND (Apache-2.0 OR MIT)", "GPL-2.0 OR (MIT AND PSF-2.0)", "(MIT AND PSF-2.0) OR CC-BY-NC-4.0", "mit and psf-2.0",
]  # fmt: skip


@pytest.mark.parametrize("licence", REFUSED)
def test_a_licence_outside_the_list_is_refused(licence: str) -> None:
    assert not distributions.is_allowed(licence)


@pytest.mark.parametrize("licence", ALLOWED)
def test_a_licence_of_the_list_is_allowed(licence: str) -> None:
    assert distributions.is_allowed(licence)
