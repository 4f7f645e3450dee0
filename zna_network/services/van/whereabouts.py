"""Where CUA Mobile stops next, for anybody: the stops that their association says are open to all,
once the trip is granted. Who drives and what for is nobody's business here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import cos, hypot, radians

from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune, Right
from zna_network.ports.calendar import CalendarEvent
from zna_network.queries import territory as territory_queries
from zna_network.queries import van_coverage as queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.languages import to_translate

PATH = "/cua-mobile/passages"
NAME = "CUA Mobile"
NO_STOP = to_translate("Ce passage n’existe pas, ou n’est plus annoncé.")
MOST, NEAREST = 100, 5
_SHOWN = {BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED, BookingState.CANCELLED}
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class PublicStop:
    """``km`` from the commune that was asked for, as the crow flies; none when none was,
    or within it."""

    stop: Stop
    is_cancelled: bool
    is_now: bool
    km: int | None = None

    @property
    def booking(self) -> Booking:
        return self.stop.booking

    @property
    def day(self) -> date:
        return local_date(self.stop.starts_at)

    @property
    def hosts(self) -> list[Organisation]:
        """The association that comes, then those who come with it."""
        booking = self.booking
        first = [booking.organisation] if booking.organisation else []
        return [*first, *(one for one in booking.partners if one not in first)]

    @property
    def rights(self) -> list[Right]:
        return list(self.booking.rights)

    @property
    def commune(self) -> Commune:
        return self.stop.commune


@dataclass(frozen=True)
class Whereabouts:
    """``days``: what was asked for, by local day. ``nearby``: the next stops around the commune
    that was asked for, the nearest first, when none is to come there. ``communes``: all of them,
    to choose from; ``served``: by INSEE code, the rank of those that have a stop to come, by the
    first of them."""

    commune: Commune | None
    days: Sequence[tuple[date, Sequence[PublicStop]]]
    nearby: Sequence[PublicStop]
    communes: Sequence[Commune]
    served: Mapping[str, int]

    @property
    def stops(self) -> list[PublicStop]:
        return [one for _day, stops in self.days for one in stops]

    @property
    def now(self) -> list[PublicStop]:
        """Where it is at this very moment, among what was asked for."""
        return [one for one in self.stops if one.is_now]


def whereabouts(ctx: Context, insee: str = "") -> Whereabouts:
    """A constant number of statements. An INSEE code that is nobody's is no filter."""
    communes = ctx.session.scalars(territory_queries.communes()).all()
    commune = next((one for one in communes if one.insee == insee), None)
    found = ctx.session.scalars(queries.public_stops(ctx.now).limit(MOST)).unique().all()
    every = [_told(stop, ctx.now, commune) for stop in found]
    wanted = [one for one in every if commune is None or one.stop.insee == commune.insee]
    live = [one for one in every if not one.is_cancelled]
    return Whereabouts(
        commune=commune,
        days=[(day, list(stops)) for day, stops in groupby(wanted, key=lambda one: one.day)],
        nearby=_nearest(live) if commune and not any(s in live for s in wanted) else [],
        communes=communes,
        served=_ranks(live),
    )


def calendar_file(ctx: Context, insee: str = "") -> bytes:
    """Every stop to come, or those of one commune; cancelled ones say so."""
    codes = (insee,) if insee else ()
    found = ctx.session.scalars(queries.public_stops(ctx.now, codes).limit(MOST)).unique()
    return ctx.ports.calendar.publish([_event(ctx, stop) for stop in found], name=NAME)


def stop_file(ctx: Context, stop_id: int) -> bytes:
    """One stop, past ones included: somebody may open the link again. Raises NotFoundError."""
    stop = ctx.session.scalars(queries.public_stop(stop_id)).unique().one_or_none()
    if stop is None or not _is_announced(stop.booking):
        raise NotFoundError(NO_STOP)
    return ctx.ports.calendar.publish([_event(ctx, stop)], name=_title(stop))


def page_of(ctx: Context, insee: str = "") -> str:
    """The address of the public page, for paper and for calendars."""
    query = f"?commune={insee}" if insee else ""
    return f"{ctx.settings.base_url}{PATH}{query}"


def _is_announced(booking: Booking) -> bool:
    """Granted, even if cancelled since: what was never granted was never told to anybody."""
    if booking.state is BookingState.CANCELLED:
        return any(event.act == "approved" for event in booking.events)
    return booking.state in _SHOWN


def _told(stop: Stop, now: datetime, from_commune: Commune | None) -> PublicStop:
    cancelled = stop.booking.state is BookingState.CANCELLED
    return PublicStop(
        stop=stop,
        is_cancelled=cancelled,
        is_now=not cancelled and stop.starts_at <= now < stop.ends_at,
        km=_km(from_commune, stop.commune) if from_commune else None,
    )


def _ranks(stops: Sequence[PublicStop]) -> dict[str, int]:
    ordered = dict.fromkeys(one.stop.insee for one in stops)
    return {insee: rank for rank, insee in enumerate(ordered, start=1)}


def _nearest(stops: Sequence[PublicStop]) -> list[PublicStop]:
    near = sorted(stops, key=lambda one: (one.km or 0, one.stop.starts_at))
    return near[:NEAREST]


def _km(one: Commune, other: Commune) -> int | None:
    """Between the middles of two communes, as the crow flies: the territory is flat enough. None
    within one."""
    if one is other:
        return None
    down = (one.latitude - other.latitude) * _KM_PER_DEGREE
    across = (one.longitude - other.longitude) * _KM_PER_DEGREE * cos(radians(one.latitude))
    return max(1, round(hypot(down, across)))


def _event(ctx: Context, stop: Stop) -> CalendarEvent:
    booking = stop.booking
    told = _told(stop, ctx.now, None)
    hosts = ", ".join(host.name for host in told.hosts)
    rights = ", ".join(right.label for right in told.rights)
    lines = (hosts and f"Avec\u00a0: {hosts}", rights and f"Pour parler de\u00a0: {rights}")
    return CalendarEvent(
        uid=stop.uid,
        sequence=booking.sequence,
        stamp=booking.updated_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        summary=_title(stop),
        organizer=sender(ctx.settings),
        description="\n".join(line for line in lines if line),
        location=stop.where,
        url=page_of(ctx, stop.insee),
        cancelled=told.is_cancelled,
        categories=(NAME,),
    )


def _title(stop: Stop) -> str:
    return f"{NAME} à {stop.commune.name}"
