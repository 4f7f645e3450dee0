"""Those invited to a trip of CUA Mobile.

Locks are taken in one order: the vehicle, the booking, its guests by id, then their mails."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import Booking, Stop
from zna_network.models.handover import BookingGuest
from zna_network.models.organisation import Contact, Organisation
from zna_network.models.outbox import OutboxMessage


def live(booking_id: int) -> Select[BookingGuest]:
    """As the page lists them: the driver first, then by name."""
    return (
        select(BookingGuest)
        .where(BookingGuest.booking_id == booking_id, BookingGuest.removed_at.is_(None))
        .options(joinedload(BookingGuest.organisation))
        .order_by(BookingGuest.role, BookingGuest.name, BookingGuest.id)
    )


def locked(booking_id: int) -> Select[BookingGuest]:
    """All of the booking's, those taken off included."""
    return (
        select(BookingGuest)
        .where(BookingGuest.booking_id == booking_id)
        .order_by(BookingGuest.id)
        .with_for_update(of=BookingGuest)
        .execution_options(populate_existing=True)
    )


def by_link(link_hash: str) -> Select[BookingGuest]:
    """With the whole trip, which their page shows."""
    trip = joinedload(BookingGuest.booking)
    return (
        select(BookingGuest)
        .where(BookingGuest.link_hash == link_hash)
        .options(
            trip.joinedload(Booking.vehicle),
            trip.joinedload(Booking.organisation),
            trip.joinedload(Booking.driver),
            trip.selectinload(Booking.partners),
            trip.selectinload(Booking.stops).joinedload(Stop.commune),
            trip.selectinload(Booking.stops).joinedload(Stop.qpv),
        )
    )


def mails_of(thread_keys: Collection[str]) -> Select[OutboxMessage]:
    """Without a lock, for a page: their state only."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.thread_key.in_(thread_keys))
        .order_by(OutboxMessage.id)
    )


def contacts(contact_ids: Collection[int]) -> Select[Contact]:
    """Those in use among these."""
    return _contacts().where(Contact.id.in_(contact_ids)).order_by(Contact.sort_key, Contact.id)


def reachable_contacts(organisation_ids: Collection[int]) -> Select[Contact]:
    """The contacts of these organisations that have an address."""
    return (
        _contacts()
        .where(Contact.organisation_id.in_(organisation_ids), Contact.email != "")
        .order_by(Organisation.sort_key, Contact.sort_key, Contact.id)
    )


def _contacts() -> Select[Contact]:
    return (
        select(Contact)
        .join(Organisation, Contact.organisation_id == Organisation.id)
        .where(Contact.archived_at.is_(None), Organisation.archived_at.is_(None))
        .options(selectinload(Contact.organisation))
    )
