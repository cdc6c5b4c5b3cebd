"""What was written about a collaboration, and what became of it."""

from datetime import datetime

import strawberry

from domain.mail import Mail as MailValue
from domain.mail import MailKind, MailStatus
from schema.declare import output


@output
class Mail:
    """One mail to one person."""

    kind: MailKind = strawberry.field(description="What it is about.")
    recipient: str | None = strawberry.field(description="Masked like Approver.email; null once erased.")
    language: str = strawberry.field(description="The language of the mail, sv or en.")
    status: MailStatus = strawberry.field(description="What has become of it.")
    problem: str | None = strawberry.field(description="Why it could not be delivered.")
    queued_at: datetime = strawberry.field(description="When it was written.")
    sent_at: datetime | None = strawberry.field(description="When it was handed over to the mail server.")
    attempts: int = strawberry.field(description="How often it was tried.")

    @staticmethod
    def from_value(value: MailValue, recipient: str | None) -> "Mail":
        """Show a mail with the address that the viewer may see."""
        return Mail(
            kind=value.kind,
            recipient=recipient,
            language=value.recipient.language,
            status=value.status,
            problem=value.problem,
            queued_at=value.queued_at,
            sent_at=value.sent_at,
            attempts=value.attempts,
        )
