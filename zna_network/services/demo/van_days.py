"""The days of the demonstration's trips: those when the vehicle is lent, around today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import from_local, local_date, to_local

LEAVES, RETURNS = time(9), time(17, 30)


@dataclass(frozen=True)
class Calendar:
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def is_under_way(self) -> bool:
        """Whether a trip of today would be on the road."""
        return not why_closed(self.today) and LEAVES < to_local(self.now).time() < RETURNS

    def open_days_before(self, how_many: int) -> list[date]:
        """Of so many days, the oldest first; yesterday is left out."""
        return self._open(-how_many, -2)

    def open_days_after(self, first: int, last: int) -> list[date]:
        """From so many days ahead to so many."""
        return self._open(first, last)

    def _open(self, first: int, last: int) -> list[date]:
        days = (self.today + timedelta(days=n) for n in range(first, last + 1))
        return [day for day in days if not why_closed(day)]


def instant(day: date, hour: time) -> datetime:
    return from_local(day, hour)
