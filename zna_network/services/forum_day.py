"""The day of a forum in quarters of an hour, as the board and the figures count it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate

from zna_network.models.forum import Forum
from zna_network.queries.quarters import QUARTER_SECONDS
from zna_network.services.french_time import PARIS, from_local, local_date


@dataclass(frozen=True)
class Quarter:
    """``arrivals`` are people who came in for the first time during it, ``inside`` how many are
    there at its end; none for what is still to come."""

    starts_at: datetime
    arrivals: int
    inside: int | None


def quarter_number(instant: datetime) -> int:
    return int(instant.timestamp()) // QUARTER_SECONDS


def starts_of(number: int) -> datetime:
    return datetime.fromtimestamp(number * QUARTER_SECONDS, UTC)


def quarters_of_day(
    forum: Forum, arrivals: Mapping[int, int], balances: Mapping[int, int], now: datetime
) -> list[Quarter]:
    """From opening to closing, or wider where people came before or stayed after; empty while the
    date is to be announced. The keys are numbers of quarters."""
    if forum.held_on is None:
        return []
    span = _span(forum, [*arrivals, *balances])
    totals = dict(_running(balances))
    inside, current, shown = 0, quarter_number(now), []
    for number in sorted(totals):
        if number < span.start:
            inside = totals[number]
    for number in span:
        inside = totals.get(number, inside)
        known = max(0, inside) if number <= current else None
        shown.append(Quarter(starts_of(number), arrivals.get(number, 0), known))
    return shown


def _running(balances: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    numbers = sorted(balances)
    return zip(numbers, accumulate(balances[number] for number in numbers), strict=True)


def _span(forum: Forum, numbers: Iterable[int]) -> range:
    """What happened on another day widens nothing."""
    assert forum.held_on is not None
    first = quarter_number(from_local(forum.held_on, forum.opens_at))
    last = quarter_number(from_local(forum.held_on, forum.closes_at) - timedelta(seconds=1))
    same_day = [n for n in numbers if local_date(starts_of(n)) == forum.held_on]
    return range(min([first, *same_day]), max([last, *same_day]) + 1)


def is_going_on(forum: Forum, now: datetime, margin: timedelta = timedelta(0)) -> bool:
    """Whether the doors are open, give or take ``margin``."""
    if forum.held_on is None:
        return False
    opens, closes = (from_local(forum.held_on, at) for at in (forum.opens_at, forum.closes_at))
    return opens - margin <= now <= closes + margin


def has_closed(forum: Forum, now: datetime) -> bool:
    """Whether the doors have closed for good."""
    return forum.held_on is not None and now > from_local(forum.held_on, forum.closes_at)


def day_starts_at(instant: datetime) -> datetime:
    """Midnight in Arras of that day."""
    return datetime.combine(local_date(instant), time(), tzinfo=PARIS).astimezone(UTC)
