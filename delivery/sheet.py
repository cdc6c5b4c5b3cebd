"""A letter's body before it is HTML or text: blocks that a template writes once, so that both forms say the same."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

_WIDTH = 72
_RULE = "-" * _WIDTH


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    form: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the next blocks are about."""

    text: str
    form: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts at a glance: labels with their values."""

    rows: tuple[tuple[str, str], ...]
    form: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go on: a button in HTML, an address in text."""

    label: str
    url: str
    form: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, marked in every line as that person's words."""

    source: str
    text: str
    form: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is shown exactly as it stands."""

    title: str
    text: str
    form: Literal["document"] = "document"


Block = Paragraph | Heading | Facts | Link | Quote | Document


class Sheet:
    """What a template writes its letter on; each method adds a block, and prints nothing where it is called."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def paragraph(self, caller: Callable[[], str]) -> str:
        """Add the running text of a call block."""
        return self._add(Paragraph(_one_line(caller())))

    def heading(self, text: str) -> str:
        """Add a heading."""
        return self._add(Heading(_one_line(text)))

    def facts(self, rows: Sequence[tuple[str, str | int | None]]) -> str:
        """Add labels with values; what has no value is left out."""
        known = ((label, _one_line(str(value))) for label, value in rows if value is not None)
        return self._add(Facts(tuple(known)))

    def link(self, label: str, url: str) -> str:
        """Add where to go on."""
        return self._add(Link(label, url))

    def quote(self, source: str, text: str | None) -> str:
        """Add what a person wrote, if anything."""
        return self._add(Quote(_one_line(source), text.strip())) if text and text.strip() else ""

    def document(self, title: str, text: str) -> str:
        """Add a text that is shown exactly."""
        return self._add(Document(_one_line(title), text))

    def as_text(self) -> str:
        """Print the blocks as plain text, wrapped at 72 columns; documents, quotes and addresses keep their lines."""
        return "\n\n".join(_print(block) for block in self.blocks) + "\n"

    def _add(self, block: Block) -> str:
        self.blocks.append(block)
        return ""


def _print(block: Block) -> str:
    match block:
        case Paragraph():
            return textwrap.fill(block.text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        case Heading():
            return block.text.upper()
        case Facts():
            return "\n".join(f"{label}: {value}" for label, value in block.rows)
        case Link():
            return f"{block.label}:\n{block.url}"
        case Quote():
            return "\n".join([f"{block.source}:", *(f"> {line}".rstrip() for line in block.text.split("\n"))])
        case Document():
            return f"{block.title}\n{_RULE}\n{block.text}\n{_RULE}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
