"""Every refusal of a mutation is a member of its union, says something in both languages, and is shown when it is raised."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLUnionType

from domain import errors
from domain.collaboration import CollaborationStatus
from domain.errors import ActivationRefusalCode, DomainError, InputProblemCode, InvalidInput
from domain.scenario import ActivationPlan
from domain.scenario import plan as plan_of
from domain.service import ServiceAfterwards
from domain.text import LANGUAGES
from resolvers import (
    acceptance,
    activation,
    answer,
    bulk,
    correction,
    customer,
    ending,
    intake,
    linking,
    partner,
    reminder,
    session,
    task,
)
from schema.api import SCHEMA
from schema.refusals import REFUSALS
from tests.schema.conftest import Asking
from tests.support import makers
from tests.support.world import World

pytestmark = pytest.mark.anyio

# What each mutation calls, by the mutation's name.
USE_CASES = {
    "activateCollaboration": (activation, "activate"),
    "approveCollaboration": (answer, "approve"),
    "declineCollaboration": (answer, "decline"),
    "cancelCollaboration": (answer, "cancel"),
    "remindApprovers": (reminder, "remind"),
    "correctContact": (correction, "correct"),
    "activateCollaborations": (bulk, "activate"),
    "importCustomers": (intake, "import_rows"),
    "endCollaboration": (ending, "end"),
    "withdrawEnd": (ending, "withdraw"),
    "changeCollaborationTask": (linking, "change_task"),
    "acceptTerms": (acceptance, "accept"),
    "createCustomer": (customer, "create"),
    "updateCustomer": (customer, "update"),
    "archiveCustomer": (customer, "archive"),
    "restoreCustomer": (customer, "restore"),
    "createTask": (task, "create"),
    "updateTask": (task, "update"),
    "signIn": (session, "sign_in"),
    "createPartner": (partner, "create"),
    "rotatePartnerToken": (partner, "rotate_token"),
    "revokePartner": (partner, "revoke"),
}
MUTATION = SCHEMA._schema.mutation_type
assert MUTATION is not None
UNIONS = {
    name: field.type.of_type
    for name, field in MUTATION.fields.items()
    if isinstance(field.type, GraphQLNonNull) and isinstance(field.type.of_type, GraphQLUnionType)
}
VALUES = {
    "ID!": "x",
    "String!": "x",
    "CompanyForm!": "OTHER",
    "TaskPeriod!": "YEAR",
    "ServiceAfterwards!": "KEEP",
    "OrganisationNumber!": "556016-0680",
    "[ActivateCollaborationItem!]!": "[]",
    "[ImportCustomerRow!]!": "[]",
    "[PartnerScope!]!": "[]",
}


def test_every_mutation_with_a_union_is_known_here() -> None:
    assert UNIONS.keys() == USE_CASES.keys()


def test_every_member_of_a_union_is_its_payload_or_a_refusal_of_the_table() -> None:
    shown = {refusal.error_type.__name__ for refusal in REFUSALS}
    for name, union in UNIONS.items():
        payload = f"{name[0].upper()}{name[1:]}Payload"
        assert {member.name for member in union.types} - shown == {payload}
        assert {"Error"} == {each.name for member in union.types if member.name != payload for each in member.interfaces}


def test_every_refusal_of_the_domain_is_shown_or_is_an_error_of_the_request() -> None:
    def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    shown = {refusal.exception_type for refusal in REFUSALS}
    of_requests = {
        "CursorInvalid",
        "PageSizeInvalid",
        "ScopeRequired",
        "UnauthenticatedError",
        "TermsRefusal",
        "DeadlineExceededError",
    }
    assert {kind.__name__ for kind in below(DomainError) if kind not in shown} == of_requests


def cases() -> list[tuple[str, str]]:
    """Return every pair of a mutation and a refusal of its union."""
    return [
        (name, member.name) for name, union in UNIONS.items() for member in union.types if not member.name.endswith("Payload")
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_is_shown_as_the_member_of_its_name_with_words_and_data(
    asking: Asking, world: World, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    context = await world.context(
        await session.issue_token(world.installation, "anna@nordbyran.example", None), language=language
    )
    waiting = (await world.activate(context, "Beta AB")).collaboration
    for name, refusal in cases():
        module, function = USE_CASES[name]
        raised = make(refusal, waiting.id, world.customers["Alfa AB"].id)

        async def refuse(*_asked: object, raised: DomainError = raised) -> None:
            raise raised

        with monkeypatch.context() as patch:
            patch.setattr(module, function, refuse)
            answered = (await asking.data(context, document_of(name, refusal)))[name]
        assert answered["__typename"] == refusal
        assert len(answered["message"]) > 15
        assert "{" not in answered["message"]


def make(name: str, collaboration_id: str, customer_id: str) -> DomainError:
    """Make a refusal as the domain raises it."""
    terms = makers.terms()
    facts = makers.facts()
    plan: ActivationPlan = plan_of(facts)
    known: dict[str, DomainError] = {
        "ActivationRefused": errors.ActivationRefused(ActivationRefusalCode.TASK_REQUIRED),
        "CollaborationAlreadyOpen": errors.CollaborationAlreadyOpen(collaboration_id),
        "ScenarioChanged": errors.ScenarioChanged(plan, facts),
        "InvalidTransition": errors.InvalidTransition(collaboration_id, CollaborationStatus.EXPIRED),
        "TermsAcceptanceRequired": errors.TermsAcceptanceRequired(terms),
        "TermsOutdated": errors.TermsOutdated(terms),
        "TermsTextMismatch": errors.TermsTextMismatch(terms),
        "ReminderTooSoon": errors.ReminderTooSoon(makers.NOW + timedelta(hours=1)),
        "ReminderLimitReached": errors.ReminderLimitReached(5),
        "RecipientUndeliverable": errors.RecipientUndeliverable("550 no such user"),
        "EndOptionNotAllowed": errors.EndOptionNotAllowed((ServiceAfterwards.READ_ONLY, ServiceAfterwards.END)),
        "CustomerNumberTaken": errors.CustomerNumberTaken(customer_id),
        "CustomerHasLiveCollaborations": errors.CustomerHasLiveCollaborations((collaboration_id,)),
        "VersionConflict": errors.VersionConflict(2),
        "NotPermitted": errors.NotPermitted("COLLABORATIONS_WRITE"),
        "InvalidInput": InvalidInput.at(InputProblemCode.TOO_LONG, "name"),
    }
    return known.get(name) or getattr(errors, name)()


def document_of(mutation: str, refusal: str) -> str:
    """Write the mutation with just what it must be given, and ask for every plain field of the refusal."""
    assert MUTATION is not None
    declared = MUTATION.fields[mutation].args["input"].type.of_type
    assert isinstance(declared, GraphQLInputObjectType)
    needed = [(name, VALUES[str(field.type)]) for name, field in declared.fields.items() if str(field.type) in VALUES]
    given = ", ".join(
        f"{name}: {value if value.isupper() or value == '[]' else chr(34) + value + chr(34)}" for name, value in needed
    )
    below = {
        "ActivationRefused": "code",
        "CollaborationAlreadyOpen": "collaboration { id status }",
        "ScenarioChanged": "preview { scenario explanation obstacles { code message } }",
        "InvalidTransition": "status collaboration { id }",
        "TermsAcceptanceRequired": "terms { id sha256 }",
        "TermsOutdated": "terms { id sha256 }",
        "TermsTextMismatch": "terms { id sha256 }",
        "ReminderTooSoon": "nextAllowedAt",
        "ReminderLimitReached": "limit",
        "RecipientUndeliverable": "problem",
        "EndOptionNotAllowed": "allowed",
        "CustomerNumberTaken": "takenBy { name }",
        "CustomerHasLiveCollaborations": "collaborations { id }",
        "VersionConflict": "currentVersion",
        "NotPermitted": "required",
        "InvalidInput": "problems { path code message }",
    }.get(refusal, "message")
    chosen = f"__typename ... on Error {{ message }} ... on {refusal} {{ {below} }}"
    return f"mutation {{ {mutation}(input: {{{given}}}) {{ {chosen} }} }}"
