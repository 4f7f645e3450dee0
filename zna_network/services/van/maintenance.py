"""When a vehicle is at the garage, or kept for something else: a row among the bookings, so that
the database holds it as it holds them."""

from datetime import datetime
from uuid import uuid4

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.queries import van_requests as queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.links import new_salt
from zna_network.services.permissions import Permission
from zna_network.services.referrals.creation_values import clean_client_id
from zna_network.services.van import occupancy, states, waiting
from zna_network.services.van.access import author_of, booking_to_change
from zna_network.services.van.decisions import clean_reason
from zna_network.services.van.numbers import next_number

REASON_NEEDED = "Dites pourquoi : révision, panne, prêt à un autre service…"
ENDS_BEFORE = "La fin doit suivre le début."
ALREADY_USED = "Cet envoi a déjà servi à autre chose. Rechargez la page."
NOT_ONE = "Cette indisponibilité n’existe pas."


@occupancy.retried
def block(
    ctx: Context,
    vehicle_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    client_id: str = "",
) -> Booking:
    """Nobody has the vehicle meanwhile: what was asked for goes on the waiting list and is told;
    what was promised is to be moved or cancelled first. ``client_id`` is the form's: sent twice,
    it is one. Raises VehicleTakenError."""
    ctx.require(Permission.VAN_MANAGE)
    if ends_at <= starts_at:
        raise InvalidError(ENDS_BEFORE, field="ends")
    if not reason.strip():
        raise InvalidError(REASON_NEEDED, field="reason")
    with ctx.unit_of_work():
        vehicle = occupancy.lock_vehicle(ctx, vehicle_id)
        client_id = clean_client_id(client_id or str(uuid4()))
        made = ctx.session.scalar(queries.by_client_id(client_id))
        if made is not None:
            return _sent_again(made, vehicle_id)
        booking = Booking(
            number=next_number(ctx),
            client_id=client_id,
            organisation=None,
            state=BookingState.MAINTENANCE,
            purpose=clean_reason(reason),
            requested_by=ctx.actor,
            requested_at=ctx.now,
            decided_at=ctx.now,
            decided_by=author_of(ctx),
            uid=f"{new_salt()}@{sender(ctx.settings).email.rpartition('@')[2]}",
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        occupancy.set_period(booking, vehicle, starts_at, ends_at)
        occupancy.hold(ctx, booking, BookingAct.BLOCKED, words=booking.purpose)
        waiting.put_aside(ctx, booking)
    return booking


def _sent_again(made: Booking, vehicle_id: int) -> Booking:
    if not made.is_maintenance or made.vehicle_id != vehicle_id:
        raise ConflictError(ALREADY_USED)
    return made


@occupancy.retried
def lift(ctx: Context, booking_id: int, reason: str) -> Booking:
    """The vehicle is lent again; those who wait for it are put back to be decided."""
    with ctx.unit_of_work():
        booking = booking_to_change(ctx, booking_id, Permission.VAN_MANAGE)
        if not booking.is_maintenance:
            raise NotFoundError(NOT_ONE)
        states.refuse_coming_to(booking, BookingState.CANCELLED)
        booking.decided_at, booking.decided_by = ctx.now, author_of(ctx)
        booking.reason = clean_reason(reason)
        states.record(
            ctx,
            booking,
            BookingAct.CANCELLED,
            state=BookingState.CANCELLED,
            words=booking.reason,
        )
        waiting.slot_freed(ctx, booking)
    return booking
