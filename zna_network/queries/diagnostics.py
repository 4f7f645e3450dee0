"""Diagnostics 360°."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.person import Diagnostic, Person
from zna_network.models.referral import Referral, ReferralRight


def by_id(diagnostic_id: int) -> Select[Diagnostic]:
    """With the person, their home and what they agreed to."""
    person = joinedload(Diagnostic.person)
    return (
        select(Diagnostic)
        .where(Diagnostic.id == diagnostic_id)
        .options(
            person.joinedload(Person.commune),
            person.joinedload(Person.qpv),
            person.selectinload(Person.consents),
        )
    )


def by_client_id(client_id: str) -> Select[Diagnostic]:
    """What a form has already sent."""
    return select(Diagnostic).where(Diagnostic.client_id == client_id)


def of_person(person_id: int) -> Select[Diagnostic]:
    """The latest first."""
    return (
        select(Diagnostic)
        .where(Diagnostic.person_id == person_id)
        .order_by(Diagnostic.made_at.desc(), Diagnostic.id.desc())
    )


def referred_rights(diagnostic_id: int) -> Select[str]:
    """The codes of the rights that referrals have been made for from this diagnostic."""
    return (
        select(ReferralRight.right_code)
        .join(ReferralRight.referral)
        .where(Referral.diagnostic_id == diagnostic_id)
        .distinct()
    )


def referrals_of(diagnostic_id: int) -> Select[Referral]:
    return (
        select(Referral)
        .where(Referral.diagnostic_id == diagnostic_id)
        .options(
            joinedload(Referral.receiver),
            selectinload(Referral.rights).joinedload(ReferralRight.right),
        )
        .order_by(Referral.number)
    )
