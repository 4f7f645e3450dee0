"""Vehicles and their bookings."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import BLOCKING, Booking, Stop
from zna_network.models.van import Vehicle


def vehicle(vehicle_id: int, *, lock: bool = False) -> Select[Vehicle]:
    found = select(Vehicle).where(Vehicle.id == vehicle_id)
    # What was read before the lock may have changed while it was waited for.
    return found.with_for_update().execution_options(populate_existing=True) if lock else found


def vehicle_by_slug(slug: str) -> Select[Vehicle]:
    return select(Vehicle).where(Vehicle.slug == slug)


def vehicles(*, lent: bool = True) -> Select[Vehicle]:
    """In the order of their names; ``lent``: those in service only."""
    found = select(Vehicle).order_by(Vehicle.name)
    return found.where(Vehicle.retired_at.is_(None)) if lent else found


def booking(booking_id: int, *, lock: bool = False) -> Select[Booking]:
    """With what its page shows of it."""
    found = (
        select(Booking)
        .where(Booking.id == booking_id)
        .options(
            joinedload(Booking.vehicle),
            joinedload(Booking.organisation),
            joinedload(Booking.driver),
            selectinload(Booking.rights),
            selectinload(Booking.partners),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
    )
    if lock:
        found = found.with_for_update(of=Booking).execution_options(populate_existing=True)
    return found


def blocking(
    vehicle_id: int, starts_at: datetime, ends_at: datetime, but: int | None = None
) -> Select[Booking]:
    """Those that have the vehicle at some instant of this half-open period, by their start."""
    found = (
        select(Booking)
        .where(
            Booking.vehicle_id == vehicle_id,
            Booking.state.in_(BLOCKING),
            Booking.block_start < ends_at,
            Booking.block_end > starts_at,
        )
        .options(joinedload(Booking.organisation))
        .order_by(Booking.block_start)
    )
    return found.where(Booking.id != but) if but is not None else found


def last_number() -> Select[int]:
    return select(func.coalesce(func.max(Booking.number), 0))
