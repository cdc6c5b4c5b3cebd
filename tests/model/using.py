"""What is done with the real service once it is shared: ended and withdrawn, hung on another task, gone on under newer terms."""

from datetime import date

from domain.approval import AcceptedTerms
from domain.service import ServiceAfterwards
from domain.viewer import Side
from resolvers import acceptance, correction, ending, linking, publication
from resolvers.acceptance import AcceptTerms
from resolvers.context import Context
from resolvers.ending import EndCollaboration
from tests.model.register import Outcome
from tests.model.seeing import Seeing


class Using(Seeing):
    """Does with a collaboration what becomes of it after its approval, and with the contact of one that waits."""

    def change_task(self, advisor: str, request: int, card: int, number: int) -> Outcome:
        """Hang it on a task of a card."""

        async def work(context: Context) -> Outcome:
            task_id = self.tasks[card][number]
            await self._twice(lambda key: linking.change_task(context, self.requests[request], task_id, key))
            return ("Changed",)

        return self._ask(advisor, Side.OFFICE, work)

    def correct_contact(self, advisor: str, request: int, email: str) -> Outcome:
        """Name somebody else as the company's contact."""

        async def work(context: Context) -> Outcome:
            await self._twice(lambda key: correction.correct(context, self.requests[request], "Rätt Person", email, key))
            return ("Corrected",)

        return self._ask(advisor, Side.OFFICE, work)

    def end(self, who: str, request: int, of: str | None, day: date | None, afterwards: str) -> Outcome:
        """End it now or on a day: as an administrator for the company named, as an advisor where none is."""

        async def work(context: Context) -> Outcome:
            asked = EndCollaboration(
                collaboration_id=self.requests[request],
                company_id=None if of is None else await self._company_id(of),
                on=day,
                afterwards=ServiceAfterwards[afterwards],
            )
            await self._twice(lambda key: ending.end(context, asked, key))
            return ("Ended",) if day is None else ("Scheduled",)

        return self._ask(who, Side.OFFICE if of is None else Side.COMPANY, work)

    def withdraw_end(self, who: str, request: int, of: str | None) -> Outcome:
        """Take a scheduled end back."""

        async def work(context: Context) -> Outcome:
            company_id = None if of is None else await self._company_id(of)
            await self._twice(lambda key: ending.withdraw(context, self.requests[request], company_id, key))
            return ("Withdrawn",)

        return self._ask(who, Side.OFFICE if of is None else Side.COMPANY, work)

    def publish(self, code: str, day: date, grace: int | None) -> Outcome:
        """Publish a version that is in effect from a day on, mandatory where it has days of grace."""

        async def work(_context: Context) -> Outcome:
            published = await publication.publish(
                self._installation,
                code,
                language="sv",
                body=f"Villkor från {day}, {next(self._keys)}",
                effective_from=day,
                mandatory=grace is not None,
                grace_days=grace,
            )
            return ("Published", published.version)

        return self._ask("bo@nordbyran.example", Side.OFFICE, work)

    def accept_terms(self, person: str, of: str, code: str, version: int, *, right: bool) -> Outcome:
        """Accept a version for a company, by the hash of its text or another."""

        async def work(context: Context) -> Outcome:
            shown = await self._version(code, version)
            named = AcceptedTerms(terms_id=shown.id, sha256=shown.sha256 if right else "0" * 64)
            asked = AcceptTerms(company_id=await self._company_id(of), terms=named)
            done = await self._twice(lambda key: acceptance.accept(context, asked, key))
            return ("AlreadyAccepted",) if done.already_accepted else ("Accepted",)

        return self._ask(person, Side.COMPANY, work)
