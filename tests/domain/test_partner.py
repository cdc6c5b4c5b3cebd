"""Partners' tokens: their form, how long they hold, and which live on when another follows."""

from datetime import timedelta

import pytest

from domain import partner
from domain.partner import Partner, PartnerScope
from tests.support import makers

ID, SECRET = "01890000-0000-7000-8000-000000000001", "ab" * 32
TICK = timedelta(microseconds=1)


def test_a_token_is_read_as_it_was_written() -> None:
    token = partner.write_token(ID, SECRET)
    assert token == f"smb_live_01890000000070008000000000000001_{SECRET}"
    assert partner.read_token(token) == (ID, SECRET)


@pytest.mark.parametrize("text", [
    "", "smb_live_", f"smb_live_{SECRET}", f"smb_live_{ID}_{SECRET}", f"smb_test_{'0' * 32}_{SECRET}",
    f"smb_live_{'0' * 31}_{SECRET}", f"smb_live_{'0' * 32}_{SECRET}0", f"smb_live_{'0' * 32}_{SECRET[1:]}",
    f"smb_live_{'0' * 32}_{SECRET.upper()}", f"smb_live_{'0' * 32}_{SECRET}\n", f" smb_live_{'0' * 32}_{SECRET}",
    f"SMB_LIVE_{'0' * 32}_{SECRET}", "smb_live_" + "\u0660" * 32 + f"_{SECRET}",
])  # fmt: skip
def test_whatever_has_another_form_is_no_token(text: str) -> None:
    assert partner.read_token(text) is None


@pytest.mark.parametrize(("known", "held"), [
    (makers.partner(), True),
    (makers.partner(expires_at=makers.NOW + TICK), True),
    (makers.partner(expires_at=makers.NOW), False),
    (makers.partner(revoked_at=makers.NOW + timedelta(days=1)), False),
])  # fmt: skip
def test_a_token_holds_while_its_partner_is_neither_revoked_nor_past_its_time(known: Partner, held: bool) -> None:
    assert partner.is_active(known, makers.NOW) is held
    assert partner.holds(known, makers.partner_token(), makers.NOW) is held
    assert not partner.holds(known, makers.partner_token(expires_at=makers.NOW), makers.NOW)


def test_the_token_before_the_newest_holds_for_24_hours_and_older_ones_end() -> None:
    oldest = makers.partner_token(id="1", expires_at=makers.NOW + timedelta(hours=5))
    newest = makers.partner_token(id="2", created_at=makers.NOW + timedelta(hours=1))
    over = makers.partner_token(id="0", expires_at=makers.NOW)
    now = makers.NOW + timedelta(hours=2)
    changed, end = partner.follow(makers.partner(), [newest, over, oldest], now)
    assert end == now + timedelta(hours=24)
    assert [(token.id, token.expires_at) for token in changed] == [("1", now), ("2", end)]
    assert all(partner.holds(makers.partner(), token, end - TICK) is (token.id == "2") for token in changed)
    assert not any(partner.holds(makers.partner(), token, end) for token in changed)


def test_no_token_outlives_its_partner() -> None:
    end = makers.NOW + timedelta(hours=1)
    changed, told = partner.follow(makers.partner(expires_at=end), [makers.partner_token()], makers.NOW)
    assert (told, [token.expires_at for token in changed]) == (end, [end])
    assert partner.follow(makers.partner(), [], makers.NOW)[0] == ()


def test_a_use_is_noted_once_a_minute() -> None:
    assert partner.is_use_to_be_noted(makers.partner(), makers.NOW)
    used = makers.partner(last_used_at=makers.NOW)
    assert not partner.is_use_to_be_noted(used, makers.NOW + timedelta(minutes=1) - TICK)
    assert partner.is_use_to_be_noted(used, makers.NOW + timedelta(minutes=1))


def test_scopes_stand_in_one_order_and_once() -> None:
    given = [PartnerScope.EVENTS_READ, PartnerScope.CUSTOMERS_READ, PartnerScope.EVENTS_READ]
    assert partner.in_order(given) == (PartnerScope.CUSTOMERS_READ, PartnerScope.EVENTS_READ)
