"""What refusals and previews say to a person, in Swedish and English: what happened, and what to do next."""

from collections.abc import Mapping
from enum import Enum

from domain import text
from domain.calendar_day import STOCKHOLM
from domain.collaboration import CollaborationStatus as Status
from domain.errors import ActivationRefusalCode as Code
from domain.errors import (
    ActivationRefused,
    DomainError,
    EndOptionNotAllowed,
    InputProblem,
    InvalidInput,
    InvalidTransition,
    NotPermitted,
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
)
from domain.errors import InputProblemCode as Problem
from domain.scenario import ActivationScenario as Scenario
from domain.service import ServiceAfterwards as Afterwards
from domain.text import LANGUAGES
from schema import field_words

# Swedish first.
Pair = tuple[str, str]

REFUSALS: Mapping[str, Pair] = {
    "NotFound": (
        "Det du söker finns inte, eller så har du inte tillgång till det.",
        "What you are looking for does not exist, or you have no access to it.",
    ),
    "NotPermitted": ("Du får inte göra detta. Det kräver {required}.", "You may not do this. It takes {required}."),
    "InvalidInput": (
        "Några uppgifter behöver rättas: {problems}",
        "Some values need to be corrected: {problems}",
    ),
    "CollaborationAlreadyOpen": (
        "Det finns redan ett öppet samarbete med kunden i tjänsten. Fortsätt i det.",
        "There is already an open collaboration with the customer in this service. Go on in that one.",
    ),
    "ScenarioChanged": (
        "Förutsättningarna har ändrats sedan förhandsvisningen. Läs den nya och försök igen.",
        "The facts have changed since the preview. Read the new one and try again.",
    ),
    "InvalidTransition": (
        "Det går inte, eftersom samarbetet {status}.",
        "This is not possible, because the collaboration {status}.",
    ),
    "TermsAcceptanceRequired": (
        "Läs villkoren och godkänn dem tillsammans med samarbetet.",
        "Read the terms and accept them together with the collaboration.",
    ),
    "TermsOutdated": (
        "Villkoren har ersatts av en nyare version. Läs den och godkänn igen.",
        "The terms have been replaced by a newer version. Read it and approve again.",
    ),
    "TermsTextMismatch": (
        "Texten som godkändes är inte den som gäller. Läs villkoren igen och godkänn dem.",
        "The text that was accepted is not the one in force. Read the terms again and accept them.",
    ),
    "WrongCompany": (
        "Samarbetet gäller ett annat företag än det du handlar för. Byt företag och försök igen.",
        "The collaboration concerns another company than the one you act for. Change company and try again.",
    ),
    "SelfApprovalForbidden": (
        "Du arbetar på byrån som frågar och kan inte svara åt kunden. Be en annan administratör att svara.",
        "You work at the office that asks and cannot answer for the customer. Ask another administrator to answer.",
    ),
    "ReminderTooSoon": (
        "En påminnelse kan skickas tidigast {next} svensk tid.",
        "A reminder can be sent at {next} Swedish time at the earliest.",
    ),
    "ReminderLimitReached": (
        "{limit} påminnelser är skickade, och fler går inte att skicka. Kontakta kunden på annat sätt.",
        "{limit} reminders have been sent, and no more can be. Contact the customer in another way.",
    ),
    "RecipientUndeliverable": (
        "Påminnelsen når ingen: {problem}. Rätta adressen, eller be företaget utse en administratör.",
        "The reminder would reach nobody: {problem}. Correct the address, or ask the company to appoint an administrator.",
    ),
    "ContactNotCorrectable": (
        "Den som ska godkänna går inte att rätta här. Be företaget utse en annan administratör, eller återkalla förfrågan.",
        "Who is to approve cannot be corrected here. Ask the company to appoint another administrator, or cancel the request.",
    ),
    "EndOptionNotAllowed": (
        "Så kan tjänsten inte lämnas när samarbetet avslutas. Välj något av det som går: {allowed}.",
        "The service cannot be left like that when the collaboration ends. Choose one of what is possible: {allowed}.",
    ),
    "CustomerNumberTaken": ("Kundnumret används redan. Välj ett annat.", "The customer number is taken. Choose another."),
    "CustomerHasLiveCollaborations": (
        "Det går inte så länge kunden har pågående samarbeten. Avsluta dem först.",
        "This is not possible while the customer has live collaborations. End them first.",
    ),
    "VersionConflict": (
        "Någon annan har ändrat sedan du hämtade. Läs in igen och försök på nytt.",
        "Somebody else has made changes since you read it. Read it again and retry.",
    ),
    "SignInLinkInvalid": (
        "Länken kan inte användas längre. Be om en ny.",
        "The link can no longer be used. Ask for a new one.",
    ),
    "IdempotencyKeyReused": (
        "Nyckeln har redan använts med andra uppgifter. Använd en ny nyckel.",
        "The key was used with another input. Use a new key.",
    ),
}

