"""Every kind of input and its share; an input is known by a seed and a number, and is the same whenever it is made."""

from collections.abc import Callable, Mapping
from random import Random

from tests.fuzz import bodies, documents, heads, pages, sockets, streams
from tests.fuzz.asking import Chance, Known, Sent, Talk

Maker = Callable[[Chance], Sent | Talk]

# Of a thousand inputs. Documents that are executed and sockets cost a hundred times as much as a head that is refused.
KINDS: Mapping[str, tuple[int, Maker]] = {
    "odd heads": (190, heads.well_formed),
    "malformed heads": (110, heads.malformed),
    "lies": (40, heads.lying),
    "in a row": (30, heads.in_a_row),
    "cut": (30, heads.cut),
    "bodies": (230, bodies.of_any_kind),
    "query strings": (70, bodies.query_string),
    "documents": (110, documents.of_the_schema),
    "mangled documents": (50, documents.mangled),
    "streams": (15, streams.event_stream),
    "pages": (55, pages.any_page),
    "new links": (20, pages.new_link),
    "conversations": (12, sockets.conversation),
    "messages": (15, sockets.messages),
    "framing": (15, sockets.framing),
    "handshakes": (8, sockets.opened),
}
_NAMES, _WEIGHTS = list(KINDS), [share for share, _ in KINDS.values()]


def make(seed: int, number: int, known: Known) -> tuple[str, Sent | Talk]:
    """Make an input, and tell its kind."""
    random = Random(f"{seed}:{number}")  # noqa: S311 - inputs are to be had again
    [kind] = random.choices(_NAMES, _WEIGHTS)
    return kind, KINDS[kind][1](Chance(random, known))
