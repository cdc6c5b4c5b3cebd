"""An administrator answers in the portal, from the link in the mail."""

import hashlib
import re

import pytest

from tests.browser.conftest import Demo, Play

pytestmark = pytest.mark.browser

SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")


def test_an_administrator_reads_the_terms_and_accepts_exactly_what_was_shown(demo: Demo, play: Play) -> None:
    collaboration_id = demo.desk.activate("Gamma AB")
    found = play("approval", demo.url, to="gun@gamma.example")

    standing = demo.desk.standing(collaboration_id)
    terms = standing["approval"]["terms"]
    assert standing["status"] == "ACTIVE"
    assert standing["approval"]["approvedBy"]["name"] == "Gun Lind"
    assert found["acceptedTerms"]["sha256"] == terms["sha256"] == hashlib.sha256(terms["text"].encode()).hexdigest()

    asked = found["asked"]
    assert terms["sha256"] in asked
    assert " ".join(terms["text"].split()) in " ".join(asked.split())
    assert "Godkänn villkoren för Visma Scanner" in asked
    for label, value in (("Byrå", "Nordbyrån"), ("Skickat av", "Anna Ek"), ("Betalar för tjänsten", "Nordbyrån")):
        assert f"{label}\n{value}" in asked
    assert "Tack, det är godkänt" in found["approved"]


@pytest.mark.parametrize(("added", "hashes", "is_sent"), [(" ", True, False), ("", True, True), ("", False, True)])
def test_terms_whose_text_is_not_that_of_its_hash_are_not_accepted(
    demo: Demo, play: Play, added: str, hashes: bool, is_sent: bool
) -> None:
    collaboration_id = demo.desk.activate("Gamma AB")
    found = play("altered", demo.url, to="gun@gamma.example", added=added, hashes=hashes)
    assert demo.desk.standing(collaboration_id)["status"] == ("ACTIVE" if is_sent else "AWAITING_APPROVAL")
    assert len(found["sent"]) == is_sent
    assert ("stämmer inte med sin kontrollsumma" in found["said"]) is not is_sent


def test_an_administrator_approves_a_collaboration_without_terms(demo: Demo, play: Play) -> None:
    collaboration_id = demo.desk.activate("Alfa AB")
    found = play("approval", demo.url, to="cleo@alfa.example")
    assert found["acceptedTerms"] is None
    assert "Nordbyrån vill samarbeta i Visma Scanner" in found["asked"]
    assert "SHA-256" not in found["asked"]
    assert "Har tillgång på byrån\nBo Berg och Anna Ek" in found["approved"]
    assert demo.desk.standing(collaboration_id)["status"] == "ACTIVE"


def test_opening_a_link_posts_nothing_and_leaves_no_secret_behind(demo: Demo, play: Play) -> None:
    demo.desk.activate("Beta AB")
    found = play("approval", demo.url, to="bea@beta.example")
    assert found["opened"] == {"address": f"{demo.url}/portal", "posts": []}
    stored, cookies = found["kept"]
    assert SECRET.findall(stored) == []
    assert cookies == ""


def test_a_used_link_is_renewed_by_mail_and_the_administrator_declines_with_a_reason(demo: Demo, play: Play) -> None:
    collaboration_id = demo.desk.activate("Beta AB")
    found = play("renewal", demo.url, to="bea@beta.example")
    assert found["secondDevice"] == f"{demo.url}/portal"
    assert "The link is used up" in found["said"]
    assert "You have declined" in found["declined"]
    standing = demo.desk.standing(collaboration_id)
    assert (standing["status"], standing["declineReason"]) == ("DECLINED", "Vi väntar till våren <b>2027</b>")
    assert "Reason\nVi väntar till våren <b>2027</b>" in found["declined"]


def test_every_page_from_the_mail_to_the_receipt_fits_a_telephone(demo: Demo, play: Play) -> None:
    demo.desk.activate("Gamma AB")
    widths = play("narrow", demo.url, to="gun@gamma.example")["widths"]
    assert widths == dict.fromkeys(["sign-in", "mailbox", "welcome", "asked", "approved", "companies"], 360)
