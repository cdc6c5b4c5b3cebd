"""What offices let outside systems do: partners and their tokens."""

from sqlalchemy import Column, String, Table

from persistence.tables.columns import Json, identity, instant, metadata, reference, words

partners = Table(
    "partners",
    metadata,
    identity(),
    reference("office_id", "offices", index=True),
    words("name"),
    Column("scopes", Json, nullable=False),
    instant("created_at"),
    instant("expires_at", nullable=True),
    instant("last_used_at", nullable=True),
    instant("revoked_at", nullable=True),
)

partner_tokens = Table(
    "partner_tokens",
    metadata,
    identity(),
    reference("partner_id", "partners", index=True),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at", nullable=True),
)
