"""What a subscribed calendar reads: one event a booking, in UTC, a cancelled one kept as such.

An address may be passed on, so no person is named, neither driver nor borrower's staff, and what
the trip is for stays out. A calendar takes an event again when its SEQUENCE has risen: it is the
booking's own, and one more for each line of its history, of which nothing is ever taken away."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.booking import BLOCKING, Booking, BookingState, Stop
from zna_network.models.handover import CalendarFeed
from zna_network.ports.calendar import Address, CalendarEvent
from zna_network.queries import van_feeds as queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, short_date, short_time
from zna_network.services.van.feeds import feed_of

KEPT = timedelta(days=92)
_TENTATIVE = frozenset({BookingState.REQUESTED, BookingState.WAITING})
_CONFIRMED = BLOCKING | {BookingState.RETURNED}
_MARKS = {
    BookingState.REQUESTED: "Demandée",
    BookingState.WAITING: "Liste d’attente",
    BookingState.REFUSED: "Refusée",
    BookingState.CANCELLED: "Annulée",
    BookingState.EXPIRED: "Sans réponse",
}
NO_MORE = "Annulée"
WRITING = 1  # to be raised when the same bookings come to be written otherwise


@dataclass(frozen=True)
class Feed:
    """``version`` changes with anything that a subscriber would see changed."""

    name: str
    events: list[CalendarEvent]
    version: str


def read(ctx: Context, token: str) -> Feed:
    """The feed behind this address, over the last three months and all that comes. Raises
    NotFoundError, LinkGoneError."""
    feed = feed_of(ctx, token)
    organizer = sender(ctx.settings)
    found = ctx.session.execute(queries.bookings(feed, ctx.now - KEPT)).unique()
    events = [_event(ctx, feed, booking, history, organizer) for booking, history in found]
    name = feed.vehicle.name if feed.vehicle else "CUA Mobile"
    if feed.organisation is not None:
        name = f"{name} — {feed.organisation.name}"
    told = f"{WRITING} {name!r} {events!r}"
    return Feed(name, events, hashlib.sha256(told.encode()).hexdigest()[:40])


def written(ctx: Context, feed: Feed) -> bytes:
    """The feed as calendars read it; costs more than all the rest, so not for who has it."""
    return ctx.ports.calendar.publish(feed.events, name=feed.name, in_utc=True)


def _event(
    ctx: Context, feed: CalendarFeed, booking: Booking, history: int, organizer: Address
) -> CalendarEvent:
    of_vehicle = feed.vehicle_id is not None
    confirmed = booking.state in _CONFIRMED
    # In a vehicle's feed a booking that lost it is over, until it has it again.
    cancelled = not confirmed and (of_vehicle or booking.state not in _TENTATIVE)
    mark = "" if confirmed else _MARKS.get(booking.state, NO_MORE)
    if of_vehicle and booking.state in _TENTATIVE:
        mark = NO_MORE
    return CalendarEvent(
        uid=booking.uid,
        sequence=booking.sequence + history,
        stamp=booking.updated_at,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=f"{mark} : {_title(booking, of_vehicle)}" if mark else _title(booking, of_vehicle),
        organizer=organizer,
        description=_description(booking, with_places=not of_vehicle),
        location=", ".join(_areas(booking)),
        url=f"{ctx.settings.base_url}/cua-mobile/reservations/{booking.id}",
        cancelled=cancelled,
        tentative=not confirmed and not cancelled,
        categories=(booking.vehicle.name,),
    )


def _title(booking: Booking, of_vehicle: bool) -> str:
    if booking.organisation is None:
        return f"{booking.vehicle.name} indisponible"
    if of_vehicle:
        return f"{booking.vehicle.name} — {booking.organisation.short_name}"
    where = ", ".join(_areas(booking))
    return f"{booking.vehicle.name} : {where}" if where else booking.vehicle.name


def _areas(booking: Booking) -> dict[str, None]:
    """Where it goes, each once, in the order of the stops."""
    return dict.fromkeys(stop.qpv.name if stop.qpv else stop.commune.name for stop in booking.stops)


def _description(booking: Booking, *, with_places: bool) -> str:
    lines = [f"Réservation {booking.reference} : {booking.state.label.lower()}"]
    lines += [_stop_line(booking, stop, with_places) for stop in booking.stops]
    if booking.block_end > booking.ends_at and booking.state in BLOCKING:
        lines.append(f"Véhicule de nouveau disponible à {short_time(booking.block_end)}")
    return "\n".join(lines)


def _stop_line(booking: Booking, stop: Stop, with_place: bool) -> str:
    """« 10 h – 12 h : Place de la mairie, Achicourt », with the day if the trip has several."""
    several = local_date(booking.starts_at) != local_date(booking.ends_at)
    day = f"{short_date(stop.starts_at)}, " if several else ""
    area = stop.qpv.name if stop.qpv else stop.commune.name
    where = stop.where if with_place else area
    return f"{day}{short_time(stop.starts_at)} – {short_time(stop.ends_at)} : {where}"
