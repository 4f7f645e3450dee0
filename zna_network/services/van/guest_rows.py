"""The rows of those who are or were invited to a trip: one for each address of a booking."""

from zna_network.models.booking import Booking
from zna_network.models.handover import BookingGuest, GuestRole
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.links import new_salt
from zna_network.services.van.guest_links import fresh_link
from zna_network.services.van.guest_mails import TOLD, WITHDRAWN, open_desk, send_cancel


def is_told(ctx: Context, booking: Booking) -> bool:
    """Whether its guests are written to: once it is granted, and until it is over."""
    return booking.state in TOLD and booking.ends_at > ctx.now


def row_for(ctx: Context, booking: Booking, guests: list[BookingGuest], email: str) -> BookingGuest:
    """The one row of this address: taken off, it comes back with what it was sent."""
    for guest in guests:
        if guest.email == email:
            if guest.removed_at is not None:
                guest.removed_at, guest.reminded_at = None, None
                guest.role, guest.updated_at = GuestRole.PARTNER, ctx.now
            return guest
    guest = BookingGuest(
        booking=booking,
        role=GuestRole.PARTNER,
        email=email,
        uid=f"{new_salt()}@{sender(ctx.settings).email.rpartition('@')[2]}",
        created_at=ctx.now,
        updated_at=ctx.now,
        **fresh_link(ctx.settings),
    )
    ctx.session.add(guest)
    guests.append(guest)
    return guest


def take_off(ctx: Context, booking: Booking, guest: BookingGuest) -> bool:
    """Whether they were told: their calendar is emptied, if it ever had the trip."""
    guest.removed_at = guest.updated_at = ctx.now
    return send_cancel(open_desk(ctx, booking, guest), WITHDRAWN)
