"""The table of a partner's scopes: which field takes which, that no type is left out of it, and that descriptions say so."""

from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema, get_named_type

from domain.partner import PartnerScope
from schema import api, scopes
from schema.api import SCHEMA
from tests.support.scoped import LAW

DEFINITION = SCHEMA.definition
# What everybody who has signed in may read, or what answers to no partner at all.
FREE = {
    "Query", "Mutation", "Subscription", "Office", "Advisor", "Partner", "Service", "Terms",
    "Administrator", "Company", "TermsAcceptance", "ServiceSubscription", "PageInfo", "InputProblem",
}  # fmt: skip
# What hangs together under a type that takes a scope, and is reached through it alone; the last one under a company too.
UNDER = {"Address", "Contact", "Approval", "Approver", "Mail", "EventActor", "ActivationObstacle", "RequiredTerms"}
OBJECTS = {
    name: declared
    for name, declared in DEFINITION.type_map.items()
    if isinstance(declared, GraphQLObjectType) and not name.startswith("__")
}


def test_each_field_takes_the_scope_that_the_law_names() -> None:
    found: dict[PartnerScope, set[str]] = {scope: set() for scope in LAW}
    for name, declared in OBJECTS.items():
        for field, each in declared.fields.items():
            scope = scopes.scope_of(declared, each)
            if scope is not None:
                found[scope].add(f"{name}.{field}")
    assert found == LAW


def test_every_type_takes_a_scope_or_is_known_to_take_none() -> None:
    def answers(name: str, declared: GraphQLObjectType) -> bool:
        is_refusal = any(one.name == "Error" for one in declared.interfaces)
        return is_refusal or name.endswith("Payload")

    left = {name for name, declared in OBJECTS.items() if not answers(name, declared)}
    assert left - {name for name in left if name.endswith("Edge")} == set(scopes.TYPES) | FREE | UNDER


def test_what_hangs_under_a_type_is_reached_through_it_alone() -> None:
    astray = {
        f"{name}.{field}"
        for name, declared in OBJECTS.items()
        for field, each in declared.fields.items()
        if get_named_type(each.type).name in UNDER and name not in UNDER | set(scopes.TYPES)
    }
    assert astray == {"Company.requiredTerms"}


def test_descriptions_name_the_scope() -> None:
    printed = build_schema(api.printed())
    wanted = {field: scope.value for scope, fields in LAW.items() for field in fields}
    wanted |= {f"{name}.{field}": "PERSONAL_DATA_READ" for name, field in scopes.PERSONAL}
    for place, scope in wanted.items():
        name, field = place.split(".")
        declared = printed.type_map[name]
        assert isinstance(declared, GraphQLObjectType | GraphQLInterfaceType)
        assert scope in (declared.fields[field].description or ""), place
