"""What pyproject.toml asks for, and what is installed of it with everything below."""

import importlib.metadata
import re
import tomllib
from importlib.metadata import Distribution
from typing import Any

from packaging.requirements import Requirement

from tests.architecture.sources import ROOT

_LICENCES = re.compile(r"\b(?:Apache|BSD|ISC|MIT|MPL|PSF|Mozilla|Python Software Foundation)\b", re.IGNORECASE)
# The operators and parentheses of an SPDX expression, and what stands between classifiers.
_PARTS = re.compile(r"(;|[()]|(?<![\w-])(?:AND|OR)(?![\w-]))", re.IGNORECASE)
_REFUSED = re.compile(r"\b(?:A?L?GPL|GNU|SSPL|BUSL|Commons Clause|Proprietary|Commercial)", re.IGNORECASE)


def run_time_requirements() -> list[Requirement]:
    """Return what the server asks for by name."""
    return [Requirement(line) for line in _project()["dependencies"]]


def development_requirements() -> list[Requirement]:
    """Return what the checks ask for by name, besides what the server does."""
    return [Requirement(line) for line in _project()["optional-dependencies"]["dev"]]


def run_time_distributions() -> dict[str, Distribution]:
    """Return by name the installed distributions that the server needs, through others too."""
    found: dict[str, Distribution] = {}
    waiting = run_time_requirements()
    while waiting:
        asked = waiting.pop()
        name = normalised(asked.name)
        known = name in found
        if known and not asked.extras:
            continue
        found[name] = distribution = importlib.metadata.distribution(asked.name)
        below = [Requirement(line) for line in distribution.requires or []]
        waiting += [line for line in below if _applies(line, asked.extras) and not (known and normalised(line.name) in found)]
    return found


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(distribution: Distribution) -> str:
    """Return the licence as the distribution states it: the expression, else the classifiers, else the old field."""
    metadata = distribution.metadata.json
    stated = metadata.get("license_expression")
    lines = [line for line in metadata.get("classifier", []) if line.startswith("License :: OSI Approved ::")]
    classified = [re.sub(r" \([\w. ]+\)$", "", line) for line in lines]  # its abbreviation, which is no part of an expression
    return str(stated or "; ".join(classified) or metadata.get("license") or "")


def is_allowed(licence: str) -> bool:
    """Tell whether a stated licence is of the families that docs/decisions allow: every part of an AND, one part of an OR."""
    return _all_hold([part.strip() for part in _PARTS.split(licence) if part.strip()])


def _all_hold(parts: list[str]) -> bool:
    """Judge an expression; OR binds less than AND, and `;`, which stands between classifiers, least of all."""
    for operator in (";", "OR", "AND"):
        depth = 0
        for place, part in enumerate(parts):
            depth += (part == "(") - (part == ")")
            if depth == 0 and part.upper() == operator:
                left, right = _all_hold(parts[:place]), _all_hold(parts[place + 1 :])
                return (left or right) if operator == "OR" else (left and right)
    if len(parts) > 1 and (parts[0], parts[-1]) == ("(", ")"):
        return _all_hold(parts[1:-1])
    return len(parts) == 1 and _LICENCES.search(parts[0]) is not None and _REFUSED.search(parts[0]) is None


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in extras or {""})
