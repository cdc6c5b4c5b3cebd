"""Issuers that are trusted: how one may be configured, and what of the claims of its tokens is believed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain import issuer, permissions
from domain.errors import NotPermitted
from domain.issuer import Claimed, Issuer, MappedBy, TokenRefusedError
from domain.permissions import ActionFacts, CollaborationAction
from domain.scenario import ApprovalKind
from domain.viewer import Side
from tests.support import makers

NOW = makers.NOW
AT = int(NOW.timestamp())
URL = "https://login.example"
TRUSTED = makers.issuer()
BOTH = makers.issuer(sides=frozenset({Side.OFFICE, Side.COMPANY}), side_claim="side")
GOOD: Mapping[str, object] = {
    "iss": URL, "aud": "samarbete", "sub": "subject-cleo", "exp": AT + 300, "nbf": AT, "iat": AT, "acr": "high",
    "email": "cleo@alfa.example", "email_verified": True,
}  # fmt: skip


def claims(**changes: object) -> dict[str, object]:
    """Return good claims, but for the changes; None takes one out."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def test_good_claims_say_who_for_which_side_and_until_when() -> None:
    assert issuer.read_claims(TRUSTED, GOOD, NOW) == Claimed(
        identity=makers.identity(), side=Side.COMPANY, email="cleo@alfa.example", expires_at=NOW + timedelta(seconds=300)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["another", "samarbete"]}, {"nbf": None, "iat": None}, {"nbf": AT + 60, "iat": AT + 60}, {"exp": AT + 0.5},
        {"exp": AT + 86_400}, {"sub": "x" * 255}, {"acr": None}, {"email": None}, {"jti": 5, "scope": []},
    ],
    ids=str,
)  # fmt: skip
def test_claims_that_may_differ_are_believed(changes: dict[str, object]) -> None:
    assert issuer.read_claims(TRUSTED, claims(**changes), NOW).side is Side.COMPANY


REFUSED = [
    {"iss": None}, {"iss": f"{URL}/"}, {"iss": [URL]}, {"aud": None}, {"aud": "another"}, {"aud": []}, {"aud": ["another"]},
    {"aud": ["samarbete", 5]}, {"aud": {"samarbete": 1}}, {"sub": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 256},
    {"sub": "å"}, {"sub": "a\nb"}, {"acr": 5}, {"acr": ""}, {"acr": "\ud800"}, {"events": {}},
    {"exp": None}, {"exp": AT}, {"exp": AT - 1}, {"exp": AT + 86_401}, {"exp": "x"}, {"exp": True}, {"exp": float("nan")},
    {"exp": float("inf")}, {"exp": 10**400}, {"exp": -1}, {"exp": [AT + 300]},
    {"nbf": AT + 61}, {"nbf": "x"}, {"nbf": False}, {"iat": AT + 61}, {"iat": {}},
]  # fmt: skip


@pytest.mark.parametrize("changes", REFUSED, ids=lambda changes: str(changes)[:60])
def test_other_claims_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(TokenRefusedError):
        issuer.read_claims(TRUSTED, claims(**changes), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"email_verified": None}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}, {"email": 5},
        {"email": "cleo"}, {"email": "cleo@alfa.example\r\nBcc: x@x.example"}, {"email": "=?utf-8?q?a?=@alfa.example"},
    ],
    ids=str,
)  # fmt: skip
def test_an_address_that_is_not_verified_beyond_doubt_is_none(changes: dict[str, object]) -> None:
    assert issuer.read_claims(TRUSTED, claims(**changes), NOW).email is None


def test_an_issuer_vouches_for_addresses_of_its_domains_alone() -> None:
    own = makers.issuer(domains=frozenset({"Alfa.example"}))
    found = {
        email: issuer.read_claims(own, claims(email=email), NOW).email
        for email in ("cleo@alfa.example", "cleo@ALFA.example", "cleo@beta.example", "cleo@x.alfa.example", "cleo@xalfa.example")
    }
    assert [email for email, believed in found.items() if believed] == ["cleo@alfa.example", "cleo@ALFA.example"]


def test_an_issuer_that_maps_by_subject_vouches_for_no_address() -> None:
    assert issuer.read_claims(makers.issuer(mapped_by=MappedBy.SUBJECT), GOOD, NOW).email is None


