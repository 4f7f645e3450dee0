"""What the page of a booking shows beside the booking itself."""

from sqlalchemy import Select, select

from zna_network.models.booking import BookingEvent


def history(booking_id: int) -> Select[BookingEvent]:
    """The latest first."""
    return (
        select(BookingEvent)
        .where(BookingEvent.booking_id == booking_id)
        .order_by(BookingEvent.id.desc())
    )
