"""Documents made from the schema itself, for viewers of every kind: any field, with arguments that are right and wrong."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from schema.api import SCHEMA
from tests.fuzz import hostile
from tests.fuzz.asking import Chance, Sent, post

DEFINITION = SCHEMA.definition
DIRECTIVES = (
    "@include(if: true)", "@skip(if: false)", "@include(if: $yes)", "@skip(if: true)", "@deprecated", "@unknown", "@include",
    '@skip(if: "a")', "@include(if: null)",
)  # fmt: skip
INTROSPECTIONS = (
    "__schema { queryType { name } types { name kind } }",
    '__type(name: "Customer") { name fields(includeDeprecated: true) { name args { name type { ofType { name } } } } }',
    '__type(name: "\\u0000") { name }', "__schema { directives { name locations args { defaultValue } } }", "__type { name }",
)  # fmt: skip
WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
DATES = ("2026-12-01", "2027-01-31", "2020-02-29")


class Enumerated(str):
    """The name of an enum's value, which stands in a document without quotes."""

    __slots__ = ()


@dataclass
class Writer:
    """Writes one operation; `left` is how many fields it may still ask for."""

    chance: Chance
    left: int = 14
    variables: dict[str, object] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)

    def document(self) -> tuple[str, dict[str, object]]:
        """Write the operation, and return it with its variables."""
        random = self.chance.random
        kind, root = random.choice(
            (("query", DEFINITION.query_type), ("query", DEFINITION.query_type), ("mutation", DEFINITION.mutation_type))
        )
        assert root is not None
        selected = self.selection(root, 0)
        if kind == "query" and self.chance.often(0.06):
            selected = f"{{ {random.choice(INTROSPECTIONS)} }}"
        if "$yes" in selected or any("$yes" in one for one in self.fragments):
            self.declared.append("$yes: Boolean! = true")
        head = f"({', '.join(self.declared)})" if self.declared else ""
        name = " A" if self.chance.often(0.5) else ""
        return f"{kind}{name}{head} {selected} {' '.join(self.fragments)}", self.variables

    def selection(self, parent: GraphQLNamedType, depth: int) -> str:
        """Select a few fields of the type, or of its members."""
        random = self.chance.random
        if isinstance(parent, GraphQLUnionType) or (isinstance(parent, GraphQLInterfaceType) and self.chance.often(0.7)):
            members = [*DEFINITION.get_possible_types(parent)]
            chosen = random.sample(members, min(len(members), random.randint(1, 3)))
            return f"{{ __typename {' '.join(f'... on {one.name} {self.selection(one, depth)}' for one in chosen)} }}"
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        names = random.choices(list(parent.fields), k=1 if depth == 0 else random.randint(1, 4))
        written = [self._field(name, parent.fields[name], depth) for name in dict.fromkeys(names)]
        if self.chance.often(0.1):
            written.append(
                random.choice(("__typename", "nothing", "id", "...A", "... { __typename }", "... on Query { __typename }"))
            )
        text = f"{{ {' '.join(one for one in written if one) or '__typename'} }}"
        if depth and self.chance.often(0.06):
            self.fragments.append(f"fragment F{len(self.fragments)} on {parent.name} {text}")
            return f"{{ ...F{len(self.fragments) - 1} }}"
        return text

    def _field(self, name: str, declared: GraphQLField, depth: int) -> str:
        below = get_named_type(declared.type)
        self.left -= 1
        if not is_leaf_type(below) and (depth >= 5 or self.left <= 0):
            return "__typename" if depth else f"{name}{self._arguments(declared, name)} {{ __typename }}"
        alias = f"a{self.chance.random.randrange(3)}: " if self.chance.often(0.08) else ""
        directive = f" {self.chance.random.choice(DIRECTIVES)}" if self.chance.often(0.05) else ""
        inner = "" if is_leaf_type(below) else f" {self.selection(below, depth + 1)}"
        return f"{alias}{name}{self._arguments(declared, name)}{directive}{inner}"

    def _arguments(self, declared: GraphQLField, owner: str) -> str:
        given = []
        for name, argument in declared.args.items():
            if self.chance.often(0.96 if isinstance(argument.type, GraphQLNonNull) else 0.25):
                value = self.value(argument.type, owner if name == "id" else name)
                given.append(f"{name}: {self._placed(argument, value)}")
        if self.chance.often(0.02):
            given.append("nothing: 1")
        return f"({', '.join(given)})" if given else ""

    def _placed(self, argument: GraphQLArgument, value: object) -> str:
        """Write the value into the document, or into a variable."""
        if self.chance.often(0.5):
            return literal(value)
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {argument.type}")
        if self.chance.often(0.97):
            self.variables[name] = value
        return f"${name}"

    def value(self, wanted: GraphQLInputType, name: str, depth: int = 0) -> object:
        """Make a value for the type, now and then a wrong one."""
        random = self.chance.random
        if self.chance.often(0.03):
            return hostile.value(random)
        if isinstance(wanted, GraphQLNonNull):
            return self.value(wanted.of_type, name, depth)
        if isinstance(wanted, GraphQLList):
            return [self.value(wanted.of_type, name.removesuffix("s"), depth) for _ in range(random.choice((0, 1, 1, 2, 3)))]
        if isinstance(wanted, GraphQLInputObjectType):
            return {key: self.value(one.type, key, depth + 1) for key, one in wanted.fields.items() if self._is_given(one, depth)}
        if isinstance(wanted, GraphQLEnumType):
            return Enumerated(random.choice(list(wanted.values)))
        return self._scalar(wanted.name, name)

    def _is_given(self, one: GraphQLInputField, depth: int) -> bool:
        return self.chance.often(0.97 if isinstance(one.type, GraphQLNonNull) else 0.4 / (depth + 1))

    def _scalar(self, kind: str, name: str) -> object:
        random, known = self.chance.random, self.chance.known
        if kind == "ID":
            return self.chance.id(_type_of(name)) if self.chance.often(0.85) else hostile.text(random)
        if kind == "Int":
            return random.choice((1, 1, 2, 3, 5)) if self.chance.often(0.8) else random.choice(hostile.NUMBERS)
        if kind == "Boolean":
            return self.chance.often(0.5)
        if kind == "Date":
            return random.choice(DATES)
        if name in {"after", "before"} and known.cursors and self.chance.often(0.7):
            return random.choice(known.cursors)
        return hostile.text(random)