REQUIRED: Mapping[str, Pair] = {
    "FULL": ("behörighet till alla kunder (FULL)", "permission for all customers (FULL)"),
    "ADVISOR": ("en medarbetare på byrån (ADVISOR)", "an advisor of the office (ADVISOR)"),
    "ADMINISTRATOR": ("en administratör för företaget (ADMINISTRATOR)", "an administrator of the company (ADMINISTRATOR)"),
    "COLLABORATIONS_WRITE": ("behörigheten COLLABORATIONS_WRITE", "the scope COLLABORATIONS_WRITE"),
    "ASSURANCE": ("att du loggar in på ett säkrare sätt (ASSURANCE)", "that you sign in in a safer way (ASSURANCE)"),
}

STATUSES: Mapping[Enum, Pair] = {
    Status.AWAITING_APPROVAL: ("väntar på godkännande", "awaits approval"),
    Status.ACTIVE: ("är aktivt", "is active"),
    Status.SUSPENDED: ("är pausat", "is suspended"),
    Status.ENDING: ("ska avslutas", "is ending"),
    Status.ENDED: ("är avslutat", "has ended"),
    Status.DECLINED: ("har avböjts", "was declined"),
    Status.CANCELLED: ("har återkallats", "was cancelled"),
    Status.EXPIRED: ("har gått ut", "has expired"),
}

AFTERWARDS: Mapping[Enum, Pair] = {
    Afterwards.KEEP: ("behåll tjänsten (KEEP)", "keep the service (KEEP)"),
    Afterwards.READ_ONLY: ("bara läsning (READ_ONLY)", "read only (READ_ONLY)"),
    Afterwards.END: ("avsluta tjänsten (END)", "end the service (END)"),
}

OBSTACLES: Mapping[Enum, Pair] = {
    Code.CUSTOMER_ARCHIVED: (
        "Kunden är arkiverad. Återställ kunden först.",
        "The customer is archived. Restore the customer first.",
    ),
    Code.TASK_REQUIRED: (
        "Välj ett aktivt uppdrag som samarbetet ska höra till. Saknas det, skapa ett.",
        "Choose an active task for the collaboration to hang on. If there is none, create one.",
    ),
    Code.TASK_NOT_ON_CUSTOMER: (
        "Uppdraget hör till en annan kund. Välj ett av kundens egna.",
        "The task is another customer's. Choose one of the customer's own.",
    ),
    Code.TASK_INACTIVE: (
        "Uppdraget är inte aktivt. Aktivera det eller välj ett annat.",
        "The task is not active. Make it active or choose another.",
    ),
    Code.COLLABORATION_ALREADY_OPEN: (
        "Byrån har redan ett öppet samarbete med företaget i tjänsten.",
        "The office already has an open collaboration with the company in this service.",
    ),
    Code.COMPANY_DATA_CONFLICT: (
        "Företaget är inte registrerat men har ändå ett aktivt abonnemang. Kontakta tjänstens leverantör.",
        "The company is not registered and yet has an active subscription. Contact the service's provider.",
    ),
    Code.CONTACT_REQUIRED: (
        "Kunden behöver en huvudkontakt, som blir företagets administratör.",
        "The customer needs a main contact, who becomes the company's administrator.",
    ),
    Code.CONTACT_EMAIL_INVALID: (
        "Huvudkontakten behöver en e-postadress som går att skriva till.",
        "The main contact needs an e-mail address that can be written to.",
    ),
    Code.CONTACT_IS_ADVISOR: (
        "Huvudkontaktens adress är en medarbetares på byrån. Ange kundens egen.",
        "The main contact's address is that of an advisor of the office. Give the customer's own.",
    ),
    Code.ADDRESS_INCOMPLETE: (
        "Företaget kan inte registreras utan en fullständig adress. Komplettera kundens adress.",
        "The company cannot be registered without a complete address. Complete the customer's address.",
    ),
    Code.COMPANY_HAS_NO_ADMINISTRATOR: (
        "Företaget är registrerat men saknar administratör. Be företaget utse en hos tjänstens leverantör.",
        "The company is registered but has no administrator. Ask the company to appoint one with the service's provider.",
    ),
    Code.INVOICE_RECIPIENT_NOT_ALLOWED: (
        "Den fakturamottagaren går inte att välja här. Välj en av de tillåtna.",
        "This invoice recipient cannot be chosen here. Choose one of those allowed.",
    ),
}

