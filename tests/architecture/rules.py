"""The rules of the house as functions: a file in, sentences about what is wrong with it out."""

import ast
import re
import sys
from collections.abc import Iterator

from tests.architecture.sources import Page, Source

LAYERS = ("domain", "persistence", "delivery", "resolvers", "schema", "web", "app", "settings", "commands", "cli")
# What a layer may import of ours, besides itself.
ARROWS = {
    "domain": set[str](),
    "persistence": {"domain"},
    "delivery": {"persistence", "domain"},
    "resolvers": {"persistence", "domain"},
    "schema": {"resolvers", "domain"},
    "web": {"resolvers", "delivery", "domain"},
    "settings": {"domain"},
    "app": set(LAYERS) - {"commands", "cli"},
    "commands": set(LAYERS) - {"cli"},
    "cli": set(LAYERS),
    "examples": set[str](),
}
LINES = 300
# Who signs in is nobody yet, and an export of evidence holds the hashes of other offices' records.
SEES_EVERYTHING = {"session.py", "collaboration.py"}
# Oldest first: a noun may import the nouns before it, never one after it. A company has subscriptions, so services are older.
NOUNS = ("office", "customer", "task", "service", "company", "collaboration", "event")
BANNED_WORDS = re.compile(r"(Manager|Helper|Utils?|Handler|Processor)$")
# What ends so and says something: the advisor who answers for a customer.
FIELD_WORDS = re.compile(r"(Account_?Manager)$")
BANNED_FOLDERS = {"utils", "util", "common", "core", "helpers", "services", "misc", "shared"}


def wrong_arrows(source: Source) -> Iterator[str]:
    """Yield imports of a layer that the file's own layer may not know."""
    if source.layer not in ARROWS:
        return
    allowed = ARROWS[source.layer] | {source.layer}
    for found in source.imports:
        target = found.name.split(".")[0]
        if target in LAYERS and target not in allowed:
            yield f"{source.path}:{found.line}: {source.layer} may not import {target}"
        if source.layer == "domain" and target != "domain" and target not in sys.stdlib_module_names:
            yield f"{source.path}:{found.line}: domain imports the standard library only, not {target}"


def wrong_imports(source: Source) -> Iterator[str]:
    """Yield relative imports, and imports that do not stand at the top of the file."""
    for found in source.imports:
        if found.is_relative:
            yield f"{source.path}:{found.line}: the import of {found.name} is relative"
        if not found.is_at_top:
            yield f"{source.path}:{found.line}: the import of {found.name} stands inside a function or class"


def wrong_order(source: Source) -> Iterator[str]:
    """Yield imports, within a layer, of a noun that is younger than the file's own."""
    noun = source.path.stem
    if noun not in NOUNS or len(source.path.parts) < 2:
        return
    for found in source.imports:
        parts = found.name.split(".")
        # A back reference is named for the type checker alone, and loaded lazily.
        if found.is_for_types or parts[0] != source.layer or len(parts) == 1:
            continue
        if parts[1] in NOUNS[NOUNS.index(noun) + 1 :]:
            yield f"{source.path}:{found.line}: {noun} may not import the younger {parts[1]}"


def wrong_sight(source: Source) -> Iterator[str]:
    """Yield where a use case that was asked by somebody takes the whole database instead of what he may see of it."""
    if source.layer != "resolvers" or source.path.name in SEES_EVERYTHING:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "context.installation.database":
            yield f"{source.path}:{node.lineno}: {ast.unparse(node)} sees every office; take context.database"


def wrong_size(source: Source | Page) -> Iterator[str]:
    """Yield a file that is longer than one sitting reads."""
    lines = len(source.text.splitlines())
    if lines > LINES:
        yield f"{source.path}: {lines} lines, more than {LINES}"


def wrong_names(source: Source) -> Iterator[str]:
    """Yield folders, files, classes and functions whose name says nothing about what they are."""
    for part in source.path.with_suffix("").parts:
        if part in BANNED_FOLDERS or says_nothing(part.title()):
            yield f"{source.path}: the name {part} says nothing"
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if says_nothing(node.name if isinstance(node, ast.ClassDef) else node.name.title()):
            yield f"{source.path}:{node.lineno}: the name {node.name} says nothing"


def says_nothing(name: str) -> bool:
    """Tell whether a name with capital letters ends in a word that every program could use of anything."""
    return BANNED_WORDS.search(name) is not None and FIELD_WORDS.search(name) is None


def missing_docstring(source: Source) -> Iterator[str]:
    """Yield a module of the service that does not open with a sentence."""
    docstring = ast.get_docstring(source.tree)
    if source.layer in LAYERS and not docstring:
        yield f"{source.path}: the module does not open with a docstring"


RULES = (wrong_arrows, wrong_imports, wrong_order, wrong_sight, wrong_size, wrong_names, missing_docstring)
