"""« Fiche à jour ? »: the records to verify, the links sent, the corrections that wait."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Contact, Offer, Organisation
from zna_network.queries.listing import SortKeys

REVIEW_SORTS: SortKeys = {
    "date": (RecordReview.sent_at, RecordReview.id),
    "state": (RecordReview.state, RecordReview.id),
    "organisation": (RecordReview.organisation_id, RecordReview.id),
}
STALE_SORTS: SortKeys = {
    "verified": (
        case((Organisation.last_verified_on.is_(None), 0), else_=1),
        Organisation.last_verified_on,
        Organisation.sort_key,
        Organisation.id,
    ),
    "name": (Organisation.sort_key, Organisation.id),
}


def by_id(review_id: int, *, lock: bool = False) -> Select[RecordReview]:
    return _one(RecordReview.id == review_id, lock)


def by_token(token_hash: str, *, lock: bool = False) -> Select[RecordReview]:
    return _one(RecordReview.token_hash == token_hash, lock)


def _one(condition: ColumnElement[bool], lock: bool) -> Select[RecordReview]:
    statement = select(RecordReview).where(condition)
    if lock:
        return statement.with_for_update(of=RecordReview)
    return statement.options(
        joinedload(RecordReview.organisation).joinedload(Organisation.commune),
        joinedload(RecordReview.contact),
        joinedload(RecordReview.decided_by),
    )


def organisation_shown(organisation_id: int, *, lock: bool = False) -> Select[Organisation]:
    """The record with what its referent is shown."""
    statement = (
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(
            joinedload(Organisation.commune),
            selectinload(Organisation.contacts),
            selectinload(Organisation.offers).options(
                selectinload(Offer.rights), selectinload(Offer.communes), selectinload(Offer.qpvs)
            ),
        )
    )
    return statement.with_for_update(of=Organisation) if lock else statement


def open_of_contacts(contact_ids: Collection[int]) -> Select[RecordReview]:
    return (
        select(RecordReview)
        .where(RecordReview.contact_id.in_(contact_ids), RecordReview.state == ReviewState.SENT)
        .with_for_update()
    )


def open_without_contact(organisation_ids: Collection[int]) -> Select[RecordReview]:
    """The open links sent to these organisations' own addresses, in one order."""
    return (
        select(RecordReview)
        .where(
            RecordReview.organisation_id.in_(organisation_ids),
            RecordReview.contact_id.is_(None),
            RecordReview.state == ReviewState.SENT,
        )
        .order_by(RecordReview.id)
        .with_for_update()
    )


def listed(states: Collection[ReviewState] = ()) -> Select[RecordReview]:
    statement = select(RecordReview).options(
        joinedload(RecordReview.organisation), joinedload(RecordReview.contact)
    )
    return statement.where(RecordReview.state.in_(states)) if states else statement


def count_waiting() -> Select[int]:
    return select(func.count(RecordReview.id)).where(
        RecordReview.state == ReviewState.CORRECTION_PROPOSED
    )


def stale(limit: date) -> Select[Organisation]:
    """The records never verified, or last verified before ``limit``, with their people."""
    verified = Organisation.last_verified_on
    return (
        select(Organisation)
        .where(Organisation.archived_at.is_(None), or_(verified.is_(None), verified < limit))
        .options(joinedload(Organisation.commune), selectinload(Organisation.contacts))
    )


def live_among(organisation_ids: Collection[int]) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(organisation_ids), Organisation.archived_at.is_(None))
        .options(joinedload(Organisation.commune), selectinload(Organisation.contacts))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def referents(contact_ids: Collection[int], *, lock: bool = False) -> Select[Contact]:
    """Those of these people to whom a link may be sent, in one order."""
    statement = (
        select(Contact)
        .join(Contact.organisation)
        .where(
            Contact.id.in_(contact_ids),
            Contact.is_referent,
            Contact.email != "",
            Contact.archived_at.is_(None),
            Organisation.archived_at.is_(None),
        )
        .options(joinedload(Contact.organisation).joinedload(Organisation.commune))
        .order_by(Contact.id)
    )
    return statement.with_for_update(of=Contact) if lock else statement


def asked_among(organisation_ids: Collection[int], now: datetime) -> Select[int]:
    """Which of these organisations have a link that still works and has not been answered."""
    return select(RecordReview.organisation_id).where(
        RecordReview.organisation_id.in_(organisation_ids),
        RecordReview.state == ReviewState.SENT,
        RecordReview.expires_at > now,
    )
