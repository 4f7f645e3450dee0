"""Referrals, one at a time and in lists."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.person import Person
from zna_network.models.referral import Outcome, Referral, ReferralRight


def by_id(referral_id: int, *, lock: bool = False) -> Select[Referral]:
    return _held(select(Referral).where(Referral.id == referral_id), lock)


def by_client_id(client_id: str) -> Select[Referral]:
    """What a device or a form has already sent."""
    return _held(select(Referral).where(Referral.client_id == client_id), False)


def last_number() -> Select[int | None]:
    return select(func.max(Referral.number))


def by_link(link_hash: str, *, lock: bool = False) -> Select[Referral]:
    return _held(select(Referral).where(Referral.link_hash == link_hash), lock)


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
