"""A year of local times, with both nights when the clocks change: what people type is what they get,
and a trip is as long as it is on the clock of the van."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, to_local
from zna_network.services.van.free_slots import Occupation, Slot, same_hours
from zna_network.services.van.request_checks import period_of
from zna_network.services.van.request_values import RequestData, StopData
from zna_network.services.van.series_plan import days_drawn
from zna_network.services.van.series_values import SeriesData, days_of_series, shifted
from zna_network.services.van.trip_facts import days_of

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
# Around the nights of the changes as often as over the rest of the year.
NEAR = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.integers(-2, 2).map(lambda by: day + timedelta(days=by))
)
DAYS = st.one_of(NEAR, st.dates(date(2027, 1, 1), date(2027, 12, 31)))
HOURS = st.one_of(
    st.integers(0, 5 * 4 - 1), st.integers(0, 24 * 4 - 1)
).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))  # fmt: skip


def _is_last_sunday(day: date, month: int) -> bool:
    return day.month == month and day.weekday() == 6 and day.day > 31 - 7


def _is_skipped(day: date, hour: time) -> bool:
    return _is_last_sunday(day, 3) and hour.hour == 2


def _is_double(day: date, hour: time) -> bool:
    return _is_last_sunday(day, 10) and hour.hour == 2


def _request(
    day: date, leaves: time, returns: time, nights: int = 0, stops: tuple[StopData, ...] = ()
) -> RequestData:
    return RequestData(
        client_id="00000000",
        vehicle_id=1,
        organisation_id=1,
        starts_on=day,
        leaves_at=leaves,
        ends_on=day + timedelta(days=nights),
        returns_at=returns,
        purpose="",
        stops=stops,
    )


@given(day=DAYS, leaves=HOURS, returns=HOURS, nights=st.integers(0, 2))
@example(SPRING, time(2, 30), time(4), 0)
@example(AUTUMN, time(1), time(2, 59), 0)
@example(date(2027, 3, 27), time(9), time(9), 1)
@example(date(2027, 10, 30), time(9), time(9), 1)
def test_what_is_typed_is_the_instant_or_is_refused_beside_its_field(
    day: date, leaves: time, returns: time, nights: int
) -> None:
    request = _request(day, leaves, returns, nights)
    typed = {"leaves_at": (day, leaves), "returns_at": (request.ends_on, returns)}
    wrong = [name for name, at in typed.items() if _is_skipped(*at) or _is_double(*at)]
    walls = [datetime.combine(*at) for at in typed.values()]
    if wrong:
        words = "n’existe pas" if _is_skipped(*typed[wrong[0]]) else "arrive deux fois"
        with pytest.raises(InvalidError, match=words) as refusal:
            period_of(request)
        assert refusal.value.field == wrong[0]
        return
    if walls[1] <= walls[0]:
        with pytest.raises(InvalidError, match="après le départ"):
            period_of(request)
        return
    starts_at, ends_at = period_of(request)
    assert [to_local(x).replace(tzinfo=None) for x in (starts_at, ends_at)] == walls
    # As long as it lasts, not as the difference of what is typed.
    clocks = {SPRING: -1, AUTUMN: 1}
    gained = [
        hours
        for night, hours in clocks.items()
        if walls[0] < datetime.combine(night, time(2, 30)) < walls[1]
    ]
    assert ends_at - starts_at == walls[1] - walls[0] + timedelta(hours=sum(gained))
    days = days_of(starts_at, ends_at)
    last = request.ends_on - timedelta(days=1 if returns == time(0) else 0)
    assert (min(days), max(days)) == (day, last)


@given(first=DAYS, leaves=HOURS, last=st.integers(0, 200), every=st.integers(1, 4),
       weekdays=st.frozensets(st.integers(0, 6), min_size=1, max_size=2))  # fmt: skip
def test_a_series_stays_at_its_wall_time(
    first: date, leaves: time, last: int, every: int, weekdays: frozenset[int]
) -> None:
    returns = time(23, 59)
    stop = StopData(first, leaves, returns, "62004")
    request = _request(first, leaves, returns, stops=(stop,))
    data = SeriesData(request, every, tuple(weekdays), first + timedelta(days=last))
    if not any((first + timedelta(days=n)).weekday() in weekdays for n in range(min(last + 1, 7))):
        with pytest.raises(InvalidError) as refusal:
            days_of_series(data)
        assert refusal.value.field == "weekdays"
        return
    try:
        days = days_of_series(data)
    except InvalidError:
        # Its weekday comes back too late, or too often.
        assert last < 7 * every or last * len(weekdays) > 59 * 7
        return
    monday = first - timedelta(days=first.weekday())
    for day, problem in days_drawn(request, days):
        assert day.weekday() in weekdays
        assert ((day - monday).days // 7) % every == 0
        assert bool(problem) == (_is_skipped(day, leaves) or _is_double(day, leaves))
        typed = shifted(request, day)
        assert (typed.stops[0].day, typed.ends_on) == (day, day)
        if not problem:
            starts_at, ends_at = period_of(typed)
            assert to_local(starts_at).time() == leaves
            assert to_local(ends_at).time() == returns


@given(day=DAYS, leaves=HOURS, length=st.integers(1, 40))
def test_other_days_are_proposed_at_the_same_wall_times(
    day: date, leaves: time, length: int
) -> None:
    try:
        starts_at = from_local(day, leaves)
        asked = Slot(starts_at, starts_at + timedelta(hours=length))
        from_local(asked.ends_on, asked.returns_at)
    except InvalidError:
        return
    nights = asked.ends_on - asked.starts_on
    nearby = timedelta(days=9)
    forth = list(same_hours(asked, starts_at + nearby))
    back = list(same_hours(asked, starts_at - nearby))
    assert [slot.starts_at for slot in forth] == sorted(slot.starts_at for slot in forth)
    assert all(slot.starts_at > starts_at for slot in forth)
    assert all(slot.starts_at < starts_at for slot in back)
    found = [*back, *forth]
    for slot in found:
        assert (slot.leaves_at, slot.returns_at) == (asked.leaves_at, asked.returns_at)
        assert slot.ends_on - slot.starts_on == nights
        # What is taken with one click is this very slot.
        assert from_local(slot.starts_on, slot.leaves_at) == slot.starts_at
        assert from_local(slot.ends_on, slot.returns_at) == slot.ends_at
    # All eighteen, but where the clocks skip or repeat its departure, or its return.
    assert len(found) >= 16


BASE = datetime(2027, 3, 4, tzinfo=UTC)
INTERVALS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(
        lambda pair: (BASE + timedelta(hours=pair[0]), BASE + timedelta(hours=sum(pair)))
    ),
    max_size=12,
)


@given(intervals=INTERVALS, start=st.integers(-2, 70), length=st.integers(1, 12))
def test_being_free_is_overlapping_none(
    intervals: list[tuple[datetime, datetime]], start: int, length: int
) -> None:
    begins = BASE + timedelta(hours=start)
    ends = begins + timedelta(hours=length)
    free = not any(begins < end and other < ends for other, end in intervals)
    assert Occupation(intervals).is_free(begins, ends) == free
