"""Seats in a session: asked for, given up, and passed on to those who wait.

Whoever gives or takes a seat first locks the session, so that requests follow one another. The
database holds the rest by itself: a seat has a number between 1 and the capacity, once only.

These use cases serve people without an account: the caller answers for the right to act for the
attendee (the link of their badge). ``seat_desk`` has those of the staff."""

from zna_network.models.attendee import Attendee
from zna_network.models.forum import ForumState
from zna_network.models.workshop import Seat, SeatNews, SeatState, Session
from zna_network.queries import seats as queries
from zna_network.queries import workshops as workshop_queries
from zna_network.services import seat_news
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.languages import to_translate
from zna_network.services.session_times import has_begun

CANCELLED = to_translate("Cette séance est annulée.")
BEGUN = to_translate("Cette séance a déjà commencé : présentez-vous directement à la salle.")
NOT_OPEN = to_translate("Les inscriptions aux ateliers de ce forum ne sont pas ouvertes.")
GONE = to_translate("Cette inscription est annulée.")
OVERLAP = to_translate(
    "Au même moment, une place est déjà demandée dans un autre atelier : laissez-la d’abord."
)


def request_seat(ctx: Context, session_id: int, attendee_id: int) -> Seat:
    """A seat if one is free, otherwise the end of the waiting list; the state of the result says
    which. Asked again, it gives the same request, in its turn."""
    with ctx.unit_of_work():
        attendee = _attendee(ctx, attendee_id)
        session = _locked(ctx, session_id)
        _refuse(ctx, session, attendee)
        seat = ctx.session.scalar(queries.of_attendee_in(session_id, attendee_id))
        if seat is not None and seat.state is not SeatState.CANCELLED:
            return seat
        if seat is None:
            seat = Seat(session_id=session.id, attendee_id=attendee_id, created_at=ctx.now)
            ctx.session.add(seat)
        seat.capacity = session.capacity
        seat.state, seat.seat_number = SeatState.WAITING, None
        seat.waiting_since = seat.updated_at = ctx.now
        seat.promoted_at = seat.news = seat.news_at = seat.told_at = None
        ctx.session.flush()
        _promote(ctx, session, asking=seat)
        ctx.record("seat.requested", seat, session=session_id, state=seat.state.value)
    return seat


def cancel_seat(ctx: Context, session_id: int, attendee_id: int) -> Seat:
    """Give up one's seat, or one's place on the waiting list: the first who waits gets the seat
    and is told. Given up already, nothing happens."""
    with ctx.unit_of_work():
        session = _locked(ctx, session_id)
        seat = ctx.session.scalar(queries.of_attendee_in(session_id, attendee_id))
        if seat is None:
            raise NotFoundError("Cette inscription à l’atelier n’existe pas.")
        _give_up(ctx, session, seat)
    return seat


def release_all(ctx: Context, attendee_id: int) -> int:
    """Give up all the seats of somebody who does not come any more. Gives their number."""
    with ctx.unit_of_work():
        session_ids = list(ctx.session.scalars(queries.sessions_of_attendee(attendee_id)))
        for session_id in session_ids:
            cancel_seat(ctx, session_id, attendee_id)
    return len(session_ids)


def acknowledge(ctx: Context, attendee_id: int) -> None:
    """The person has read what happened to their seats: nobody needs to call them."""
    with ctx.unit_of_work():
        for seat in ctx.session.scalars(queries.of_attendee(attendee_id)):
            if seat.news is not None and seat.told_at is None:
                seat.told_at = ctx.now


def resize(ctx: Context, session: Session, capacity: int) -> None:
    """Give a session, locked, more seats (those who wait get them) or fewer, down to those taken.
    In the caller's unit of work. Raises InvalidError on ``capacity``."""
    if capacity == session.capacity:
        return
    if capacity < session.capacity:
        _make_room(ctx, session, capacity)
    session.capacity = capacity
    ctx.session.flush()
    _promote(ctx, session)


def _make_room(ctx: Context, session: Session, capacity: int) -> None:
    """Bring the seats numbered above ``capacity`` down to the numbers that are free."""
    taken = set(ctx.session.scalars(queries.numbers_taken(session.id)))
    if len(taken) > capacity:
        plural = "s" if len(taken) > 1 else ""
        raise InvalidError(
            f"{len(taken)} place{plural} prise{plural} : la séance ne peut pas en avoir moins.",
            field="capacity",
        )
    free = iter(sorted(set(range(1, capacity + 1)) - taken))
    for seat in ctx.session.scalars(queries.seated_above(session.id, capacity)):
        seat.seat_number = next(free)
    ctx.session.flush()


def _give_up(ctx: Context, session: Session, seat: Seat) -> None:
    if seat.state is SeatState.CANCELLED:
        return
    was_seated = seat.state is SeatState.SEATED
    seat.state, seat.seat_number = SeatState.CANCELLED, None
    seat.updated_at = ctx.now
    seat_news.forget(ctx, seat)
    ctx.session.flush()
    ctx.record("seat.cancelled", seat, session=session.id)
    if was_seated:
        _promote(ctx, session)


def _promote(ctx: Context, session: Session, asking: Seat | None = None) -> None:
    """Give the free seats to those who wait, in their turn. ``asking`` is being answered now and
    has nothing to be told. A session that has begun is no news worth a message."""
    if session.is_cancelled or has_begun(session.workshop.forum, session.starts_at, ctx.now):
        return
    taken = set(ctx.session.scalars(queries.numbers_taken(session.id)))
    free = sorted(set(range(1, session.capacity + 1)) - taken)
    if not free:
        return
    promoted = ctx.session.scalars(queries.first_waiting(session.id, len(free))).all()
    for seat, number in zip(promoted, free, strict=False):
        seat.state, seat.seat_number = SeatState.SEATED, number
        seat.updated_at = ctx.now
        if seat is not asking:
            seat.promoted_at = ctx.now
            seat_news.tell(ctx, session, seat, SeatNews.PROMOTED)
            ctx.record("seat.promoted", seat, session=session.id)
    ctx.session.flush()


def _attendee(ctx: Context, attendee_id: int) -> Attendee:
    attendee = ctx.session.scalar(queries.attendee(attendee_id))
    if attendee is None:
        raise NotFoundError("Cette inscription n’existe pas.")
    return attendee


def _locked(ctx: Context, session_id: int) -> Session:
    session = ctx.session.scalar(workshop_queries.session(session_id, lock=True))
    if session is None:
        raise NotFoundError("Cette séance n’existe pas.")
    return session


def _refuse(ctx: Context, session: Session, attendee: Attendee) -> None:
    forum = session.workshop.forum
    if attendee.forum_id != forum.id:
        raise NotFoundError("Cette séance est celle d’un autre forum.")
    if attendee.cancelled_at is not None or attendee.erased_at is not None:
        raise ConflictError(GONE)
    if forum.state is not ForumState.PUBLISHED:
        raise ConflictError(NOT_OPEN)
    if session.is_cancelled:
        raise ConflictError(CANCELLED)
    if has_begun(forum, session.starts_at, ctx.now):
        raise ConflictError(BEGUN)
    other = ctx.session.scalar(
        queries.overlapping(attendee.id, session.starts_at, session.ends_at, session.id)
    )
    if other is not None:
        raise ConflictError(OVERLAP)
