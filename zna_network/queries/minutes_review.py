"""Those asked to read a draft, what they said of it, and what is still to be told or recalled."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesSection, MinutesState
from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader


def by_link(link_hash: str) -> Select[MinutesReader]:
    committee = selectinload(MinutesReader.minutes).selectinload(Minutes.meeting)
    return (
        select(MinutesReader)
        .where(MinutesReader.link_hash == link_hash)
        .options(committee.selectinload(Meeting.committee).selectinload(Committee.led_by))
    )


def held_reader(reader_id: int) -> Select[MinutesReader]:
    """The reader, held until the end of the transaction; after the minutes, as everybody does."""
    return (
        select(MinutesReader)
        .where(MinutesReader.id == reader_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def held_readers(minutes_id: int, emails: Collection[str]) -> Select[MinutesReader]:
    return (
        select(MinutesReader)
        .where(MinutesReader.minutes_id == minutes_id, MinutesReader.email.in_(emails))
        .order_by(MinutesReader.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def readers_of(minutes_id: int) -> Select[MinutesReader]:
    return (
        select(MinutesReader)
        .where(MinutesReader.minutes_id == minutes_id)
        .order_by(MinutesReader.name, MinutesReader.id)
    )


def comments_of(minutes_id: int) -> Select[MinutesComment]:
    """Every remark on these minutes, in the order of their sections, then of time."""
    return (
        select(MinutesComment)
        .outerjoin(MinutesSection, MinutesComment.section_id == MinutesSection.id)
        .where(MinutesComment.minutes_id == minutes_id)
        .options(*_around())
        .order_by(MinutesSection.position.is_(None), MinutesSection.position, MinutesComment.id)
    )


def comments_of_reader(reader_id: int) -> Select[MinutesComment]:
    return (
        select(MinutesComment)
        .where(MinutesComment.reader_id == reader_id)
        .options(*_around())
        .order_by(MinutesComment.id)
    )


def comment(minutes_id: int, comment_id: int, *, lock: bool = False) -> Select[MinutesComment]:
    statement = (
        select(MinutesComment)
        .where(MinutesComment.minutes_id == minutes_id, MinutesComment.id == comment_id)
        .options(*_around())
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def _around() -> tuple[ExecutableOption, ...]:
    return (
        selectinload(MinutesComment.section),
        selectinload(MinutesComment.reader),
        selectinload(MinutesComment.settled_by),
    )


def comment_of_client(client_id: str) -> Select[MinutesComment]:
    """What the same press of a button has already written."""
    return select(MinutesComment).where(MinutesComment.client_id == client_id)


def count_of_reader(reader_id: int) -> Select[int]:
    return select(func.count(MinutesComment.id)).where(MinutesComment.reader_id == reader_id)


def count_open(minutes_id: int) -> Select[int]:
    return select(func.count(MinutesComment.id)).where(
        MinutesComment.minutes_id == minutes_id, MinutesComment.state == CommentState.OPEN
    )


def drafts_with_remarks(led_by_id: int | None) -> Select[Meeting, int]:
    """The meetings whose draft has remarks to deal with, and how many: those of the committees
    that this organisation leads, or all where none is named."""
    number = func.count(MinutesComment.id)
    statement = (
        select(Meeting, number)
        .join(Minutes, Minutes.meeting_id == Meeting.id)
        .join(MinutesComment, MinutesComment.minutes_id == Minutes.id)
        .where(Minutes.state == MinutesState.DRAFT, MinutesComment.state == CommentState.OPEN)
        .group_by(Meeting.id)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if led_by_id is None:
        return statement
    return statement.join(Committee, Meeting.committee_id == Committee.id).where(
        Committee.led_by_id == led_by_id
    )


def silent_readers(now: datetime, until: datetime) -> Select[MinutesReader]:
    """Those who may still read a draft, by ``until`` at the latest, and have said nothing of it nor
    been reminded."""
    return (
        select(MinutesReader)
        .join(Minutes, MinutesReader.minutes_id == Minutes.id)
        .where(
            Minutes.state == MinutesState.DRAFT,
            MinutesReader.reads_until > now,
            MinutesReader.reads_until <= until,
            is_silent(),
        )
        .order_by(MinutesReader.id)
    )


def is_silent() -> ColumnElement[bool]:
    said = exists().where(MinutesComment.reader_id == MinutesReader.id)
    return and_(
        MinutesReader.revoked_at.is_(None),
        MinutesReader.agreed_at.is_(None),
        MinutesReader.reminded_at.is_(None),
        ~said,
    )


def _untold() -> ColumnElement[bool]:
    return and_(MinutesComment.state != CommentState.OPEN, MinutesComment.told_at.is_(None))


def untold_of(reader_id: int) -> Select[MinutesComment]:
    """The remarks of this reader that were settled without their knowing."""
    return (
        select(MinutesComment)
        .where(MinutesComment.reader_id == reader_id, _untold())
        .options(*_around())
        .order_by(MinutesComment.id)
        .with_for_update(of=MinutesComment)
        .execution_options(populate_existing=True)
    )


def readers_to_tell(minutes_id: int) -> Select[int]:
    """The readers of these minutes who do not know of all that was settled."""
    return (
        select(MinutesReader.id)
        .where(
            MinutesReader.minutes_id == minutes_id,
            exists().where(MinutesComment.reader_id == MinutesReader.id, _untold()),
        )
        .order_by(MinutesReader.id)
    )


def readers_settled(quiet_since: datetime, waited_since: datetime) -> Select[int, int]:
    """``(meeting_id, reader_id)`` of those who are to be told by now: nothing of theirs was settled
    since ``quiet_since``, and nothing is left to settle or the first has waited since
    ``waited_since``."""
    still_open = (
        select(MinutesComment.id)
        .where(
            MinutesComment.reader_id == MinutesReader.id,
            MinutesComment.state == CommentState.OPEN,
        )
        .correlate(MinutesReader)
        .exists()
    )
    return (
        select(Minutes.meeting_id, MinutesReader.id)
        .join(MinutesReader, MinutesReader.minutes_id == Minutes.id)
        .join(MinutesComment, MinutesComment.reader_id == MinutesReader.id)
        .where(_untold(), MinutesReader.revoked_at.is_(None))
        .group_by(Minutes.meeting_id, MinutesReader.id)
        .having(func.max(MinutesComment.settled_at) <= quiet_since)
        .having(or_(~still_open, func.min(MinutesComment.settled_at) <= waited_since))
        .order_by(MinutesReader.id)
    )


def _forgettable(limit: datetime) -> ColumnElement[bool]:
    """Validated before ``limit``, or a draft that nobody may remark on since; with readers still
    named, or remarks."""
    named = exists().where(MinutesReader.minutes_id == Minutes.id)
    remarked = exists().where(MinutesComment.minutes_id == Minutes.id)
    recent = exists().where(
        MinutesReader.minutes_id == Minutes.id, MinutesReader.reads_until >= limit
    )
    said_lately = exists().where(
        MinutesComment.minutes_id == Minutes.id, MinutesComment.at >= limit
    )
    is_draft = Minutes.state == MinutesState.DRAFT
    is_over = and_(~is_draft, Minutes.validated_at < limit)
    return and_(or_(named, remarked), or_(is_over, and_(is_draft, ~recent, ~said_lately)))


def count_to_forget(limit: datetime) -> Select[int]:
    return select(func.count(Minutes.id)).where(_forgettable(limit))


def to_forget(limit: datetime, number: int) -> Select[Minutes]:
    return (
        select(Minutes)
        .where(_forgettable(limit))
        .order_by(Minutes.id)
        .limit(number)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def erase_reading(minutes_id: int) -> tuple[Delete, Delete]:
    """The remarks, then those who made them."""
    return (
        delete(MinutesComment).where(MinutesComment.minutes_id == minutes_id),
        delete(MinutesReader).where(MinutesReader.minutes_id == minutes_id),
    )
