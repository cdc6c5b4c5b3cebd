"""What of a person is shown to whom: numbers and addresses, masked or left out (domain.md sections 2, 3 and 5)."""

from dataclasses import replace

from domain import organisation_number, permissions, text
from domain.approval import Evidence
from domain.collaboration import Collaboration
from domain.customer import Customer
from domain.mail import Recipient
from domain.scenario import ActivationFacts
from domain.viewer import AdministratorViewer, Viewer
from persistence.customer_filter import CustomerFilter
from resolvers.context import Context


def card_number(context: Context, card: Customer) -> str:
    """Show the number on a card, a sole trader's only to the office's own side."""
    return office_number(context, card.office_id, card.organisation_number)


def shown_card(context: Context, card: Customer) -> Customer:
    """Return a card as the viewer may see it: addresses and phone numbers left out for a partner without the scope."""
    if permissions.sees_personal_data(context.require_viewer()):
        return card
    people = tuple(replace(contact, email=None, phone=None) for contact in card.contacts)
    return replace(card, address=None, contacts=people)


def within_sight(viewer: Viewer, wanted: CustomerFilter) -> CustomerFilter:
    """Let nobody find a card by a number that is masked for him: each hit would tell a part of it."""
    return replace(wanted, hides_personal_numbers=not permissions.sees_personal_data(viewer))


def company_number(context: Context, company_id: str, number: str) -> str:
    """Show a company's number; a sole trader's only to the company's administrators."""
    viewer = context.require_viewer()
    seen = isinstance(viewer, AdministratorViewer) and company_id in viewer.company_ids
    return organisation_number.shown(number, masked=not seen)


def office_number(context: Context, office_id: str, number: str) -> str:
    """Show a number that is an office's affair; a sole trader's only to the office's own side, to a partner with the scope."""
    viewer = context.require_viewer()
    is_own = not isinstance(viewer, AdministratorViewer) and viewer.office_id == office_id
    return organisation_number.shown(number, masked=not (is_own and permissions.sees_personal_data(viewer)))


async def collaboration_email(context: Context, known: Collaboration, email: str) -> str | None:
    """Show an approver's or recipient's address to the collaboration's sides: to an office masked, unless its card has it.

    None where it was erased, and to a partner without the scope.
    """
    viewer = context.require_viewer()
    if not email or not permissions.sees_personal_data(viewer):
        return None
    if isinstance(viewer, AdministratorViewer):
        return email
    emails = await context.load.advisor_emails.load(known.office_id) or frozenset()
    if text.email_key(email) in emails:
        return email
    card = await context.load.customers.load(known.customer_id)
    return card_email(card, email)


def approver_name(facts: ActivationFacts, person: Recipient) -> str | None:
    """Show an approver's name in a preview; None where the office may not know it.

    Of a company that is not registered another office's request may have made the administrator, whose name that office wrote:
    it is shown as this office's own card has it, and not at all where the card has another address.
    """
    if facts.registered:
        return person.name
    main = facts.customer.main_contact
    if main is None or main.email is None or text.email_key(main.email) != text.email_key(person.email):
        return None
    return main.name


def preview_email(context: Context, facts: ActivationFacts, email: str) -> str | None:
    """Show an approver's address in a preview, as `collaboration_email` will show it."""
    return card_email(facts.customer, email) if permissions.sees_personal_data(context.require_viewer()) else None


def record(viewer: Viewer, known: Evidence) -> Evidence:
    """Return a record as the viewer may see it: to a partner without the scope of a person the name alone, and no salt.

    With the salt an address could be guessed, and the guess be proved.
    """
    if known.personal is None or permissions.sees_personal_data(viewer):
        return known
    return replace(known, personal={"name": known.personal.get("name")})


def card_email(card: Customer | None, email: str) -> str:
    """Show an address to an office that has the card: masked unless the card has the same one."""
    if card is None:
        return text.mask_email(email)
    known = {text.email_key(contact.email) for contact in card.contacts if contact.email}
    return email if text.email_key(email) in known else text.mask_email(email)
