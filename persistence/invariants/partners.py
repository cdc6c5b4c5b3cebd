"""What is true of partners: what one has done it did for its own office, and of its tokens one has no end."""

from sqlalchemy import Select, and_, exists, func, or_, select

from domain.viewer import Side
from persistence.tables import advisors, collaborations, events, partner_tokens, partners

_own, _told, _token = collaborations.c, events.c, partner_tokens.c


def _activated_by_a_stranger() -> Select[tuple[str]]:
    by_advisor = exists(
        select(advisors.c.id).where(advisors.c.id == _own.activated_by_id, advisors.c.office_id == _own.office_id)
    )
    by_partner = exists(
        select(partners.c.id).where(partners.c.id == _own.activated_by_partner_id, partners.c.office_id == _own.office_id)
    )
    return select(_own.id).where(~or_(by_advisor, by_partner))


def _done_by_a_stranger() -> Select[tuple[str]]:
    known = exists(select(partners.c.id).where(partners.c.id == _told.actor_id, partners.c.office_id == _told.office_id))
    return select(_told.id).where(and_(_told.actor_side == Side.PARTNER, ~known))


def _endless_twice() -> Select[tuple[str]]:
    endless = select(_token.partner_id).where(_token.expires_at.is_(None)).group_by(_token.partner_id)
    return endless.having(func.count() > 1)


CHECKS: dict[str, Select[tuple[str]]] = {
    "a collaboration was activated by an advisor or a partner of its office": _activated_by_a_stranger(),
    "what a partner has done it did for its office": _done_by_a_stranger(),
    "of a partner's tokens the newest alone has no end": _endless_twice(),
}
