"""The secret addresses that calendars subscribe to, and what they read there."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import BLOCKING, Booking, BookingEvent, BookingState, Stop
from zna_network.models.handover import CalendarFeed
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle

HELD = BLOCKING | {BookingState.RETURNED}
LONGEST = 5_000


def by_link(link_hash: str) -> Select[CalendarFeed]:
    return (
        select(CalendarFeed)
        .where(CalendarFeed.link_hash == link_hash)
        .options(joinedload(CalendarFeed.organisation), joinedload(CalendarFeed.vehicle))
    )


def feed(feed_id: int) -> Select[CalendarFeed]:
    """Locked: two people may press two buttons."""
    return (
        select(CalendarFeed)
        .where(CalendarFeed.id == feed_id)
        .with_for_update(of=CalendarFeed)
        .execution_options(populate_existing=True)
    )


def live(*, organisation_id: int | None, by_user: int | None) -> Select[CalendarFeed]:
    """Those not revoked, the vehicles' first: an association's and those that an account made; with
    neither, all."""
    statement = (
        select(CalendarFeed)
        .outerjoin(CalendarFeed.organisation)
        .outerjoin(CalendarFeed.vehicle)
        .where(CalendarFeed.revoked_at.is_(None))
        .options(
            joinedload(CalendarFeed.organisation),
            joinedload(CalendarFeed.vehicle),
            joinedload(CalendarFeed.created_by),
        )
        .order_by(
            # Said, since the two engines put what is null at different ends.
            CalendarFeed.vehicle_id.is_(None),
            Vehicle.name,
            Organisation.sort_key,
            CalendarFeed.id,
        )
    )
    if organisation_id is None and by_user is None:
        return statement
    return statement.where(
        or_(
            CalendarFeed.organisation_id == organisation_id,
            # Not what they made for an association that they have left.
            CalendarFeed.vehicle_id.is_not(None) & (CalendarFeed.created_by_id == by_user),
        )
    )


def count_live(organisation_id: int | None, vehicle_id: int | None) -> Select[int]:
    return select(func.count(CalendarFeed.id)).where(
        CalendarFeed.revoked_at.is_(None), _about(organisation_id, vehicle_id)
    )


def _about(organisation_id: int | None, vehicle_id: int | None) -> ColumnElement[bool]:
    if organisation_id is not None:
        return CalendarFeed.organisation_id == organisation_id
    return CalendarFeed.vehicle_id == vehicle_id


def bookings(feed: CalendarFeed, since: datetime) -> Select[Booking, int]:
    """What a subscriber of this feed has on show, with the length of each one's history. A
    vehicle's: what has it or had it, also when it was given up since. An association's: all that
    it asked for."""
    history = (
        select(func.count(BookingEvent.id))
        .where(BookingEvent.booking_id == Booking.id)
        .correlate(Booking)
        .scalar_subquery()
    )
    statement = (
        select(Booking, history)
        .where(Booking.ends_at > since)
        .options(
            joinedload(Booking.vehicle),
            joinedload(Booking.organisation),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
        .order_by(Booking.starts_at, Booking.id)
        .limit(LONGEST)
    )
    if feed.organisation_id is not None:
        return statement.where(Booking.organisation_id == feed.organisation_id)
    had_it = select(BookingEvent.id).where(
        BookingEvent.booking_id == Booking.id, BookingEvent.state.in_(BLOCKING)
    )
    return statement.where(
        Booking.vehicle_id == feed.vehicle_id,
        or_(Booking.state.in_(HELD), had_it.exists()),
    )
