"""Publishing terms: which version a text becomes part of, and what is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import InputProblemCode, InvalidInput
from domain.input_check import InputCheck
from domain.service import Terms

DEFAULT_GRACE_DAYS = 30
LONGEST_GRACE_DAYS = 366
FARTHEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is to be published in one language; `grace_days` is None where none were named."""

    language: str
    text: str
    sha256: str
    effective_from: date
    mandatory: bool
    grace_days: int | None

    @property
    def grace(self) -> int:
        """How many days companies have, 0 where they need not accept it."""
        if not self.mandatory:
            return 0
        return DEFAULT_GRACE_DAYS if self.grace_days is None else self.grace_days


def version_of(draft: Draft, versions: Iterable[Terms], today: date) -> int:
    """Return the number of the version that the text becomes part of.

    It is another language of the newest version where that has the same day, the same say and the same days of grace, and lacks
    the language; else it begins the next version.

    Raises:
        InvalidInput: days of grace for what nobody must accept, or other than 1 to 366; a new version that would be in force
            before today, before an older one, or more than 366 days from now; a text that is the newest version's already.
    """
    check = InputCheck()
    if draft.grace_days is not None and not (draft.mandatory and 1 <= draft.grace_days <= LONGEST_GRACE_DAYS):
        check.problem(InputProblemCode.NOT_ALLOWED, "graceDays")
    check.finish()
    known = tuple(versions)
    number = max((terms.version for terms in known), default=0)
    newest = tuple(terms for terms in known if terms.version == number)
    if any((terms.language, terms.sha256) == (draft.language, draft.sha256) for terms in newest):
        raise InvalidInput.at(InputProblemCode.DUPLICATE, "text")
    if newest and _joins(draft, newest):
        return number
    earliest = max([today, *(terms.effective_from for terms in newest)])
    if not earliest <= draft.effective_from <= today + timedelta(days=FARTHEST_DAYS):
        raise InvalidInput.at(InputProblemCode.DATE_OUT_OF_RANGE, "effectiveFrom")
    return number + 1


def _joins(draft: Draft, newest: tuple[Terms, ...]) -> bool:
    first = newest[0]
    alike = (draft.effective_from, draft.mandatory) == (first.effective_from, first.mandatory)
    return alike and draft.grace == first.grace_days and draft.language not in {terms.language for terms in newest}
