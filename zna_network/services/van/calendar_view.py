"""The calendar of CUA Mobile: a month, a week or a day, in a constant number of statements.

Everybody with an account sees when a vehicle is taken, by whom and where it goes; nothing here
says more, whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zna_network.models.booking import BookingState
from zna_network.models.van import Vehicle
from zna_network.queries import van as vehicle_queries
from zna_network.queries import van_calendar as queries
from zna_network.queries.van_calendar import CLOSED, BookingFilter
from zna_network.services.context import Context
from zna_network.services.french_holidays import holiday_name
from zna_network.services.french_time import local_date, to_local
from zna_network.services.permissions import Permission
from zna_network.services.van.calendar_free import (
    Span,
    free_spans,
    goes_out,
    may_be_asked,
    opening_hours,
)
from zna_network.services.van.calendar_lanes import (
    Column,
    TimeGrid,
    by_day,
    hours_on_show,
    side_by_side,
    week_lines,
)
from zna_network.services.van.calendar_values import (
    Day,
    Period,
    Piece,
    Shown,
    View,
    hour_words,
    period_of,
    within_reach,
)

LIVE = frozenset(BookingState) - CLOSED


@dataclass(frozen=True)
class FreeTime:
    """When a vehicle can still be asked for on the day on show: « de 7 h à 9 h »."""

    vehicle: Vehicle
    spans: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """``weeks`` for a month, ``grid`` for the other views; ``days`` are those that the view names,
    for the list that takes their place on a phone. ``free`` for a day alone."""

    period: Period
    today: date
    vehicles: tuple[Vehicle, ...]
    days: tuple[Day, ...]
    weeks: tuple[tuple[Day, ...], ...] = ()
    grid: TimeGrid | None = None
    free: tuple[FreeTime, ...] = ()

    @property
    def total(self) -> int:
        """How many bookings the view holds."""
        return len({piece.booking.id for day in self.days for piece in day.pieces})

    @property
    def next_open(self) -> Day | None:
        return next((day for day in self.days if day.is_open), None)


@dataclass(frozen=True)
class _Desk:
    """What the days are made from: the vehicles in question, and what takes each of them, as local
    wall times by their start."""

    period: Period
    today: date
    vehicles: tuple[Vehicle, ...]
    taken: dict[int, list[Span]]

    def spans(self, vehicle: Vehicle, day: date) -> list[Span]:
        if not may_be_asked(vehicle, day, self.today):
            return []
        return free_spans(vehicle, day, self.taken.get(vehicle.id, ()))

    def day(self, day: date, pieces: Sequence[Piece]) -> Day:
        first, last = self.period.main_first, self.period.main_last
        return Day(
            day=day,
            is_main=first <= day <= last,
            is_today=day == self.today,
            is_past=day < self.today,
            holiday=holiday_name(day),
            is_worked=any(goes_out(one, day) for one in self.vehicles),
            is_open=any(self.spans(one, day) for one in self.vehicles),
            pieces=tuple(pieces),
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
    desk = _Desk(period, today, asked, _taken(ctx, period))
    pieces = by_day(shown, period.days)
    days = {one: desk.day(one, pieces[one]) for one in period.days}
    calendar = Calendar(period, today, asked, tuple(one for one in days.values() if one.is_main))
    if view is View.MONTH:
        return replace(calendar, weeks=_weeks(days, pieces))
    free = _free(desk, period.day) if view is View.DAY else ()
    return replace(calendar, grid=_grid(view, desk, days, asked), free=free)


def _bookings(ctx: Context, wanted: BookingFilter, vehicles: Sequence[Vehicle]) -> list[Shown]:
    places: dict[int, dict[str, None]] = {}
    for booking_id, commune, qpv in ctx.session.execute(queries.drawn_places(wanted)):
        places.setdefault(booking_id, {})[qpv or commune] = None
    names = {one.id: one.name for one in vehicles} if len(vehicles) > 1 else {}
    own = ctx.actor.organisation_id if ctx.actor else None
    return [
        Shown(
            id=row.id,
            reference=f"CM-{row.number:04d}",
            state=row.state,
            vehicle_id=row.vehicle_id,
            vehicle=names.get(row.vehicle_id, ""),
            who=row.who or "",
            is_own=own is not None and row.organisation_id == own,
            places=tuple(places.get(row.id, ())),
            starts=to_local(row.starts_at),
            ends=to_local(row.ends_at),
            free_from=to_local(row.block_end),
        )
        for row in ctx.session.execute(queries.drawn(wanted))
    ]


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


def _weeks(days: dict[date, Day], pieces: dict[date, list[Piece]]) -> tuple[tuple[Day, ...], ...]:
    dates = list(days)
    weeks = []
    for start in range(0, len(dates), 7):
        week = dates[start : start + 7]
        lines = week_lines(week, pieces)
        weeks.append(
            tuple(replace(days[one], lanes=lines[one][0], more=lines[one][1]) for one in week)
        )
    return tuple(weeks)


def _grid(view: View, desk: _Desk, days: dict[date, Day], vehicles: Sequence[Vehicle]) -> TimeGrid:
    """A column a day; on a day alone, a column a vehicle."""
    hours = hours_on_show(
        [(day, piece) for day, one in days.items() for piece in one.pieces],
        *opening_hours(vehicles),
    )
    if view is View.WEEK:
        columns = [_column(one, "", one.pieces, hours, vehicles) for one in days.values()]
    else:
        (day,) = days.values()
        columns = [
            _column(
                day,
                vehicle.name,
                [piece for piece in day.pieces if piece.booking.vehicle_id == vehicle.id],
                hours,
                [vehicle],
            )
            for vehicle in vehicles
        ]
    return TimeGrid(hours, tuple(columns))


def _column(
    day: Day,
    heading: str,
    pieces: Sequence[Piece],
    hours: Sequence[int],
    vehicles: Sequence[Vehicle],
) -> Column:
    blocks, lanes, more = side_by_side(day.day, pieces, hours)
    return Column(day, heading, lanes, blocks, _shut(day.day, hours, vehicles), more)


def _shut(
    day: date, hours: Sequence[int], vehicles: Sequence[Vehicle]
) -> tuple[tuple[int, int], ...]:
    rows = len(hours) * 2
    out = [one for one in vehicles if goes_out(one, day)]
    if not out:
        return ((0, rows),)
    opens, closes = opening_hours(out)
    first = max(0, (opens.hour - hours[0]) * 2 + opens.minute // 30)
    last = min(rows, (closes.hour - hours[0]) * 2 + -(-closes.minute // 30))
    return tuple(span for span in ((0, first), (last, rows)) if span[0] < span[1])


def _free(desk: _Desk, day: date) -> tuple[FreeTime, ...]:
    return tuple(
        FreeTime(
            vehicle,
            tuple(
                f"de {hour_words(start.time())} à {hour_words(end.time())}"
                for start, end in desk.spans(vehicle, day)
            ),
        )
        for vehicle in desk.vehicles
        if vehicle.is_lent
    )
