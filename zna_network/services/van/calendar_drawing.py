"""The days of a calendar put together: a month's weeks, a vehicle's week, columns of hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zna_network.models.van import Vehicle
from zna_network.services.french_holidays import holiday_name
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
    competing,
    hours_on_show,
    side_by_side,
    week_lines,
)
from zna_network.services.van.calendar_values import Day, Period, Piece, View, hour_words

LINES_OF_A_VEHICLE = 8
# How many requests for the same hours a column shows side by side.
APART_IN_A_WEEK, APART_IN_A_DAY = 1, 4
Pieces = dict[date, list[Piece]]


@dataclass(frozen=True)
class FreeTime:
    """When a vehicle can still be asked for on the day on show: « de 7 h à 9 h »."""

    vehicle: Vehicle
    spans: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
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


def weeks(days: dict[date, Day], pieces: Pieces) -> tuple[tuple[Day, ...], ...]:
    dates = list(days)
    weeks = []
    for start in range(0, len(dates), 7):
        week = dates[start : start + 7]
        lines = week_lines(week, pieces)
        weeks.append(
            tuple(replace(days[one], lanes=lines[one][0], more=lines[one][1]) for one in week)
        )
    return tuple(weeks)


def line(desk: Desk, vehicle: Vehicle, pieces: Pieces) -> tuple[Day, ...]:
    """A vehicle's week."""
    own = {
        day: [one for one in found if one.booking.vehicle_id == vehicle.id]
        for day, found in pieces.items()
    }
    alone = replace(desk, vehicles=(vehicle,))
    lines = week_lines(list(own), own, LINES_OF_A_VEHICLE)
    return tuple(
        replace(alone.day(day, own[day]), lanes=lines[day][0], more=lines[day][1]) for day in own
    )


def grid(view: View, days: dict[date, Day], vehicles: Sequence[Vehicle]) -> TimeGrid:
    """A column a day; on a day alone, a column a vehicle."""
    hours = hours_on_show(
        [(day, piece) for day, one in days.items() for piece in one.pieces],
        *opening_hours(vehicles),
    )
    if view is View.WEEK:
        columns = [
            _column(one, "", competing(one.pieces, APART_IN_A_WEEK), hours, vehicles)
            for one in days.values()
        ]
    else:
        (day,) = days.values()
        columns = [
            _column(
                day,
                vehicle.name,
                competing(
                    [one for one in day.pieces if one.booking.vehicle_id == vehicle.id],
                    APART_IN_A_DAY // len(vehicles),
                ),
                hours,
                [vehicle],
            )
            for vehicle in vehicles
        ]
    return TimeGrid(hours, tuple(columns))


def _column(
    day: Day,
    heading: str,
    groups: Sequence[tuple[Piece, ...]],
    hours: Sequence[int],
    vehicles: Sequence[Vehicle],
) -> Column:
    blocks, lanes, more = side_by_side(day.day, groups, hours)
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


def free(desk: Desk, day: date) -> tuple[FreeTime, ...]:
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
