"""The vehicle changes hands: out, when a trip begins, and back.

What a phone sends again, because the answer was lost on the way, is known by its ``client_id`` and
kept once. The vehicle is locked before the booking, so that two handovers of one vehicle follow
one another, and the second is judged on what the first has written."""

from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.handover import Direction, Handover, HandoverPhoto
from zna_network.queries import van_handovers as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import long_datetime
from zna_network.services.permissions import Permission
from zna_network.services.van import (
    access,
    departure,
    guests,
    handover_news,
    late_returns,
    mileage,
    occupancy,
    photos,
    states,
    waiting,
)
from zna_network.services.van.handover_values import (
    CheckedItem,
    HandoverData,
    cleaned,
    known_as,
    mileage_of,
)

# Back this much before the end, what is left may be of use to somebody who waits.
EARLY = timedelta(hours=1)


@occupancy.retried
def record(ctx: Context, booking_id: int, data: HandoverData) -> Handover:
    """Keep a handover, and bring the booking out or back. Raises InvalidError (all that is wrong
    with what was given), ConflictError (already done by somebody else, or not its turn)."""
    known = _sent_before(ctx, booking_id, data)
    if known is not None:
        return known
    booking_to_hand_over(ctx, booking_id)  # Nobody else's photos are worth reading.
    clean = cleaned(data, ctx.now)
    pictures = photos.cleaned(ctx, clean.photos)
    with ctx.unit_of_work():
        booking = access.booking_to_change(ctx, booking_id, Permission.VAN_HANDOVER)
        known = ctx.session.scalar(queries.by_client_id(clean.client_id))
        if known is not None:
            return _same(known, booking, clean)
        _refuse_second(ctx, booking, clean.direction)
        driver_id = booking.driver_id
        if clean.direction is Direction.OUT:
            departure.check(ctx, booking, clean.at, clean.driver_id)
        else:
            _check_return(ctx, booking, clean.at)
        has_new_driver = booking.driver_id != driver_id
        last = ctx.session.scalar(queries.last_before(booking.vehicle_id))
        mileage.check(last, mileage_of(clean), is_sure=clean.is_sure)
        handover = _kept(ctx, booking, clean, pictures, last)
        _pass_on(ctx, booking, handover)
        handover_news.tell(ctx, booking, handover)
        if has_new_driver:
            guests.announce_change(ctx, booking)
    return handover


def _sent_before(ctx: Context, booking_id: int, data: HandoverData) -> Handover | None:
    """Without a lock: what arrives again is mostly found here, and its photos are not read."""
    client_id = known_as(data.client_id)
    known = ctx.session.scalar(queries.by_client_id(client_id)) if client_id else None
    if known is None:
        return None
    booking = access.booking_to_read(ctx, booking_id)
    ctx.require(Permission.VAN_HANDOVER, booking.organisation_id)
    return _same(known, booking, data)


def _same(known: Handover, booking: Booking, data: HandoverData) -> Handover:
    """The one that was kept, if it is this handover that is sent again."""
    if (known.booking_id, known.direction) != (booking.id, data.direction):
        raise ConflictError("Cet envoi est celui d’un autre état des lieux : rechargez la page.")
    return known


def _refuse_second(ctx: Context, booking: Booking, direction: Direction) -> None:
    done = ctx.session.scalar(queries.of_booking_alone(booking.id, direction))
    if done is not None:
        raise ConflictError(
            f"Le {direction.label.lower()} de {booking.reference} est déjà enregistré : "
            f"{long_datetime(done.at)}, par {done.recorded_by}. Rien n’a été changé."
        )


def _check_return(ctx: Context, booking: Booking, at: datetime) -> None:
    if booking.state is not BookingState.OUT:
        raise ConflictError(
            f"Le départ de {booking.reference} n’est pas enregistré (réservation "
            f"« {booking.state.label.lower()} ») : enregistrez-le d’abord."
        )
    if booking.left_at is not None and at < booking.left_at:
        raise InvalidError(
            f"Le retour ne peut pas précéder le départ, {long_datetime(booking.left_at)}.",
            field="hour",
        )


def _kept(
    ctx: Context,
    booking: Booking,
    data: HandoverData,
    pictures: list[HandoverPhoto],
    last: Handover | None,
) -> Handover:
    handover = Handover(
        client_id=data.client_id,
        booking=booking,
        booking_id=booking.id,
        vehicle=booking.vehicle,
        vehicle_id=booking.vehicle_id,
        direction=data.direction,
        at=data.at,
        received_at=ctx.now,
        mileage=mileage_of(data),
        energy_percent=data.energy_percent,
        gap_km=mileage.gap(booking.vehicle, data.direction, last, mileage_of(data)),
        checklist=[_item(item) for item in data.checklist],
        remarks=data.remarks,
        giver=data.giver,
        receiver=data.receiver,
        giver_signature=data.giver_signature,
        receiver_signature=data.receiver_signature,
        recorded_by=access.author_of(ctx),
        photos=pictures,
    )
    ctx.session.add(handover)
    try:
        ctx.session.flush()
    except DBAPIError as error:
        if mileage.is_falling(error):  # Something else has written beside the site.
            raise InvalidError(mileage.JUST_PASSED, field="mileage") from error
        raise
    return handover


def _item(item: CheckedItem) -> dict[str, object]:
    return {"label": item.label, "is_fine": item.is_fine, "remark": item.remark}


def _pass_on(ctx: Context, booking: Booking, handover: Handover) -> None:
    words = f"{mileage.km(handover.mileage)}, énergie {handover.energy_percent} %."
    if handover.direction is Direction.OUT:
        booking.left_at, booking.late_told_at = handover.at, None
        is_early = handover.at < booking.block_start
        if is_early:  # Nobody else can be promised the vehicle meanwhile.
            booking.block_start = handover.at
        occupancy.hold(ctx, booking, BookingAct.LEFT, BookingState.OUT, words)
        if is_early:
            waiting.put_aside(ctx, booking)
        return
    booking.returned_at = handover.at
    states.record(ctx, booking, BookingAct.RETURNED, state=BookingState.RETURNED, words=words)
    late_returns.is_back(ctx, booking)
    if ctx.now < booking.ends_at - EARLY:
        waiting.slot_freed(ctx, booking)


def last_mileage(ctx: Context, vehicle_id: int) -> int | None:
    last = ctx.session.scalar(queries.last_before(vehicle_id))
    return last.mileage if last else None


def booking_to_hand_over(ctx: Context, booking_id: int) -> Booking:
    """For the page of its handover. Raises NotFoundError, ForbiddenError."""
    booking = access.booking_to_read(ctx, booking_id)
    ctx.require(Permission.VAN_HANDOVER, booking.organisation_id)
    return booking


def known_troubles(ctx: Context, vehicle_id: int) -> list[str]:
    """What was not in order at the vehicle's last handover: nobody is to be blamed for it twice."""
    return troubles_of(ctx.session.scalar(queries.last_before(vehicle_id)))


def troubles_of(handover: Handover | None) -> list[str]:
    return [
        f"{item.get('label')} : {item.get('remark')}"
        for item in (handover.checklist if handover else ())
        if item.get("is_fine") is False
    ]
