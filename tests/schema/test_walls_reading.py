"""No office learns of another by reading: whatever a viewer reaches is the same whether the other office has anything or not."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type

from domain.collaboration import CollaborationStatus
from persistence import collaboration, scope
from persistence.database import Reading
from resolvers.context import Context
from tests.support import positions, selection, walls
from tests.support.positions import GRAPH
from tests.support.two_houses import NORD
from tests.support.walls import Answer, Walled
from tests.support.world import CLEO

pytestmark = pytest.mark.anyio

OWN_STREAM = "{ collaborationEvents(first: 100) { nodes { type cursor } } }"


async def test_all_that_can_be_read_is_the_same_whether_or_not_the_other_office_has_anything(walled: Walled) -> None:
    await read_again(walled)


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_number_that_counts_the_other_office_too_is_missed(walled: Walled, monkeypatch: pytest.MonkeyPatch) -> None:
    count = collaboration.count_by_status

    async def count_all(reading: Reading, **asked: object) -> dict[CollaborationStatus, int]:
        return await count(reading, **cast("Any", asked | {"scope": scope.everything()}))

    monkeypatch.setattr(collaboration, "count_by_status", count_all)
    with pytest.raises(AssertionError, match="collaborationCounts"):
        await read_again(walled)


async def read_again(walled: Walled) -> None:
    """Read all there is as every stranger, and hold it against what it was before.

    Raises:
        AssertionError: something of the other office shows, or something could not be looked at.
    """
    shown: set[str] = set()
    for name, context in (await walled.strangers()).items():
        after = await walls.read_everything(context)
        assert after == walled.before[name], name
        assert walled.theirs.seen_in(repr(after)) == [], name
        shown |= {each["__typename"] for answer in after.values() for each in walls.objects_in(answer)}
    assert readable() - shown == set(), "nobody was shown one of these, so nothing is proven of them"


async def test_those_who_may_see_it_find_all_that_the_others_did_not(walled: Walled) -> None:
    full, cleo = await walled.world.viewed_by(NORD.full), await walled.world.viewed_by(CLEO)
    seen = repr(await walls.read_everything(full))
    of_companies = {"Company", "Administrator"}
    offices = [one for kind, found in walled.theirs.by_type.items() if kind not in of_companies for one in found]
    assert [one for one in offices if one not in seen] == []
    assert walled.theirs.seen_in(repr(await walls.read_everything(cleo))), "Alfa's administrator works with both"


async def test_a_cursor_of_another_office_leads_to_nothing_of_it(walled: Walled) -> None:
    full = await walled.world.viewed_by(NORD.full)
    assert GRAPH.query_type is not None
    for name, field in lists_of(GRAPH.query_type):
        taken = f"{{ {name}(first: 2) {{ pageInfo {{ startCursor endCursor }} }} }}"
        page = (await walls.ask(full, taken, {})).told["data"][name]["pageInfo"]
        for who, context in (await walled.strangers()).items():
            for argument, cursor in (("after", page["startCursor"]), ("before", page["endCursor"])):
                text = f"query ($cursor: String) {{ {name}({argument}: $cursor) {selection.of(field.type)} }}"
                given = await walls.ask(context, text, {"cursor": cursor})
                assert walled.theirs.seen_in(given.text) == [], (who, name, argument)
                # A list's cursor is a place in its order, whoever has it; a stream's is a place in that stream alone.
                if name == "collaborationEvents":
                    edited = await walls.ask(context, text, {"cursor": edit(cursor)})
                    assert (given.told, given.statements) == (edited.told, edited.statements), (who, name, argument)


async def test_a_cursor_of_a_list_below_an_object_of_another_office_is_no_cursor_of_ones_own(walled: Walled) -> None:
    full, sara = await walled.world.viewed_by(NORD.full), (await walled.strangers())["FULL"]
    kinds = [kind for kind in GRAPH.type_map.values() if isinstance(kind, GraphQLObjectType) and selection.is_node(kind)]
    found = [(kind.name, name) for kind in kinds for name, _ in lists_of(kind)]
    # No advisor sees a company.
    for kind, name in [each for each in found if each[0] != "Company"]:
        below = f"{name}(after: $after) {{ pageInfo {{ startCursor }} nodes {{ id }} }}"
        text = f"query ($id: ID!, $after: String) {{ node(id: $id) {{ ... on {kind} {{ {below} }} }} }}"
        cursors = [await start_cursor(full, text, theirs, name) for theirs in walled.theirs.by_type[kind]]
        [cursor, *_] = [one for one in cursors if one is not None]
        given = await walls.ask(sara, text, {"id": walled.own["FULL"][kind], "after": cursor})
        edited = await walls.ask(sara, text, {"id": walled.own["FULL"][kind], "after": edit(cursor)})
        assert (given.told, given.statements) == (edited.told, edited.statements), (kind, name)


async def start_cursor(context: Context, text: str, global_id: str, name: str) -> str | None:
    """Return the first cursor of a list below an object, None where the list is empty."""
    told = (await walls.ask(context, text, {"id": global_id})).told["data"]["node"][name]
    cursor: str | None = told["pageInfo"]["startCursor"]
    return cursor


async def test_following_tells_of_nothing_that_is_another_offices(walled: Walled) -> None:
    full = await walled.world.viewed_by(NORD.full)
    theirs = (await own_stream(full))[0]["cursor"]
    assert GRAPH.subscription_type is not None
    for name, field in GRAPH.subscription_type.fields.items():
        text = f"subscription ($after: String) {{ {name}(after: $after) {selection.of(field.type)} }}"
        for who, context in (await walled.strangers()).items():
            told = await walls.followed(context, text, {"after": (await own_stream(context))[0]["cursor"]})
            assert told, (who, name)
            assert walled.theirs.seen_in(repr(told)) == [], (who, name)
            refused = await walls.followed(context, text, {"after": theirs})
            assert refused == await walls.followed(context, text, {"after": edit(theirs)}), (who, name)
            assert [one["errors"][0]["extensions"]["code"] for one in refused] == ["CURSOR_INVALID"], (who, name)


async def test_a_stream_that_is_asked_for_with_ids_of_another_office_tells_what_it_tells_of_those_that_do_not_exist(
    walled: Walled,
) -> None:
    places = [position for position in positions.positions() if position.owner is GRAPH.subscription_type]
    answered: set[str] = set()
    for who, context in (await walled.strangers()).items():
        own = walled.own[who]
        start = (await own_stream(context))[0]["cursor"]
        for position in [each for each in places if each.kind not in positions.PUBLIC]:
            told = []
            theirs = walled.theirs.by_type[position.kind][0]
            for asked in (theirs, walls.missing(position.kind), own[position.kind]):
                given = position.variables(asked, own.__getitem__) | {"after": start}
                told.append(await walls.followed(context, position.document("after"), given))
            assert told[0] == told[1], (who, position.name)
            assert walled.theirs.seen_in(repr(told)) == [], (who, position.name)
            answered |= {position.name} if told[2] != told[1] else set()
    assert answered == {position.name for position in places if position.kind not in positions.PUBLIC}


async def own_stream(context: Context) -> list[Answer]:
    """Return the events of the viewer's stream."""
    nodes: list[Answer] = (await walls.ask(context, OWN_STREAM, {})).told["data"]["collaborationEvents"]["nodes"]
    return nodes


def edit(cursor: str) -> str:
    """Return a cursor that nobody gave out."""
    return ("A" if cursor[0] != "A" else "B") + cursor[1:]


def lists_of(kind: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """Yield the fields of a type that are read page by page."""
    yield from ((name, field) for name, field in kind.fields.items() if "after" in field.args)


def readable() -> set[str]:
    """Name the types of objects that queries can show."""
    assert GRAPH.query_type is not None
    found: set[str] = set()
    wanted = [GRAPH.query_type]
    while wanted:
        for field in wanted.pop().fields.values():
            named = get_named_type(field.type)
            members = GRAPH.get_possible_types(named) if is_abstract_type(named) else [named]
            for member in members:
                if isinstance(member, GraphQLObjectType) and member.name not in found:
                    found.add(member.name)
                    wanted.append(member)
    return found
