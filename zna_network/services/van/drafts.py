"""Writing a request, or what was changed of it: for one trip as for each of a series."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zna_network.models.booking import Booking, BookingAct, BookingSeries, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.queries import van as queries
from zna_network.queries import van_requests as request_queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.links import new_salt
from zna_network.services.van import occupancy, states
from zna_network.services.van.numbers import next_number
from zna_network.services.van.request_values import RequestValues, StopValues
from zna_network.services.van.rules import Refusal

ON_THE_LIST = "Le créneau est pris : la demande est en liste d’attente."
# Out of the way of the positions that stops come to, while they change places.
_ASIDE = 1000


def new_booking(
    ctx: Context,
    vehicle: Vehicle,
    organisation: Organisation,
    values: RequestValues,
    client_id: str,
    *,
    waits: bool,
    series: BookingSeries | None = None,
    words: str = "",
) -> Booking:
    """Asked for, or on the waiting list. The vehicle is locked by the caller."""
    booking = Booking(
        number=next_number(ctx),
        client_id=client_id,
        organisation=organisation,
        series=series,
        state=BookingState.WAITING if waits else BookingState.REQUESTED,
        requested_by=ctx.actor,
        requested_at=ctx.now,
        uid=_new_uid(ctx),
        reason=ON_THE_LIST if waits else "",
        created_at=ctx.now,
        updated_at=ctx.now,
        stops=[],
    )
    occupancy.set_period(booking, vehicle, values.starts_at, values.ends_at)
    describe(booking, values)
    for position, stop in enumerate(values.stops):
        booking.stops.append(_stop(ctx, stop, position))
    ctx.session.add(booking)
    said = "\n".join(filter(None, (words, booking.reason)))
    states.record(ctx, booking, BookingAct.REQUESTED, words=said)
    return booking


def describe(booking: Booking, values: RequestValues) -> None:
    """Everything but the period and the stops."""
    booking.purpose, booking.needs = values.purpose, values.needs
    booking.target_groups, booking.equipment = values.target_groups, values.equipment
    booking.rights, booking.partners = values.rights, values.partners
    booking.expected_people = values.expected_people
    booking.driver = values.driver


def replace_stops(ctx: Context, booking: Booking, wanted: Sequence[StopValues]) -> None:
    """A stop that goes to the same place stays the same one in calendars, whatever its hours and
    its rank; two cannot have one rank even for an instant, hence the two steps."""
    left = list(booking.stops)
    kept = [_take_same_place(left, stop) for stop in wanted]
    for stop in left:
        booking.stops.remove(stop)
    for stop in booking.stops:
        stop.position += _ASIDE
    ctx.session.flush()
    for position, (same, values) in enumerate(zip(kept, wanted, strict=True)):
        if same is None:
            booking.stops.append(_stop(ctx, values, position))
        else:
            _set(same, values, position)
    ctx.session.flush()
    ctx.session.expire(booking, ["stops"])


def clash_with_own(
    ctx: Context,
    vehicle: Vehicle,
    organisation_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    but: int | None = None,
) -> Refusal | None:
    """The association has this vehicle then already, or asked for it."""
    if organisation_id is None:
        return None
    own = ctx.session.scalars(
        request_queries.own_overlapping(organisation_id, vehicle.id, starts_at, ends_at, but)
    ).first()
    return own_refusal(own) if own is not None else None


def own_refusal(own: Booking) -> Refusal:
    return Refusal(
        "own",
        f"L’association a déjà une réservation de ce véhicule à ce moment\u00a0: {own.reference}, "
        f"{occupancy.period(own.starts_at, own.ends_at)} ({own.state.label.lower()}).",
        "starts_on",
    )


def must_wait(
    ctx: Context,
    vehicle: Vehicle,
    values: RequestValues,
    but: int | None = None,
    *,
    accepts: bool,
) -> bool:
    """Whether somebody has the vehicle then. Raises VehicleTakenError unless ``accepts`` to be on
    the waiting list."""
    block_end = values.ends_at + timedelta(minutes=vehicle.turnround_minutes)
    found = ctx.session.scalars(
        queries.blocking(vehicle.id, values.starts_at, block_end, but)
    ).all()
    if found and not accepts:
        raise occupancy.VehicleTakenError(
            f"{occupancy.explain(found)} Choisissez un autre créneau, ou la liste d’attente.",
            tuple(occupancy.taken(one) for one in found),
        )
    return bool(found)


def _take_same_place(left: list[Stop], wanted: StopValues) -> Stop | None:
    for stop in left:
        if (stop.insee, stop.qpv_id) == (wanted.insee, wanted.qpv_id):
            left.remove(stop)
            return stop
    return None


def _stop(ctx: Context, values: StopValues, position: int) -> Stop:
    stop = Stop(uid=_new_uid(ctx))
    _set(stop, values, position)
    return stop


def _set(stop: Stop, values: StopValues, position: int) -> None:
    stop.position = position
    stop.starts_at, stop.ends_at = values.starts_at, values.ends_at
    stop.insee, stop.qpv_id = values.insee, values.qpv_id
    stop.place, stop.is_public = values.place, values.is_public


def _new_uid(ctx: Context) -> str:
    return f"{new_salt()}@{sender(ctx.settings).email.rpartition('@')[2]}"
