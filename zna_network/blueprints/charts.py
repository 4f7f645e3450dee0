"""Where the marks of a chart go, in percents of the room that it has: see components/charts.html.

Drawn by the server as SVG without a viewBox, so that words keep their size on a phone and on a
wall, and that nothing has to run in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_STEPS = (1, 2, 5, 10)
_TICKS = 5
_CURVE = 1000


@dataclass(frozen=True)
class Datum:
    """One position along a chart. ``label`` is written under it where ``is_marked``; ``value``
    none: nothing is known there. ``words`` are what hovering says."""

    label: str
    value: int | None
    words: str
    is_marked: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Mark:
    """Percents, ready for an attribute."""

    x: str
    y: str
    width: str
    height: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class Tick:
    at: str
    label: str
    is_minor: bool = False


@dataclass(frozen=True)
class Chart:
    """``line`` and ``area`` are the points of a curve, on a square of 1000 by 1000."""

    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    labels: Sequence[Tick]
    limit: Tick | None
    line: str
    area: str
    is_empty: bool


def chart_of(data: Sequence[Datum], limit: int | None = None, limit_label: str = "") -> Chart:
    """Columns and a curve of the same data: a page draws the one it wants. ``limit`` is a height
    not to cross, which the scale always shows."""
    known = [datum.value for datum in data if datum.value is not None]
    top, ticks = scale_of(max([*known, limit or 0], default=0))
    step = 100 / max(1, len(data))
    marked = [place for place, datum in enumerate(data) if datum.is_marked]
    return Chart(
        marks=[_mark(place, datum, step, top) for place, datum in enumerate(data)],
        ticks=[Tick(percent(top - value, top), _number(value)) for value in ticks],
        labels=[
            Tick(_at(place * step), data[place].label, is_minor=rank % 2 == 1)
            for rank, place in enumerate(marked)
        ],
        limit=Tick(percent(top - limit, top), limit_label) if limit else None,
        line=_line(data, top),
        area=_area(data, top),
        is_empty=not any(known),
    )


def percent(value: float, whole: float) -> str:
    return _at(100 * value / whole if whole else 0)


def scale_of(highest: int) -> tuple[int, list[int]]:
    """The top of the scale and its ticks, zero left out: round numbers, five at most."""
    power = 1
    while True:
        for step in _STEPS:
            if highest <= step * power * _TICKS:
                size = step * power
                count = max(1, -(-highest // size))
                return size * count, [size * n for n in range(1, count + 1)]
        power *= 10


def _mark(place: int, datum: Datum, step: float, top: int) -> Mark:
    value = datum.value or 0
    return Mark(
        x=_at(place * step + step * 0.12),
        y=percent(top - value, top),
        width=_at(step * 0.76),
        height=percent(value, top),
        words=datum.words,
        is_current=datum.is_current,
    )


def _points(data: Sequence[Datum], top: int) -> list[tuple[float, float]]:
    """A step holds until the end of its quarter: each value stands at the end of its position."""
    step = _CURVE / max(1, len(data))
    return [
        (round((place + 1) * step, 1), round(_CURVE * (1 - datum.value / top), 1))
        for place, datum in enumerate(data)
        if datum.value is not None
    ]


def _line(data: Sequence[Datum], top: int) -> str:
    points = _points(data, top)
    if not points:
        return ""
    start = (0.0, float(_CURVE))
    return " ".join(f"{x:g},{y:g}" for x, y in [start, *points])


def _area(data: Sequence[Datum], top: int) -> str:
    line = _line(data, top)
    if not line:
        return ""
    last_x = line.rsplit(" ", 1)[-1].partition(",")[0]
    return f"{line} {last_x},{_CURVE}"


def _at(value: float) -> str:
    return f"{round(value, 2):g}%"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def marks_of_change(values: Sequence[object]) -> list[bool]:
    """Which positions begin something new: the hours along a day."""
    return [True, *(before != after for before, after in pairwise(values))] if values else []
