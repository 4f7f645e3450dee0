"""On which days something can still be asked for: an invitation to do so is shown there only.

It is a hint. What decides is asked when the request is written (``services.van.rules``)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from zna_network.models.van import Vehicle
from zna_network.services.french_holidays import holiday_name
from zna_network.services.van.calendar_values import DAY

SHORTEST = timedelta(hours=1)
Span = tuple[datetime, datetime]


def goes_out(vehicle: Vehicle, day: date) -> bool:
    """Whether it leaves and comes back on such a day."""
    is_holiday = bool(holiday_name(day))
    return day.weekday() in vehicle.opening_days and (vehicle.opens_on_holidays or not is_holiday)


def may_be_asked(vehicle: Vehicle, day: date, today: date) -> bool:
    """On local dates: neither too late nor too early."""
    notice, horizon = today + DAY * vehicle.notice_days, today + DAY * vehicle.horizon_days
    return vehicle.is_lent and notice <= day <= horizon and goes_out(vehicle, day)


def free_spans(vehicle: Vehicle, day: date, taken: Iterable[Span]) -> list[Span]:
    """The opening hours of the day that nothing takes, as local wall times, each long enough for a
    trip and its turn-round. ``taken`` are local wall times too, by their start."""
    shortest = SHORTEST + timedelta(minutes=vehicle.turnround_minutes)
    at = datetime.combine(day, vehicle.opens_at)
    end = datetime.combine(day, vehicle.closes_at)
    found: list[Span] = []
    for start, stop in taken:
        if start - at >= shortest:
            found.append((at, min(start, end)))
        at = max(at, stop)
        if at >= end:
            return [span for span in found if span[0] < span[1]]
    # The last trip of the day may come back at closing time, its turn-round after it.
    return [*found, (at, end)] if end - at >= SHORTEST else found


def opening_hours(vehicles: Sequence[Vehicle]) -> tuple[time, time]:
    """From the first that opens to the last that closes."""
    opens = min((one.opens_at for one in vehicles), default=time(8))
    closes = max((one.closes_at for one in vehicles), default=time(18))
    return opens, closes
