"""Record reviews: links sent, corrections waiting, and the records to verify."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Organisation
from zna_network.queries.listing import SortKeys

OLDEST_FIRST: SortKeys = {
    "verification": (
        case((Organisation.last_verified_on.is_(None), 0), else_=1),
        Organisation.last_verified_on,
        Organisation.sort_key,
        Organisation.id,
    )
}
FIRST_ANSWERED: SortKeys = {"reponse": (RecordReview.answered_at, RecordReview.id)}
LAST_SENT: SortKeys = {"envoi": (RecordReview.sent_at, RecordReview.id)}


def by_id(review_id: int) -> Select[RecordReview]:
    """One review with what its page shows."""
    return (
        select(RecordReview)
        .where(RecordReview.id == review_id)
        .options(
            joinedload(RecordReview.organisation).joinedload(Organisation.commune),
            joinedload(RecordReview.contact),
            joinedload(RecordReview.decided_by),
        )
    )


def by_token_hash(token_hash: str) -> Select[RecordReview]:
    return (
        select(RecordReview)
        .where(RecordReview.token_hash == token_hash)
        .options(
            joinedload(RecordReview.organisation).joinedload(Organisation.commune),
            joinedload(RecordReview.contact),
        )
    )


def locked(review_id: int) -> Select[RecordReview]:
    """Its row, kept from others until the transaction ends."""
    return (
        select(RecordReview)
        .where(RecordReview.id == review_id)
        .with_for_update(of=RecordReview)
        .execution_options(populate_existing=True)
    )


def locked_organisations(ids: Collection[int]) -> Select[Organisation]:
    """In one order, so that two transactions cannot each wait for the other."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .options(selectinload(Organisation.contacts))
        .order_by(Organisation.id)
        .with_for_update(of=Organisation)
    )


def with_contacts(ids: Collection[int]) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .options(selectinload(Organisation.contacts))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def open_for(organisation_id: int, recipient: str, contact_id: int | None) -> Select[RecordReview]:
    """The links not answered yet of this person about this organisation."""
    same_address = and_(
        RecordReview.organisation_id == organisation_id, RecordReview.recipient == recipient
    )
    same_person = same_address if contact_id is None else or_(
        same_address, RecordReview.contact_id == contact_id
    )  # fmt: skip
    return select(RecordReview).where(RecordReview.state == ReviewState.SENT, same_person)


def open_about(organisation_ids: Collection[int]) -> Select[int, object]:
    """When each of these organisations was last sent a link that still awaits its answer."""
    return (
        select(RecordReview.organisation_id, func.max(RecordReview.sent_at))
        .where(
            RecordReview.organisation_id.in_(organisation_ids),
            RecordReview.state == ReviewState.SENT,
        )
        .group_by(RecordReview.organisation_id)
    )


def waiting() -> Select[RecordReview]:
    """Corrections that an agent has to decide on."""
    return _listed().where(RecordReview.state == ReviewState.CORRECTION_PROPOSED)


def all_sent() -> Select[RecordReview]:
    return _listed()


def to_verify(before: date) -> Select[Organisation]:
    """Live records verified before that day, or never."""
    return (
        select(Organisation)
        .where(
            Organisation.archived_at.is_(None),
            or_(Organisation.last_verified_on.is_(None), Organisation.last_verified_on < before),
        )
        .options(joinedload(Organisation.commune), selectinload(Organisation.contacts))
    )


def count_open() -> Select[int]:
    return select(func.count(RecordReview.id)).where(RecordReview.state == ReviewState.SENT)


def _listed() -> Select[RecordReview]:
    return select(RecordReview).options(
        joinedload(RecordReview.organisation),
        joinedload(RecordReview.contact),
        joinedload(RecordReview.decided_by),
    )
