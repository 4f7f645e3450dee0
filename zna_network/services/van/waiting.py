"""The waiting list of a slot: who wanted it and did not get it keeps their place, and is told when
it is free again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.queries import van_decisions as queries
from zna_network.services.context import Context
from zna_network.services.van import mails, occupancy, states
from zna_network.services.van.access import CLOCK

# More would wear out an association whose slot is taken and given back again and again.
MOST_NEWS = 3


def put_aside(ctx: Context, booking: Booking) -> Sequence[Booking]:
    """The requests that this booking, which has the vehicle from now on, leaves without it: on the
    waiting list, and told. The vehicle is locked by the caller."""
    losers = ctx.session.scalars(
        queries.overlapping(
            booking.vehicle_id,
            booking.block_start,
            booking.block_end,
            {BookingState.REQUESTED},
            but=booking.id,
            lock=True,
        )
    ).all()
    for loser in losers:
        loser.decided_at, loser.decided_by = ctx.now, ""
        loser.reason = loser_words(booking)
        states.record(
            ctx, loser, BookingAct.WAITING, state=BookingState.WAITING, words=loser.reason
        )
        mails.tell_borrower(ctx, loser, "van_waiting")
    return losers


def slot_freed(
    ctx: Context,
    booking: Booking,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    vehicle_id: int | None = None,
) -> Sequence[Booking]:
    """Those on the waiting list that now fit, to be decided again: their association and the staff
    are told. ``booking`` is what left; ``starts_at``, ``ends_at`` and ``vehicle_id`` what it
    blocked before it was moved, where that is not what it says now. In the caller's transaction,
    which has locked the vehicle; inside it, what left is written already."""
    ctx.session.flush()
    waiting = ctx.session.scalars(
        queries.overlapping(
            vehicle_id or booking.vehicle_id,
            starts_at or booking.block_start,
            ends_at or booking.block_end,
            {BookingState.WAITING},
            but=booking.id,
            lock=True,
        )
    ).all()
    fitting = [one for one in waiting if one.starts_at > ctx.now and is_free(ctx, one)]
    for one in fitting:
        _reconsider(ctx, one)
    return fitting


def is_free(ctx: Context, booking: Booking) -> bool:
    """Whether nothing else has the vehicle during this booking."""
    found = occupancy.in_the_way(
        ctx, booking.vehicle, booking.starts_at, booking.ends_at, but=booking.id
    )
    return not found


def put_to_decision(booking: Booking) -> None:
    """What was said of it is over: it waits as on its first day."""
    booking.decided_at, booking.decided_by, booking.reason = None, "", ""
    booking.escalated_at = None


def loser_words(booking: Booking) -> str:
    if booking.organisation is None:
        return "Le véhicule est indisponible sur ce créneau."
    return f"Le créneau est accordé à {booking.organisation.short_name}."


def _reconsider(ctx: Context, booking: Booking) -> None:
    """Nobody in particular did it: in its history the network did."""
    told = ctx.session.scalars(queries.freed_before(booking.id, CLOCK)).one()
    put_to_decision(booking)
    nobody = replace(ctx, actor=None, is_system=True)
    words = "Le créneau s’est libéré."
    state = BookingState.REQUESTED
    states.record(nobody, booking, BookingAct.RECONSIDERED, state=state, words=words)
    if told < MOST_NEWS:
        mails.tell_borrower(ctx, booking, "van_slot_freed", automatic=True)
        mails.tell_staff(ctx, booking, "van_slot_freed_staff", automatic=True)