@pytest.mark.parametrize(("said", "side"), [("OFFICE", Side.OFFICE), ("COMPANY", Side.COMPANY)])
def test_of_an_issuer_for_both_sides_the_token_says_which(said: str, side: Side) -> None:
    assert issuer.read_claims(BOTH, claims(side=said), NOW).side is side


@pytest.mark.parametrize("said", [None, "", "PARTNER", "SYSTEM", "office", ["OFFICE"], 5])
def test_a_token_of_no_one_side_is_refused(said: object) -> None:
    with pytest.raises(TokenRefusedError):
        issuer.read_claims(BOTH, claims(side=said), NOW)


ADDRESSES = {
    "https://login.example": True, "https://login.example:8443/realms/a?b=c": True, "http://127.0.0.1:8080": True,
    "http://localhost": True, "http://[::1]/x": True, "http://login.example": False, "http://127.0.0.1.example": False,
    "ftp://login.example": False, "https://": False, "": False, "https://user@login.example": False,
    "https://login.example/#x": False, "https://login.example:99999": False, "https://login.example:0": False,
    "https://[::1": False, "https://läs.example": False, "https://login.example/a b": False, "https://login.example/\n": False,
}  # fmt: skip


@pytest.mark.parametrize(("url", "is_address"), ADDRESSES.items())
def test_keys_are_fetched_with_tls_or_from_this_machine(url: str, is_address: bool) -> None:
    assert issuer.is_address(url) is is_address


UNSAFE: list[dict[str, Any]] = [
    {"url": "http://login.example"}, {"jwks_url": "http://login.example/keys"}, {"audience": ""}, {"algorithms": frozenset()},
    {"algorithms": frozenset({"RS256", "HS256"})}, {"algorithms": frozenset({"none"})}, {"sides": frozenset()},
    {"sides": frozenset({Side.PARTNER})}, {"side_claim": "side"}, {"sides": frozenset({Side.OFFICE, Side.COMPANY})},
]  # fmt: skip


@pytest.mark.parametrize("changes", UNSAFE, ids=range(len(UNSAFE)))
def test_an_issuer_that_would_not_be_safe_cannot_be_configured(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|names"):
        makers.issuer(**changes)


def test_an_issuer_without_tls_anywhere_is_local() -> None:
    assert not TRUSTED.is_local
    assert makers.issuer(url="http://127.0.0.1:1").is_local
    assert makers.issuer(jwks_url="http://127.0.0.1:1").is_local


DEMANDED = {URL: frozenset({"high", "highest"})}


def test_a_sign_in_is_sure_enough_where_its_issuer_says_so_in_the_words_of_that_issuer() -> None:
    assert issuer.is_sure_enough(None, None)
    assert issuer.is_sure_enough(makers.identity(), DEMANDED)
    for identity in (
        None,
        makers.identity(assurance=None),
        makers.identity(assurance="low"),
        makers.identity(issuer="https://another.example"),
    ):
        assert not issuer.is_sure_enough(identity, DEMANDED)


def test_terms_are_refused_by_name_where_the_sign_in_is_not_sure_enough() -> None:
    permissions.require_assurance(makers.administrator_viewer(identity=makers.identity()), DEMANDED)
    with pytest.raises(NotPermitted) as refusal:
        permissions.require_assurance(makers.administrator_viewer(), DEMANDED)
    assert refusal.value.required == "ASSURANCE"


@pytest.mark.parametrize("kind", ApprovalKind)
@pytest.mark.parametrize("sure_enough", [True, False])
def test_an_approval_with_terms_is_offered_to_those_alone_whose_sign_in_suffices(kind: ApprovalKind, sure_enough: bool) -> None:
    facts = ActionFacts(access_ids=frozenset(), undeliverable=False, self_approval=False, sure_enough=sure_enough)
    offered = permissions.allowed_actions(makers.administrator_viewer(), makers.collaboration(approval_kind=kind), NOW, facts)
    assert (CollaborationAction.APPROVE in offered) is (sure_enough or kind is ApprovalKind.COLLABORATION)
    assert CollaborationAction.DECLINE in offered


def test_an_issuer_is_trusted_with_nothing_that_is_not_said() -> None:
    plain = Issuer(url=URL, audience="samarbete", sides=frozenset({Side.OFFICE}))
    assert (plain.mapped_by, plain.terms_acr, plain.side_claim) == (MappedBy.SUBJECT, frozenset(), None)
    assert not any(name.startswith(("HS", "none")) for name in plain.algorithms)
