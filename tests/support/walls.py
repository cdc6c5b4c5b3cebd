"""Strangers to an office, what they are answered, and everything that they can read."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from graphql import OperationDefinitionNode, OperationType, is_required_argument
from strawberry.types import ExecutionResult

from persistence.database import Database
from persistence.ids import new_id
from resolvers.context import Context
from schema import faults, ids
from schema.api import SCHEMA
from schema.served import checked
from tests.support import positions, selection, two_houses
from tests.support.partners import as_partner
from tests.support.positions import GRAPH
from tests.support.statements import counted
from tests.support.two_houses import NORD, OLOF, SYD, Belongings
from tests.support.world import SARA, PollingBell, World, make_world

Answer = dict[str, Any]

_LONGEST_S = 10

# Whoever is not of Nordbyrån; the text is the token of Sydbyrån's partner. A new kind of viewer is added here.
STRANGERS: dict[str, Callable[[World, str], Awaitable[Context]]] = {
    "partner": lambda world, token: world.context(token),
    "FULL": lambda world, _token: world.viewed_by(SARA),
    "OWN": lambda world, _token: world.viewed_by(OLOF),
    "administrator": lambda world, _token: world.viewed_by(SYD.address("Aktiv")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walled:
    """Two offices full of everything, and what is Nordbyrån's alone.

    Of each stranger: `own` has an id of each kind that he may work with, `before` what he could read before Nordbyrån was filled.
    """

    world: World
    token: str
    theirs: Belongings
    own: dict[str, dict[str, str]]
    before: dict[str, dict[str, Answer]]

    async def strangers(self) -> dict[str, Context]:
        """Let each stranger open an operation."""
        return await strangers_of(self.world, self.token)


async def strangers_of(world: World, token: str) -> dict[str, Context]:
    """Let each stranger open an operation."""
    return {name: await open_context(world, token) for name, open_context in STRANGERS.items()}


async def make(database: Database) -> Walled:
    """Fill one office, read all there is as each stranger to the other, and fill the other."""
    world = await make_world(database)
    token = await two_houses.fill(world, SYD)
    await two_houses.publish_newer_terms(world)
    strangers = await strangers_of(world, token)
    partner = {"Partner": ids.encode("Partner", as_partner(strangers["partner"]).id)}
    own = {name: partner | await own_ids(context, world) for name, context in strangers.items()}
    before = {name: await read_everything(context) for name, context in strangers.items()}
    await two_houses.fill(world, NORD)
    theirs = await two_houses.belongings(world, world.nord, NORD)
    return Walled(world=world, token=token, theirs=theirs, own=own, before=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of an operation, and the statements that it took."""

    told: Answer
    statements: tuple[str, ...]

    @property
    def text(self) -> str:
        """Write it as it goes out, more or less."""
        return repr(self.told)


async def ask(context: Context, text: str, variables: Mapping[str, object]) -> Answered:
    """Execute a query or a mutation, and return what the client is told."""
    tree = positions.checked(text)
    [operation] = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    with counted(context.installation.database) as sent:
        result = await SCHEMA.execute(
            text, variable_values=dict(variables), context_value=context, operation_extensions=checked(tree)
        )
    assert isinstance(result, ExecutionResult)
    answer = faults.answer(operation.operation, result.data, result.errors, None, context.request)
    assert "INTERNAL" not in answer.codes, (text, variables, result.errors)
    return Answered(told=answer.body(), statements=tuple(sent))


async def followed(context: Context, text: str, variables: Mapping[str, object]) -> list[Answer]:
    """Execute a subscription, and return what is told until there is no more, or until it is refused."""
    tree, bell = positions.checked(text), context.installation.bell
    assert isinstance(bell, PollingBell)
    bell.waited.clear()
    results = await SCHEMA.subscribe(
        text, variable_values=dict(variables), context_value=context, operation_extensions=checked(tree)
    )
    told: list[Answer] = []

    async def listen() -> None:
        async with aclosing(results) as stream:
            async for each in stream:
                answer = faults.answer(OperationType.SUBSCRIPTION, each.data, each.errors, None, context.request)
                told.append(answer.body())

    ways = {asyncio.create_task(listen()), asyncio.create_task(bell.waited.wait())}
    done, others = await asyncio.wait(ways, timeout=_LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
    assert done, "the stream neither ends nor comes to wait"
    for way in others:
        way.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    return told


async def own_ids(context: Context, world: World) -> dict[str, str]:
    """Choose one of each kind that the stranger may work with, all of them hanging together; for advisors no company is such."""
    name = SYD.card("Aktiv")
    card, task = world.customers[name], world.tasks[name]
    customer_id = ids.encode("Customer", card.id)
    # An administrator sees one alone, and no card.
    [collaboration] = [
        one for one in await collaborations_of(context) if one["customer"] is None or one["customer"]["id"] == customer_id
    ]
    return {
        "Node": collaboration["id"],
        "Customer": customer_id,
        "Task": ids.encode("Task", task.id),
        "Advisor": ids.encode("Advisor", task.owner_id),
        "Collaboration": collaboration["id"],
        "Service": ids.encode("Service", world.scanner.id),
        "Terms": collaboration["service"]["currentTerms"]["id"],
        "Company": missing("Company") if collaboration["company"] is None else collaboration["company"]["id"],
    }


async def collaborations_of(context: Context) -> list[Answer]:
    """Return the collaborations that the viewer sees."""
    text = "{ collaborations { nodes { id customer { id } company { id } service { currentTerms { id } } } } }"
    nodes: list[Answer] = (await ask(context, text, {})).told["data"]["collaborations"]["nodes"]
    return nodes


async def read_everything(context: Context) -> dict[str, Answer]:
    """Read all that the viewer can reach: what every query without an id shows, and each object found on the way, in full."""
    assert GRAPH.query_type is not None
    read: dict[str, Answer] = {}
    found: deque[tuple[str, str]] = deque()
    known: set[str] = set()

    async def keep(name: str, text: str, variables: Mapping[str, object]) -> None:
        read[name] = without_use((await ask(context, text, variables)).told)
        for node in objects_in(read[name].get("data")):
            if "id" in node and node["id"] not in known:
                known.add(node["id"])
                found.append((node["__typename"], node["id"]))

    for name, field in GRAPH.query_type.fields.items():
        if not any(is_required_argument(argument) for argument in field.args.values()):
            page = "(first: 100)" if "first" in field.args else ""
            await keep(name, f"{{ {name}{page} {selection.of(field.type)} }}", {})
    while found:
        kind, global_id = found.popleft()
        text = f"query ($id: ID!) {{ node(id: $id) {{ __typename ... on {kind} {{ {selection.everything(kind)} }} }} }}"
        await keep(global_id, text, {"id": global_id})
    return read


def objects_in(value: object) -> Iterator[Answer]:
    """Yield every object of an answer; fields under a name of the document's own are given back their own names."""
    if isinstance(value, list):
        for each in value:
            yield from objects_in(each)
    elif isinstance(value, dict):
        if "__typename" in value:
            kind = value["__typename"]
            yield {name.removeprefix(f"{kind}_"): each for name, each in value.items()}
        for each in value.values():
            yield from objects_in(each)


def without_use(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return an answer without when partners were last used: reading as one moves it."""
    if isinstance(value, list):
        return [without_use(each) for each in value]
    if isinstance(value, dict):
        return {name: without_use(each) for name, each in value.items() if not name.endswith("lastUsedAt")}
    return value


def missing(kind: str) -> str:
    """Return an id that names nothing."""
    return ids.encode(kind, new_id())
