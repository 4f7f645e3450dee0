"""What awaits somebody about CUA Mobile: requests to decide, the next trip, reports not made."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import (
    AWAITING,
    BLOCKING,
    Booking,
    BookingState,
    Stop,
    TripReport,
)


def awaiting_decision() -> Select[Booking]:
    """Requests and the waiting list, the oldest request first."""
    return (
        select(Booking)
        .where(Booking.state.in_(AWAITING))
        .options(
            joinedload(Booking.vehicle),
            joinedload(Booking.organisation),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
        .order_by(Booking.requested_at, Booking.id)
    )


def holding(
    vehicle_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> Select[Booking]:
    """What has one of these vehicles at some instant of this period."""
    return (
        select(Booking)
        .where(
            Booking.vehicle_id.in_(vehicle_ids),
            Booking.state.in_(BLOCKING),
            Booking.block_start < ends_at,
            Booking.block_end > starts_at,
        )
        .options(joinedload(Booking.organisation))
        .order_by(Booking.block_start)
    )


def requests_to_decide() -> Select[int, int]:
    """How many, and of them how many the staff were reminded of."""
    return select(func.count(Booking.id), func.count(Booking.escalated_at)).where(
        Booking.state == BookingState.REQUESTED
    )


def next_trip(organisation_id: int, now: datetime) -> Select[Booking]:
    """The association's trip under way, or else the first that is promised to it."""
    return (
        select(Booking)
        .where(
            Booking.organisation_id == organisation_id,
            (Booking.state == BookingState.OUT)
            | ((Booking.state == BookingState.APPROVED) & (Booking.ends_at > now)),
        )
        .options(
            joinedload(Booking.vehicle),
            selectinload(Booking.stops).joinedload(Stop.commune),
        )
        .order_by(Booking.starts_at)
        .limit(1)
    )


def without_report(organisation_id: int | None, limit: int) -> Select[Booking]:
    """Trips that came back and of which nothing was said, the latest first; none: everybody's."""
    found = (
        select(Booking)
        .outerjoin(TripReport, TripReport.booking_id == Booking.id)
        .where(Booking.state == BookingState.RETURNED, TripReport.booking_id.is_(None))
        .options(joinedload(Booking.vehicle), joinedload(Booking.organisation))
        .order_by(Booking.ends_at.desc())
        .limit(limit)
    )
    if organisation_id is not None:
        found = found.where(Booking.organisation_id == organisation_id)
    return found


def unavailable(vehicle_id: int, now: datetime) -> Select[Booking]:
    """When this vehicle is not lent, now or later, by its start."""
    return (
        select(Booking)
        .where(
            Booking.vehicle_id == vehicle_id,
            Booking.state == BookingState.MAINTENANCE,
            Booking.ends_at > now,
        )
        .order_by(Booking.starts_at)
    )
