"""The shift plan as a timetable: a day's posts in rows, its hours in columns.

Cells span columns, since the pages allow no inline style; a post held by two overlapping shifts
takes two rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from zna_network.models.forum import Shift
from zna_network.services.french_time import local_date, short_time, to_local

_HOUR = timedelta(hours=1)
_NARROW = 6  # a share of the day
_FINE, _COARSE = timedelta(minutes=15), timedelta(minutes=30)


@dataclass(frozen=True)
class Cell:
    """``span`` columns, held by ``shift`` or empty. ``is_narrow``: too short for names, which the
    list gives."""

    span: int
    shift: Shift | None = None
    is_narrow: bool = False


@dataclass
class Row:
    """``rows``: how many rows the post takes, on its first one; 0 on the others."""

    post: str
    rows: int
    shifts: list[Shift] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class DayPlan:
    """``hours`` are the headings: label and number of columns each. ``posts``: the shifts of each
    post, in the order of the day."""

    day: date
    hours: list[tuple[str, int]]
    rows: list[Row]
    posts: list[tuple[str, list[Shift]]]

    @property
    def missing(self) -> int:
        return sum(shift.missing for _, shifts in self.posts for shift in shifts)


def by_day(shifts: Iterable[Shift]) -> list[DayPlan]:
    """``shifts`` in the order of their beginning."""
    return [
        _plan(day, list(group))
        for day, group in groupby(shifts, key=lambda shift: local_date(shift.starts_at))
    ]


def _plan(day: date, shifts: list[Shift]) -> DayPlan:
    posts: dict[str, list[Shift]] = {}
    for shift in shifts:
        posts.setdefault(shift.post, []).append(shift)
    step = _step(shifts)
    first = _floor(min(shift.starts_at for shift in shifts))
    last = max(shift.ends_at for shift in shifts)
    total = -(-(last - first) // _HOUR) * (_HOUR // step)
    rows = [row for post, held in posts.items() for row in _rows(post, held)]
    for row in rows:
        row.cells = _cells(row.shifts, first, step, total)
    hours = [
        (short_time(first + _HOUR * rank), _HOUR // step) for rank in range(total * step // _HOUR)
    ]
    return DayPlan(day, hours, rows, list(posts.items()))


def _rows(post: str, shifts: Sequence[Shift]) -> list[Row]:
    lanes: list[Row] = []
    for shift in shifts:
        free = next((lane for lane in lanes if lane.shifts[-1].ends_at <= shift.starts_at), None)
        if free is None:
            free = Row(post, 0)
            lanes.append(free)
        free.shifts.append(shift)
    lanes[0].rows = len(lanes)
    return lanes


def _cells(shifts: Sequence[Shift], first: datetime, step: timedelta, total: int) -> list[Cell]:
    cells: list[Cell] = []
    at = 0
    for shift in shifts:
        begins = max(at, (shift.starts_at - first) // step)
        ends = max(begins + 1, -(-(shift.ends_at - first) // step))
        if begins > at:
            cells.append(Cell(begins - at))
        cells.append(Cell(ends - begins, shift, (ends - begins) * _NARROW < total))
        at = ends
    if at < total:
        cells.append(Cell(total - at))
    return cells


def _step(shifts: Iterable[Shift]) -> timedelta:
    moments = [moment for shift in shifts for moment in (shift.starts_at, shift.ends_at)]
    return _COARSE if all(to_local(m).minute % 30 == 0 for m in moments) else _FINE


def _floor(moment: datetime) -> datetime:
    return moment - timedelta(minutes=to_local(moment).minute)
