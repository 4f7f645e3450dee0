"""What CUA Mobile forgets when its time has come: the names, never the trips."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Select, Update, delete, func, select, update

from zna_network.models.booking import Booking, BookingEvent, BookingState, TripReport
from zna_network.models.handover import BookingGuest, Handover, HandoverPhoto
from zna_network.models.van import Driver

# A vehicle that is out has a borrower who is to be known, however long it lasts.
_NOT_OUT = Booking.state != BookingState.OUT


def due(before: datetime, limit: int) -> Select[Booking]:
    """Those that ended before that instant, locked; what another worker looks at is left to it."""
    return (
        select(Booking)
        .where(Booking.erased_at.is_(None), Booking.ends_at < before, _NOT_OUT)
        .order_by(Booking.id)
        .limit(limit)
        .with_for_update(of=Booking, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def count_due(before: datetime) -> Select[int]:
    return select(func.count(Booking.id)).where(
        Booking.erased_at.is_(None), Booking.ends_at < before, _NOT_OUT
    )


def guest_ids(booking_ids: Collection[int]) -> Select[int]:
    return select(BookingGuest.id).where(BookingGuest.booking_id.in_(booking_ids))


def handovers(booking_ids: Collection[int]) -> Select[Handover]:
    return (
        select(Handover)
        .where(Handover.booking_id.in_(booking_ids))
        .order_by(Handover.id)
        .with_for_update(of=Handover)
    )


def names_out(booking_ids: Collection[int]) -> list[Delete | Update]:
    """The statements that take the names out of what hangs from these bookings."""
    theirs = select(Handover.id).where(Handover.booking_id.in_(booking_ids))
    statements: list[Any] = [
        delete(BookingGuest).where(BookingGuest.booking_id.in_(booking_ids)),
        delete(HandoverPhoto).where(HandoverPhoto.handover_id.in_(theirs)),
        update(BookingEvent)
        .where(BookingEvent.booking_id.in_(booking_ids))
        .values(author="", words=""),
        # Another revision: a form filled in meanwhile cannot bring the words back.
        update(TripReport)
        .where(TripReport.booking_id.in_(booking_ids))
        .values(reported_by="", words="", revision=TripReport.revision + 1),
    ]
    return [one.execution_options(synchronize_session=False) for one in statements]


def _gone(before: datetime) -> list[Any]:
    """Drivers archived long ago, whom no trip that is still known by its people names."""
    named = select(Booking.id).where(Booking.driver_id == Driver.id).exists()
    return [Driver.archived_at.is_not(None), Driver.archived_at < before, ~named]


def drivers_gone(before: datetime, limit: int) -> Select[Driver]:
    return (
        select(Driver)
        .where(*_gone(before))
        .order_by(Driver.id)
        .limit(limit)
        .with_for_update(of=Driver, skip_locked=True)
    )


def count_drivers_gone(before: datetime) -> Select[int]:
    return select(func.count(Driver.id)).where(*_gone(before))
