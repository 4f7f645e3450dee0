"""What the rules of the lending judge: a trip, and nothing of the database."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zna_network.models.van import Driver, Vehicle
from zna_network.services.french_time import local_date

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Trip:
    """``used`` are the days on which the association has this vehicle anyway, this trip aside, a
    year before it and a year after."""

    vehicle: Vehicle
    starts_at: datetime
    ends_at: datetime
    now: datetime
    driver: Driver | None = None
    used: frozenset[date] = frozenset()

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def first_day(self) -> date:
        return local_date(self.starts_at)

    @property
    def last_day(self) -> date:
        """Of the return: the one on which everything must still be in order."""
        return local_date(self.ends_at)

    @property
    def days(self) -> frozenset[date]:
        return days_of(self.starts_at, self.ends_at)

    @property
    def most_days_in_a_year(self) -> int:
        """With this trip, over whichever twelve months around it: a trip asked for between two
        others counts with both."""
        return most_in_a_year(self.used, self.days)


def days_of(starts_at: datetime, ends_at: datetime) -> frozenset[date]:
    """The local days of which some instant is taken; a return at midnight takes no day more."""
    first, last = local_date(starts_at), local_date(ends_at - _INSTANT)
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


def most_in_a_year(used: Collection[date], more: Collection[date]) -> int:
    """The most days in any twelve months that have one of ``more``, which count with ``used``."""
    every = sorted({*used, *more})
    first, last = min(more), max(more)
    ends = [day for day in every if day >= first and a_year_before(day) < last]
    return max(bisect_right(every, d) - bisect_right(every, a_year_before(d)) for d in ends)


def a_year_before(day: date) -> date:
    """The same day the year before; 28 February for a 29th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
