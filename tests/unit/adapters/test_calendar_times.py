"""Every reader shows the hour that was meant, in winter as in summer, for years to come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.calendar_readers import IcalJs, Vobject
from tests.unit.adapters.events import event
from zna_network.adapters.ics_calendar import IcsCalendar

HOUR = timedelta(hours=1)
# Europe/Paris changes at 01:00 UTC on these days (Directive 2000/84/CE).
CLOCK_CHANGES = [
    datetime(*day, 1, tzinfo=UTC)
    for day in [
        (2026, 3, 29),
        (2026, 10, 25),
        (2027, 3, 28),
        (2027, 10, 31),
        (2028, 3, 26),
        (2028, 10, 29),
        (2029, 3, 25),
        (2029, 10, 28),
        (2030, 3, 31),
        (2030, 10, 27),
    ]
]
SECONDS_NEAR_A_CHANGE = st.integers(-3 * 24 * 3600, 3 * 24 * 3600)
INSTANTS = st.one_of(
    st.builds(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
        st.integers(0, 5 * 366 * 24 * 3600),
    ),
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CLOCK_CHANGES),
        SECONDS_NEAR_A_CHANGE,
    ),
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CLOCK_CHANGES),
        st.integers(-150, 150),
    ),
)
DURATIONS = st.integers(1, 12 * 60).map(lambda minutes: timedelta(minutes=minutes))


def _request(start: datetime, duration: timedelta = 2 * HOUR) -> bytes:
    return IcsCalendar().request(event(starts_at=start, ends_at=start + duration))


@settings(max_examples=100, deadline=None)
@given(start=INSTANTS, duration=DURATIONS)
def test_ical_js_reads_the_same_instants(
    ical_js: IcalJs, start: datetime, duration: timedelta
) -> None:
    assert ical_js.times(_request(start, duration)) == (start, start + duration)


@settings(max_examples=80, deadline=None)
@given(start=INSTANTS, duration=DURATIONS)
def test_vobject_reads_the_same_instants(
    vobject_reader: Vobject, start: datetime, duration: timedelta
) -> None:
    assert vobject_reader.times(_request(start, duration)) == (start, start + duration)


@pytest.mark.parametrize("change", CLOCK_CHANGES)
@pytest.mark.parametrize("distance", [-24 * HOUR, -HOUR, 0 * HOUR, HOUR, 2 * HOUR, 24 * HOUR])
def test_both_readers_agree_around_each_clock_change(
    ical_js: IcalJs, vobject_reader: Vobject, change: datetime, distance: timedelta
) -> None:
    start = change + distance
    octets = _request(start)
    assert ical_js.times(octets) == vobject_reader.times(octets) == (start, start + 2 * HOUR)


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (datetime(2026, 12, 1, 13, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20261201T140000"),
        (datetime(2027, 7, 6, 12, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20270706T140000"),
        (datetime(2029, 3, 25, 0, 59, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20290325T015900"),
        (datetime(2029, 3, 25, 1, 0, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20290325T030000"),
    ],
)
def test_times_are_written_as_the_clock_of_arras(start: datetime, written: str) -> None:
    assert written in _request(start).decode().split("\r\n")


@pytest.mark.parametrize(
    "start", [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
)
def test_an_hour_that_happens_twice_is_written_in_utc(start: datetime) -> None:
    lines = _request(start).decode().split("\r\n")
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{start + 2 * HOUR:%Y%m%dT%H%M%SZ}" in lines


def test_the_readers_do_compute_with_the_vtimezone_they_are_given(
    ical_js: IcalJs, vobject_reader: Vobject
) -> None:
    """Were this to fail, the other tests of this file would prove nothing of our VTIMEZONE."""
    start = datetime(2027, 7, 6, 12, tzinfo=UTC)
    wrong = _request(start).replace(b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0500")
    assert wrong != _request(start)
    assert ical_js.times(wrong)[0] == start - 3 * HOUR
    assert vobject_reader.times(wrong)[0] == start - 3 * HOUR


def test_fractions_of_a_second_are_dropped(ical_js: IcalJs) -> None:
    start = datetime(2027, 1, 5, 9, tzinfo=UTC)
    octets = _request(start.replace(microsecond=999_999))
    assert ical_js.times(octets)[0] == start
