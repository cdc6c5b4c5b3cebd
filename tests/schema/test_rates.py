"""What the rate limits count, by a clock that tests set."""

from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from schema import counters, rates
from schema.counters import Counters
from schema.rates import Quotas, Rates, Standing

# Nothing of this depends on the database.
pytestmark = pytest.mark.anyio

QUOTAS = Quotas(viewer=100, address=0, sign_ins=2, links=1)


@dataclass
class Clock:
    """The time, as a test says."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def told(standing: Standing | None) -> tuple[int, int, bool]:
    assert standing is not None
    return standing.remaining, standing.reset_s, standing.is_exceeded


async def test_a_window_counts_until_it_ends_and_begins_with_the_next_request() -> None:
    clock = Clock()
    known = Rates(QUOTAS, clock=clock)
    assert told(await known.charge(known.viewer, "anna", 60)) == (40, 60, False)
    clock.now += 59.5
    assert told(await known.charge(known.viewer, "anna", 40)) == (0, 1, False)
    assert told(await known.charge(known.viewer, "anna", 1)) == (0, 1, True)
    assert told(await known.charge(known.viewer, "bo", 1)) == (99, 60, False)
    clock.now += 0.5
    assert told(await known.charge(known.viewer, "anna", 1)) == (99, 60, False)


async def test_quotas_are_counted_apart_and_a_quota_of_0_allows_everything() -> None:
    known = Rates(QUOTAS, clock=Clock())
    assert told(await known.charge(known.links, "anna", 1)) == (0, 3_600, False)
    assert told(await known.charge(known.sign_ins, "anna", 1)) == (1, 900, False)
    assert await known.charge(known.address, "anna", 10**9) is None


async def test_a_store_that_is_away_holds_nobody_up_and_is_left_alone_for_a_while() -> None:
    clock = Clock()
    known = Rates(QUOTAS, store="redis://127.0.0.1:1/0", clock=clock)
    with capture_logs() as lines:
        assert told(await known.charge(known.viewer, "anna", 60)) == (40, 60, False)
        assert told(await known.charge(known.viewer, "anna", 60)) == (0, 60, True)
        assert len(lines) == 1
        clock.now += 10
        await known.charge(known.viewer, "anna", 1)
    assert [line["event"] for line in lines] == ["rate limits are counted here, their store is away"] * 2


@pytest.mark.parametrize(
    ("peer", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", "testclient", True),
    ],
)
def test_an_address_of_ipv6_is_counted_with_its_network(peer: str, other: str, is_same: bool) -> None:
    assert (rates.network_of(peer) == rates.network_of(other)) is is_same


async def test_counters_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MOST", 10)
    clock = Clock()
    kept = Counters(clock)
    for place in range(50):
        clock.now += 1
        await kept.incr(str(place), 1_000)
    assert len(kept._counted) <= 10
    assert [await kept.get(str(place)) for place in (0, 49)] == [0, 1]
    assert (await kept.check(), await kept.reset(), await kept.get("49")) == (True, 10, 0)


def test_clients_are_told_in_the_header_fields_of_the_draft() -> None:
    known = Rates(QUOTAS)
    standings = [
        Standing(policy=known.viewer, remaining=90, reset_s=60, is_exceeded=False),
        Standing(policy=known.links, remaining=0, reset_s=3_600, is_exceeded=False),
        Standing(policy=known.viewer, remaining=80, reset_s=59, is_exceeded=False),
    ]
    assert rates.headers(standings) == {
        "RateLimit-Policy": '"viewer";q=100;w=60, "links";q=1;w=3600',
        "RateLimit": '"viewer";r=80;t=59, "links";r=0;t=3600',
    }
    assert rates.headers([]) == {}
