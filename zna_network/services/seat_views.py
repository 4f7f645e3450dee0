"""The seats as pages show them: what is still open, and what a person holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zna_network.models.workshop import Room, Seat, SeatNews, SeatState, Session, Workshop
from zna_network.queries import seats as queries
from zna_network.queries import workshops as workshop_queries
from zna_network.services.context import Context
from zna_network.services.session_times import has_begun


@dataclass(frozen=True)
class Filling:
    """How many are seated in a session, and how many wait."""

    seated: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class OpenSession:
    """A session and what is left in it."""

    session: Session
    filling: Filling

    @property
    def workshop(self) -> Workshop:
        return self.session.workshop

    @property
    def room(self) -> Room:
        return self.session.room

    @property
    def free(self) -> int:
        """Seats that nobody has nor waits for."""
        return max(0, self.session.capacity - self.filling.seated)

    @property
    def waiting(self) -> int:
        return self.filling.waiting

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def is_cancelled(self) -> bool:
        return self.session.is_cancelled


@dataclass(frozen=True)
class HeldSeat:
    """A person's request. ``rank`` is their turn on the waiting list, from 1, or none when they
    have a seat. ``news`` is what they have not been told yet."""

    seat: Seat
    rank: int | None

    @property
    def session(self) -> Session:
        return self.seat.session

    @property
    def workshop(self) -> Workshop:
        return self.seat.session.workshop

    @property
    def room(self) -> Room:
        return self.seat.session.room

    @property
    def is_seated(self) -> bool:
        return self.seat.state is SeatState.SEATED

    @property
    def news(self) -> SeatNews | None:
        return self.seat.news if self.seat.told_at is None else None


def fillings(ctx: Context, session_ids: Collection[int]) -> dict[int, Filling]:
    """One statement, however many sessions."""
    counted: dict[int, dict[SeatState, int]] = {session_id: {} for session_id in session_ids}
    if session_ids:
        for session_id, state, number in ctx.session.execute(queries.counts(session_ids)):
            counted[session_id][state] = number
    return {
        session_id: Filling(states.get(SeatState.SEATED, 0), states.get(SeatState.WAITING, 0))
        for session_id, states in counted.items()
    }


def with_fillings(ctx: Context, sessions: Sequence[Session]) -> list[OpenSession]:
    counted = fillings(ctx, [session.id for session in sessions])
    return [OpenSession(session, counted[session.id]) for session in sessions]


def all_sessions(ctx: Context, forum_id: int) -> list[OpenSession]:
    """Every session of the forum in the order of the day, cancelled ones too. Public."""
    return with_fillings(
        ctx, ctx.session.scalars(workshop_queries.sessions_of_forum(forum_id)).all()
    )


def open_sessions(ctx: Context, forum_id: int) -> list[OpenSession]:
    """The sessions that somebody can still ask a seat in, be it on the waiting list. Public."""
    return [
        one
        for one in all_sessions(ctx, forum_id)
        if not one.is_cancelled
        and not has_begun(one.workshop.forum, one.session.starts_at, ctx.now)
    ]


def seats_of(ctx: Context, attendee_id: int) -> list[HeldSeat]:
    """What somebody has asked for and not given up, cancelled sessions included, in the order of
    the day. The caller answers for who asks, as in ``seats``."""
    held = ctx.session.scalars(queries.of_attendee(attendee_id)).all()
    waiting = [seat.session_id for seat in held if seat.state is SeatState.WAITING]
    ranks = dict(ctx.session.execute(queries.ranks_waiting(waiting)).all()) if waiting else {}
    return [HeldSeat(seat, ranks.get(seat.id)) for seat in held]
