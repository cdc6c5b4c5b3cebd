"""The schema as the edge serves it: what was read and checked once is executed as it is, and nothing is logged beside."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

_CHECKED = "checkedDocument"


def checked(tree: DocumentNode) -> dict[str, Any]:
    """Name a document that was read and checked, as `operation_extensions` of its execution; clients cannot set them."""
    return {_CHECKED: tree}


class _ReadOnce(SchemaExtension):
    """Gives the execution the document that was checked, in place of parsing and validating its text again."""

    def on_parse(self) -> Iterator[None]:
        """Set the document; without one the text is read as ever."""
        self.execution_context.graphql_document = (self.execution_context.operation_extensions or {}).get(_CHECKED)
        yield None

    def on_validate(self) -> Iterator[None]:
        """Say that validation found nothing."""
        if self.execution_context.operation_extensions:
            self.execution_context.pre_execution_errors = []
        yield None


class ServedSchema(strawberry.Schema):
    """A Strawberry schema that works together with the edge."""

    @property
    def definition(self) -> GraphQLSchema:
        """graphql-core's schema beneath."""
        return self._schema

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:  # noqa: FBT001, FBT002 - Strawberry's signature
        """Return the extensions of one execution."""
        return [_ReadOnce(), *super().get_extensions(sync)]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing: Strawberry would log messages with the values that clients sent; `faults` logs what is ours."""
