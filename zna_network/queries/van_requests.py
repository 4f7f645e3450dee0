"""Asking for a vehicle: what is there already, and for whom."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from zna_network.models.booking import AWAITING, BLOCKING, Booking, BookingSeries, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver

# What counts as use of a vehicle: promised, under way, done.
USED = (BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED)
# What an association has or hopes for.
LIVE = (*AWAITING, BookingState.APPROVED, BookingState.OUT)

# An occurrence of a series in one of these states is there: its day is not to be asked for again.
KEPT = (*LIVE, BookingState.RETURNED)


def by_client_id(client_id: str) -> Select[Booking]:
    return select(Booking).where(Booking.client_id == client_id)


def by_client_ids(client_ids: Collection[str]) -> Select[Booking]:
    return select(Booking).where(Booking.client_id.in_(client_ids)).order_by(Booking.starts_at)


def driver(driver_id: int) -> Select[Driver]:
    return select(Driver).where(Driver.id == driver_id).options(joinedload(Driver.organisation))


def partners_among(ids: Collection[int]) -> Select[Organisation]:
    return select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.sort_key)


def periods_used(
    organisation_id: int, since: datetime, until: datetime, but: int | None = None
) -> Select[int, datetime, datetime]:
    """When the association has which vehicle, granted, out or back, within these instants."""
    found = select(Booking.vehicle_id, Booking.starts_at, Booking.ends_at).where(
        Booking.organisation_id == organisation_id,
        Booking.state.in_(USED),
        Booking.ends_at > since,
        Booking.starts_at < until,
    )
    return found.where(Booking.id != but) if but is not None else found


def own_overlapping(
    organisation_id: int,
    vehicle_id: int,
    starts_at: datetime,
    ends_at: datetime,
    but: int | None = None,
) -> Select[Booking]:
    """The association's own bookings of this vehicle that would be at the same time."""
    found = (
        select(Booking)
        .where(
            Booking.organisation_id == organisation_id,
            Booking.vehicle_id == vehicle_id,
            Booking.state.in_(LIVE),
            Booking.starts_at < ends_at,
            Booking.ends_at > starts_at,
        )
        .order_by(Booking.starts_at)
    )
    return found.where(Booking.id != but) if but is not None else found


def around(
    vehicle_ids: Sequence[int],
    starts_at: datetime,
    ends_at: datetime,
    but: int | None = None,
) -> Select[Booking]:
    """What has these vehicles, or asks for them, at some instant of this half-open period."""
    found = (
        select(Booking)
        .where(
            Booking.vehicle_id.in_(vehicle_ids),
            Booking.state.in_((*BLOCKING, *AWAITING)),
            Booking.block_start < ends_at,
            Booking.block_end > starts_at,
        )
        .options(joinedload(Booking.organisation))
        .order_by(Booking.block_start, Booking.id)
    )
    return found.where(Booking.id != but) if but is not None else found


def occupied(
    vehicle_id: int,
    since: datetime,
    until: datetime,
    organisation_id: int | None,
    but: int | None = None,
) -> Select[BookingState, datetime, datetime]:
    """From when to when nobody of this association can have the vehicle: somebody has it, or they
    asked for it themselves. In order; a vehicle that is out is not back, whatever was promised."""
    mine = Booking.state.in_(AWAITING) & (Booking.organisation_id == organisation_id)
    is_out = Booking.state == BookingState.OUT
    found = (
        select(Booking.state, Booking.block_start, Booking.block_end)
        .where(
            Booking.vehicle_id == vehicle_id,
            or_(Booking.state.in_(BLOCKING), mine),
            Booking.block_start < until,
            or_(Booking.block_end > since, is_out),
        )
        .order_by(Booking.block_start)
    )
    return found.where(Booking.id != but) if but is not None else found


def series(series_id: int) -> Select[BookingSeries]:
    return select(BookingSeries).where(BookingSeries.id == series_id)


def of_series(series_id: int) -> Select[Booking]:
    return select(Booking).where(Booking.series_id == series_id).order_by(Booking.starts_at)
