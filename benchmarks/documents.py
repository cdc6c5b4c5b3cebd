"""The worst requests that we could think of, and how each is to be answered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import get_introspection_query

LIMIT = "LIMIT_EXCEEDED"
INVALID = "GRAPHQL_VALIDATION_FAILED"
INPUT = "BAD_USER_INPUT"
BAD = "BAD_REQUEST"
ROW = {"name": "Alfa AB", "organisationNumber": "556012-0031", "companyForm": "LIMITED_COMPANY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """One request: what it tries, its text, its variables, and the code of its refusal; None where it may be answered."""

    name: str
    query: str
    code: str | None
    variables: Mapping[str, object] = field(default_factory=dict)


def worst() -> Iterator[Worst]:
    """Yield every request."""
    for name, code, query in (*_repeated(), *_nested(), *_unknown(), *_long(), *_introspecting(), *_dear()):
        yield Worst(name=name, query=query, code=code)
    yield from _with_variables()


def _repeated() -> Iterator[tuple[str, str | None, str]]:
    aliased = " ".join(f"a{n}: __typename" for n in range(330))
    yield "330 aliases of a name", LIMIT, f"{{ {aliased} }}"
    yield "one name 900 times", LIMIT, f"{{ {'__typename ' * 900} }}"
    yield "one object 240 times", LIMIT, f"{{ {'viewer { __typename } ' * 240} }}"
    page = "tasks { nodes { customer { id name } } } "
    yield "one page 60 times below another", LIMIT, f"{{ customers {{ nodes {{ {page * 60} }} }} }}"
    conflicting = " ".join(f"a: customers(first: {n + 1}) {{ totalCount }}" for n in range(75))
    yield "75 fields that go by one name and differ", INVALID, f"{{ {conflicting} }}"
    kinds = ("Advisor", "Administrator")
    spread = " ".join(f"...F{n}" for n in range(80))
    fragments = " ".join(f"fragment F{n} on {kinds[n % 2]} {{ id name email }}" for n in range(80))
    yield "80 fragments with the same fields", LIMIT, f"{{ viewer {{ {spread} }} }} {fragments}"
    yield "160 directives on one field", LIMIT, f"{{ __typename {'@skip(if: false) ' * 160} }}"
    yield "490 directives that there are not", INVALID, f"{{ __typename {'@a ' * 490} }}"
    yield "10,000 directives", LIMIT, f"{{ __typename {'@a ' * 10_000} }}"
    declared = " ".join(f"$v{n}: Int" for n in range(190))
    yield "190 variables that nothing uses", INVALID, f"query ({declared}) {{ __typename }}"
    used = " ".join(f"a{n}: customers(first: $v{n}) {{ totalCount }}" for n in range(70))
    yield "70 variables that nothing declares", INVALID, f"{{ {used} }}"


def _nested() -> Iterator[tuple[str, str | None, str]]:
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    yield "30 fragments, each twice in the one before", None, f"{{ ...F0 }} {doubling} fragment F30 on Query {{ __typename }}"
    each = "tasks {{ nodes {{ customer {{ ...F{0} }} }} }} collaborations {{ nodes {{ customer {{ ...F{0} }} }} }}"
    growing = " ".join(f"fragment F{n} on Customer {{ {each.format(n + 1)} }}" for n in range(25))
    chain = f"{growing} fragment F25 on Customer {{ id }}"
    yield "25 fragments, each twice a page below the one before", LIMIT, f"{{ customers {{ nodes {{ ...F0 }} }} }} {chain}"
    others = [(n, " ".join(f"...F{other}" for other in range(n + 1, 24))) for n in range(24)]
    all_to_all = " ".join(f"fragment F{n} on Query {{ {spread} __typename }}" for n, spread in others)
    yield "24 fragments, each with all that follow", None, f"{{ ...F0 }} {all_to_all}"
    everyone = "".join(f"...F{n} " for n in range(18))
    circles = " ".join(f"fragment F{n} on Query {{ {everyone} }}" for n in range(18))
    yield "18 fragments, each with all, itself too", INVALID, f"{{ ...F0 }} {circles}"
    yield "190 inline fragments in each other", None, f"{{ {'... { ' * 190} __typename {'} ' * 190} }}"
    yield "an id in 150 lists", INVALID, f'{{ nodes(ids: {"[" * 150}"x"{"]" * 150}) {{ id }} }}'
    yield "an id in 400 lists", LIMIT, f'{{ nodes(ids: {"[" * 400}"x"{"]" * 400}) {{ id }} }}'
    circle = "tasks { nodes { customer { "
    yield "40 pages in each other", LIMIT, f"{{ customers {{ nodes {{ {circle * 40} id {'} } } ' * 40} }} }} }}"


def _unknown() -> Iterator[tuple[str, str | None, str]]:
    yield "900 fields that there are not", INVALID, f"{{ {' '.join(f'custommers{n}' for n in range(900))} }}"
    types = " ".join(f"... on Custommer{n} {{ id }}" for n in range(150))
    yield "150 types that there are not", LIMIT, f"{{ {types} }}"
    long = " ".join(f"{'c' * 2_500}{n}" for n in range(95))
    yield "95 names of 2,500 letters", LIMIT, f"{{ {long} }}"
    yield "one name of 65,000 letters", INVALID, f"{{ {'c' * 65_000} }}"
    short = " ".join(f"{'c' * 680}{n}" for n in range(95))
    yield "95 names of 680 letters", INVALID, f"{{ {short} }}"
    statuses = "ACTIV " * 900
    yield (
        "900 values that there are not",
        INVALID,
        f"{{ collaborations(filter: {{statuses: [{statuses}]}}) {{ nodes {{ id }} }} }}",
    )
    lines = "\n" * 4_900
    yield "20 errors below 4,900 lines", INVALID, f"{{ {lines} {' '.join(f'custommers{n}' for n in range(90))} }}"
    yield "errors below 240,000 lines", LIMIT, f"{{ {lines * 49} {' '.join(f'custommers{n}' for n in range(90))} }}"


def _long() -> Iterator[tuple[str, str | None, str]]:
    yield "a whole number of 65,000 digits", INVALID, f"{{ customers(first: {'9' * 65_000}) {{ totalCount }} }}"
    yield "an id of 65,000 digits", None, f"{{ customer(id: {'9' * 65_000}) {{ id }} }}"
    yield "a text of 10,000 escapes", None, f'{{ customer(id: "{chr(92)}u0041{(chr(92) + "u0041") * 9_999}") {{ id }} }}'
    block = '"""' + "\n  x" * 4_900 + '"""'
    yield "a block of 4,900 lines", None, f"{{ customer(id: {block}) {{ id }} }}"
    yield "a comment of 65,000 letters", None, f"#{'x' * 65_000}\n{{ __typename }}"
    yield "65,000 commas", None, f"{{{',' * 65_000} __typename }}"
    ids = '"x" ' * 980
    yield "980 ids in the text", INPUT, f"{{ nodes(ids: [{ids}]) {{ id }} }}"


def _introspecting() -> Iterator[tuple[str, str | None, str]]:
    yield "the standard introspection", None, get_introspection_query()
    schemas = " ".join(f"a{n}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }}" for n in range(28))
    yield "28 aliases of __schema", LIMIT, f"{{ {schemas} }}"
    types = " ".join(f"a{n}: types {{ fields {{ type {{ fields {{ name description }} }} }} }}" for n in range(28))
    yield "28 aliases of types", LIMIT, f"{{ __schema {{ {types} }} }}"
    loop = "fields { type { "
    yield "introspection in a loop", INVALID, f"{{ __schema {{ types {{ {loop * 40} name {'} } ' * 40} }} }} }}"
    yield "ofType 150 times in itself", None, f"{{ __schema {{ types {{ {'ofType { ' * 150} name {'} ' * 150} }} }} }}"
    values = "types { possibleTypes { fields { type { ofType { enumValues { name description } } } } } }"
    yield "a dear introspection", None, f"{{ __schema {{ {' '.join(f'a{n}: {values}' for n in range(2))} }} }}"


def _dear() -> Iterator[tuple[str, str | None, str]]:
    circle = "tasks { nodes { customer { "
    deep = f"{{ customers {{ nodes {{ {circle * 3} id {'} } } ' * 3} }} }} }}"
    yield "customers, tasks, customers, tasks, customers, tasks", LIMIT, deep
    wide = "customers(first: 100) { nodes { tasks(first: 100) { nodes { id collaborations { id } } } } }"
    yield "pages of a hundred in pages of a hundred", LIMIT, f"{{ {wide} }}"
    counted = " ".join(f"a{n}: tasks {{ totalCount }}" for n in range(29))
    yield "29 counts for each of 100 customers", LIMIT, f"{{ customers(first: 100) {{ nodes {{ {counted} }} }} }}"
    yield "six lists at once", LIMIT, f"{{ {' '.join(f'a{n}: customers {{ nodes {{ id }} }}' for n in range(6))} }}"
    allowed = "customers(first: 100) { nodes { id name tasks(first: 48) { nodes { id type customer { id name } } } } }"
    yield "nearly as dear as is allowed, through pages", None, f"{{ {allowed} }}"
    managers = " ".join(f"a{n}: accountManager {{ id name office {{ id name }} }}" for n in range(29))
    yield "6,000 objects, through 29 aliases", None, f"{{ customers(first: 100) {{ nodes {{ {managers} }} }} }}"


def _with_variables() -> Iterator[Worst]:
    customers = "query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }"
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    rows = "mutation ($input: ImportCustomersInput!) { importCustomers(input: $input) { __typename } }"
    in_lists = json.loads("[" * 60 + "]" * 60)
    filters: dict[str, object] = {f"k{n}": 1 for n in range(15_000)}
    contacts = [{**ROW, "contacts": [{"name": 1}] * 15} for _ in range(600)]
    yield Worst(name="15,000 keys that an input has not", query=customers, variables={"filter": filters}, code=INPUT)
    yield Worst(name="a variable in 60 lists", query=nodes, variables={"ids": in_lists}, code=INPUT)
    yield Worst(name="49,000 objects in a list", query=nodes, variables={"ids": [{"a": 1}] * 49_000}, code=LIMIT)
    yield Worst(name="100,000 values and one more", query=nodes, variables={"ids": [1] * 100_000}, code=BAD)
    yield Worst(name="2,000 values that are no ids", query=nodes, variables={"ids": [{"a": 1}] * 2_000}, code=INPUT)
    yield Worst(name="a list of 2,001", query=nodes, variables={"ids": ["x"] * 2_001}, code=LIMIT)
    yield Worst(name="600 rows with 15 bad contacts each", query=rows, variables={"input": {"rows": contacts}}, code=INPUT)
    unused: dict[str, object] = {f"x{n}": [1] * 10 for n in range(8_000)}
    yield Worst(name="8,000 variables that nothing declares", query="{ __typename }", variables=unused, code=None)
