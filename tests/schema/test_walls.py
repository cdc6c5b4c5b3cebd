"""No office learns of another by an id: given in whatever place of the schema, it answers as one that does not exist."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from domain.event import StreamEntry
from persistence import scope
from persistence.tables import metadata
from resolvers.context import Context
from schema import ids, query
from tests.support import positions, walls
from tests.support.positions import GRAPH, PUBLIC, Position
from tests.support.walls import Answered, Walled
from tests.support.world import World

pytestmark = pytest.mark.anyio

POSITIONS = [position for position in positions.positions() if position.owner is not GRAPH.subscription_type]
# Mutations in which nothing is named: a link's secret and an address are no ids, and what is made has none yet.
WITHOUT_IDS = {"requestSignInLink", "signIn", "signOut", "createPartner"}
# Where even the viewer's own id finds nothing, and what does not exist finds no less.
NEVER_ANSWERED = {
    # An administrator's companies are filtered by nothing that is the office's own, and nobody else has companies.
    *(f"Company.collaborations(filter).{name}" for name in ("taskId", "taskOwnerId", "accountManagerId", "customerId")),
    "Company.collaborations(filter).activatedById",
    # The company's side alone is filtered by company, and has no cards.
    "Customer.collaborations(filter).companyId",
}


def ids_for(walled: Walled, kind: str) -> list[str]:
    """Return ids of the other office that fit a place: the first and the last of their kind, or of each kind."""
    found = walled.theirs.by_type
    return [one for each in (found if kind == "Node" else [kind]) for one in (found[each][0], found[each][-1])]


async def rows_of(world: World) -> dict[str, list[Any]]:
    """Read every row but those of sessions."""
    tables = [table for table in metadata.sorted_tables if table.name != "sessions"]
    async with world.database.read() as reading:
        return {table.name: sorted((await reading.connection.execute(select(table))).all(), key=repr) for table in tables}


def missing(like: str) -> str:
    """Return an id of the same kind that names nothing."""
    return walls.missing(ids.decode_any(like)[0])


def test_every_place_that_takes_an_id_is_known_and_every_mutation_takes_one_or_names_nobody() -> None:
    assert {position.kind for position in positions.positions()} <= GRAPH.type_map.keys()
    assert GRAPH.mutation_type is not None
    assert GRAPH.mutation_type.fields.keys() - positions.takes_ids(GRAPH.mutation_type) == WITHOUT_IDS


async def test_an_id_of_another_office_answers_as_one_that_does_not_exist(walled: Walled) -> None:
    await walk(walled)


async def walk(walled: Walled) -> None:
    """Give an id of the other office in every place, as every stranger, and then the stranger's own.

    Raises:
        AssertionError: one answered otherwise than an id of nobody, or a place's id decides nothing.
    """
    strangers = await walled.strangers()
    before = await rows_of(walled.world)
    answered: set[str] = set()
    for name, context in strangers.items():
        own = walled.own[name]
        refused: dict[str, Answered] = {}
        for position in POSITIONS:
            if position.kind in PUBLIC:
                continue
            for theirs in ids_for(walled, position.kind):
                refused[position.name] = await compare(walled, context, position, own, theirs, who=name)
        assert await rows_of(walled.world) == before, f"{name} has changed something"
        answered |= {place for place, nothing in refused.items() if await differs(context, place, own, nothing)}
        before = await rows_of(walled.world)
    known = {position.name for position in POSITIONS if position.kind not in PUBLIC}
    assert known - answered == NEVER_ANSWERED, "an id in these places decides nothing, so nothing is proven of them"


async def compare(
    walled: Walled, context: Context, position: Position, own: dict[str, str], theirs: str, *, who: str
) -> Answered:
    """Ask with an id of the other office and with one of nobody, hold the answers against each other, and return the latter."""
    text, nobodys = position.document(), missing(theirs)
    given = await walls.ask(context, text, position.variables(theirs, own.__getitem__))
    nothing = await walls.ask(context, text, position.variables(nobodys, own.__getitem__))
    place = f"{who} at {position.name} with {ids.decode_any(theirs)}"
    assert given.text.replace(theirs, nobodys) == nothing.text, place
    assert walled.theirs.seen_in(given.text.replace(theirs, "")) == [], place
    assert given.statements == nothing.statements, place
    return nothing


async def differs(context: Context, place: str, own: dict[str, str], nothing: Answered) -> bool:
    """Tell whether the viewer's own id in this place answers otherwise than an id of nobody: it is looked at, that is."""
    [position] = [one for one in POSITIONS if one.name == place]
    given = await walls.ask(context, position.document(), position.variables(own[position.kind], own.__getitem__))
    return given.told != nothing.told


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("taken_down", ["customers", "tasks", "collaborations", "an advisor", "an event", "another statement"])
async def test_the_walk_misses_a_wall_that_is_taken_down(
    walled: Walled, monkeypatch: pytest.MonkeyPatch, taken_down: str
) -> None:
    match taken_down:
        case "customers" | "tasks" | "collaborations":
            monkeypatch.setattr(scope, f"{taken_down}_of", lambda *_asked: scope.everything())
        case "an advisor":
            monkeypatch.setitem(query._OF_NODE, "Advisor", lambda context, one: context.load.advisors.load(one))
        case "an event":
            monkeypatch.setitem(query._OF_NODE, "CollaborationEvent", first_entry)
        case _:
            monkeypatch.setitem(query._OF_NODE, "Advisor", looked_at_twice)
    with pytest.raises(AssertionError, match=r"(FULL|OWN|administrator|partner) at"):
        await walk(walled)


