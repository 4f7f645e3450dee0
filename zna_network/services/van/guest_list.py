"""Putting people of the partners on a trip's list, and taking them off. Nobody is written to before
the trip is granted; the driver comes and goes with the booking's driver (``guests``)."""

from collections.abc import Collection

from zna_network.models.booking import Booking
from zna_network.models.handover import BookingGuest, GuestRole
from zna_network.models.organisation import Contact
from zna_network.queries import van_guests as queries
from zna_network.services.addresses import sender
from zna_network.services.contact_choice import resolve_contact
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.van.access import booking_to_change
from zna_network.services.van.guest_mails import TOLD, open_desk, send_link, send_news
from zna_network.services.van.guest_rows import is_told, row_for, take_off
from zna_network.services.van.request_values import is_an_id

MOST_GUESTS = 20
UNKNOWN = "Cette personne n’est plus invitée à cette sortie."
NOT_FOUND = "Une des personnes choisies n’est plus dans l’annuaire."


def invite(ctx: Context, booking_id: int, contact_ids: Collection[int]) -> list[BookingGuest]:
    """Put contacts of the directory on the list; when the trip is granted they are told at once.
    Somebody who is on it already stays as they are. Raises InvalidError on ``contacts``."""
    with ctx.unit_of_work():
        booking = booking_to_fill(ctx, booking_id)
        if not contact_ids:
            raise InvalidError("Choisissez au moins une personne.", field="contacts")
        known = [one for one in contact_ids if is_an_id(one)]
        contacts = ctx.session.scalars(queries.contacts(known)).all()
        if len(contacts) != len(set(contact_ids)):
            raise InvalidError(NOT_FOUND, field="contacts")
        guests = list(ctx.session.scalars(queries.locked(booking.id)))
        invited = [_put_on_list(ctx, booking, guests, contact) for contact in contacts]
        if sum(guest.removed_at is None for guest in guests) > MOST_GUESTS:
            raise InvalidError(f"Une sortie a {MOST_GUESTS} invités au plus.", field="contacts")
        ctx.session.flush()
        if is_told(ctx, booking):
            for guest in invited:
                send_news(open_desk(ctx, booking, guest))
        ctx.record("guest.invited", booking, number=len(invited))
    return invited


def invite_named(ctx: Context, booking_id: int, chosen_id: str, typed: str) -> BookingGuest:
    """The same for one contact, as an autocomplete field gives it. Raises InvalidError on
    ``contact``."""
    with ctx.unit_of_work():
        contact_id = resolve_contact(ctx, chosen_id, typed, field="contact")
        try:
            return invite(ctx, booking_id, [contact_id])[0]
        except InvalidError as error:
            raise InvalidError(error.message, field="contact") from None


def remove(ctx: Context, booking_id: int, guest_id: int) -> BookingGuest:
    """Take somebody off: their calendar is emptied, if it ever had the trip."""
    with ctx.unit_of_work():
        booking = booking_to_fill(ctx, booking_id)
        guest = live_guest(ctx, booking, guest_id)
        if guest.role is GuestRole.DRIVER:
            raise ConflictError(
                f"{guest.name} conduit\u00a0: changez plutôt le conducteur de la réservation."
            )
        take_off(ctx, booking, guest)
        ctx.record("guest.removed", guest, booking=booking.id)
    return guest


def send_again(ctx: Context, booking_id: int, guest_id: int) -> BookingGuest:
    """The invitation once more to somebody who has lost it; their answer stays."""
    with ctx.unit_of_work():
        booking = booking_to_fill(ctx, booking_id)
        guest = live_guest(ctx, booking, guest_id)
        if not is_told(ctx, booking):
            raise ConflictError("Les invitations partent quand la réservation est accordée.")
        send_link(open_desk(ctx, booking, guest))
        ctx.record("guest.sent_again", guest, booking=booking.id)
    return guest


def booking_to_fill(ctx: Context, booking_id: int) -> Booking:
    booking = booking_to_change(ctx, booking_id, Permission.VAN_REQUEST)
    if booking.is_maintenance or not (booking.state in TOLD or booking.state.awaits_decision):
        raise ConflictError(
            f"La réservation {booking.reference} est close\u00a0: ses invités ne changent plus."
        )
    if booking.ends_at <= ctx.now:
        raise ConflictError("La sortie est passée\u00a0: ses invités ne changent plus.")
    return booking


def live_guest(ctx: Context, booking: Booking, guest_id: int) -> BookingGuest:
    for guest in ctx.session.scalars(queries.locked(booking.id)):
        if guest.id == guest_id and guest.removed_at is None:
            return guest
    raise NotFoundError(UNKNOWN)


def _put_on_list(
    ctx: Context, booking: Booking, guests: list[BookingGuest], contact: Contact
) -> BookingGuest:
    if not contact.email:
        raise InvalidError(
            f"{contact.full_name} n’a pas d’adresse e-mail dans l’annuaire.", field="contacts"
        )
    if contact.email == sender(ctx.settings).email:
        raise InvalidError(
            "Cette adresse est celle du réseau, d’où partent les invitations.", field="contacts"
        )
    guest = row_for(ctx, booking, guests, contact.email)
    if guest.role is not GuestRole.DRIVER:
        guest.name, guest.organisation_id = contact.full_name, contact.organisation_id
    return guest