SCENARIOS: Mapping[Enum, Pair] = {
    Scenario.SERVICE_IN_USE: (
        "{customer} är registrerat och använder redan {service}: samarbetet aktiveras, och abonnemanget lämnas som det är.",
        "{customer} is registered and already uses {service}: the collaboration is activated, the subscription stays as it is.",
    ),
    Scenario.REGISTERED_WITHOUT_SERVICE: (
        "{customer} är registrerat men använder inte {service}: tjänsten aktiveras tillsammans med samarbetet.",
        "{customer} is registered but does not use {service}: the service is activated together with the collaboration.",
    ),
    Scenario.NOT_REGISTERED: (
        "{customer} är inte registrerat: det registreras, {service} aktiveras, och administratören ombeds godkänna villkoren.",
        "{customer} is not registered: it will be, {service} is activated, and the administrator is asked to approve the terms.",
    ),
}

PROBLEMS: Mapping[Enum, Pair] = {
    Problem.REQUIRED: ("måste anges", "must be given"),
    Problem.BLANK: ("får inte vara tomt", "must not be blank"),
    Problem.TOO_LONG: ("är för långt", "is too long"),
    Problem.TOO_MANY: ("har för många poster", "has too many items"),
    Problem.NOT_ALLOWED_CHARACTER: ("innehåller ett otillåtet tecken", "holds a character that is not allowed"),
    Problem.ORGANISATION_NUMBER_INVALID: ("är inte ett giltigt organisationsnummer", "is not a valid organisation number"),
    Problem.EMAIL_INVALID: ("är inte en giltig e-postadress", "is not a valid e-mail address"),
    Problem.DATE_OUT_OF_RANGE: ("ligger utanför de tillåtna dagarna", "lies outside the days that are allowed"),
    Problem.UNKNOWN_ID: ("pekar på något som inte passar här", "names nothing that fits here"),
    Problem.NOT_ALLOWED: ("går inte att ange här", "cannot be taken here"),
    Problem.DUPLICATE: ("förekommer mer än en gång", "stands there more than once"),
}

NOBODY: Pair = ("företaget har ingen administratör", "the company has no administrator")
ADVISOR: Pair = ("Medarbetare", "Advisor")
ADMINISTRATOR: Pair = ("Administratör", "Administrator")
PARTNER: Pair = ("Partner", "Partner")
ERASED: Pair = (text.ERASED["sv"], text.ERASED["en"])


def say(pair: Pair, language: str, **values: object) -> str:
    """Return what to say in the language, with the values put in."""
    return pair[LANGUAGES.index(language)].format(**values)


def refusal(raised: DomainError, language: str) -> str:
    """Return what a refusal says to a person."""
    if isinstance(raised, ActivationRefused):
        return say(OBSTACLES[raised.code], language)
    return say(REFUSALS[type(raised).__name__], language, **_values(raised, language))


def _values(raised: DomainError, language: str) -> dict[str, object]:
    """Return what stands in the places that a refusal's words leave open."""
    values: dict[str, object] = {}
    match raised:
        case NotPermitted():
            values["required"] = say(REQUIRED[raised.required], language)
        case InvalidInput():
            values["problems"] = "; ".join(problem(each, language) for each in raised.problems)
        case InvalidTransition():
            values["status"] = say(STATUSES[raised.status], language)
        case ReminderTooSoon():
            values["next"] = raised.next_allowed_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")
        case RecipientUndeliverable():
            values["problem"] = raised.problem or say(NOBODY, language)
        case ReminderLimitReached():
            values["limit"] = raised.limit
        case EndOptionNotAllowed():
            values["allowed"] = ", ".join(say(AFTERWARDS[option], language) for option in raised.allowed)
        case _:
            pass
    return values


def problem(found: InputProblem, language: str) -> str:
    """Return what is wrong with one value, named as a form names it; where it stands in lists is told by number."""
    names = [part for part in found.path if not part.isdigit()]
    places = [int(part) + 1 for part in found.path if part.isdigit()]
    name = say(field_words.FIELDS.get(names[-1] if names else "", field_words.VALUE), language)
    number = f" {places[0]}" if places else ""
    return f"{name}{number} {say(PROBLEMS[found.code], language)}"
