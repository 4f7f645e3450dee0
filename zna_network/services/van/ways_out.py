"""What somebody can do whose vehicle is not back: take another one, leave later, call."""

from zna_network.models.booking import Booking
from zna_network.queries import van as queries
from zna_network.services.context import Context
from zna_network.services.van import free_slots, occupancy, rules
from zna_network.services.van.rules import Moment

_MOST_VEHICLES = 3


def of(ctx: Context, booking: Booking, late: Booking) -> list[str]:
    """Sentences, the easiest way first; the last one is always to call."""
    names = other_vehicles(ctx, booking)
    said = [f"Prendre un autre véhicule, libre sur votre créneau : {', '.join(names)}."] * bool(
        names
    )
    _, after = free_slots.nearest(
        ctx,
        booking.vehicle,
        booking.starts_at,
        booking.ends_at,
        organisation_id=booking.organisation_id,
        but=booking.id,
        with_notice=False,
    )
    if after is not None:
        said.append(f"Partir plus tard : libre {after.label}.")
    return [*said, _call(ctx, late)]


def other_vehicles(ctx: Context, booking: Booking) -> list[str]:
    """The names of those that could be granted for the same period."""
    found = []
    for vehicle in ctx.session.scalars(queries.vehicles()):
        if vehicle.id == booking.vehicle_id:
            continue
        if occupancy.in_the_way(ctx, vehicle, booking.starts_at, booking.ends_at):
            continue
        refused = rules.against(ctx, booking, Moment.APPROVAL, vehicle)
        if not refused:
            found.append(vehicle.name)
    return found[:_MOST_VEHICLES]


def _call(ctx: Context, late: Booking) -> str:
    numbers = []
    if late.organisation is not None and late.organisation.phone:
        numbers.append(
            f"{late.organisation.short_name}, qui a le véhicule : {late.organisation.phone}"
        )
    if ctx.settings.organiser_phone:
        numbers.append(f"{ctx.settings.organiser_service} : {ctx.settings.organiser_phone}")
    if not numbers:
        return f"Appeler le {ctx.settings.organiser_service.lower()} de la CUA."
    return f"Appeler ({' ; '.join(numbers)})."
