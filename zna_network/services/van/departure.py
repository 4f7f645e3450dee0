"""What must be right when a vehicle leaves: its turn, its hour, its papers and its driver's."""

from datetime import datetime, timedelta

from zna_network.models.booking import Booking, BookingState
from zna_network.models.van import Driver
from zna_network.queries import van as van_queries
from zna_network.queries import van_handovers as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import long_datetime
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.permissions import Permission
from zna_network.services.van import occupancy, rules
from zna_network.services.van.request_values import is_an_id
from zna_network.services.van.rules import Moment

# The keys are often given the evening before.
EARLIEST = timedelta(hours=14)


def check(ctx: Context, booking: Booking, at: datetime, driver_id: int | None) -> None:
    """With the vehicle locked; ``driver_id`` takes the wheel if it is given. Raises ConflictError
    when it is not this booking's turn, InvalidError for the hour, the driver and the papers."""
    if booking.state is not BookingState.APPROVED:
        raise ConflictError(
            f"La réservation {booking.reference} est « {booking.state.label.lower()} » : seul un "
            "véhicule accordé peut partir."
        )
    _refuse_while_out(ctx, booking)
    _check_hour(ctx, booking, at)
    if driver_id is not None and driver_id != booking.driver_id:
        booking.driver = _driver(ctx, booking, driver_id)
        booking.driver_id = booking.driver.id
    refused = rules.against(ctx, booking, Moment.DEPARTURE)
    if refused:
        raise InvalidValuesError([InvalidError(one.message, field=one.field) for one in refused])


def drivers(ctx: Context, booking: Booking) -> list[Driver]:
    """Who may be said to drive at the departure: the association's."""
    if booking.organisation_id is None:
        return []
    found = list(ctx.session.scalars(queries.drivers_of([booking.organisation_id])))
    if booking.driver is not None and booking.driver not in found:
        found.insert(0, booking.driver)
    return found


def _refuse_while_out(ctx: Context, booking: Booking) -> None:
    other = ctx.session.scalar(queries.out(booking.vehicle_id, but=booking.id))
    if other is not None:
        who = other.organisation.short_name if other.organisation else ""
        raise ConflictError(
            f"{booking.vehicle.name} n’est pas rentré : {who} l’a ({other.reference}), son retour "
            "n’est pas enregistré. Enregistrez d’abord ce retour."
        )


def _check_hour(ctx: Context, booking: Booking, at: datetime) -> None:
    earliest = booking.starts_at - EARLIEST
    if at < earliest:
        raise InvalidError(
            f"Le départ est prévu {long_datetime(booking.starts_at)} : il ne peut pas être "
            f"enregistré avant {long_datetime(earliest)}.",
            field="hour",
        )
    if at >= booking.ends_at:
        raise InvalidError(
            f"Cette réservation s’est terminée {long_datetime(booking.ends_at)} : relisez l’heure "
            "du départ.",
            field="hour",
        )
    if at < booking.block_start:
        held = ctx.session.scalars(
            van_queries.blocking(booking.vehicle_id, at, booking.block_start, booking.id)
        ).all()
        if held:
            raise InvalidError(occupancy.explain(held), field="hour")


def _driver(ctx: Context, booking: Booking, driver_id: int) -> Driver:
    driver = ctx.session.get(Driver, driver_id) if is_an_id(driver_id) else None
    is_ours = driver is not None and (
        driver.organisation_id == booking.organisation_id or ctx.may(Permission.VAN_MANAGE)
    )
    if driver is None or not is_ours:
        raise InvalidError(
            "Choisissez un conducteur de l’association qui emprunte.", field="driver_id"
        )
    return driver
