"""Which scope a partner needs to read what: one table by type, which holds for every field that leads to the type."""

from collections.abc import Mapping

from graphql import GraphQLError, GraphQLField, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, Node, get_named_type

from domain import permissions
from domain.errors import ScopeRequired
from domain.partner import PartnerScope
from domain.viewer import Viewer

# What hangs together under one of these is reached through it alone, and stands in the lists of the tests.
TYPES: Mapping[str, PartnerScope] = {
    "Customer": PartnerScope.CUSTOMERS_READ,
    "CustomerConnection": PartnerScope.CUSTOMERS_READ,
    "Task": PartnerScope.CUSTOMERS_READ,
    "TaskConnection": PartnerScope.CUSTOMERS_READ,
    "CollaborationService": PartnerScope.COLLABORATIONS_READ,
    "ActivationPreview": PartnerScope.COLLABORATIONS_READ,
    "Collaboration": PartnerScope.COLLABORATIONS_READ,
    "CollaborationConnection": PartnerScope.COLLABORATIONS_READ,
    "CollaborationCount": PartnerScope.COLLABORATIONS_READ,
    "Evidence": PartnerScope.COLLABORATIONS_READ,
    "CollaborationEvent": PartnerScope.EVENTS_READ,
    "CollaborationEventConnection": PartnerScope.EVENTS_READ,
}
# Without PERSONAL_DATA_READ these are null to a partner; a sole trader's number is masked everywhere.
PERSONAL = frozenset(
    {
        ("Customer", "address"),
        ("Contact", "email"),
        ("Contact", "phone"),
        ("Approver", "email"),
        ("Mail", "recipient"),
        ("Evidence", "peerAddress"),
        ("Evidence", "userAgent"),
    }
)
# A mutation shows what it has changed, or what stood in its way, to whoever may change it; a page shows what its list does.
_PASSAGES = ("Payload", "Connection", "Edge")


def scope_of(parent: GraphQLNamedType, field: GraphQLField) -> PartnerScope | None:
    """Return the scope that a partner needs to select the field; None where it needs none."""
    is_refusal = isinstance(parent, GraphQLObjectType) and any(one.name == "Error" for one in parent.interfaces)
    if is_refusal or parent.name.endswith(_PASSAGES):
        return None
    return TYPES.get(get_named_type(field.type).name)


def check(viewer: Viewer | None, parent: GraphQLNamedType, field: GraphQLField, node: Node) -> None:
    """Refuse a partner that selects a field without the scope for it.

    Raises:
        GraphQLError: with the scope, where it stands in the document.
    """
    scope = scope_of(parent, field)
    if viewer is not None and scope is not None:
        try:
            permissions.require_scope(viewer, scope)
        except ScopeRequired as refusal:
            raise GraphQLError(str(refusal), node, original_error=refusal) from refusal


def check_kind(viewer: Viewer, kind: str) -> None:
    """Refuse a partner that reads an object by its id without the scope for its type, whether or not there is one.

    Raises:
        ScopeRequired: with the scope.
    """
    scope = TYPES.get(kind)
    if scope is not None:
        permissions.require_scope(viewer, scope)


def describe(schema: GraphQLSchema) -> None:
    """Name the scopes in the descriptions of the fields that take one."""
    for declared in schema.type_map.values():
        if isinstance(declared, GraphQLObjectType):
            for name, field in declared.fields.items():
                scope = scope_of(declared, field)
                if scope is not None:
                    field.description = f"{field.description} Partners need the scope {scope.value}."
                if (declared.name, name) in PERSONAL:
                    wanted = PartnerScope.PERSONAL_DATA_READ.value
                    field.description = f"{field.description} Null to partners without the scope {wanted}."
