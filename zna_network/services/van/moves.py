"""Moving a booking or an unavailability, by staff: to make room, since nothing is ever written over
what is promised."""

from datetime import date, datetime, time, timedelta

from zna_network.models.booking import Booking, BookingAct, BookingState, Stop
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import from_local, local_date, time_range, to_local
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE
from zna_network.services.van import (
    decisions,
    guests,
    mails,
    occupancy,
    rules,
    states,
    waiting,
)
from zna_network.services.van.access import booking_to_change, refuse_reported
from zna_network.services.van.rules import Moment

MOVABLE = frozenset(
    {
        BookingState.REQUESTED,
        BookingState.WAITING,
        BookingState.APPROVED,
        BookingState.MAINTENANCE,
    }
)
ENDS_BEFORE = "Le retour doit suivre le départ."
PAST = "Ce départ est déjà passé : choisissez une date à venir."
SAME = "C’est déjà la période de cette réservation."


@occupancy.retried
def move(
    ctx: Context,
    booking_id: int,
    starts_on: date,
    leaves_at: time,
    ends_on: date,
    returns_at: time,
    revision: int,
    reason: str,
    exception: str = "",
) -> Booking:
    """To another period, which must be free: what was promised stays promised, what awaited its
    decision awaits it there. The stops move by as many days, at the same hours. Everybody is told:
    the borrower, the people on board, those who now wait, those for whom the slot is free.

    Raises InvalidError on the field at fault (the arguments' names), VehicleTakenError, or
    InvalidValuesError with every rule that is broken."""
    starts_at = from_local(starts_on, leaves_at, field="leaves_at")
    ends_at = from_local(ends_on, returns_at, field="returns_at")
    if ends_at <= starts_at:
        raise InvalidError(ENDS_BEFORE, field="returns_at" if starts_on == ends_on else "ends_on")
    with ctx.unit_of_work():
        booking = _to_move(ctx, booking_id, revision)
        words = decisions.clean_reason(reason, required=True)
        before = (booking.starts_at, booking.ends_at, booking.block_start, booking.block_end)
        if before[:2] == (starts_at, ends_at):
            raise InvalidError(SAME, field="starts_on")
        if starts_at <= ctx.now and not booking.is_maintenance:
            raise InvalidError(PAST, field="starts_on")
        with ctx.session.no_autoflush:
            _move_stops(booking, local_date(booking.starts_at), starts_on, starts_at, ends_at)
            occupancy.set_period(booking, booking.vehicle, starts_at, ends_at)
            waived = _judge(ctx, booking, decisions.clean_exception(exception))
        _write(ctx, booking, "\n".join(filter(None, (words, waived))))
        if booking.state.blocks:
            waiting.put_aside(ctx, booking)
            waiting.slot_freed(ctx, booking, before[2], before[3])
        if booking.state is BookingState.APPROVED:
            guests.announce_change(ctx, booking)
        else:
            booking.sequence += 1
        said = occupancy.period(before[0], before[1])
        mails.tell_borrower(ctx, booking, "van_moved", before=said, words=words)
    return booking


def _to_move(ctx: Context, booking_id: int, revision: int) -> Booking:
    booking = booking_to_change(ctx, booking_id, Permission.VAN_DECIDE)
    if booking.state not in MOVABLE:
        raise ConflictError(
            f"La réservation {booking.reference} est « {booking.state.label.lower()} »\u00a0: elle "
            "ne se déplace plus."
        )
    refuse_reported(booking)
    if booking.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return booking


def _move_stops(
    booking: Booking, was_on: date, is_on: date, starts_at: datetime, ends_at: datetime
) -> None:
    """By days on the calendar, so that 10 h stays 10 h across a change of the clocks."""
    by = is_on - was_on
    for stop in booking.stops:
        stop.starts_at, stop.ends_at = _moved(stop.starts_at, by), _moved(stop.ends_at, by)
        if stop.starts_at < starts_at or stop.ends_at > ends_at:
            raise InvalidError(_outside(stop), field="leaves_at")


def _moved(instant: datetime, by: timedelta) -> datetime:
    wall = to_local(instant) + by
    return from_local(wall.date(), wall.time(), field="starts_on")


def _outside(stop: Stop) -> str:
    hours = time_range(stop.starts_at, stop.ends_at)
    return (
        f"L’étape {stop.where} ({hours}) ne tient pas entre ce départ et ce retour\u00a0: changez "
        "ses heures en modifiant la réservation."
    )


def _judge(ctx: Context, booking: Booking, exception: str) -> str:
    """The rules where it goes, but the notice: staff move it, and know why."""
    if booking.is_maintenance:
        return ""
    promised = booking.state is BookingState.APPROVED
    found = rules.against(ctx, booking, Moment.APPROVAL if promised else Moment.REQUEST)
    return rules.insist(ctx, [one for one in found if one.rule != "notice"], exception)


def _write(ctx: Context, booking: Booking, words: str) -> None:
    if booking.state.blocks:
        occupancy.hold(ctx, booking, BookingAct.EDITED, words=words)
        return
    with ctx.session.no_autoflush:
        occupancy.refuse_taken(ctx, booking)
    if booking.state is BookingState.WAITING:
        # It waited for a slot that it no longer wants.
        waiting.put_to_decision(booking)
        state = BookingState.REQUESTED
        states.record(ctx, booking, BookingAct.RECONSIDERED, state=state, words=words)
        return
    states.record(ctx, booking, BookingAct.EDITED, words=words)
