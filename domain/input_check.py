"""The check of one input: every wrong value is collected with its path, and all are refused at once."""

from collections.abc import Collection, Sized

from domain import organisation_number, text
from domain.errors import InputProblem, InputProblemCode, InvalidInput

# Cleaning costs time by length; nothing this far over its limit is worth it.
_ABSURD = 20


class InputCheck:
    """Collects problems; a refused value comes back as a harmless one, for `finish` raises before it is used."""

    def __init__(self) -> None:
        self._problems: list[InputProblem] = []

    def problem(self, code: InputProblemCode, *path: str) -> None:
        """Note that the value at the path is wrong."""
        self._problems.append(InputProblem(path=path, code=code))

    def finish(self) -> None:
        """Refuse the input if anything was wrong.

        Raises:
            InvalidInput: with every problem, in the order in which they were found.
        """
        if self._problems:
            raise InvalidInput(*self._problems)

    def text(self, value: str, *path: str, limit: int) -> str:
        """Return one line of text, cleaned; it must not be blank."""
        cleaned = self._text(value, path, limit, multiline=False)
        if cleaned is not None and text.is_blank(cleaned):
            self.problem(InputProblemCode.BLANK, *path)
        return cleaned or ""

    def optional_text(self, value: str | None, *path: str, limit: int) -> str | None:
        """Return one line of text, cleaned; blank counts as none."""
        return None if value is None else self._text(value, path, limit, multiline=False) or None

    def multiline(self, value: str, *path: str, limit: int) -> str:
        """Return text that may run over several lines, cleaned; it may be blank."""
        return self._text(value, path, limit, multiline=True) or ""

    def email(self, value: str, *path: str) -> str:
        """Return one e-mail address."""
        absurd = len(value) > text.EMAIL_LIMIT * _ABSURD
        if absurd or text.has_control_characters(value) or not text.is_email(text.clean(value)):
            self.problem(InputProblemCode.EMAIL_INVALID, *path)
            return ""
        return text.clean(value)

    def optional_email(self, value: str | None, *path: str) -> str | None:
        """Return one e-mail address; blank counts as none."""
        return None if value is None or not value.strip() else self.email(value, *path)

    def organisation_number(self, value: str, *path: str) -> str:
        """Return the ten digits of an organisation number."""
        parsed = organisation_number.parse(value.strip())
        if parsed is None:
            self.problem(InputProblemCode.ORGANISATION_NUMBER_INVALID, *path)
        return parsed or ""

    def count(self, items: Sized, *path: str, limit: int) -> None:
        """Refuse more than `limit` items."""
        if len(items) > limit:
            self.problem(InputProblemCode.TOO_MANY, *path)

    def choice(self, value: str, allowed: Collection[str], *path: str) -> str:
        """Return the value where it is one of those allowed."""
        if value not in allowed:
            self.problem(InputProblemCode.NOT_ALLOWED, *path)
        return value

    def _text(self, value: str, path: tuple[str, ...], limit: int, *, multiline: bool) -> str | None:
        if len(value) > limit * _ABSURD:
            self.problem(InputProblemCode.TOO_LONG, *path)
            return None
        unified = value.replace("\r\n", "\n") if multiline else value
        cleaned = text.clean(unified)
        if len(cleaned) > limit:
            self.problem(InputProblemCode.TOO_LONG, *path)
            return None
        if text.has_control_characters(cleaned, multiline=multiline):
            self.problem(InputProblemCode.NOT_ALLOWED_CHARACTER, *path)
            return None
        return cleaned
