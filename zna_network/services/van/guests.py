"""Those invited to a trip, told of what becomes of it.

Nobody is written to before the trip is granted. ``announce``, ``announce_change`` and
``announce_cancellation`` are called inside the unit of work that changes the booking, which it has
locked; they raise its SEQUENCE. The driver comes and goes with the booking's driver."""

from collections.abc import Iterable

from zna_network.models.booking import Booking
from zna_network.models.handover import BookingGuest, GuestRole
from zna_network.queries import van as van_queries
from zna_network.queries import van_guests as queries
from zna_network.services.context import Context
from zna_network.services.van.guest_mails import CANCELLED, open_desk, send_cancel, send_news
from zna_network.services.van.guest_panel import GuestPanel, panel_of
from zna_network.services.van.guest_rows import is_told, row_for, take_off


def announce(ctx: Context, booking: Booking) -> None:
    """The trip is granted: everybody is invited."""
    announce_change(ctx, booking)


def announce_change(ctx: Context, booking: Booking) -> None:
    """Tell each guest what changed of what they know; the driver's change included. Who knows
    nothing of the trip is invited; before it is granted, and once it is over, nobody is told."""
    booking = _as_written(ctx, booking)
    booking.sequence += 1
    guests = list(ctx.session.scalars(queries.locked(booking.id)))
    told = _settle_driver(ctx, booking, guests)
    if is_told(ctx, booking):
        live = (guest for guest in guests if guest.removed_at is None)
        told += sum(send_news(open_desk(ctx, booking, guest)) for guest in live)
    ctx.record("guest.announced", booking, number=told, sequence=booking.sequence)


def announce_all(ctx: Context, bookings: Iterable[Booking]) -> None:
    """The trips that a driver or a vehicle which has just been changed is promised to: the guests
    were told who drives, and where from. Inside the unit of work that changed it."""
    ordered = sorted(bookings, key=lambda one: (one.vehicle_id, one.id))
    for vehicle_id, booking_id in [(one.vehicle_id, one.id) for one in ordered]:
        ctx.session.flush()  # What is locked is read again.
        ctx.session.scalar(van_queries.vehicle(vehicle_id, lock=True))
        booking = ctx.session.scalars(van_queries.booking(booking_id, lock=True)).one()
        if is_told(ctx, booking):
            announce_change(ctx, booking)


def announce_cancellation(ctx: Context, booking: Booking) -> None:
    """The trip does not take place: calendars are emptied of it. Guests stay on the list, for the
    day when the booking would be taken up again."""
    booking = _as_written(ctx, booking)
    booking.sequence += 1
    told = 0
    if booking.ends_at > ctx.now:
        for guest in ctx.session.scalars(queries.locked(booking.id)).all():
            told += send_cancel(open_desk(ctx, booking, guest), CANCELLED)
    ctx.record("guest.cancelled", booking, number=told, sequence=booking.sequence)


def of(ctx: Context, booking: Booking) -> GuestPanel:
    """Who is invited and what they answered, for the booking's page."""
    return panel_of(ctx, booking)


def _as_written(ctx: Context, booking: Booking) -> Booking:
    """The booking as it has just been changed, the names of its places included."""
    ctx.session.flush()
    fresh = van_queries.booking(booking.id).execution_options(populate_existing=True)
    return ctx.session.scalars(fresh).one()


def _settle_driver(ctx: Context, booking: Booking, guests: list[BookingGuest]) -> int:
    """The booking's driver, with an address, is its one driver on the list. Gives how many of
    those who drove before were told that they do not."""
    driver = booking.driver
    email = driver.email if driver else ""
    told = 0
    for guest in guests:
        drove = guest.role is GuestRole.DRIVER and guest.removed_at is None
        if drove and guest.email != email:
            told += take_off(ctx, booking, guest)
    if driver is not None and email:
        guest = row_for(ctx, booking, guests, email)
        guest.role, guest.name = GuestRole.DRIVER, driver.name
        guest.organisation_id = driver.organisation_id
        ctx.session.flush()
    return told