async def first_entry(context: Context, event_id: str) -> StreamEntry | None:
    """Find an event in whoever's stream."""
    entries = await context.load.event.load(event_id) or ()
    return entries[0] if entries else None


async def looked_at_twice(context: Context, advisor_id: str) -> None:
    """Find no advisor, and take longer over one who is there."""
    found = await context.load.advisors.load(advisor_id)
    if found is not None:
        await context.load.offices.load(found.office_id)


async def test_five_hundred_ids_of_another_office_in_places_taken_at_random_find_nothing(walled: Walled) -> None:
    chance = random.Random(20261125)  # noqa: S311 - the same places every time
    contexts = list((await walled.strangers()).items())
    before = await rows_of(walled.world)
    places = [position for position in POSITIONS if position.kind not in PUBLIC]
    pool = [(kind, one) for kind, found in walled.theirs.by_type.items() for one in found]
    for _ in range(500):
        (name, context), position = chance.choice(contexts), chance.choice(places)
        fitting = [one for kind, one in pool if position.kind in {kind, "Node"}]
        # One in four is of whatever kind, where it does not belong; and every other id that must be given is foreign too, or not.
        theirs = chance.choice(pool)[1] if chance.random() < 0.25 else chance.choice(fitting)
        own = walled.own[name]
        if chance.random() < 0.5:
            own = own | {kind: chance.choice(found) for kind, found in walled.theirs.by_type.items() if kind in own}
        given = await walls.ask(context, position.document(), position.variables(theirs, own.__getitem__))
        nothing = await walls.ask(context, position.document(), position.variables(missing(theirs), own.__getitem__))
        named = [theirs, *own.values()]
        assert masked(given.text, named) == masked(nothing.text, named), (name, position.name, ids.decode_any(theirs))
        assert walled.theirs.seen_in(masked(given.text, named)) == [], (name, position.name, ids.decode_any(theirs))
        assert len(given.statements) == len(nothing.statements), (name, position.name, ids.decode_any(theirs))
    assert await rows_of(walled.world) == before


def masked(text: str, named: list[str]) -> str:
    """Take out of an answer what was asked with."""
    for one in named:
        text = text.replace(one, "")
    return text
