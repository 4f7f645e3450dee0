"""The board as its page shows it: charts, tables and words."""

from collections.abc import Sequence
from typing import Any

from zna_network.blueprints.charts import Chart, Datum, chart_of, marks_of_change, percent
from zna_network.services.board import Board, Place, Tally
from zna_network.services.forum_day import Quarter
from zna_network.services.french_time import short_time, to_local

HIDDEN = "moins de 5 ou masqué"
BarRow = tuple[str, str, str, str | None]


def page_values(board: Board) -> dict[str, Any]:
    return {
        "board": board,
        "forum": board.forum,
        "filled": min(100, round(100 * board.inside / board.forum.gauge)),
        "presence": presence_chart(board.quarters, board.forum.gauge),
        "arrivals": arrivals_chart(board.quarters, is_live=board.is_going_on),
        "busiest": busiest(board.quarters),
        "fullest": fullest(board.quarters),
        "quarters": [(short_time(q.starts_at), q.arrivals, q.inside) for q in board.quarters],
        "doors": tallies(board.doors),
        "groups": tallies(board.groups),
        "stands": places(board.stands),
        "workshops": places(board.workshops),
    }


def presence_chart(quarters: Sequence[Quarter], gauge: int) -> Chart:
    marks = _hours(quarters)
    data = [
        Datum(short_time(q.starts_at), q.inside, "", is_marked=marks[place])
        for place, q in enumerate(quarters)
    ]
    return chart_of(data, gauge, f"Jauge : {gauge}")


def arrivals_chart(quarters: Sequence[Quarter], *, is_live: bool = False) -> Chart:
    """The quarter that goes on is told apart while the day lasts."""
    marks = _hours(quarters)
    current = max((n for n, q in enumerate(quarters) if q.inside is not None), default=-1)
    data = [
        Datum(
            short_time(q.starts_at),
            q.arrivals,
            f"{short_time(q.starts_at)} : {q.arrivals}",
            is_marked=marks[place],
            is_current=is_live and place == current,
        )
        for place, q in enumerate(quarters)
    ]
    return chart_of(data)


def busiest(quarters: Sequence[Quarter]) -> str:
    """The quarter with the most arrivals, in words; empty before anybody came."""
    top = max(quarters, key=lambda q: q.arrivals, default=None)
    if top is None or not top.arrivals:
        return ""
    return f"Le plus fort : {top.arrivals} à {short_time(top.starts_at)}"


def fullest(quarters: Sequence[Quarter]) -> str:
    known = [q for q in quarters if q.inside]
    if not known:
        return ""
    top = max(known, key=lambda q: q.inside or 0)
    return f"Au plus {top.inside} présents, vers {short_time(top.starts_at)}"


def tallies(found: Sequence[Tally]) -> list[BarRow]:
    longest = max((tally.count or 0 for tally in found), default=0)
    return [
        (
            tally.label,
            HIDDEN if tally.count is None else str(tally.count),
            percent(tally.count or 0, longest),
            None,
        )
        for tally in found
    ]


def places(found: Sequence[Place]) -> list[BarRow]:
    longest = max((place.visits for place in found), default=0)
    return [
        (
            place.name,
            str(place.visits),
            percent(place.visits, longest),
            f"{place.lately} depuis une demi-heure" if place.lately else None,
        )
        for place in found
    ]


def _hours(quarters: Sequence[Quarter]) -> list[bool]:
    marks = marks_of_change([to_local(q.starts_at).hour for q in quarters])
    return [
        mark and to_local(q.starts_at).minute == 0 for mark, q in zip(marks, quarters, strict=True)
    ]
