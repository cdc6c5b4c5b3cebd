"""What there is to see of the real service: what it lists and tells, how a company stands, and whether every row is well."""

from domain.viewer import Side
from persistence import company, invariants, service
from resolvers import collaboration, event
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CollaborationOrderField, EventFilter
from tests.model.asking import NUMBERS, Asking
from tests.model.register import Outcome

_OLDEST_FIRST = CollaborationOrder(field=CollaborationOrderField.ACTIVATED_AT, descending=False)


class Seeing(Asking):
    """Looks at the service."""

    def statuses(self, advisor: str) -> dict[int, str]:
        """List what an advisor sees, as it stands now, by request, every page of it."""

        async def work(context: Context) -> Outcome:
            found, after = dict[int, str](), None
            while True:
                arguments = PageArguments(first=100, after=after)
                page = await collaboration.list_page(context, arguments, CollaborationFilter(), _OLDEST_FIRST)
                found |= {self.requests.index(one.id): collaboration.status(context, one).name for one in page.items}
                if not page.has_next:
                    return (found,)
                after = page.cursors[-1]

        [found] = self._ask(advisor, Side.OFFICE, work)
        assert isinstance(found, dict)
        return found

    def told(self, advisor: str) -> dict[int, list[str]]:
        """Read the advisor's stream: what was told of each request, in order."""

        async def work(context: Context) -> Outcome:
            found, after = dict[int, list[str]](), None
            while True:
                page = await event.list_page(context, PageArguments(first=100, after=after), None, EventFilter())
                for entry in page.items:
                    number = self.requests.index(entry.event.collaboration_id)
                    found.setdefault(number, []).append(entry.event.type.name)
                if not page.has_next:
                    return (found,)
                after = page.cursors[-1]

        [found] = self._ask(advisor, Side.OFFICE, work)
        assert isinstance(found, dict)
        return found

    def company(self, of: str) -> tuple[bool, set[str], dict[str, tuple[str, str]]]:
        """Tell whether a company is registered, who acts for it, and its subscriptions with their payers."""

        async def work() -> tuple[bool, set[str], dict[str, tuple[str, str]]]:
            async with self._database.read() as reading:
                known = await company.find_by_number(reading, NUMBERS[of])
                if known is None:
                    return False, set(), {}
                people = (await company.administrators_of(reading, [known.id])).get(known.id, ())
                shared = {self._service_id(code): code for code in ("scanner", "archive")}
                rows = await service.find_subscriptions(reading, {(known.id, service_id) for service_id in shared})
            offices = {self._world.nord.id: "nord", self._world.syd.id: "syd", None: "company"}
            held = {shared[pair[1]]: (row.status.name, offices[row.paying_office_id]) for pair, row in rows.items()}
            return known.registered, {person.email for person in people}, held

        return self._runner.run(work())

    def broken(self) -> tuple[invariants.Broken, ...]:
        """Look at every row."""

        async def work() -> tuple[invariants.Broken, ...]:
            async with self._database.read() as reading:
                return await invariants.check(reading)

        return self._runner.run(work())
