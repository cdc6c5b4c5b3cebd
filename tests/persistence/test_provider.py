"""What the provider knows: companies, their administrators, services, terms and subscriptions, stored and read back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.service import InvoiceRecipient, PriorSubscription, SubscriptionStatus, TermsAcceptance
from persistence import company, service
from persistence.database import Database
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

ALFA, BETA = stored.COMPANIES
CLEO = makers.administrator()
DAG = makers.administrator(id="administrator-dag", name="Åke Dahl", email="Dag@Alfa.Example", accepted_at=None)
BEA = makers.administrator(id="administrator-bea", name="Bea Zorn", email="bea@beta.example", language="en")


@pytest.fixture
async def people(ground: Database) -> Database:
    """Have three persons: Cleo and Dag at Alfa, Dag pending, Bea and Cleo at Beta."""
    await stored.store(
        ground,
        *(lambda unit, one=one: company.add_administrator(unit, one, salt=f"salt of {one.id}") for one in (CLEO, DAG, BEA)),
        lambda unit: company.link(unit, ALFA.id, DAG.id, pending=True),
        lambda unit: company.link(unit, ALFA.id, CLEO.id, pending=False),
        lambda unit: company.link(unit, BETA.id, CLEO.id, pending=False),
        lambda unit: company.link(unit, BETA.id, BEA.id, pending=False),
    )
    return ground


async def test_a_company_exists_once_whatever_number_of_offices_know_it(ground: Database) -> None:
    async with ground.read() as reading:
        assert await company.find_by_number(reading, ALFA.organisation_number) == ALFA
        assert await company.find_by_number(reading, ALFA.organisation_number, lock=False) == ALFA
        assert await company.find_by_number(reading, "0000000000") is None
        assert await company.many(reading, [ALFA.id, BETA.id, "nobody"]) == {ALFA.id: ALFA, BETA.id: BETA}
        assert await company.many(reading, []) == await company.many_by_number(reading, []) == {}
        numbers = [ALFA.organisation_number, "0000000000"]
        assert await company.many_by_number(reading, numbers) == {ALFA.organisation_number: ALFA}
    with pytest.raises(IntegrityError):
        await stored.store(ground, lambda unit: company.add(unit, replace(ALFA, id="another")))
    changed = replace(ALFA, name="Alfa Nya AB", registered=False)
    await stored.store(ground, lambda unit: company.save(unit, changed))
    assert await ground.write(lambda unit: company.find_by_number(unit, ALFA.organisation_number, lock=True)) == changed


async def test_administrators_and_their_companies_are_listed_by_name(people: Database) -> None:
    async with people.read() as reading:
        assert await company.administrators_of(reading, [ALFA.id, BETA.id]) == {ALFA.id: (CLEO, DAG), BETA.id: (BEA, CLEO)}
        assert await company.administrators_of(reading, []) == {}
        assert await company.companies_of(reading, [CLEO.id, DAG.id, "nobody"]) == {CLEO.id: (ALFA, BETA), DAG.id: (ALFA,)}
        assert await company.many_administrators(reading, [BEA.id, "nobody"]) == {BEA.id: BEA}
        assert await company.find_administrator_by_email(reading, "dag@alfa.example") == DAG
        assert await company.find_administrator_by_email(reading, "Dag@Alfa.Example") is None
        assert await company.salt_of(reading, BEA.id) == "salt of administrator-bea"


async def test_an_address_is_one_persons_whatever_its_case(people: Database) -> None:
    twin = replace(CLEO, id="twin", email="CLEO@alfa.example")
    with pytest.raises(IntegrityError):
        await stored.store(people, lambda unit: company.add_administrator(unit, twin, salt="salt"))


async def test_a_person_accepts_once(people: Database) -> None:
    await stored.store(people, lambda unit: company.accept(unit, DAG.id), lambda unit: company.accept(unit, CLEO.id))
    async with people.read() as reading:
        found = await company.many_administrators(reading, [DAG.id, CLEO.id])
        accepted_at = found[DAG.id].accepted_at
        assert accepted_at is not None
        assert abs(accepted_at - reading.now) < timedelta(minutes=1)
        assert found[CLEO.id].accepted_at == CLEO.accepted_at


async def test_a_no_takes_the_right_of_whom_no_approval_has_confirmed(people: Database) -> None:
    assert await people.write(lambda unit: company.unlink_pending(unit, ALFA.id)) == (DAG.id,)
    assert await people.write(lambda unit: company.unlink_pending(unit, ALFA.id)) == ()
    async with people.read() as reading:
        assert await company.administrators_of(reading, [ALFA.id]) == {ALFA.id: (CLEO,)}


async def test_a_confirmed_administrator_stays_until_the_right_is_taken(people: Database) -> None:
    await stored.store(people, lambda unit: company.confirm(unit, ALFA.id, DAG.id))
    assert await people.write(lambda unit: company.unlink_pending(unit, ALFA.id)) == ()
    await stored.store(people, lambda unit: company.unlink(unit, ALFA.id, DAG.id))
    async with people.read() as reading:
        assert await company.companies_of(reading, [DAG.id, CLEO.id]) == {CLEO.id: (ALFA, BETA)}


async def test_services_come_back_as_stored(ground: Database) -> None:
    scanner, archive = stored.SERVICES
    async with ground.read() as reading:
        assert await service.all_services(reading) == (archive, scanner)
        assert await service.many(reading, [scanner.id, "nothing"]) == {scanner.id: scanner}
        assert await service.find_by_code(reading, "ARCHIVE") == archive
        assert await service.find_by_code(reading, "archive") is None


async def test_terms_come_back_to_the_byte(ground: Database) -> None:
    old, swedish, english = makers.terms(1), makers.terms(2), makers.terms(2, language="en", mandatory=False)
    odd = replace(makers.terms(3), text="Rad 1\r\n\tRad 2 – ÅÄÖ 日本 '; --\n")
    for version in ([swedish, english], [odd], [old]):
        await stored.store(ground, lambda unit, version=version: service.add_terms(unit, version))  # type: ignore[misc]  # mypy does not infer a lambda with a default
    async with ground.read() as reading:
        assert await service.terms_of(reading, ["service-scanner", "service-archive"]) == {
            "service-scanner": (old, english, swedish, odd)
        }
        assert await service.many_terms(reading, [odd.id, "nothing"]) == {odd.id: odd}
    again = replace(makers.terms(1), id="another id")
    with pytest.raises(IntegrityError):
        await stored.store(ground, lambda unit: service.add_terms(unit, [again]))


async def test_a_subscription_is_replaced_and_remembers_what_was_before(ground: Database) -> None:
    own = makers.subscription(status=SubscriptionStatus.READ_ONLY)
    prior = PriorSubscription(
        status=own.status, invoice_recipient=own.invoice_recipient, paying_office_id=None, started_at=own.started_at
    )
    pending = replace(
        own,
        status=SubscriptionStatus.PENDING,
        invoice_recipient=InvoiceRecipient.OFFICE,
        paying_office_id="office-nord",
        started_at=None,
        prior=prior,
    )
    other = makers.subscription(company_id=BETA.id, service_id="service-archive")
    place = (own.company_id, own.service_id)
    for step in (own, pending, own, pending):
        await stored.store(ground, lambda unit, step=step: service.store_subscription(unit, step))  # type: ignore[misc]  # mypy does not infer a lambda with a default
        async with ground.read() as reading:
            assert await service.find_subscriptions(reading, [place, ("nobody", "nothing")]) == {place: step}
    await stored.store(ground, lambda unit: service.store_subscription(unit, other))
    async with ground.read() as reading:
        assert await service.subscriptions_of(reading, [ALFA.id, BETA.id]) == {ALFA.id: (pending,), BETA.id: (other,)}
        assert await service.find_subscriptions(reading, []) == {}
        assert await service.find_subscriptions(reading, [(ALFA.id, "service-archive")]) == {}
    await stored.store(ground, lambda unit: service.delete_subscription(unit, *place))
    async with ground.read() as reading:
        assert await service.subscriptions_of(reading, [ALFA.id, BETA.id]) == {BETA.id: (other,)}


async def test_the_first_acceptance_of_a_version_stays(ground: Database) -> None:
    old, new = makers.terms(1), makers.terms(2)
    later = makers.NOW + timedelta(days=1)
    first = TermsAcceptance(company_id=ALFA.id, terms_id=old.id, accepted_at=makers.NOW, accepted_by_id=None, evidence_id=None)
    second = replace(first, terms_id=new.id, accepted_at=later, accepted_by_id=CLEO.id)
    await stored.store(
        ground,
        lambda unit: service.add_terms(unit, [old]),
        lambda unit: service.add_terms(unit, [new]),
        lambda unit: service.accept_terms(unit, "service-scanner", second, 2),
        lambda unit: service.accept_terms(unit, "service-scanner", first, 1),
        lambda unit: service.accept_terms(unit, "service-scanner", replace(first, accepted_at=later), 1),
    )
    async with ground.read() as reading:
        assert await service.acceptances_of(reading, [ALFA.id, BETA.id]) == {ALFA.id: (first, second)}