def _type_of(name: str) -> str:
    return name.removesuffix("Id")[:1].upper() + name.removesuffix("Id")[1:]


def literal(value: object) -> str:
    """Write a value as GraphQL has it."""
    if isinstance(value, Enumerated):
        return str.__str__(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        members = [f"{name if WORD.fullmatch(name) else 'a'}: {literal(one)}" for name, one in value.items()]
        return f"{{{', '.join(members)}}}"
    return json.dumps(value)


def of_the_schema(chance: Chance) -> Sent:
    """Ask for fields of the schema as any viewer."""
    query, variables = Writer(chance).document()
    body: dict[str, object] = {"query": query, "variables": variables}
    headers = [(b"Accept-Language", b"en")] if chance.often(0.3) else []
    if chance.often(0.15):
        headers.append((b"Accept", b"application/graphql-response+json"))
    return Sent(parts=(post(body, chance.token(query), headers),))


def mangled(chance: Chance) -> Sent:
    """Ask with a document some of whose words were deleted, doubled, swapped or put in from elsewhere."""
    random = chance.random
    query, variables = Writer(chance).document()
    words = WORD.findall(query)
    named = [place for place, word in enumerate(words) if word[0].isalpha()]
    for _ in range(random.choice((1, 1, 2))):
        at = random.choice(named) if named and chance.often(0.6) else random.randrange(len(words))
        other = random.choice(named) if named and chance.often(0.6) else random.randrange(len(words))
        match random.randrange(4):
            case 0:
                words[at] = ""
            case 1:
                words[at] *= random.choice((2, 2, 40))
            case 2:
                words[at], words[other] = words[other], words[at]
            case _:
                words.insert(
                    at,
                    random.choice(
                        (
                            "{",
                            "}",
                            "(",
                            ")",
                            "$",
                            "@",
                            "!",
                            "...",
                            "&",
                            "|",
                            '"',
                            '"""',
                            "#",
                            "on",
                            "\\",
                            "\x00",
                            "🧾",
                            "\ufeff",
                            ":",
                            "=",
                            "null",
                        )
                    ),
                )
    text = "".join(words)
    return Sent(parts=(post({"query": text, "variables": variables}, chance.token(text)),))
