"""The domain's enums as clients see them: wrapped from outside, each value with its description."""

from collections.abc import Collection
from enum import Enum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from domain.collaboration import CollaborationStatus
from domain.customer import CompanyForm
from domain.errors import ActivationRefusalCode, InputProblemCode
from domain.event import CollaborationEventType
from domain.mail import MailKind, MailStatus
from domain.office import CustomerPermission
from domain.partner import PartnerScope
from domain.permissions import CollaborationAction
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, ServiceAfterwards, SubscriptionStatus
from domain.task import TaskPeriod
from domain.viewer import Side
from resolvers.wanted import CollaborationOrderField, CustomerOrderField, TaskOrderField


class Direction(Enum):
    """The direction of an order."""

    ASC = "ASC"
    DESC = "DESC"


def _declare(declared: type[Enum], description: str, values: dict[str, str], *, leave_out: Collection[str] = ()) -> None:
    """Wrap an enum whose every value is described or left out."""
    strawberry.enum(declared, description=description)
    definition: StrawberryEnumDefinition = declared.__strawberry_definition__  # type: ignore[attr-defined]  # Strawberry sets it
    definition.values = [value for value in definition.values if value.name not in leave_out]
    for value in definition.values:
        value.description = values[value.name]


_declare(
    Direction,
    "The direction of an order.",
    {"ASC": "From the least to the greatest, from the oldest to the newest.", "DESC": "The other way round."},
)
_declare(
    CustomerPermission,
    "Which of the office's customers an advisor sees, and whether the advisor may end collaborations.",
    {
        "OWN": "Customers where the advisor is account manager, or owner or participant of a task.",
        "FULL": "All customers of the office; also ends collaborations and manages integrations.",
    },
)
_declare(
    PartnerScope,
    "What a partner may do; no scope implies another.",
    {
        "CUSTOMERS_READ": "Read the office's customers and tasks.",
        "COLLABORATIONS_READ": "Read collaborations, previews, mails and evidence.",
        "COLLABORATIONS_WRITE": "Activate, remind, correct the contact, change the task, and cancel what it has activated.",
        "EVENTS_READ": "Read the office's events, and follow them.",
        "PERSONAL_DATA_READ": "See addresses and numbers of persons in whatever else it may read.",
    },
)
_declare(
    CompanyForm,
    "The legal form of a company.",
    {
        "LIMITED_COMPANY": "Aktiebolag.",
        "SOLE_TRADER": "Enskild firma: its number is the owner's personal identity number.",
        "TRADING_PARTNERSHIP": "Handelsbolag.",
        "LIMITED_PARTNERSHIP": "Kommanditbolag.",
        "ECONOMIC_ASSOCIATION": "Ekonomisk förening.",
        "NON_PROFIT": "Ideell förening or foundation.",
        "PUBLIC_BODY": "A municipality, region or state authority.",
        "OTHER": "Any other form.",
    },
)
_declare(
    TaskPeriod,
    "How often the work of a task comes round.",
    {"YEAR": "Every year.", "MONTH": "Every month.", "WEEK": "Every week.", "NONE": "It does not come round."},
)
_declare(
    SubscriptionStatus,
    "A company's right to use a service.",
    {
        "PENDING": "Prepared by an activation that waits for its answer: not billed, not usable.",
        "ACTIVE": "In use.",
        "READ_ONLY": "What is there can be read, nothing can be added.",
        "ENDED": "Over.",
    },
)
_declare(
    ActivationScenario,
    "How the customer stands with the service's provider; it decides what an activation does.",
    {
        "SERVICE_IN_USE": "The company is registered and uses the service already.",
        "REGISTERED_WITHOUT_SERVICE": "The company is registered, and the service is activated for it.",
        "NOT_REGISTERED": "The company is registered with the activation, and its administrator created.",
    },
)
_declare(
    ApprovalKind,
    "What the customer is asked to approve.",
    {
        "COLLABORATION": "The collaboration.",
        "TERMS_AND_CONDITIONS": "The service's terms and conditions, and with them the collaboration.",
    },
)
_declare(
    InvoiceRecipient,
    "Who pays for the service.",
    {"OFFICE": "The accounting office.", "CUSTOMER": "The customer."},
)
_declare(
    ServiceAfterwards,
    "What becomes of the service when a collaboration ends.",
    {
        "KEEP": "The customer keeps it.",
        "READ_ONLY": "The customer can read what is there.",
        "END": "It ends with the collaboration.",
    },
)
_declare(
    ActivationRefusalCode,
    "What stands in the way of an activation, in the order in which it is checked.",
    {
        "CUSTOMER_ARCHIVED": "The customer is archived.",
        "TASK_REQUIRED": "The customer has no active task, or none was named; a task is never guessed.",
        "TASK_NOT_ON_CUSTOMER": "The named task is another customer's.",
        "TASK_INACTIVE": "The named task is not active.",
        "COLLABORATION_ALREADY_OPEN": "A live collaboration of the office, the company and the service exists. As the "
        "mutation's refusal only where it hangs on a customer card that the viewer may not see.",
        "COMPANY_DATA_CONFLICT": "The company is not registered, yet has an active subscription.",
        "CONTACT_REQUIRED": "The customer has no main contact to make administrator.",
        "CONTACT_EMAIL_INVALID": "The main contact has no address that can be mailed.",
        "CONTACT_IS_ADVISOR": "The main contact's address is that of an advisor of the office.",
        "ADDRESS_INCOMPLETE": "The company cannot be registered without a complete address.",
        "COMPANY_HAS_NO_ADMINISTRATOR": "The company is registered but has no administrator to ask.",
        "INVOICE_RECIPIENT_NOT_ALLOWED": "The service or the subscription does not allow this invoice recipient.",
    },
)
_declare(
    CollaborationStatus,
    "Where a collaboration stands. The first four are live; the others closed, and they never change again.",
    {
        "AWAITING_APPROVAL": "Activated by the office; the customer has not answered yet.",
        "ACTIVE": "Approved, and in use.",
        "SUSPENDED": "New terms were not accepted in time: the service cannot be opened, nothing is deleted.",
        "ENDING": "An end is scheduled; usable until then.",
        "ENDED": "Ended by either side.",
        "DECLINED": "An administrator said no.",
        "CANCELLED": "The office took the request back.",
        "EXPIRED": "Nobody answered in time.",
    },
)
_declare(
    CollaborationAction,
    "What a viewer may do with a collaboration.",
    {
        "APPROVE": "approveCollaboration.",
        "DECLINE": "declineCollaboration.",
        "CANCEL": "cancelCollaboration.",
        "REMIND": "remindApprovers.",
        "CORRECT_CONTACT": "Correct the address of the administrator that the activation created.",
        "END": "End it, now or on a later day.",
        "WITHDRAW_END": "Withdraw an end that is scheduled.",
        "CHANGE_TASK": "Hang it on another task.",
        "ACCEPT_TERMS": "Accept newer terms.",
        "OPEN": "Open the shared service at openUrl.",
    },
)
_declare(
    MailStatus,
    "What has become of a mail.",
    {
        "QUEUED": "Waiting to be sent.",
        "SENT": "Handed over to the mail server.",
        "DELIVERED": "Delivered to the recipient.",
        "BOUNCED": "Refused for good; problem says why.",
        "FAILED": "Given up after several attempts; problem says why.",
    },
)
_declare(
    MailKind,
    "What a mail is about.",
    {
        "ACTIVATION": "The office asks for an approval.",
        "REMINDER": "The office asks again.",
        "CONTACT_CORRECTED": "The request, sent to the corrected address.",
        "APPROVED": "The approval: news to the office, a receipt to the administrator.",
        "DECLINED": "The request was declined.",
        "CANCELLED": "The office took the request back.",
        "EXPIRED": "The request went unanswered.",
        "END_SCHEDULED": "An end was scheduled.",
        "END_WITHDRAWN": "A scheduled end was withdrawn.",
        "ENDED": "The collaboration has ended.",
        "TERMS_REQUIRED": "New terms wait for acceptance.",
        "SUSPENDED": "The collaboration was suspended.",
        "RESUMED": "The collaboration goes on.",
        "BOUNCED": "A mail to an approver could not be delivered.",
        "APPROVER_MISSING": "The company has nobody left who can approve.",
    },
    leave_out={"SIGN_IN"},
)
_declare(
    Side,
    "On whose behalf something is done.",
    {
        "OFFICE": "The accounting office: an advisor.",
        "COMPANY": "The company: an administrator.",
        "PARTNER": "An outside system that acts for the office.",
        "SYSTEM": "The clock, or the service itself.",
    },
)
_declare(
    CollaborationEventType,
    "What happened to a collaboration.",
    {
        "ACTIVATED": "The office activated it and asked for approval.",
        "APPROVED": "An administrator approved it.",
        "DECLINED": "An administrator declined it.",
        "CANCELLED": "The office took the request back.",
        "EXPIRED": "Nobody answered in time.",
        "REMINDED": "The approvers were reminded.",
        "CONTACT_CORRECTED": "The address of the administrator was corrected.",
        "MAIL_BOUNCED": "A mail was refused by the recipient's server.",
        "TASK_CHANGED": "It hangs on another task.",
        "END_SCHEDULED": "An end was scheduled.",
        "END_WITHDRAWN": "A scheduled end was withdrawn.",
        "ENDED": "It ended.",
        "SUSPENDED": "New terms were not accepted in time.",
        "RESUMED": "New terms were accepted, and it goes on.",
        "MAIL_FAILED": "A mail was given up after several attempts.",
        "APPROVER_MISSING": "The company's last administrator is gone while a request waits.",
        "TERMS_REQUIRED": "New terms wait for acceptance.",
        "TERMS_ACCEPTED": "New terms were accepted.",
    },
)
_declare(
    InputProblemCode,
    "What is wrong with one value of an input.",
    {
        "REQUIRED": "It must be given, and cannot be removed.",
        "BLANK": "It holds nothing but white space.",
        "TOO_LONG": "It is too long.",
        "TOO_MANY": "The list has too many items.",
        "NOT_ALLOWED_CHARACTER": "It holds a character that is not allowed there.",
        "ORGANISATION_NUMBER_INVALID": "It is no valid organisation number.",
        "EMAIL_INVALID": "It is no e-mail address that can be written to.",
        "DATE_OUT_OF_RANGE": "The day lies outside what is allowed.",
        "UNKNOWN_ID": "The id names nothing that fits here.",
        "NOT_ALLOWED": "The value is not allowed here.",
        "DUPLICATE": "It stands there more than once.",
    },
)
_declare(
    CustomerOrderField,
    "By what customers are ordered.",
    {
        "NAME": "The name, as Swedish is sorted.",
        "CUSTOMER_NUMBER": "The customer number, digits counted as numbers.",
        "CREATED_AT": "When the card was created.",
    },
)
_declare(
    TaskOrderField,
    "By what tasks are ordered.",
    {"TYPE": "The type.", "CUSTOMER_NAME": "The customer's name.", "CREATED_AT": "When the task was created."},
)
_declare(
    CollaborationOrderField,
    "By what collaborations are ordered.",
    {
        "ACTIVATED_AT": "When it was activated.",
        "EXPIRES_AT": "When the request expires.",
        "STATUS": "The status, in the order of the lifecycle.",
        "CUSTOMER_NAME": "The customer's name.",
    },
)
