"""Date-times of a calendar (RFC 5545, 3.3.5) as instants.

A TZID is first looked for by its name, as the world's list of zones or Windows' has it; then in
the mail, whose VTIMEZONE is read here with the one form of rule that clients write: yearly, in a
month, on the n-th weekday. A time without a zone is Paris time, where the meetings are."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from zna_network.adapters.ics_lines import Component, Property
from zna_network.adapters.paris_timezone import PARIS

DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z?)")
DURATION = re.compile(
    r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d+S)?)?"
)
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
PART = re.compile(r"[A-Za-z0-9_+\-]+/[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)?$")
BY_DAY = re.compile(r"([+-]?\d)([A-Z]{2})")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def instant(found: Property | None, calendar: Component) -> datetime | None:
    """In UTC; None for a whole day, and for what cannot be read."""
    if found is None:
        return None
    read = DATE_TIME.fullmatch(found.value.strip())
    if read is None:
        return None
    try:
        local = datetime(*(int(part or 0) for part in read.groups()[:6]))  # type: ignore[arg-type] # noqa: DTZ001
        if read[7]:
            return local.replace(tzinfo=UTC)
        zone = _zone(found.parameter("TZID"), local, calendar)
        return local.replace(tzinfo=zone).astimezone(UTC) if zone else None
    except (ValueError, OverflowError):
        return None


def duration(found: Property | None) -> timedelta | None:
    read = DURATION.fullmatch(found.value.strip()) if found else None
    if read is None:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in read.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def _zone(name: str, local: datetime, calendar: Component) -> tzinfo | None:
    if not name:
        return PARIS
    known = _known_zone(name)
    if known is not None:
        return known
    for component in calendar.named("VTIMEZONE"):
        if component.value("TZID") == name:
            offset = _offset_at(local, component)
            return None if offset is None else timezone(offset)
    return None


def _known_zone(name: str) -> ZoneInfo | None:
    """By its own name, by Windows', or at the end of a path such as /mozilla.org/…/Europe/Paris."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    wanted = WINDOWS_TO_OLSON.get(name, name)
    tail = PART.search(wanted.lstrip("/"))
    for each in (wanted, tail[0] if tail else "", "/".join(wanted.split("/")[-2:])):
        try:
            return ZoneInfo(each)
        except (ValueError, OSError, LookupError):  # its own error is a KeyError
            continue
    return None


def _offset_at(local: datetime, zone: Component) -> timedelta | None:
    """The offset of the observance that began last before this wall clock."""
    last: tuple[datetime, timedelta] | None = None
    for observance in zone.children:
        offset = _offset(observance.first("TZOFFSETTO"))
        begun = _onset(local, observance)
        if offset is not None and begun is not None and (last is None or begun > last[0]):
            last = (begun, offset)
    return last[1] if last else None


def _onset(local: datetime, observance: Component) -> datetime | None:
    """When the observance last began, in its own wall clock."""
    first = _wall_clock(observance.value("DTSTART"))
    if first is None:
        return None
    begun = [first, *filter(None, (_wall_clock(each) for each in _dates(observance)))]
    rule = observance.first("RRULE")
    if rule is not None:
        begun += _yearly(rule.value, first, local.year)
    return max((each for each in begun if first <= each <= local), default=None)


def _dates(observance: Component) -> list[str]:
    return [date for each in observance.all("RDATE") for date in each.value.split(",")][:500]


def _yearly(rule: str, first: datetime, year: int) -> list[datetime]:
    """« FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU » around one year, or at its end where it ended before.
    Raises ValueError for any other form: no time is better than a wrong one."""
    parts = dict(part.split("=", 1) for part in rule.upper().strip().split(";") if "=" in part)
    day, month = BY_DAY.fullmatch(parts.pop("BYDAY", "")), parts.pop("BYMONTH", "")
    until = _wall_clock(parts.pop("UNTIL", "").removesuffix("Z"))
    if parts.pop("FREQ", "") != "YEARLY" or day is None or not month.isdecimal():
        raise ValueError(rule)
    if parts.keys() - {"INTERVAL", "WKST"} or parts.get("INTERVAL", "1") != "1":
        raise ValueError(rule)
    years = {year - 1, year} | ({until.year - 1, until.year} if until else set())
    weekday, rank = WEEKDAYS.index(day[2]), int(day[1])
    found = [
        _nth_weekday(first.replace(year=each, month=int(month), day=1), weekday, rank)
        for each in years
    ]
    return [each for each in found if until is None or each <= until]


def _nth_weekday(month: datetime, weekday: int, rank: int) -> datetime:
    if rank > 0:
        return month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (rank - 1))
    following = (month + timedelta(days=31)).replace(day=1)
    back = (following.weekday() - weekday - 1) % 7 + 1
    return following - timedelta(days=back + 7 * (-rank - 1))


def _wall_clock(text: str) -> datetime | None:
    read = DATE_TIME.fullmatch(text.strip())
    try:
        return datetime(*(int(part or 0) for part in read.groups()[:6])) if read else None  # type: ignore[arg-type] # noqa: DTZ001
    except ValueError:
        return None


def _offset(found: Property | None) -> timedelta | None:
    read = OFFSET.match(found.value.strip()) if found else None
    if read is None:
        return None
    size = timedelta(hours=int(read[2]), minutes=int(read[3]))
    return -size if read[1] == "-" else size
