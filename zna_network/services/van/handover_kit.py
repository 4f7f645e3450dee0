"""What a phone takes along to hand vehicles over where there is no network: the trips of the days
to come, and what their forms need. Only those of the account's association; staff take all."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import Handover
from zna_network.models.van import Driver
from zna_network.queries import van_handovers as queries
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission
from zna_network.services.van import handover_views, handovers
from zna_network.services.van.handover_views import Holder
from zna_network.services.van.occupancy import period

AHEAD = timedelta(days=7)


def trips(ctx: Context) -> Sequence[Booking]:
    """What this account may hand over within a week, and what it may take back, by their start."""
    return ctx.session.scalars(
        queries.to_hand_over(ctx.now, ctx.now + AHEAD, _organisation(ctx))
    ).all()


def kit(ctx: Context) -> dict[str, Any]:
    """Ready to be sent: ``account``, ``trips``, ``holders``, and the server's ``now``."""
    if ctx.actor is None:
        raise ForbiddenError
    found = trips(ctx)
    last = _last_handovers(ctx, found)
    drivers = _drivers(ctx, found)
    return {
        "account": {"id": ctx.actor.id, "name": ctx.actor.name, "host": host_name(ctx)},
        "now": ctx.now.isoformat(),
        "trips": [_trip(one, last.get(one.vehicle_id), drivers) for one in found],
        "holders": [_holder(holder) for holder in handover_views.current(ctx)],
    }


def host_name(ctx: Context) -> str:
    """Who gives the vehicle and takes it back, when it is the CUA that fills the form in."""
    return ctx.actor.name if ctx.actor and ctx.may(Permission.VAN_MANAGE) else ""


def _organisation(ctx: Context) -> int | None:
    """None for all of them."""
    if ctx.may(Permission.VAN_HANDOVER):
        return None
    if ctx.actor is None or ctx.actor.organisation_id is None:
        raise ForbiddenError
    ctx.require(Permission.VAN_HANDOVER, ctx.actor.organisation_id)
    return ctx.actor.organisation_id


def _trip(
    booking: Booking, last: Handover | None, drivers: dict[int, list[Driver]]
) -> dict[str, Any]:
    vehicle, owner = booking.vehicle, booking.organisation_id or 0
    own = drivers[owner]
    if booking.driver is not None and booking.driver not in own:
        own = [booking.driver, *own]
    return {
        "booking_id": booking.id,
        "reference": booking.reference,
        "way": "retour" if booking.state is BookingState.OUT else "depart",
        "vehicle": vehicle.name,
        "plate": vehicle.plate,
        "association": booking.organisation.short_name if booking.organisation else "",
        "when": period(booking.starts_at, booking.ends_at),
        "places": ", ".join(dict.fromkeys(stop.commune.name for stop in booking.stops)),
        "checklist": vehicle.checklist,
        "last_mileage": last.mileage if last else None,
        "troubles": handovers.troubles_of(last),
        "driver_id": booking.driver_id,
        "driver": booking.driver.name if booking.driver else "",
        "drivers": [{"id": driver.id, "name": driver.name} for driver in own],
    }


def _last_handovers(ctx: Context, found: Sequence[Booking]) -> dict[int, Handover]:
    """By vehicle."""
    vehicles = {booking.vehicle_id for booking in found}
    return {one.vehicle_id: one for one in ctx.session.scalars(queries.last_of_each(vehicles))}


def _drivers(ctx: Context, found: Sequence[Booking]) -> dict[int, list[Driver]]:
    """By association."""
    owners = {booking.organisation_id for booking in found if booking.organisation_id}
    drivers: dict[int, list[Driver]] = defaultdict(list)
    for driver in ctx.session.scalars(queries.drivers_of(owners)):
        drivers[driver.organisation_id].append(driver)
    return drivers


def _holder(holder: Holder) -> dict[str, Any]:
    return {
        "vehicle": holder.vehicle.name,
        "who": holder.who,
        "until": period(holder.since, holder.due) if holder.since and holder.due else "",
        "late": holder.late_words,
        "is_blocked": holder.is_blocked,
    }
