"""Europe/Paris for calendar clients.

The component is a constant made of two yearly rules. What icalendar writes by itself is a list of
dates, which several clients (Outlook, and the engine of Thunderbird) do not follow: they would
show a summer meeting an hour late.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

PARIS = ZoneInfo("Europe/Paris")

WINTER = timedelta(hours=1)
SUMMER = timedelta(hours=2)


def paris_timezone() -> "Timezone":
    """The VTIMEZONE of Europe/Paris, right for dates since 1996, the last change of the rule."""
    from icalendar import Timezone

    zone = Timezone()
    zone.add("tzid", PARIS.key)
    zone.add_component(_spring())
    zone.add_component(_autumn())
    return zone


def is_ambiguous(local: datetime) -> bool:
    """Whether this Paris time happens twice, on the night when clocks go back."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


# DTSTART is the wall clock just before the change, and the first date to which the rule applies.


def _spring() -> "TimezoneDaylight":
    from icalendar import TimezoneDaylight

    spring = TimezoneDaylight()
    spring.add("dtstart", datetime(1996, 3, 31, 2))  # noqa: DTZ001
    spring.add("rrule", _last_sunday_of(3))
    spring.add("tzoffsetfrom", WINTER)
    spring.add("tzoffsetto", SUMMER)
    spring.add("tzname", "CEST")
    return spring


def _autumn() -> "TimezoneStandard":
    from icalendar import TimezoneStandard

    autumn = TimezoneStandard()
    autumn.add("dtstart", datetime(1996, 10, 27, 3))  # noqa: DTZ001
    autumn.add("rrule", _last_sunday_of(10))
    autumn.add("tzoffsetfrom", SUMMER)
    autumn.add("tzoffsetto", WINTER)
    autumn.add("tzname", "CET")
    return autumn


def _last_sunday_of(month: int) -> "vRecur":
    from icalendar import vRecur

    return vRecur(freq="YEARLY", bymonth=month, byday="-1SU")
