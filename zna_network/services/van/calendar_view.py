"""The calendar of CUA Mobile: a month, a week or a day, in a constant number of statements.

Everybody with an account sees when a vehicle is taken, by whom and where it goes; nothing here
says more, whoever looks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zna_network.models.booking import BookingState
from zna_network.models.van import Vehicle
from zna_network.queries import van as vehicle_queries
from zna_network.queries import van_calendar as queries
from zna_network.queries.van_calendar import CLOSED, BookingFilter
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, to_local
from zna_network.services.permissions import Permission
from zna_network.services.van.calendar_drawing import (
    Desk,
    FreeTime,
    free,
    grid,
    line,
    weeks,
)
from zna_network.services.van.calendar_free import Span
from zna_network.services.van.calendar_lanes import TimeGrid, by_day
from zna_network.services.van.calendar_values import (
    Day,
    Period,
    Shown,
    View,
    period_of,
    within_reach,
)

LIVE = frozenset(BookingState) - CLOSED


@dataclass(frozen=True)
class Calendar:
    """``weeks`` for a month; for a week, ``grid`` of one vehicle's hours, or ``fleet``, a line a
    vehicle, where there are several; for a day, ``grid``. ``days`` are those that the view names,
    for the list that takes their place on a phone. ``free`` for a day alone. ``marks`` are, by the
    name of each vehicle, the letters that stand for it in a month of several."""

    period: Period
    today: date
    vehicles: tuple[Vehicle, ...]
    marks: dict[str, str]
    days: tuple[Day, ...]
    weeks: tuple[tuple[Day, ...], ...] = ()
    grid: TimeGrid | None = None
    fleet: tuple[tuple[Vehicle, tuple[Day, ...]], ...] = ()
    free: tuple[FreeTime, ...] = ()

    @property
    def total(self) -> int:
        """How many bookings the view holds."""
        return len({piece.booking.id for day in self.days for piece in day.pieces})

    @property
    def is_now(self) -> bool:
        return any(day.is_today for day in self.days)

    @property
    def passed(self) -> tuple[Day, ...]:
        """The days of a month that are over, when it is the present one: folded on a phone."""
        if self.period.view is not View.MONTH or not self.is_now:
            return ()
        return tuple(day for day in self.days if day.is_past and day.pieces)

    @property
    def coming(self) -> tuple[Day, ...]:
        """The other days; of a month, those on which something takes place."""
        passed = {day.day for day in self.passed}
        every = self.period.view is not View.MONTH
        return tuple(
            day
            for day in self.days
            if day.day not in passed and (every or day.pieces or day.is_today)
        )


def read(ctx: Context, view: View, day: date | None, wanted: BookingFilter) -> Calendar:
    """The period that holds ``day`` (today if none), narrowed; what came to nothing is left out
    unless asked for. Raises ForbiddenError."""
    ctx.require(Permission.VAN_READ)
    today = local_date(ctx.now)
    period = period_of(view, within_reach(day or today))
    wanted = replace(
        wanted, since=period.starts_at, until=period.ends_at, states=wanted.states or LIVE
    )
    every = ctx.session.scalars(vehicle_queries.vehicles(lent=False)).all()
    shown = _bookings(ctx, wanted, every)
    asked = tuple(
        one for one in every if wanted.vehicle_id in (None, one.id) and _is_there(one, shown)
    )
    desk = Desk(period, today, asked, _taken(ctx, period))
    pieces = by_day(shown, period.days)
    days = {one: desk.day(one, pieces[one]) for one in period.days}
    marks = {one.name: marks_of(every)[one.name] for one in asked}
    named = marks if view is View.MONTH and len(every) > 1 else {}
    main = tuple(one for one in days.values() if one.is_main)
    calendar = Calendar(period, today, asked, named, main)
    if view is View.MONTH:
        return replace(calendar, weeks=weeks(days, pieces))
    if view is View.WEEK and len(asked) > 1:
        return replace(calendar, fleet=tuple((one, line(desk, one, pieces)) for one in asked))
    open_hours = free(desk, period.day) if view is View.DAY else ()
    return replace(calendar, grid=grid(view, days, asked), free=open_hours)


def _bookings(ctx: Context, wanted: BookingFilter, vehicles: Sequence[Vehicle]) -> list[Shown]:
    rows = ctx.session.execute(queries.drawn(wanted)).all()
    places: dict[int, dict[str, None]] = {}
    found = queries.places_of([row.id for row in rows])
    for booking_id, commune, qpv in ctx.session.execute(found):
        places.setdefault(booking_id, {})[qpv or commune] = None
    names = {one.id: one.name for one in vehicles} if len(vehicles) > 1 else {}
    marks = marks_of(vehicles)
    own = ctx.actor.organisation_id if ctx.actor else None
    return [
        Shown(
            id=row.id,
            reference=f"CM-{row.number:04d}",
            state=row.state,
            vehicle_id=row.vehicle_id,
            vehicle=names.get(row.vehicle_id, ""),
            mark=marks.get(names.get(row.vehicle_id, ""), ""),
            who=row.who or "",
            is_own=own is not None and row.organisation_id == own,
            places=tuple(places.get(row.id, ())),
            starts=to_local(row.starts_at),
            ends=to_local(row.ends_at),
            free_from=to_local(row.block_end),
        )
        for row in rows
    ]


def marks_of(vehicles: Sequence[Vehicle]) -> dict[str, str]:
    """« CM » for « CUA Mobile »; with a number where two would have the same."""
    found: dict[str, str] = {}
    for vehicle in vehicles:
        words = re.findall(r"\w+", vehicle.name)
        mark = "".join(word[0] for word in words[:3]).upper() or "V"
        same = sum(other.rstrip("0123456789") == mark for other in found.values())
        found[vehicle.name] = f"{mark}{same + 1}" if same else mark
    return found


def _is_there(vehicle: Vehicle, shown: Sequence[Shown]) -> bool:
    """One that is no longer lent appears where it was booked."""
    return vehicle.is_lent or any(one.vehicle_id == vehicle.id for one in shown)


def _taken(ctx: Context, period: Period) -> dict[int, list[Span]]:
    """Whatever the filters: a day that is taken is taken for everybody."""
    found: dict[int, list[Span]] = {}
    rows = ctx.session.execute(queries.taken_spans(period.starts_at, period.ends_at))
    for vehicle_id, start, stop in rows:
        span = to_local(start).replace(tzinfo=None), to_local(stop).replace(tzinfo=None)
        found.setdefault(vehicle_id, []).append(span)
    for spans in found.values():
        spans.sort()
    return found
