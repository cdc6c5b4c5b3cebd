"""Publishing terms: what a new version brings to those who use the service, now and as its days come."""

from collections.abc import Awaitable, Callable
from datetime import date

from domain import calendar_day, publication
from domain import service as domain_service
from domain.errors import InputProblemCode, NotFound
from domain.input_check import InputCheck
from domain.publication import Draft
from domain.service import Terms
from domain.text import LANGUAGES, TERMS_LIMIT
from persistence import event, ids, jobs, service, standing
from persistence.database import Database, Unit
from resolvers import settlement
from resolvers import suspension as suspensions
from resolvers.context import Installation

IN_EFFECT_JOB, OVERDUE_JOB = "terms_in_effect", "terms_overdue"


async def publish(
    installation: Installation,
    service_code: str,
    *,
    language: str,
    body: str,
    effective_from: date,
    mandatory: bool,
    grace_days: int | None,
) -> Terms:
    """Publish a text: the next version of a service's terms, or another language of the newest. It never changes afterwards.

    A mandatory version will suspend what uses the service without it when its days of grace are over; jobs tell everybody when
    it comes into effect, and write the suspensions. One that is not mandatory is there for later activations: it disturbs nobody.

    Raises:
        NotFound: no service has the code.
        InvalidInput: a blank or too long text, an unknown language, or as `publication.version_of` refuses.
    """
    check = InputCheck()
    cleaned = check.multiline(body, "text", limit=TERMS_LIMIT)
    if not body.strip():
        check.problem(InputProblemCode.BLANK, "text")
    draft = Draft(
        language=check.choice(language, LANGUAGES, "language"),
        text=cleaned,
        sha256=domain_service.text_sha256(cleaned),
        effective_from=effective_from,
        mandatory=mandatory,
        grace_days=grace_days,
    )
    check.finish()

    async def work(unit: Unit) -> Terms:
        found = await service.find_by_code(unit, service_code)
        if found is None:
            raise NotFound
        await standing.hold_terms(unit, found.id, publishing=True)
        versions = (await service.terms_of(unit, [found.id])).get(found.id, ())
        number = publication.version_of(draft, versions, calendar_day.day_of(unit.now))
        published = _terms(draft, found.id, number)
        await service.add_terms(unit, [published])
        if published.mandatory and all(terms.version < number for terms in versions):
            await _foresee(unit, published)
        return published

    return await installation.database.write(work)


async def come_into_effect(database: Database, terms_id: str) -> None:
    """Queue a job for everything that must be told of a version: the work of the job of its first day."""

    async def work(unit: Unit) -> None:
        terms = (await service.many_terms(unit, [terms_id]))[terms_id]
        concerned = await standing.untold(unit, terms.service_id, terms.version)
        await _queue(unit, suspensions.REQUIRE_JOB, terms, concerned)

    await database.write(work)


async def become_overdue(database: Database, terms_id: str) -> None:
    """Queue a job for everything that is suspended for a version: the work of the job of the end of its grace time."""

    async def work(unit: Unit) -> None:
        terms = (await service.many_terms(unit, [terms_id]))[terms_id]
        await _queue(unit, suspensions.SUSPEND_JOB, terms, await standing.late(unit, terms.service_id))

    await database.write(work)


async def require(database: Database, collaboration_id: str) -> None:
    """Tell one company of the version that waits for it, if it was not told: a job's work, harmless when repeated."""

    async def work(unit: Unit) -> None:
        held = await settlement.hold(unit, collaboration_id, viewer=None)
        async with settlement.lapses_first(unit, held) as found:
            happened = await suspensions.require(unit, found)
            await event.append(unit, [] if happened is None else [happened])

    await database.write(work)


def jobs_of(database: Database) -> dict[str, Callable[[str], Awaitable[None]]]:
    """Return what the worker does for each kind of job that publishing brings, with the id of the job's subject."""
    return {
        IN_EFFECT_JOB: lambda terms_id: come_into_effect(database, terms_id),
        OVERDUE_JOB: lambda terms_id: become_overdue(database, terms_id),
        suspensions.REQUIRE_JOB: lambda collaboration_id: require(database, collaboration_id),
        suspensions.SUSPEND_JOB: lambda collaboration_id: settlement.settle(database, collaboration_id),
    }


async def _foresee(unit: Unit, published: Terms) -> None:
    suspends_at = calendar_day.start_of(domain_service.due_at(published))
    await standing.set_deadline(unit, published.service_id, suspends_at)
    begins = max(unit.now, calendar_day.start_of(published.effective_from))
    for kind, due_at in ((IN_EFFECT_JOB, begins), (OVERDUE_JOB, suspends_at)):
        await jobs.add(unit, id=f"{kind}:{published.id}", kind=kind, subject_id=published.id, due_at=due_at)


async def _queue(unit: Unit, kind: str, terms: Terms, collaboration_ids: tuple[str, ...]) -> None:
    await jobs.add_many(unit, kind=kind, occasion=terms.id, subject_ids=collaboration_ids, due_at=unit.now)


def _terms(draft: Draft, service_id: str, number: int) -> Terms:
    return Terms(
        id=ids.new_id(),
        service_id=service_id,
        version=number,
        language=draft.language,
        text=draft.text,
        sha256=draft.sha256,
        effective_from=draft.effective_from,
        mandatory=draft.mandatory,
        grace_days=draft.grace,
    )
