"""Bookings laid side by side: lines of a month's week, columns of a day's hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from zna_network.models.booking import BLOCKING
from zna_network.services.van.calendar_values import DAY, Day, Piece, Shown

LINES = 4
COLUMNS = 5
ROWS_AN_HOUR = 2


@dataclass(frozen=True)
class Block:
    """A piece among the hours of its day, or several requests that compete for them: rows of half
    an hour, half-open, counted from the first hour on show; ``free`` is the row from which somebody
    else can have the vehicle. ``lane`` counts from 0, and the block is ``span`` lanes wide."""

    pieces: tuple[Piece, ...]
    top: int
    bottom: int
    free: int
    lane: int
    span: int


@dataclass(frozen=True)
class Column:
    """One day of a week, or one vehicle of a day. ``shut``: the rows (half-open) when it does not
    leave; ``more`` bookings had no room."""

    day: Day
    heading: str
    lanes: int
    blocks: tuple[Block, ...]
    shut: tuple[tuple[int, int], ...]
    more: int


@dataclass(frozen=True)
class TimeGrid:
    hours: tuple[int, ...]
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        return len(self.hours) * ROWS_AN_HOUR


def by_day(bookings: Sequence[Shown], days: Sequence[date]) -> dict[date, list[Piece]]:
    """What takes place on each of these days, which follow one another; by the hour."""
    found: dict[date, list[Piece]] = {day: [] for day in days}
    for booking in bookings:
        first, last = booking.starts.date(), booking.last_day
        day, end = max(first, days[0]), min(last, days[-1])
        while day <= end:
            found[day].append(Piece(booking, day == first, day == last))
            day += DAY
    for pieces in found.values():
        # What goes on from the day before comes first, then what goes on to the day after.
        pieces.sort(key=lambda one: (one.begins, one.ends, one.booking.starts, one.booking.id))
    return found


def week_lines(
    days: Sequence[date], pieces: dict[date, list[Piece]], lines: int = LINES
) -> dict[date, tuple[tuple[Piece | None, ...], int]]:
    """For each day of a week, its lines and how many pieces they leave out. A booking has the
    first line that is free on all of its days; one that finds none is left out on all of them."""
    taken: dict[date, dict[int, Piece]] = {day: {} for day in days}
    placed: dict[int, int | None] = {}
    for day in days:
        for piece in pieces[day]:
            booking = piece.booking
            if booking.id not in placed:
                span = [one for one in days if day <= one <= booking.last_day]
                free = (n for n in range(lines) if all(n not in taken[one] for one in span))
                line = placed[booking.id] = next(free, None)
                if line is not None:
                    for one in span:
                        taken[one][line] = piece
            line = placed[booking.id]
            if line is not None:
                taken[day][line] = piece
    return {day: _lines(taken[day], len(pieces[day])) for day in days}


def _lines(taken: dict[int, Piece], count: int) -> tuple[tuple[Piece | None, ...], int]:
    last = max(taken, default=-1)
    return tuple(taken.get(line) for line in range(last + 1)), count - len(taken)


def hours_on_show(
    pieces: Sequence[tuple[date, Piece]], opens_at: time, closes_at: time
) -> tuple[int, ...]:
    """Whole hours: those when the vehicles may be out, and those that bookings go beyond."""
    first, last = opens_at.hour, closes_at.hour + (closes_at.minute > 0)
    for day, piece in pieces:
        starts, ends = piece.booking.starts, piece.booking.ends
        # A day taken from midnight to midnight asks for no night to be drawn.
        begins = piece.begins and starts.time() != time()
        if begins:
            first = min(first, starts.hour)
        if piece.ends and ends.date() == day:
            last = max(last, ends.hour + (ends.minute > 0))
        elif piece.ends and begins:
            last = 24
    return tuple(range(first, max(last, first + 1)))


def competing(pieces: Sequence[Piece], apart: int) -> list[tuple[Piece, ...]]:
    """Each piece by itself, but requests that meet: beyond ``apart`` of them they make one group,
    too narrow to be read side by side."""
    waiting = [one for one in pieces if one.booking.state.awaits_decision]
    groups: list[list[Piece]] = []
    until: dict[int, datetime] = {}
    for piece in sorted(waiting, key=lambda one: one.booking.starts):
        booking = piece.booking
        if groups and booking.starts < until[len(groups) - 1]:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        last = len(groups) - 1
        until[last] = max(until.get(last, booking.ends), booking.ends)
    found: list[tuple[Piece, ...]] = [
        (one,) for one in pieces if not one.booking.state.awaits_decision
    ]
    for group in groups:
        found += [tuple(group)] if len(group) > apart else [(one,) for one in group]
    return sorted(found, key=lambda group: group[0].booking.starts)


def side_by_side(
    day: date, groups: Sequence[tuple[Piece, ...]], hours: Sequence[int], columns: int = COLUMNS
) -> tuple[tuple[Block, ...], int, int]:
    """The blocks of a column, the number of lanes, and how many bookings had no room. Each block
    has the first lane that is free while it lasts, and all the room to its right."""
    lanes: list[list[tuple[int, int]]] = []
    placed: list[Block] = []
    more = 0
    for group in groups:
        spans = [_rows(day, piece, hours) for piece in group]
        top, bottom = min(one[0] for one in spans), max(one[1] for one in spans)
        free = max(one[2] for one in spans)
        lane = next((n for n, held in enumerate(lanes) if not _meets(held, top, free)), len(lanes))
        if lane >= columns:
            more += len(group)
            continue
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((top, free))
        placed.append(Block(group, top, bottom, free, lane, 1))
    blocks = tuple(replace(one, span=_room(lanes, one.lane, one.top, one.free)) for one in placed)
    return blocks, max(1, len(lanes)), more


def _room(lanes: Sequence[list[tuple[int, int]]], lane: int, top: int, bottom: int) -> int:
    span = 1
    while lane + span < len(lanes) and not _meets(lanes[lane + span], top, bottom):
        span += 1
    return span


def _meets(held: Sequence[tuple[int, int]], top: int, bottom: int) -> bool:
    return any(top < end and bottom > start for start, end in held)


def _rows(day: date, piece: Piece, hours: Sequence[int]) -> tuple[int, int, int]:
    """From where to where, and until when the vehicle is held. At least an hour, to be read."""
    booking = piece.booking
    top = _row(day, booking.starts, hours)
    bottom = max(_row(day, booking.ends, hours, up=True), top + ROWS_AN_HOUR)
    rows = len(hours) * ROWS_AN_HOUR
    if bottom > rows:
        top, bottom = max(0, rows - ROWS_AN_HOUR) if top >= rows else top, rows
    holds = booking.state in BLOCKING
    free = max(bottom, _row(day, booking.free_from, hours, up=True)) if holds else bottom
    return top, bottom, free


def _row(day: date, at: datetime, hours: Sequence[int], *, up: bool = False) -> int:
    """The row of a local wall time, cut to the hours on show."""
    rows = len(hours) * ROWS_AN_HOUR
    if at.date() != day:
        return 0 if at.date() < day else rows
    minutes = (at.hour - hours[0]) * 60 + at.minute
    half_hours = -(-minutes // 30) if up else minutes // 30
    return min(max(half_hours, 0), rows)
