"""The recorded yes, and the evidence that proves it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.approval import Evidence as EvidenceValue
from domain.collaboration import Collaboration as CollaborationValue
from domain.scenario import ApprovalKind
from resolvers import collaboration as collaborations
from resolvers import privacy
from resolvers.collaboration import ApprovalRecord
from resolvers.context import Context
from schema import ids, words
from schema.approver import Approver
from schema.company import Company
from schema.declare import output, resolved
from schema.info import Info
from schema.node import Node
from schema.service import Terms
from schema.shown import find, show, shows

if TYPE_CHECKING:
    from schema.collaboration import Collaboration


@shows(EvidenceValue)
@output
class Evidence(Node):
    """The record that proves an approval; for administrators of the company, advisors with FULL, and partners."""

    value: strawberry.Private[EvidenceValue]
    number: int = strawberry.field(description="Position in the chain of the company, counted from 1.")
    recorded_at: datetime = strawberry.field(description="When it was recorded, by the database's clock.")
    terms_sha256: str | None = strawberry.field(description="SHA-256 of the exact bytes of the terms that were accepted.")
    language: str | None = strawberry.field(description="The language of the terms that were accepted.")
    identified_by: str = strawberry.field(description="How the person was identified.")
    issuer: str | None = strawberry.field(
        description="The identity provider whose token said who it was; null where a link or a token of ours did."
    )
    assurance: str | None = strawberry.field(
        description="How sure the identity provider was (`acr`); null where it did not say, or there was none."
    )
    peer_address: str | None = strawberry.field(description="The address that the approval came from. Null after erasure.")
    user_agent: str | None = strawberry.field(description="The program that the approval came from. Null after erasure.")
    link_sent_at: datetime | None = strawberry.field(description="When the link was mailed; null where there was none.")
    link_used_at: datetime | None = strawberry.field(
        description="When the link's secret was first exchanged; merely opening a page is not recorded."
    )
    request_id: str = strawberry.field(description="The request that approved.")
    application_version: str = strawberry.field(description="The version of the service that recorded it.")
    previous_hash: str = strawberry.field(description="The hash of the record before; zeros before the first.")
    hash: str = strawberry.field(description="The hash of this record, over its number, the previous hash and its content.")

    @staticmethod
    def from_value(context: Context, value: EvidenceValue) -> "Evidence":
        """Show a record, with as much of the person as the viewer may see."""
        value = privacy.record(context.require_viewer(), value)
        content, personal = value.content, value.personal or {}
        return Evidence(
            id=ids.encode("Evidence", value.id),
            value=value,
            number=value.number,
            recorded_at=value.recorded_at,
            terms_sha256=_text(content["termsSha256"]),
            language=_text(content["language"]),
            identified_by=str(content["identifiedBy"]),
            issuer=_text(content.get("issuer")),
            assurance=_text(content.get("assurance")),
            peer_address=personal.get("peerAddress"),
            user_agent=personal.get("userAgent"),
            link_sent_at=_moment(content["linkSentAt"]),
            link_used_at=_moment(content["linkUsedAt"]),
            request_id=str(content["requestId"]),
            application_version=str(content["applicationVersion"]),
            previous_hash=value.previous_hash,
            hash=value.hash,
        )

    @resolved
    async def collaboration(self, info: Info) -> Annotated["Collaboration", strawberry.lazy("schema.collaboration")] | None:
        """What was approved; null where the company accepted newer terms on their own."""
        collaboration_id = self.value.collaboration_id
        if collaboration_id is None:
            return None
        found: Collaboration | None = await find(info.context, info.context.load.collaborations, collaboration_id)
        return found

    @resolved
    async def terms(self, info: Info) -> Terms | None:
        """The terms that were accepted; null where the collaboration alone was approved."""
        found: Terms | None = await find(info.context, info.context.load.terms, _text(self.value.content["terms"]))
        return found

    @resolved
    async def person(self, info: Info) -> Approver:
        """Who approved."""
        personal = self.value.personal or {}
        email = personal.get("email")
        collaboration_id = self.value.collaboration_id
        known = None if collaboration_id is None else await info.context.load.collaborations.load(collaboration_id)
        if email is not None and known is not None:
            email = await privacy.collaboration_email(info.context, known, email)
        name = personal.get("name") or words.say(words.ERASED, info.context.language)
        return Approver(name=name, email=email)

    @resolved
    async def acting_for(self, info: Info) -> Company | None:
        """The company acted for; null to the office's side, which sees its card."""
        found: Company | None = await find(info.context, info.context.load.companies, self.value.company_id)
        return found

    @resolved
    async def export(self, info: Info) -> str:
        """The chain from its first record to this one as JSON lines; records of other offices as hashes only."""
        return await collaborations.export_evidence(info.context, self.value)


@output
class Approval:
    """The recorded yes of an administrator."""

    value: strawberry.Private[ApprovalRecord]
    kind: ApprovalKind = strawberry.field(description="What was approved.")
    approved_by: Approver = strawberry.field(description="Who approved.")
    approved_at: datetime = strawberry.field(description="When.")

    @resolved
    async def terms(self, info: Info) -> Terms | None:
        """The terms that were accepted; null where the collaboration alone was approved."""
        shown: Terms | None = show(info.context, self.value.terms)
        return shown

    @resolved
    async def evidence(self, info: Info) -> Evidence | None:
        """Null to viewers who may not see it."""
        shown: Evidence | None = show(info.context, self.value.evidence)
        return shown


async def approval(context: Context, known: CollaborationValue) -> Approval | None:
    """Show the approval of a collaboration, if it has one."""
    found = await collaborations.approval_of(context, known)
    if found is None:
        return None
    person = found.approved_by
    email = None if person is None else await privacy.collaboration_email(context, known, person.email)
    name = found.approved_by_name or ("" if person is None else person.name) or words.say(words.ERASED, context.language)
    return Approval(value=found, kind=found.kind, approved_by=Approver(name=name, email=email), approved_at=found.approved_at)


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _moment(value: str | int | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
