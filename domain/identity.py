"""Who an identity provider says that somebody is, how sure it is of it, and how evidence says by what somebody was known."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as an issuer knows him; `assurance` is the `acr` of his sign-in, None where the issuer did not say."""

    issuer: str
    subject: str
    assurance: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """How the person was identified and from where he answered; `user_agent` is cut at 512 characters.

    `identity` is set where an issuer's token said who it is, the link where one was mailed.
    """

    identified_by: str
    link_id: str | None
    link_sent_at: datetime | None
    link_used_at: datetime | None
    request_id: str
    peer: str | None
    user_agent: str | None
    application_version: str
    identity: Identity | None = None
