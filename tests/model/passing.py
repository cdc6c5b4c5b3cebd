"""What time and answers make of the collaborations of the model: expired, suspended, ended, and what becomes of the rest."""

from dataclasses import replace

from tests.model.companies import Companies
from tests.model.register import Request


class Passing(Companies):
    """The clock, and what follows from a collaboration that is over or goes on."""

    def settle(self) -> None:
        """Let come true what the clock has made true."""
        while due := sorted((moment, number) for number, moment in self._due().items() if moment <= self.now):
            self._come(self.requests[due[0][1]], due[0][0])

    def _due(self) -> dict[int, float]:
        found = {number: self._due_at(request) for number, request in enumerate(self.requests)}
        return {number: moment for number, moment in found.items() if moment is not None}

    def _due_at(self, request: Request) -> float | None:
        moments = {"AWAITING_APPROVAL": request.expires, "ACTIVE": request.suspends, "ENDING": request.ends}
        return moments.get(request.status)

    def _come(self, request: Request, moment: float) -> None:
        company = self.company_of(request)
        if request.status == "ACTIVE":
            request.status = "SUSPENDED"
            request.told.append("SUSPENDED")
            return
        before = set(self.administrators[company])
        if request.status == "AWAITING_APPROVAL":
            self.close(request, "EXPIRED")
            # The service may write this later, and until then knows these people.
            self.lingering |= {(company, person) for person in before - set(self.administrators[company])}
        else:
            # Two that end at the same moment do not keep the service for each other.
            shared = any(other.ends is None or other.ends > moment for other in self.others(request))
            self.end_service(request, request.afterwards, shared=shared)

    def others(self, request: Request) -> list[Request]:
        """List what else uses the same service of the same company."""
        return [other for other in self.used(self.company_of(request), request.service) if other is not request]

    def end_service(self, request: Request, chosen: str, *, shared: bool) -> None:
        """End it, and let the service become what was chosen, as far as it may."""
        company = self.company_of(request)
        held = self.subscriptions.get((company, request.service))
        pays = held is not None and held.payer == self.office_of(request)
        request.status = "ENDED"
        request.told.append("ENDED")
        if shared or not (request.ended_by == "company" or pays):
            chosen = "KEEP"
        if held is None or held.status not in {"ACTIVE", "READ_ONLY"}:
            return
        if chosen != "KEEP":
            status = {"READ_ONLY": "READ_ONLY", "END": "ENDED"}[chosen]
            self.subscriptions[company, request.service] = replace(held, status=status)
        elif pays:
            self.subscriptions[company, request.service] = replace(held, payer="company")

    def close(self, request: Request, status: str) -> None:
        """Close with a no, and undo what was prepared, unless another request needs it."""
        request.status = status
        request.told.append(status)
        company = self.company_of(request)
        held = self.subscriptions.get((company, request.service))
        if held is not None and held.status == "PENDING":
            heirs = [one for one in self.waiting(company) if one.service == request.service]
            if heirs:
                held.payer = self.office_of(heirs[0]) if heirs[0].payer == "OFFICE" else "company"
            elif held.prior is None:
                del self.subscriptions[company, request.service]
            else:
                self.subscriptions[company, request.service] = held.prior
        if not self.live(company):
            self.dismiss_pending(company)

    def go_on(self, company: str, service: str) -> None:
        """Tell everything in use that newer terms are accepted; what was suspended for them is used again."""
        late = self.late_at(company, service)
        for request in self.used(company, service):
            request.told.append("TERMS_ACCEPTED")
            request.suspends = None if late is None else max(late, request.approved)
            if request.status == "SUSPENDED":
                request.status = "ACTIVE"
                request.told.append("RESUMED")
