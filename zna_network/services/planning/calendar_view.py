"""The calendar as its page shows it: twelve small months to see the year, then what there is."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from zna_network.queries import organisations as organisation_queries
from zna_network.services.context import Context
from zna_network.services.french_holidays import holiday_name
from zna_network.services.french_time import local_date, month_and_year
from zna_network.services.permissions import Permission
from zna_network.services.planning import closed_periods
from zna_network.services.planning.calendar_items import items
from zna_network.services.planning.calendar_values import MONTHS, Item, Kind, Wanted, add_months
from zna_network.services.planning.closed_periods import ClosedDays

LONG = timedelta(days=31)
_SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """A square of a small month; ``kinds`` are those of what is there."""

    day: date
    kinds: tuple[Kind, ...] = ()
    count: int = 0
    is_off: bool = False
    is_holiday: bool = False
    is_today: bool = False


@dataclass(frozen=True)
class Closed:
    """Days to avoid as the list shows them, in the month where they begin."""

    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Month:
    """``weeks`` have seven squares, none where the month has no day."""

    first: date
    name: str
    weeks: tuple[tuple[Day | None, ...], ...]
    items: tuple[Item, ...]
    closed: tuple[Closed, ...]

    @property
    def anchor(self) -> str:
        return f"m-{self.first:%Y-%m}"

    @property
    def short_name(self) -> str:
        return self.name.partition(" ")[0]


@dataclass(frozen=True)
class YearView:
    """``under_way`` are the long periods that began before; ``known_until``, how far the school
    holidays are known; ``organisations``, (id, name) of those to choose from."""

    wanted: Wanted
    months: tuple[Month, ...]
    under_way: tuple[Item, ...]
    total: int
    known_until: date | None
    organisations: tuple[tuple[int, str], ...]

    @property
    def title(self) -> str:
        first, last = self.wanted.start, self.wanted.end
        if first.month == 1:
            return str(first.year)
        return f"{month_and_year(first).capitalize()} – {month_and_year(last)}"

    @property
    def knows_all_holidays(self) -> bool:
        return self.known_until is not None and self.known_until >= self.wanted.end


def year(ctx: Context, wanted: Wanted) -> YearView:
    """Raises ForbiddenError."""
    found = items(ctx, wanted)
    closed = closed_periods.between(ctx, wanted.start, wanted.end)
    inside = _together([one for one in found if one.starts_on >= wanted.start])
    today = local_date(ctx.now)
    months = tuple(
        _month(add_months(wanted.start, rank), inside, closed, today) for rank in range(MONTHS)
    )
    return YearView(
        wanted,
        months,
        tuple(one for one in found if one.starts_on < wanted.start),
        len(found),
        closed_periods.known_until(ctx),
        _organisations(ctx),
    )


def _organisations(ctx: Context) -> tuple[tuple[int, str], ...]:
    """The grantees, for those who see all of them."""
    if not ctx.may(Permission.PLAN_READ):
        return ()
    found = ctx.session.scalars(organisation_queries.grantees())
    return tuple((one.id, one.name) for one in found)


def _month(first: date, found: Sequence[Item], closed: ClosedDays, today: date) -> Month:
    length = calendar.monthrange(first.year, first.month)[1]
    here, by_day = _in_month(first, found)
    squares: list[Day | None] = [None] * first.weekday()
    for number in range(length):
        day = first + timedelta(days=number)
        squares.append(_day(day, by_day.get(day, []), closed, day == today))
    squares += [None] * (-len(squares) % 7)
    weeks = tuple(tuple(squares[i : i + 7]) for i in range(0, len(squares), 7))
    last = first + timedelta(days=length - 1)
    return Month(first, month_and_year(first), weeks, tuple(here), _closed(closed, first, last))


def _together(found: Sequence[Item]) -> list[Item]:
    """The same step, or the same paper, of several grantees is one line for all of them."""
    lines: dict[tuple[object, ...], list[Item]] = {}
    for rank, one in enumerate(found):
        shared = one.kind in {Kind.STEP, Kind.GRANT}
        lines.setdefault(one.what if shared else (rank,), []).append(one)
    return [
        replace(same[0], each=tuple(same)) if len(same) > 1 else same[0] for same in lines.values()
    ]


def _in_month(first: date, found: Sequence[Item]) -> tuple[list[Item], dict[date, list[Item]]]:
    """What the month's list has, and each day's."""
    here: list[Item] = []
    by_day: dict[date, list[Item]] = {}
    for one in found:
        if one.starts_on.replace(day=1) != first:
            continue
        if not one.month_only:
            one = replace(one, is_first=one.starts_on not in by_day)
            by_day.setdefault(one.starts_on, []).append(one)
        here.append(one)
    return here, by_day


def _day(day: date, here: Sequence[Item], closed: ClosedDays, is_today: bool) -> Day:
    in_period = any(one.starts_on <= day <= one.ends_on for one in closed.periods)
    return Day(
        day,
        tuple(dict.fromkeys(one.kind for one in here)),
        len(here),
        is_off=day.weekday() >= _SATURDAY or bool(holiday_name(day)),
        is_holiday=in_period,
        is_today=is_today,
    )


def _closed(closed: ClosedDays, first: date, last: date) -> tuple[Closed, ...]:
    found = [
        Closed(one.label, one.starts_on, one.ends_on)
        for one in closed.periods
        if first <= one.starts_on <= last
    ]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        name = holiday_name(day)
        if name and day.weekday() < _SATURDAY:
            found.append(Closed(f"{name[:1].upper()}{name[1:]}, férié", day, day))
    return tuple(sorted(found, key=lambda one: (one.starts_on, one.ends_on)))
