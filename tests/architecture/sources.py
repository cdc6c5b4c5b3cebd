"""The project's own Python files, parsed without importing any of them, and its pages' scripts and styles."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "domain", "persistence", "delivery", "resolvers", "schema", "web", "commands", "examples", "benchmarks", "docs", "tests",
)  # fmt: skip
PAGE_ENDINGS = (".js", ".jsx", ".mjs", ".css")


@dataclass(frozen=True)
class Import:
    """One imported module or name, as its full dotted path, and where it stands."""

    name: str
    line: int
    is_relative: bool
    is_at_top: bool
    is_for_types: bool


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, and its text."""

    path: Path
    text: str

    @property
    def layer(self) -> str:
        """Return the top-level name the file belongs to: its folder, or a lone module's own name."""
        return self.path.parts[0].removesuffix(".py")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed file."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Return every import of the file; `from a import b` counts as `a.b`."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[Import]:
        inside = {
            id(child)
            for function in ast.walk(self.tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef)
            for child in ast.walk(function)
        }
        for_types = {
            id(child)
            for branch in ast.walk(self.tree)
            if isinstance(branch, ast.If) and isinstance(branch.test, ast.Name) and branch.test.id == "TYPE_CHECKING"
            for child in ast.walk(branch)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names, is_relative = [alias.name for alias in node.names], False
            elif isinstance(node, ast.ImportFrom):
                names, is_relative = [f"{node.module}.{alias.name}" for alias in node.names], node.level > 0
            else:
                continue
            for name in names:
                yield Import(
                    name=name,
                    line=node.lineno,
                    is_relative=is_relative,
                    is_at_top=id(node) not in inside,
                    is_for_types=id(node) in for_types,
                )


@dataclass(frozen=True)
class Page:
    """One script or style sheet: its path from the root, and its text."""

    path: Path
    text: str


@cache
def read_sources() -> tuple[Source, ...]:
    """Return every Python file of the project, the lone modules of the root included."""
    paths = [*ROOT.glob("*.py")]
    for folder in FOLDERS:
        paths += _below(folder, "*.py")
    return tuple(Source(path=path.relative_to(ROOT), text=path.read_text(encoding="utf-8")) for path in sorted(paths))


@cache
def read_pages() -> tuple[Page, ...]:
    """Return every script and style sheet that somebody wrote; what is built or installed is nobody's to read."""
    paths = [path for folder in FOLDERS for ending in PAGE_ENDINGS for path in _below(folder, f"*{ending}")]
    return tuple(Page(path=path.relative_to(ROOT), text=path.read_text(encoding="utf-8")) for path in sorted(paths))


def _below(folder: str, pattern: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob(pattern) if not {"node_modules", "dist"} & set(path.parts))
