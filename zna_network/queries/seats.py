"""The seats of workshops' sessions, and who waits for one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.models.workshop import Seat, SeatState, Session, Workshop

LIVE = (SeatState.SEATED, SeatState.WAITING)


def of_attendee_in(session_id: int, attendee_id: int) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.session_id == session_id, Seat.attendee_id == attendee_id)
        .execution_options(populate_existing=True)
    )


def numbers_taken(session_id: int) -> Select[int]:
    return select(Seat.seat_number).where(  # type: ignore[return-value]
        Seat.session_id == session_id, Seat.seat_number.is_not(None)
    )


def seated_above(session_id: int, number: int) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.session_id == session_id, Seat.seat_number > number)
        .order_by(Seat.seat_number)
        .execution_options(populate_existing=True)
    )


def first_waiting(session_id: int, limit: int) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.session_id == session_id, Seat.state == SeatState.WAITING)
        .options(joinedload(Seat.attendee))
        .order_by(Seat.waiting_since, Seat.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )


def live_in(session_id: int) -> Select[Seat]:
    """Those seated, by number, then those who wait, in their turn."""
    return (
        select(Seat)
        .where(Seat.session_id == session_id, Seat.state.in_(LIVE))
        .options(joinedload(Seat.attendee).selectinload(Attendee.badges))
        .order_by(Seat.seat_number.is_(None), Seat.seat_number, Seat.waiting_since, Seat.id)
        .execution_options(populate_existing=True)
    )


def to_tell_in(forum_id: int, session_id: int | None = None) -> Select[Seat]:
    """Those who must still learn something, whom no mail has reached or could reach."""
    statement = (
        select(Seat)
        .join(Session, Session.id == Seat.session_id)
        .join(Session.workshop)
        .join(Session.room)
        .join(Seat.attendee)
        .where(*_to_tell(forum_id))
        .options(
            contains_eager(Seat.attendee).selectinload(Attendee.badges),
            contains_eager(Seat.session).options(
                contains_eager(Session.workshop), contains_eager(Session.room)
            ),
        )
        .order_by(Session.starts_at, Seat.news_at, Seat.id)
    )
    return statement if session_id is None else statement.where(Session.id == session_id)


def count_to_tell(forum_id: int) -> Select[int]:
    return (
        select(func.count())
        .select_from(Seat)
        .join(Session, Session.id == Seat.session_id)
        .join(Session.workshop)
        .join(Seat.attendee)
        .where(*_to_tell(forum_id))
    )


def thread_of(seat_id: int) -> str:
    """The thread of the mails about a seat."""
    return f"seat:{seat_id}"


def _to_tell(forum_id: int) -> tuple[ColumnElement[bool], ...]:
    """Nothing was sent, or what was sent could not be delivered and nobody has told them since."""
    refused = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.thread_key == "seat:" + cast(Seat.id, String),
            OutboxMessage.state == OutboxState.FAILED,
            OutboxMessage.created_at >= Seat.told_at,
        )
        .exists()
    )
    return (
        Workshop.forum_id == forum_id,
        Seat.state.in_(LIVE),
        Seat.news.is_not(None),
        or_(Seat.told_at.is_(None), refused),
        Attendee.cancelled_at.is_(None),
    )


def by_id(seat_id: int, *, lock: bool = False) -> Select[Seat]:
    statement = select(Seat).where(Seat.id == seat_id)
    return statement.with_for_update() if lock else statement


def counts(session_ids: Collection[int]) -> Select[int, SeatState, int]:
    """How many are seated and how many wait, for each of these sessions."""
    return (
        select(Seat.session_id, Seat.state, func.count())
        .where(Seat.session_id.in_(session_ids), Seat.state.in_(LIVE))
        .group_by(Seat.session_id, Seat.state)
    )


def of_attendee(attendee_id: int) -> Select[Seat]:
    """A person's live requests with all that a page shows of them, in the order of the day."""
    return (
        select(Seat)
        .join(Session, Session.id == Seat.session_id)
        .where(Seat.attendee_id == attendee_id, Seat.state.in_(LIVE))
        .options(
            contains_eager(Seat.session).options(
                joinedload(Session.room),
                joinedload(Session.workshop).joinedload(Workshop.organisation),
            )
        )
        .order_by(Session.starts_at, Session.id)
        .execution_options(populate_existing=True)
    )


def ranks_waiting(session_ids: Collection[int]) -> Select[int, int]:
    """Each waiting request of these sessions and its rank, from 1."""
    rank = func.row_number().over(
        partition_by=Seat.session_id, order_by=(Seat.waiting_since, Seat.id)
    )
    return select(Seat.id, rank).where(
        Seat.session_id.in_(session_ids), Seat.state == SeatState.WAITING
    )


def overlapping(
    attendee_id: int, starts_at: datetime, ends_at: datetime, but: int
) -> Select[Session]:
    """Another session that takes place in part at the same time, where this person is expected."""
    return (
        select(Session)
        .join(Seat, Seat.session_id == Session.id)
        .where(
            Seat.attendee_id == attendee_id,
            Seat.state.in_(LIVE),
            Session.id != but,
            Session.cancelled_at.is_(None),
            Session.starts_at < ends_at,
            Session.ends_at > starts_at,
        )
        .limit(1)
    )


def attendee(attendee_id: int) -> Select[Attendee]:
    """Held until the transaction ends, so that one person's requests follow one another; their
    seats, which refer to it, may be written meanwhile."""
    return (
        select(Attendee)
        .where(Attendee.id == attendee_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def badge_numbered(forum_id: int, number: int) -> Select[Badge]:
    return (
        select(Badge)
        .where(Badge.forum_id == forum_id, Badge.number == number)
        .options(joinedload(Badge.attendee))
    )


def sessions_of_attendee(attendee_id: int) -> Select[int]:
    return (
        select(Seat.session_id)
        .where(Seat.attendee_id == attendee_id, Seat.state.in_(LIVE))
        .order_by(Seat.session_id)
    )


def ids(attendee_id: int) -> Select[int]:
    """Every request that somebody ever made."""
    return select(Seat.id).where(Seat.attendee_id == attendee_id)
