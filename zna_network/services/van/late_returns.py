"""A vehicle that is not back: who has it is told, the CUA, and whoever is to have it next, with
ways out. Nothing is moved by itself: people arrange it, and ranges stay as they were granted.

``Booking.late_told_at`` says that it was done: on the late trip, that its borrower and the CUA were
told; on the next one, that its borrower was warned. The vehicle is held meanwhile: of two workers,
the second finds it done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from zna_network.models.booking import Booking, BookingState
from zna_network.queries import van as van_queries
from zna_network.queries import van_handovers as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import safely
from zna_network.services.permissions import Permission
from zna_network.services.van import access, mails, ways_out
from zna_network.services.van.occupancy import period

# The time to park, to read the meter and to find a signal.
GRACE = timedelta(minutes=30)
# Who leaves later than that learns it when it matters.
WARNED_AHEAD = timedelta(hours=24)


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many trips something was said about, each in a transaction of its
    own. One that fails is logged, and holds back no other."""
    done = 0
    for booking_id in ctx.session.scalars(queries.late(ctx.now - GRACE)).all():
        if should_stop():
            break
        done += safely(ctx, partial(_treat, ctx, booking_id), "a late return could not be told")
    return done


def is_late(booking: Booking, now: datetime) -> bool:
    return booking.state is BookingState.OUT and now > booking.ends_at + GRACE


def ways_of(ctx: Context, booking: Booking) -> list[str]:
    """What can be done by whoever is to leave with a vehicle that is late; nothing for the
    others."""
    if booking.state is not BookingState.APPROVED or booking.late_told_at is None:
        return []
    late = ctx.session.scalar(queries.out(booking.vehicle_id, but=booking.id))
    return ways_out.of(ctx, booking, late) if late and _was_warned(booking, late) else []


def is_back(ctx: Context, booking: Booking) -> None:
    """The vehicle has come back: who had been warned is told that it is there. In the caller's
    transaction, which has locked it."""
    next_trip = _next(ctx, booking)
    if next_trip is None or not _was_warned(next_trip, booking):
        return
    next_trip.late_told_at = None
    mails.tell_borrower(ctx, next_trip, "van_late_over")


def _was_warned(next_trip: Booking, late: Booking) -> bool:
    """Of this late trip: one put off since may have been warned of another, which is over."""
    warned, told = next_trip.late_told_at, late.late_told_at
    return warned is not None and told is not None and warned >= told


def _treat(ctx: Context, booking_id: int) -> int:
    with ctx.unit_of_work():
        late = access.booking_to_change(ctx, booking_id, Permission.VAN_DECIDE)
        if not is_late(late, ctx.now):
            return 0
        next_trip = _next(ctx, late)
        to_warn = next_trip if next_trip and not _was_warned(next_trip, late) else None
        is_news = late.late_told_at is None
        if not is_news and to_warn is None:
            return 0
        if is_news:
            late.late_told_at = ctx.now
            mails.tell_borrower(ctx, late, "van_late_return", automatic=True)
        ways = _warn(ctx, late, to_warn) if to_warn else []
        mails.tell_staff(
            ctx,
            late,
            "van_late_return_staff",
            automatic=True,
            phone=late.organisation.phone if late.organisation else "",
            next_association=_name(to_warn or next_trip),
            next_when=_when(to_warn or next_trip),
            ways=ways,
        )
        ctx.record("booking.late_told", late, next=to_warn.id if to_warn else None)
    return 1


def _warn(ctx: Context, late: Booking, next_trip: Booking) -> list[str]:
    ways = ways_out.of(ctx, next_trip, late)
    next_trip.late_told_at = ctx.now
    mails.tell_borrower(
        ctx,
        next_trip,
        "van_late_next",
        automatic=True,
        late_since=period(*_period(late)),
        ways=ways,
    )
    return ways


def _next(ctx: Context, booking: Booking) -> Booking | None:
    """Read under the vehicle's lock, and locked after it as everybody does."""
    found = ctx.session.scalar(
        queries.next_granted(booking.vehicle_id, ctx.now, ctx.now + WARNED_AHEAD)
    )
    if found is None:
        return None
    return ctx.session.scalars(van_queries.booking(found.id, lock=True)).one()


def _period(booking: Booking) -> tuple[datetime, datetime]:
    return booking.starts_at, booking.ends_at


def _name(booking: Booking | None) -> str:
    return booking.organisation.short_name if booking and booking.organisation else ""


def _when(booking: Booking | None) -> str:
    return period(*_period(booking)) if booking else ""
