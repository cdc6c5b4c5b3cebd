"""What a document of the real schema asks for, judged without a database."""

from collections.abc import Mapping

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, Visitor, visit
from graphql.execution.values import VariableValues

from schema import document, limits
from schema.api import SCHEMA
from schema.asked import Asked
from schema.document import Document
from schema.faults import Refused
from schema.limits import Measure, Pass


def checked(query: str, variables: Mapping[str, object] | None = None) -> tuple[Document, VariableValues]:
    """Read a document and validate it."""
    read = document.read(Asked(query=query, variables=variables or {}))
    return read, document.check(SCHEMA, read, None)


def cost(query: str, variables: Mapping[str, object] | None = None, *, is_production: bool = False) -> int:
    """Judge a document by every limit, and return what it costs."""
    return limits.check(SCHEMA.definition, *checked(query, variables), is_production=is_production).requested


def refusals(query: str, variables: Mapping[str, object] | None = None, *, is_production: bool = False) -> list[str]:
    """Return why a document is refused."""
    try:
        cost(query, variables, is_production=is_production)
    except Refused as refused:
        return [error.message for error in refused.errors]
    return []


def measured(query: str) -> tuple[Measure, Pass]:
    """Go through a document once."""
    read, variables = checked(query)
    way = Pass(SCHEMA.definition, read.fragments, variables)
    return way.measure(read.operation.selection_set.selections, SCHEMA.definition.get_root_type(read.kind)), way


class _Selections(Visitor):
    number = 0

    def enter(self, node: object, *_: object) -> None:
        self.number += isinstance(node, FieldNode | FragmentSpreadNode | InlineFragmentNode)


def selections(query: str) -> int:
    """Count the selections that are written in a document."""
    counting = _Selections()
    visit(document.read(Asked(query=query)).tree, counting)
    return counting.number
