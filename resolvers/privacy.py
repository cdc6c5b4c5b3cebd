"""What of a person is shown to whom: masks of personal numbers and of approvers' addresses (domain.md sections 3 and 5)."""

from domain import organisation_number, text
from domain.collaboration import Collaboration
from domain.customer import Customer
from domain.mail import Recipient
from domain.scenario import ActivationFacts
from domain.viewer import AdministratorViewer, AdvisorViewer
from resolvers.context import Context


def card_number(context: Context, card: Customer) -> str:
    """Show the number on a card; whoever sees the card at all is an advisor who may see it."""
    viewer = context.require_viewer()
    seen = isinstance(viewer, AdvisorViewer) and viewer.office_id == card.office_id
    return organisation_number.shown(card.organisation_number, masked=not seen)


def company_number(context: Context, company_id: str, number: str) -> str:
    """Show a company's number; a sole trader's only to the company's administrators."""
    viewer = context.require_viewer()
    seen = isinstance(viewer, AdministratorViewer) and company_id in viewer.company_ids
    return organisation_number.shown(number, masked=not seen)


def office_number(context: Context, office_id: str, number: str) -> str:
    """Show an office's number; a sole trader's only to the office's own advisors."""
    viewer = context.require_viewer()
    seen = isinstance(viewer, AdvisorViewer) and viewer.office_id == office_id
    return organisation_number.shown(number, masked=not seen)


async def collaboration_email(context: Context, known: Collaboration, email: str) -> str | None:
    """Show an approver's or recipient's address to the collaboration's sides: to an office masked, unless its card has it.

    None where it was erased.
    """
    if not email:
        return None
    viewer = context.require_viewer()
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


def card_email(card: Customer | None, email: str) -> str:
    """Show an address to an office that has the card: masked unless the card has the same one."""
    if card is None:
        return text.mask_email(email)
    known = {text.email_key(contact.email) for contact in card.contacts if contact.email}
    return email if text.email_key(email) in known else text.mask_email(email)
