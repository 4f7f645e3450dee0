"""Where the pieces of a calendar stand: lines of a week, lanes of a day, hours, what is free."""

from datetime import UTC, date, datetime, time, timedelta

from tests.world import FrozenClock
from zna_network.models.booking import BookingState
from zna_network.models.van import Vehicle
from zna_network.services.french_time import PARIS, to_local
from zna_network.services.van.calendar_free import free_spans, may_be_asked
from zna_network.services.van.calendar_lanes import (
    by_day,
    competing,
    hours_on_show,
    side_by_side,
    week_lines,
)
from zna_network.services.van.calendar_values import (
    Piece,
    Shown,
    View,
    midnight,
    period_of,
    within_reach,
)

MONDAY = date(2027, 3, 1)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def shown(
    number: int,
    starts: datetime,
    ends: datetime,
    state: BookingState = BookingState.APPROVED,
    free_from: datetime | None = None,
) -> Shown:
    return Shown(
        id=number, reference=f"CM-{number:04d}", state=state, vehicle_id=1, vehicle="", mark="",
        who="Association", is_own=False, places=(), starts=starts, ends=ends,
        free_from=free_from or ends,
    )  # fmt: skip


def test_a_trip_of_several_days_keeps_its_line_and_what_has_no_room_is_counted() -> None:
    tuesday, thursday = WEEK[1], WEEK[3]
    pieces = by_day(
        [
            shown(1, local(MONDAY, 8), local(MONDAY, 12)),
            shown(2, local(MONDAY, 14), local(tuesday, 18)),
            shown(3, local(tuesday, 8), local(thursday, 18)),
            shown(4, local(tuesday, 9), local(tuesday, 10)),
        ],
        WEEK,
    )
    lines = week_lines(WEEK, pieces, lines=2)
    numbers = {
        day: ([one.booking.id if one else None for one in found], more)
        for day, (found, more) in lines.items()
    }
    # The longest on top; on Tuesday two lines are taken, and the fourth trip has no room.
    assert numbers[MONDAY] == ([2, 1], 0)
    assert numbers[tuesday] == ([2, 3], 1)
    assert numbers[WEEK[2]] == ([None, 3], 0)
    assert numbers[WEEK[4]] == ([], 0)
    assert [one.hours for one in pieces[tuesday]] == [
        "jusqu’à 18\u00a0h",
        "dès 8\u00a0h",
        "9\u00a0h–10\u00a0h",
    ]
    assert [one.hours for one in pieces[WEEK[2]]] == ["toute la journée"]


def test_what_ends_at_midnight_takes_nothing_of_the_next_day() -> None:
    closed = shown(1, local(WEEK[1], 0), local(WEEK[3], 0), BookingState.MAINTENANCE)
    pieces = by_day([closed], WEEK)
    assert [day for day in WEEK if pieces[day]] == [WEEK[1], WEEK[2]]
    held = [(day, one) for day in WEEK for one in pieces[day]]
    assert {one.hours for _day, one in held} == {"toute la journée"}
    assert hours_on_show(held, time(7), time(20, 30)) == tuple(range(7, 21))
    late = Piece(shown(2, local(MONDAY, 5), local(WEEK[1], 0)), begins=True, ends=True)
    assert late.hours == "dès 5\u00a0h"
    assert hours_on_show([(MONDAY, late)], time(7), time(20)) == tuple(range(5, 24))


