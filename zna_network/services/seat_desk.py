"""What the staff do with the seats of a session: read the list, add somebody, tell them."""

from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum
from zna_network.models.workshop import Seat, SeatState, Session
from zna_network.queries import seats as queries
from zna_network.services import seats
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.permissions import Permission


def list_of(ctx: Context, session: Session) -> tuple[list[Seat], list[Seat]]:
    """Those seated and those who wait, with their names: this reading is in the journal."""
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        ctx.record("attendee.read", session, what="seats")
    live = ctx.session.scalars(queries.live_in(session.id)).all()
    seated = [seat for seat in live if seat.state is SeatState.SEATED]
    return seated, [seat for seat in live if seat.state is SeatState.WAITING]


def to_tell(ctx: Context, forum: Forum, session: Session | None = None) -> list[Seat]:
    """« À prévenir » : the people whom no mail could reach. This reading is in the journal."""
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        ctx.record("attendee.read", forum, what="seats to tell")
    return list(ctx.session.scalars(queries.to_tell_in(forum.id, session.id if session else None)))


def count_to_tell(ctx: Context, forum: Forum) -> int:
    return ctx.session.scalar(queries.count_to_tell(forum.id)) or 0


def seat_at_desk(ctx: Context, session: Session, badge_number: int) -> Seat:
    """A seat, or the waiting list, for the person who has this badge."""
    ctx.require(Permission.REGISTER_AT_DESK)
    attendee = _holder(ctx, session, badge_number)
    return seats.request_seat(ctx, session.id, attendee.id)


def release_at_desk(ctx: Context, session: Session, seat_id: int) -> Seat:
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        seat = _seat(ctx, session.workshop.forum_id, seat_id)
        return seats.cancel_seat(ctx, seat.session_id, seat.attendee_id)


def mark_told(ctx: Context, forum: Forum, seat_id: int) -> Seat:
    """Somebody has told the person, by telephone or face to face."""
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        seat = _seat(ctx, forum.id, seat_id)
        seat.told_at = ctx.now
        ctx.record("seat.told", seat, session=seat.session_id)
    return seat


def _seat(ctx: Context, forum_id: int, seat_id: int) -> Seat:
    seat = ctx.session.scalar(queries.by_id(seat_id))
    if seat is None or seat.session.workshop.forum_id != forum_id:
        raise NotFoundError("Cette inscription à l’atelier n’existe pas.")
    return seat


def _holder(ctx: Context, session: Session, number: int) -> Attendee:
    badge = ctx.session.scalar(queries.badge_numbered(session.workshop.forum_id, number))
    if badge is None:
        raise InvalidError(f"Aucun badge de ce forum n’a le numéro {number:04d}.", field="number")
    if badge.attendee is None:
        raise InvalidError(
            f"Le badge {badge.shown_number} est vierge : attachez-le d’abord à quelqu’un.",
            field="number",
        )
    return badge.attendee
