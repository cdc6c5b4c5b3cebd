"""Makers of valid domain values: each call makes one, and keywords replace what the test is about."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

from domain import service as domain_service
from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator, Company
from domain.customer import Address, CompanyForm, Contact, Customer
from domain.identity import Identification, Identity
from domain.issuer import Issuer, MappedBy
from domain.office import Advisor, CustomerPermission
from domain.partner import Partner, PartnerScope, PartnerToken
from domain.scenario import ActivationFacts, ActivationScenario, ApprovalKind, TaskChoice
from domain.service import (
    InvoiceRecipient,
    Service,
    ServiceAfterwards,
    ServiceSubscription,
    SubscriptionStatus,
    Terms,
)
from domain.task import Task, TaskPeriod
from domain.viewer import AdministratorViewer, AdvisorViewer, PartnerViewer, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LIFETIME = timedelta(days=30)

address = partial(Address, street="Storgatan 1", postal_code="111 22", city="Stockholm", country="SE")

contact = partial(Contact, name="Cleo Falk", email="cleo@alfa.example", phone="08-123 45", language="sv", is_main=True)

customer = partial(
    Customer,
    id="customer-alfa",
    office_id="office-nord",
    customer_number="1001",
    name="Alfa AB",
    organisation_number="5560160680",
    company_form=CompanyForm.LIMITED_COMPANY,
    address=address(),
    contacts=(contact(),),
    account_manager_id="advisor-anna",
    archived=False,
    version=1,
    created_at=NOW,
    updated_at=NOW,
)

task = partial(
    Task,
    id="task-alfa",
    office_id="office-nord",
    customer_id="customer-alfa",
    type="Bokföring",
    period=TaskPeriod.MONTH,
    owner_id="advisor-bo",
    participant_ids=("advisor-anna",),
    active=True,
    version=1,
    created_at=NOW,
)

advisor = partial(
    Advisor,
    id="advisor-anna",
    office_id="office-nord",
    name="Anna Ek",
    email="anna@nordbyran.example",
    permission=CustomerPermission.OWN,
    active=True,
    language="sv",
)

company = partial(Company, id="company-alfa", name="Alfa AB", organisation_number="5560160680", registered=True)

administrator = partial(
    Administrator, id="administrator-cleo", name="Cleo Falk", email="cleo@alfa.example", language="sv", accepted_at=NOW
)

service = partial(
    Service,
    id="service-scanner",
    code="SCANNER",
    names={"sv": "Kvittotolken", "en": "Receipt scanner"},
    descriptions={"sv": "Tolkar kvitton.", "en": "Reads receipts."},
    information_url=None,
    open_url="https://scanner.example/",
    allowed_invoice_recipients=(InvoiceRecipient.OFFICE, InvoiceRecipient.CUSTOMER),
    end_options=(ServiceAfterwards.KEEP,),
)

subscription = partial(
    ServiceSubscription,
    company_id="company-alfa",
    service_id="service-scanner",
    status=SubscriptionStatus.ACTIVE,
    invoice_recipient=InvoiceRecipient.CUSTOMER,
    paying_office_id=None,
    started_at=NOW,
    prior=None,
)

collaboration = partial(
    Collaboration,
    id="collaboration-alfa",
    office_id="office-nord",
    customer_id="customer-alfa",
    company_id="company-alfa",
    service_id="service-scanner",
    task_id="task-alfa",
    status=CollaborationStatus.AWAITING_APPROVAL,
    version=1,
    scenario=ActivationScenario.REGISTERED_WITHOUT_SERVICE,
    approval_kind=ApprovalKind.COLLABORATION,
    invoice_recipient=InvoiceRecipient.OFFICE,
    terms_version=None,
    message=None,
    activated_by_id="advisor-anna",
    activated_by_partner_id=None,
    activated_at=NOW,
    expires_at=NOW + LIFETIME,
    administrator_created_id=None,
    approved_at=None,
    decline_reason=None,
    cancel_reason=None,
    ends_on=None,
    ended_by=None,
    service_afterwards=None,
    ended_at=None,
    previous_id=None,
    reminders_sent=0,
    asked_at=NOW,
    suspends_at=None,
    terms_told_version=None,
)

# A customer whose company is registered and has no subscription: the scenario REGISTERED_WITHOUT_SERVICE.
facts = partial(
    ActivationFacts,
    customer=customer(),
    tasks=(task(),),
    task=task(),
    task_choice=TaskChoice.NAMED,
    service=service(),
    terms=(),
    company=company(),
    administrators=(administrator(),),
    subscription=None,
    advisor_emails=frozenset({"anna@nordbyran.example", "bo@nordbyran.example"}),
    open_collaboration_id=None,
    open_collaboration_visible=False,
    invoice_recipient=None,
)

issuer = partial(
    Issuer,
    url="https://login.example",
    audience="samarbete",
    sides=frozenset({Side.COMPANY}),
    mapped_by=MappedBy.EMAIL,
)

identity = partial(Identity, issuer="https://login.example", subject="subject-cleo", assurance="high")

identification = partial(
    Identification,
    identified_by="E-MAIL LINK",
    link_id="link-1",
    link_sent_at=NOW - timedelta(hours=2),
    link_used_at=NOW - timedelta(minutes=1),
    request_id="request-1",
    peer="192.0.2.7",
    user_agent="Browser/1.0",
    application_version="0.1.0",
)

advisor_viewer = partial(
    AdvisorViewer,
    id="advisor-anna",
    office_id="office-nord",
    permission=CustomerPermission.OWN,
    session_id="session-anna",
)

partner = partial(
    Partner,
    id="partner-flow",
    office_id="office-nord",
    name="Flow",
    scopes=tuple(PartnerScope),
    created_at=NOW,
    expires_at=None,
    last_used_at=None,
    revoked_at=None,
)

partner_token = partial(
    PartnerToken,
    id="01890000-0000-7000-8000-000000000001",
    partner_id="partner-flow",
    secret_sha256="0" * 64,
    created_at=NOW,
    expires_at=None,
)

partner_viewer = partial(
    PartnerViewer,
    id="partner-flow",
    office_id="office-nord",
    scopes=frozenset(PartnerScope),
    token_id="token-flow",
)

administrator_viewer = partial(
    AdministratorViewer,
    id="administrator-cleo",
    company_ids=frozenset({"company-alfa"}),
    session_id="session-cleo",
)


def terms(
    version: int = 1,
    *,
    language: str = "sv",
    effective_from: date = TODAY - timedelta(days=400),
    mandatory: bool = True,
    grace_days: int = 30,
    service_id: str = "service-scanner",
) -> Terms:
    """Make one language of a version; id, text and hash follow from service, version and language."""
    text = f"Villkor {version} ({language}) för {service_id}"
    return Terms(
        id=f"{service_id}-terms-{version}-{language}",
        service_id=service_id,
        version=version,
        language=language,
        text=text,
        sha256=domain_service.text_sha256(text),
        effective_from=effective_from,
        mandatory=mandatory,
        grace_days=grace_days,
    )
