"""What the demonstration asks of the vehicles."""

from datetime import datetime

from sqlalchemy import Select, func, select

from zna_network.models.booking import Booking, BookingState
from zna_network.models.van import Vehicle

_WENT = (BookingState.OUT, BookingState.RETURNED)


def vehicle_named(name: str) -> Select[int]:
    return select(Vehicle.id).where(Vehicle.name == name)


def totals(now: datetime) -> Select[int, int, int]:
    """The trips that have left, those that are granted, the requests that await their decision."""
    granted = (Booking.state == BookingState.APPROVED) & (Booking.starts_at > now)
    return select(
        func.count().filter(Booking.state.in_(_WENT)),
        func.count().filter(granted),
        func.count().filter(Booking.state == BookingState.REQUESTED),
    ).select_from(Booking)


def by_state() -> Select[BookingState, int]:
    return select(Booking.state, func.count()).group_by(Booking.state)
