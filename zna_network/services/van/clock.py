"""What the worker does about requests that nobody answers: it tells the staff and who asked that it
is late, then closes them, so that nobody takes silence for a promise.

A request is counted from the day it came to be decided. When its limit, its expiry or its start, is
nearer than usual, the staff are told half-way to it. One on the waiting list has been answered: it
is closed when its start comes. Late, the worker does what is due now, once: the row is held while
it is looked at again and marked, so that of two workers the second finds it done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.queries import van_decisions as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import safely
from zna_network.services.permissions import Permission
from zna_network.services.van import mails, occupancy, states
from zna_network.services.van.access import booking_to_change

EXPIRED = "Personne n’a décidé à temps."
STARTED = "Le départ est arrivé sans décision."
NEVER_FREE = "Le créneau ne s’est pas libéré."


class Due(StrEnum):
    ESCALATION = "escalation"
    EXPIRY = "expiry"


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many requests something was done about, each in a transaction of its
    own. One that fails is logged, and holds back no other."""
    since = {row[0]: row[1] for row in ctx.session.execute(queries.awaiting_since())}
    looked_at = ctx.session.execute(queries.awaiting()).all()
    ctx.session.rollback()
    waiting = [
        booking_id
        for booking_id, state, asked, starts_at, escalated_at, escalation, expiry in looked_at
        if due(
            state,
            since.get(booking_id, asked),
            starts_at,
            escalated_at,
            ctx.now,
            escalation_days=escalation,
            expiry_days=expiry,
        )
    ]
    done = 0
    for booking_id in waiting:
        if should_stop():
            break
        done += safely(ctx, partial(_treat, ctx, booking_id), "the clock of a booking has failed")
    return done


def due(
    state: BookingState,
    since: datetime,
    starts_at: datetime,
    escalated_at: datetime | None,
    now: datetime,
    *,
    escalation_days: int,
    expiry_days: int,
) -> Due | None:
    """What is to be done now about a request that awaits its decision ``since`` then."""
    if starts_at <= now:
        return Due.EXPIRY
    if state is not BookingState.REQUESTED:
        return None
    limit = min(starts_at, since + timedelta(days=expiry_days))
    if now >= limit:
        return Due.EXPIRY
    told_from = min(since + timedelta(days=escalation_days), since + (limit - since) / 2)
    return Due.ESCALATION if now >= told_from and escalated_at is None else None


@occupancy.retried
def _treat(ctx: Context, booking_id: int) -> int:
    with ctx.unit_of_work():
        booking = booking_to_change(ctx, booking_id, Permission.VAN_DECIDE)
        if not booking.state.awaits_decision:
            return 0
        put = ctx.session.scalars(queries.last_put_to_decision(booking_id)).one()
        since = put or booking.requested_at
        what = due(
            booking.state,
            since,
            booking.starts_at,
            booking.escalated_at,
            ctx.now,
            escalation_days=booking.vehicle.escalation_days,
            expiry_days=booking.vehicle.expiry_days,
        )
        if what is Due.EXPIRY:
            _expire(ctx, booking)
        elif what is Due.ESCALATION:
            _escalate(ctx, booking, since)
    return int(what is not None)


def _escalate(ctx: Context, booking: Booking, since: datetime) -> None:
    booking.escalated_at = ctx.now
    states.record(ctx, booking, BookingAct.ESCALATED)
    limit = min(booking.starts_at, since + timedelta(days=booking.vehicle.expiry_days))
    days = (ctx.now - since).days
    mails.tell_staff(ctx, booking, "van_escalation", automatic=True, days=days, limit=limit)
    mails.tell_borrower(ctx, booking, "van_late", automatic=True, days=days, limit=limit)


def _expire(ctx: Context, booking: Booking) -> None:
    waited = booking.state is BookingState.WAITING
    late = STARTED if booking.starts_at <= ctx.now else EXPIRED
    booking.reason = NEVER_FREE if waited else late
    booking.decided_at, booking.decided_by = ctx.now, ""
    states.record(
        ctx, booking, BookingAct.EXPIRED, state=BookingState.EXPIRED, words=booking.reason
    )
    mails.tell_borrower(ctx, booking, "van_expired", automatic=True, waited=waited)
    if not waited:
        mails.tell_staff(ctx, booking, "van_expired_staff", automatic=True)
