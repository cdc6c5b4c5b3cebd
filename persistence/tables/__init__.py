"""Every table, with the constraints that hold whatever the code does."""

from persistence.tables.collaborating import (
    collaborations,
    events,
    evidence,
    stream_entries,
    streams,
    terms_acceptances,
)
from persistence.tables.columns import metadata
from persistence.tables.integration import partner_tokens, partners
from persistence.tables.operation import (
    idempotency_keys,
    identities,
    installation,
    jobs,
    links,
    mailbox_messages,
    mails,
    sessions,
)
from persistence.tables.provider import (
    administrators,
    companies,
    company_administrators,
    services,
    subscriptions,
    terms,
)
from persistence.tables.register import advisors, contacts, customer_words, customers, offices, task_participants, tasks

__all__ = [
    "administrators",
    "advisors",
    "collaborations",
    "companies",
    "company_administrators",
    "contacts",
    "customer_words",
    "customers",
    "events",
    "evidence",
    "idempotency_keys",
    "identities",
    "installation",
    "jobs",
    "links",
    "mailbox_messages",
    "mails",
    "metadata",
    "offices",
    "partner_tokens",
    "partners",
    "services",
    "sessions",
    "stream_entries",
    "streams",
    "subscriptions",
    "task_participants",
    "tasks",
    "terms",
    "terms_acceptances",
]
