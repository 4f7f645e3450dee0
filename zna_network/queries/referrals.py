"""Referrals, one at a time and in lists."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.person import Person
from zna_network.models.referral import Outcome, Referral, ReferralRight, ReferralState


def by_id(referral_id: int, *, lock: bool = False) -> Select[Referral]:
    return _held(select(Referral).where(Referral.id == referral_id), lock)


def by_client_id(client_id: str) -> Select[Referral]:
    """What a device or a form has already sent."""
    return _held(select(Referral).where(Referral.client_id == client_id), False)


def last_number() -> Select[int | None]:
    return select(func.max(Referral.number))


def by_link(link_hash: str, *, lock: bool = False) -> Select[Referral]:
    return _held(select(Referral).where(Referral.link_hash == link_hash), lock)


def person_of(referral_id: int) -> Select[int]:
    return select(Referral.person_id).where(Referral.id == referral_id)


def reached_receiver() -> ColumnElement[bool]:
    """All but what was kept back (``Referral.was_kept_back``)."""
    return or_(
        Referral.state != ReferralState.OPEN,
        Referral.closed_at.is_(None),
        Referral.sent_at.is_not(None),
        Referral.seen_at.is_not(None),
    )


def _held(statement: Select[Referral], lock: bool) -> Select[Referral]:
    """With all that its page shows; ``lock`` until the transaction ends."""
    statement = statement.options(
        joinedload(Referral.sender),
        joinedload(Referral.receiver),
        joinedload(Referral.commune),
        joinedload(Referral.qpv),
        joinedload(Referral.person).selectinload(Person.consents),
        selectinload(Referral.rights).joinedload(ReferralRight.right),
        selectinload(Referral.events),
        selectinload(Referral.outcomes).joinedload(Outcome.right),
        selectinload(Referral.appointments),
    )
    if not lock:
        return statement
    return statement.with_for_update(of=Referral).execution_options(populate_existing=True)
