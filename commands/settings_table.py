"""The table of the settings, printed from the code."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from domain.issuer import Issuer
from settings import PREFIX, Settings


def table() -> str:
    """Print the settings as a Markdown table, from the code."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_kind(field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Name | Value | Left out | What it does |", "|---|---|---|---|", *rows]) + "\n"


def _kind(field: FieldInfo) -> str:
    kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not NoneType]
    if kinds[0] is str and len(kinds) > 1:
        return "list"
    names = {SecretStr: "secret", Path: "path", int: "number", str: "text", bool: "true or false", Issuer: "JSON"}
    return ", ".join([names.get(kinds[0], "choice"), *_limits(field)])


def _limits(field: FieldInfo) -> Iterator[str]:
    known = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if known:
        yield f"{known['ge']} to {known['le']}"


def _default(field: FieldInfo) -> str:
    value = field.default.value if isinstance(field.default, Enum) else field.default
    return "–" if value in (None, ()) else f"`{str(value).lower() if isinstance(value, bool) else value}`"
