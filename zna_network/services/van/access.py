"""Who sees and does what with a booking.

Everybody with an account sees when the vehicle is taken, by which association, and where it goes:
the network plans together. The rest (purpose, driver, needs, handover, history) is for the
association that borrows and for the CUA."""

from zna_network.models.booking import Booking
from zna_network.queries import van as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

UNKNOWN = "Cette réservation n’existe pas."
CLOCK = "Le réseau"


def booking_to_read(ctx: Context, booking_id: int) -> Booking:
    """For its page; ``may_see_details`` says how much of it."""
    ctx.require(Permission.VAN_READ)
    booking = ctx.session.scalar(queries.booking(booking_id))
    if booking is None:
        raise NotFoundError(UNKNOWN)
    return booking


def booking_to_change(ctx: Context, booking_id: int, permission: Permission) -> Booking:
    """Locked, its vehicle before it: everybody takes the two in that order, so that no two people
    can each wait for the other. Only inside a unit of work."""
    found = ctx.session.scalar(queries.booking(booking_id))
    if found is None or not ctx.may(Permission.VAN_READ):
        raise NotFoundError(UNKNOWN)
    if not ctx.may(permission, found.organisation_id):
        raise ForbiddenError
    vehicle_id = found.vehicle_id
    ctx.session.scalar(queries.vehicle(vehicle_id, lock=True))
    booking = ctx.session.scalars(queries.booking(booking_id, lock=True)).one()
    if booking.vehicle_id != vehicle_id:
        # It went to another vehicle while this one was waited for: that one is not held.
        raise ConflictError(CHANGED_MEANWHILE)
    return booking


def refuse_reported(booking: Booking) -> None:
    """A trip that somebody has reported took place as it was: it is neither moved, changed nor
    called off, or the coverage would tell of stops that nobody made. Raises ConflictError."""
    if booking.report is not None:
        raise ConflictError(
            f"Le compte rendu de la sortie {booking.reference} est écrit\u00a0: corrigez-le, elle "
            "ne se change plus."
        )


def may_see_details(ctx: Context, booking: Booking) -> bool:
    return ctx.may(Permission.VAN_REQUEST, booking.organisation_id)


def author_of(ctx: Context) -> str:
    """The actor as the history names them."""
    if ctx.actor is None:
        return CLOCK
    organisation = ctx.actor.organisation
    label = f"{ctx.actor.name} ({organisation.short_name})" if organisation else ctx.actor.name
    return label[:200]
