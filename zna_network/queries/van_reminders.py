"""What the reminders of CUA Mobile look for: coarse by instants, the hours are the service's."""

from datetime import datetime

from sqlalchemy import Select, select

from zna_network.models.booking import Booking, BookingState, TripReport
from zna_network.models.handover import BookingGuest


def silent_guests(now: datetime, until: datetime) -> Select[int, int, datetime, datetime | None]:
    """Those who were told of a trip that starts before ``until`` and have not answered: their
    booking, themselves, when it starts, when they were reminded."""
    return (
        select(
            BookingGuest.booking_id, BookingGuest.id, Booking.starts_at, BookingGuest.reminded_at
        )
        .join(Booking, BookingGuest.booking_id == Booking.id)
        .where(
            Booking.state == BookingState.APPROVED,
            Booking.starts_at > now,
            Booking.starts_at < until,
            BookingGuest.removed_at.is_(None),
            BookingGuest.answer.is_(None),
            BookingGuest.told_at.is_not(None),
        )
        .order_by(Booking.starts_at, BookingGuest.id)
    )


def leaving(now: datetime, until: datetime) -> Select[int, datetime, datetime | None]:
    """The trips that leave before ``until``: which, when, and when the borrower was reminded."""
    return (
        select(Booking.id, Booking.starts_at, Booking.eve_told_at)
        .where(
            Booking.state == BookingState.APPROVED,
            Booking.starts_at > now,
            Booking.starts_at < until,
        )
        .order_by(Booking.starts_at, Booking.id)
    )


def without_report(after: datetime, before: datetime) -> Select[int, datetime, datetime | None]:
    """The trips that ended between these instants, of which nobody has said anything: neither what
    they brought, nor even that they took place. Which, their end as planned, and as it was."""
    return (
        select(Booking.id, Booking.ends_at, Booking.returned_at)
        .outerjoin(TripReport, TripReport.booking_id == Booking.id)
        .where(
            Booking.state.in_((BookingState.APPROVED, BookingState.RETURNED)),
            Booking.ends_at >= after,
            Booking.ends_at <= before,
            Booking.report_asked_at.is_(None),
            TripReport.booking_id.is_(None),
        )
        .order_by(Booking.ends_at, Booking.id)
    )
