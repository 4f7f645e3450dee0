"""What a request may choose among: vehicles, drivers, partners that were added."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms.fields.choices import SelectChoice

from zna_network.models.booking import Booking
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import van as queries
from zna_network.queries import van_fleet as fleet_queries
from zna_network.services.context import Context

NO_DRIVER = "Pas encore connu"


@dataclass(frozen=True)
class OfferedVehicle:
    """Kept as plain values: a transaction forgets rows."""

    id: int
    name: str
    hint: str
    equipment: tuple[str, ...]


def vehicles(ctx: Context, booking: Booking | None) -> list[OfferedVehicle]:
    """Those in service; and the one of the booking, even when it is no longer."""
    found = list(ctx.session.scalars(queries.vehicles()))
    if booking and booking.vehicle not in found:
        found.append(booking.vehicle)
    kept = booking.equipment if booking else []
    return [_offered(one, kept) for one in found]


def drivers(
    ctx: Context, organisation_id: int | None, booking: Booking | None, *, every: bool
) -> list[SelectChoice]:
    """The association's first; ``every``: then whoever drives for another, for staff. The one that
    the booking has already stays."""
    found = list(
        ctx.session.scalars(fleet_queries.drivers(None if every else organisation_id or 0))
    )
    chosen = booking.driver if booking else None
    if chosen is not None and chosen not in found:
        found.append(chosen)
    ours = [one for one in found if one.organisation_id == organisation_id]
    others = [one for one in found if one.organisation_id != organisation_id]
    return [
        SelectChoice("", NO_DRIVER),
        *(SelectChoice(str(one.id), one.name) for one in sorted(ours, key=_name)),
        *(
            SelectChoice(str(one.id), f"{one.name} — {one.organisation.short_name}")
            for one in sorted(others, key=_name)
        ),
    ]


def partners(ctx: Context, numbers: Sequence[int]) -> list[SelectChoice]:
    if not numbers:
        return []
    found = ctx.session.scalars(organisation_queries.by_ids(numbers))
    return [SelectChoice(str(one.id), one.name) for one in found]


def _name(driver: Driver) -> str:
    return driver.name


def _offered(vehicle: Vehicle, kept: Sequence[str]) -> OfferedVehicle:
    seats = f"{vehicle.seats} places" if vehicle.seats else ""
    hint = ", ".join(filter(None, (seats, vehicle.home)))
    return OfferedVehicle(
        vehicle.id, vehicle.name, hint, tuple(dict.fromkeys((*vehicle.equipment, *kept)))
    )
