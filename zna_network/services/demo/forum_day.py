"""The day of the demonstration forum: today, at hours such that it is in full swing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from zna_network.services.french_time import PARIS, to_local

ORDINARY_HOURS = (time(9, 30), time(17, 0))
_ORDINARY_FROM, _ORDINARY_TO = time(10, 15), time(15, 30)
_LENGTH = 450  # minutes between opening and closing
_LAST = 23 * 60 + 59


@dataclass(frozen=True)
class Day:
    held_on: date
    opens_at: time
    closes_at: time

    @property
    def opening(self) -> datetime:
        """The instant of the opening. Never refused, whatever the clocks do that night: in UTC,
        so that what is added to it is time that passes."""
        return datetime.combine(self.held_on, self.opens_at, tzinfo=PARIS).astimezone(UTC)

    @property
    def closing(self) -> datetime:
        return datetime.combine(self.held_on, self.closes_at, tzinfo=PARIS).astimezone(UTC)

    def after(self, minutes: float) -> datetime:
        """``minutes`` after the opening."""
        return self.opening + timedelta(minutes=minutes)


def day_of(now: datetime) -> Day:
    """Today from 9:30 to 17:00 while that is under way. Earlier or later, the whole day is set
    around now: a demonstration is looked at at any hour, and at night its door, its board and its
    workshops must be alive too."""
    local = to_local(now)
    if _ORDINARY_FROM <= local.time() <= _ORDINARY_TO:
        return Day(local.date(), *ORDINARY_HOURS)
    minute = local.hour * 60 + local.minute
    if local.time() < _ORDINARY_FROM:
        opens = max(0, _half_hour(minute - 105))
        return Day(local.date(), _clock(opens), _clock(opens + _LENGTH))
    closes = min(_LAST, _half_hour(minute + 119))
    opens = _half_hour(min(closes, 23 * 60 + 30) - _LENGTH)
    return Day(local.date(), _clock(opens), _clock(closes))


def prolonged(day: Day, now: datetime) -> time:
    """The closing hour of a day that is already under way: it does not close during a visit."""
    local = to_local(now)
    soon = _half_hour(local.hour * 60 + local.minute + 59)
    return max(day.closes_at, _clock(min(_LAST, soon)))


def _half_hour(minute: int) -> int:
    return minute // 30 * 30


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
