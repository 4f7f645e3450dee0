"""Times typed and shown in Arras, around both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zna_network.services import french_time
from zna_network.services.errors import InvalidError


def test_a_winter_time_is_one_hour_ahead_of_utc() -> None:
    instant = french_time.from_local(date(2026, 12, 17), time(14, 0))
    assert instant == datetime(2026, 12, 17, 13, 0, tzinfo=UTC)


def test_a_summer_time_is_two_hours_ahead_of_utc() -> None:
    instant = french_time.from_local(date(2027, 7, 6), time(14, 0))
    assert instant == datetime(2027, 7, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("hour", [time(2, 0), time(2, 30), time(2, 59)])
def test_refuses_a_time_that_the_clocks_skip(hour: time) -> None:
    with pytest.raises(InvalidError, match="n’existe pas") as refusal:
        french_time.from_local(date(2027, 3, 28), hour, field="starts_at")
    assert refusal.value.field == "starts_at"
    assert "dimanche 28 mars 2027" in refusal.value.message


@pytest.mark.parametrize("hour", [time(2, 0), time(2, 30), time(2, 59)])
def test_refuses_a_time_that_comes_twice(hour: time) -> None:
    with pytest.raises(InvalidError, match="arrive deux fois"):
        french_time.from_local(date(2027, 10, 31), hour)


@pytest.mark.parametrize("hour", [time(1, 59), time(3, 0)])
@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_accepts_the_times_around_the_change(day: date, hour: time) -> None:
    assert french_time.to_local(french_time.from_local(day, hour)).time() == hour


@given(st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)))  # noqa: DTZ001 - wall times
def test_a_typed_time_is_shown_as_typed_or_refused(wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    try:
        instant = french_time.from_local(wall.date(), wall.time())
    except InvalidError:
        assert wall.month in {3, 10}
        assert wall.hour == 2
        return
    assert french_time.to_local(instant).replace(tzinfo=None) == wall
    assert instant.utcoffset() == timedelta(0)


def test_dates_are_written_as_in_french() -> None:
    instant = datetime(2026, 12, 17, 13, 30, tzinfo=UTC)
    assert french_time.long_date(instant) == "jeudi 17 décembre 2026"
    assert french_time.long_datetime(instant) == "jeudi 17 décembre 2026 à 14\u00a0h\u00a030"
    assert french_time.short_date(instant) == "17/12/2026"
    assert french_time.short_datetime(instant) == "17/12/2026 à 14:30"
    assert french_time.long_date(date(2027, 1, 1)) == "vendredi 1er janvier 2027"


def test_the_day_is_the_one_in_arras() -> None:
    late = datetime(2026, 12, 16, 23, 30, tzinfo=UTC)
    assert french_time.local_date(late) == date(2026, 12, 17)
    assert french_time.short_time(late) == "0\u00a0h\u00a030"


def test_a_naive_instant_has_no_place() -> None:
    with pytest.raises(ValueError, match="naive"):
        french_time.to_local(datetime(2026, 12, 17))  # noqa: DTZ001 - the point of the test
