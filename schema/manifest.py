"""Manifests of documents, as graphql-codegen and Apollo write them, and what the schema has against a document of one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    get_variable_values,
    is_input_object_type,
    type_from_ast,
    visit,
)
from graphql.execution.values import VariableValues

from domain.errors import PageSizeInvalid
from resolvers import listing
from schema import document, faults, limits, persisted
from schema.asked import Asked
from schema.connection import page_arguments
from schema.faults import Refused
from schema.served import ServedSchema

_APOLLO = "apollo-persisted-query-manifest"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LEAST = {"Boolean": False, "Int": 1}


class ManifestInvalidError(Exception):
    """A file is no manifest that can be used; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a document, and the name of the operation that it is wrong with, where there is one."""

    operation_name: str | None
    message: str


def read(file: Path) -> Mapping[str, str]:
    """Read the documents of a manifest by their ids: a JSON object of them, or Apollo's list in `operations`.

    Raises:
        ManifestInvalidError: it cannot be read, is neither, or has two documents under one id.
    """
    try:
        return _documents(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise ManifestInvalidError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        why = "it is not JSON" if isinstance(error, orjson.JSONDecodeError) else str(error)
        raise ManifestInvalidError(f"{file} is no manifest of documents: {why}.") from error


def _documents(found: object) -> Mapping[str, str]:
    if isinstance(found, dict) and found.get("format") == _APOLLO:
        return _of_apollo(found.get("operations"))
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ValueError("it is neither a JSON object of documents by their hashes nor a list of Apollo's")
    return found


def _of_apollo(operations: object) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for one in operations if isinstance(operations, list) else [None]:
        name, body = (one.get("id"), one.get("body")) if isinstance(one, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(body, str):
            raise ValueError("operations is a list of objects, each with the texts id and body")  # noqa: TRY004 - told as one kind
        if texts.setdefault(name, body) != body:
            raise ValueError(f"it has two documents under the id {name}")
    return texts


def check(schema: ServedSchema, document_id: str, text: str) -> Iterator[Fault]:
    """Yield what production would refuse a document of a manifest for.

    The limits are judged with the variables' defaults; where there is none, with as little as there can be: pages of one, lists
    of nothing, and `false`.
    """
    if _SHA256.fullmatch(document_id) and persisted.hash_of(text) != document_id:
        yield Fault(operation_name=None, message="The id looks like a SHA-256, and is not that of the text.")
    try:
        tree = document.parsed(text)
    except Refused as refused:
        yield from (Fault(operation_name=None, message=error.message) for error in refused.errors)
        return
    operations = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    if not operations:
        yield Fault(operation_name=None, message="The document has no operation.")
        return
    names = [None if one.name is None else one.name.value for one in operations]
    if problems := _problems(schema, tree):
        yield from (Fault(operation_name=names[0], message=message) for message in problems)
        return
    for name in names:
        yield from (Fault(operation_name=name, message=message) for message in _beyond_limits(schema, text, name))


def _problems(schema: ServedSchema, tree: DocumentNode) -> list[str]:
    try:
        document.validate(schema, tree)
    except Refused as refused:
        return [error.message for error in refused.errors]
    types = TypeInfo(schema.definition)
    pages = _Pages(types)
    visit(tree, TypeInfoVisitor(types, pages))
    return pages.wrong


def _beyond_limits(schema: ServedSchema, text: str, name: str | None) -> list[str]:
    read = document.read(Asked(query=text, operation_name=name))
    least: dict[str, object] = {}
    for declared in read.operation.variable_definitions or ():
        least |= _least(schema.definition, declared)
    try:
        limits.check(schema.definition, read, VariableValues(sources={}, coerced=least), is_production=True)
    except Refused as refused:
        return [error.message for error in refused.errors]
    return []


def _least(schema: GraphQLSchema, declared: VariableDefinitionNode) -> dict[str, object]:
    """Return a variable's default, or nothing where it may be left out, or else as little as its type has."""
    values = get_variable_values(schema, [declared], {})
    if isinstance(values, VariableValues):
        return values.coerced
    named = get_named_type(type_from_ast(schema, declared.type))
    least: object = {} if is_input_object_type(named) else _LEAST.get(str(named), "")
    return {declared.variable.name.value: least}


class _Pages(Visitor):
    """Collects the pages that are too large or too small, as far as they stand in the document and not in its variables."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self._types = types

    def enter_field(self, node: FieldNode, *_place: object) -> None:
        """Judge one field."""
        declared = self._types.get_field_def()
        if declared is None or not declared.args.keys() & {"first", "last"}:
            return
        sizes = {one.name.value: int(one.value.value) for one in node.arguments or () if isinstance(one.value, IntValueNode)}
        try:
            listing.check(page_arguments(sizes.get("first"), None, sizes.get("last"), None))
        except PageSizeInvalid:
            self.wrong.append(f"{node.name.value}: {faults.PAGE_SIZE}")