def test_requests_for_the_same_hours_make_one_group_beside_what_is_held() -> None:
    asked = BookingState.REQUESTED
    pieces = by_day(
        [
            shown(1, local(MONDAY, 9), local(MONDAY, 12), free_from=local(MONDAY, 13)),
            shown(2, local(MONDAY, 9), local(MONDAY, 11), asked),
            shown(3, local(MONDAY, 10), local(MONDAY, 12), asked),
            shown(4, local(MONDAY, 15), local(MONDAY, 16), asked),
        ],
        [MONDAY],
    )[MONDAY]
    groups = competing(pieces, apart=1)
    assert [[one.booking.id for one in group] for group in groups] == [[1], [2, 3], [4]]
    hours = tuple(range(8, 18))
    blocks, lanes, more = side_by_side(MONDAY, groups, hours)
    assert (lanes, more) == (2, 0)
    assert [(b.top, b.bottom, b.free, b.lane, b.span) for b in blocks] == [
        (2, 8, 10, 0, 1),
        (2, 8, 8, 1, 1),
        (14, 16, 16, 0, 2),
    ]
    blocks, _lanes, more = side_by_side(MONDAY, competing(pieces, apart=9), hours, columns=2)
    assert (len(blocks), more) == (3, 1)


def test_the_hours_on_show_hold_every_piece_on_the_nights_when_the_clocks_change() -> None:
    """On a day of 23 or 25 hours, what people read on their clocks is what is drawn."""
    for day, length in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25)):
        assert midnight(day + timedelta(days=1)) - midnight(day) == timedelta(hours=length)
        starts = midnight(day) + timedelta(minutes=30)
        ends = midnight(day + timedelta(days=1)) - timedelta(minutes=90)
        booking = shown(1, to_local(starts), to_local(ends))
        piece = Piece(booking, begins=True, ends=True)
        assert piece.hours == "0\u00a0h\u00a030–22\u00a0h\u00a030"
        hours = hours_on_show([(day, piece)], time(7), time(21))
        assert hours == tuple(range(23))
        (block,), _lanes, _more = side_by_side(day, [(piece,)], hours)
        assert (block.top, block.bottom) == (1, 45)


def test_the_free_hours_are_those_that_nothing_takes_long_enough_for_a_trip() -> None:
    now = FrozenClock().now()
    van = Vehicle(
        id=1, opening_days=[0, 1, 2, 3, 4], opens_at=time(7), closes_at=time(21), notice_days=5,
        horizon_days=100, turnround_minutes=60, opens_on_holidays=False, created_at=now,
    )  # fmt: skip

    def at(hour: int) -> datetime:
        return datetime.combine(MONDAY, time(hour))

    assert free_spans(van, MONDAY, []) == [(at(7), at(21))]
    assert free_spans(van, MONDAY, [(at(8), at(12)), (at(14), at(20))]) == [
        (at(12), at(14)),
        (at(20), at(21)),
    ]
    assert free_spans(van, MONDAY, [(at(0), at(23))]) == []
    assert may_be_asked(van, MONDAY, MONDAY - timedelta(days=5))
    assert not may_be_asked(van, MONDAY, MONDAY - timedelta(days=4))
    assert not may_be_asked(van, MONDAY, MONDAY - timedelta(days=101))
    easter_monday, sunday = date(2027, 3, 29), date(2027, 3, 7)
    assert not may_be_asked(van, easter_monday, MONDAY)
    assert not may_be_asked(van, sunday, MONDAY - timedelta(days=20))
    van.retired_at = datetime(2027, 1, 1, tzinfo=UTC)
    assert not may_be_asked(van, MONDAY, MONDAY - timedelta(days=20))


def test_each_view_names_its_days() -> None:
    month = period_of(View.MONTH, date(2027, 2, 10))
    assert (month.title, month.first, month.last) == (
        "février 2027",
        date(2027, 2, 1),
        date(2027, 2, 28),
    )
    assert period_of(View.MONTH, date(2026, 12, 3)).first == date(2026, 11, 30)
    assert (month.before, month.after) == (date(2027, 1, 31), date(2027, 3, 1))
    titles = [
        period_of(View.WEEK, day).title
        for day in (date(2027, 2, 10), date(2027, 4, 1), date(2027, 1, 1))
    ]
    assert titles == ["8 – 14 février 2027", "29 mars – 4 avr. 2027", "28 déc. 2026 – 3 janv. 2027"]
    assert period_of(View.DAY, MONDAY).title == "lundi 1er mars 2027"
    for view in View:
        for day in (date.min, date.max):
            period_of(view, within_reach(day))
