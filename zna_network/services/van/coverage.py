"""Where CUA Mobile has been, and where nobody has seen it yet.

Counted on stops that a report says were made, and on nothing else: what was only planned or booked
has met nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any

from zna_network.models.territory import Commune, Lot, Qpv, lot_of
from zna_network.queries import territory as territory_queries
from zna_network.queries import van_coverage as queries
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.permissions import Permission
from zna_network.services.van.coverage_values import (
    Coverage,
    LotLine,
    Period,
    PlaceLine,
    Tally,
    Visited,
)

EVER = Period("", "Depuis le début")
RECENT_DAYS = 365
# A place of the territory: a commune's INSEE code, and a neighbourhood's id where it is one.
Spot = tuple[str, int | None]


def coverage(ctx: Context, period_key: str = "") -> Coverage:
    """The whole territory; a constant number of statements. ``period_key`` narrows what was done
    (stops, people), not the states: a place visited once has been visited."""
    ctx.require(Permission.VAN_READ)
    today = local_date(ctx.now)
    periods = _periods(ctx, today)
    period = next((one for one in periods if one.key == period_key), EVER)
    communes = ctx.session.scalars(territory_queries.communes()).all()
    qpvs = ctx.session.scalars(territory_queries.qpvs()).all()
    ever = _tallies(ctx, EVER)
    tallies = ever if period is EVER else _tallies(ctx, period)
    return Coverage(
        period=period,
        periods=periods,
        communes=_lines(communes, today, tallies, ever),
        qpvs=_lines(qpvs, today, tallies, ever),
        lots=_lots(communes, qpvs, tallies, ever),
        whole=_sum(tallies.values()),
        inhabitants=sum(commune.population for commune in communes),
        today=today,
    )


def state_of(tally: Tally, today: date) -> Visited:
    """By local dates; ``tally`` since the beginning."""
    if tally.last is not None:
        recently = local_date(tally.last) > today - timedelta(days=RECENT_DAYS)
        return Visited.RECENTLY if recently else Visited.LONG_AGO
    return Visited.PLANNED if tally.planned else Visited.NEVER


SORTS: Mapping[str, Callable[[PlaceLine], Any]] = {
    "priorite": lambda line: (
        line.ever.stops > 0,
        line.ever.planned > 0,
        _day(line.ever.last),
        -line.population,
    ),
    "nom": lambda line: line.number,
    "population": lambda line: (line.population, -line.number),
    "dernier": lambda line: (_day(line.ever.last), line.number),
    "prochain": lambda line: (line.ever.next is None, line.ever.next, line.number),
    "etapes": lambda line: (line.tally.stops, -line.number),
    "personnes": lambda line: (line.tally.people, -line.number),
}


def ordered(
    lines: Iterable[PlaceLine], sort: str, *, descending: bool = False
) -> tuple[str, list[PlaceLine]]:
    """The key in force (the first one when ``sort`` is none of them) and the lines by it."""
    key = sort if sort in SORTS else next(iter(SORTS))
    return key, sorted(lines, key=SORTS[key], reverse=descending)


def _periods(ctx: Context, today: date) -> list[Period]:
    """Since the beginning, the last twelve months, and each year since the first visit."""
    first = ctx.session.scalar(queries.first_done_stop())
    years = range(today.year, (local_date(first).year if first else today.year) - 1, -1)
    last_year = today - timedelta(days=RECENT_DAYS - 1)
    return [
        EVER,
        Period("12-mois", "Les douze derniers mois", last_year, today),
        *(
            Period(str(year), f"Année {year}", date(year, 1, 1), date(year, 12, 31))
            for year in years
        ),
    ]


def _tallies(ctx: Context, period: Period) -> dict[Spot, Tally]:
    """Three statements. What is planned does not depend on the period."""
    since = from_local(period.since, time()) if period.since else None
    until = from_local(period.until + timedelta(days=1), time()) if period.until else None
    groups: dict[Spot, dict[str, int]] = {}
    for insee, qpv_id, group, people in ctx.session.execute(queries.people_met(since, until)):
        groups.setdefault((insee, qpv_id), {})[group] = int(people)
    done = {
        (insee, qpv_id): Tally(
            stops, last, people=int(people), groups=groups.get((insee, qpv_id), {})
        )
        for insee, qpv_id, stops, last, people in ctx.session.execute(
            queries.done_stops(since, until)
        )
    }
    for insee, qpv_id, planned, following in ctx.session.execute(queries.planned_stops(ctx.now)):
        spot = (insee, qpv_id)
        done[spot] = done.get(spot, Tally()).plus(Tally(planned=planned, next=following))
    return done


def _lines(
    places: Sequence[Commune | Qpv],
    today: date,
    tallies: Mapping[Spot, Tally],
    ever: Mapping[Spot, Tally],
) -> list[PlaceLine]:
    """``places`` by name."""
    lines = []
    for number, place in enumerate(places, start=1):
        all_time = _sum(tally for spot, tally in ever.items() if _is_in(place, spot))
        lines.append(
            PlaceLine(
                number=number,
                place=place,
                visited=state_of(all_time, today),
                tally=_sum(tally for spot, tally in tallies.items() if _is_in(place, spot)),
                ever=all_time,
            )
        )
    return lines


def _is_in(place: Commune | Qpv, spot: Spot) -> bool:
    insee, qpv_id = spot
    return place.insee == insee if isinstance(place, Commune) else place.id == qpv_id


def _lots(
    communes: Sequence[Commune],
    qpvs: Sequence[Qpv],
    tallies: Mapping[Spot, Tally],
    ever: Mapping[Spot, Tally],
) -> list[LotLine]:
    """A commune's lot is served where no QPV is: those are lot 3."""
    by_insee = {commune.insee: commune for commune in communes}
    by_id = {qpv.id: qpv for qpv in qpvs}

    def lot_at(spot: Spot) -> Lot:
        return lot_of(by_insee[spot[0]], by_id.get(spot[1] or 0))

    lines = []
    for lot in Lot:
        done = {_place(spot) for spot, tally in ever.items() if lot_at(spot) is lot and tally.stops}
        planned = {
            _place(spot) for spot, tally in ever.items() if lot_at(spot) is lot and tally.planned
        }
        is_qpv = lot is Lot.PRIORITY_NEIGHBOURHOODS
        lines.append(
            LotLine(
                lot=lot,
                places=len(qpvs) if is_qpv else sum(1 for one in communes if one.lot == lot),
                visited=len(done),
                planned=len(planned - done),
                people=sum(t.people for spot, t in tallies.items() if lot_at(spot) is lot),
            )
        )
    return lines


def _place(spot: Spot) -> str | int:
    """A QPV may lie in two communes, and is one place."""
    insee, qpv_id = spot
    return insee if qpv_id is None else qpv_id


def _sum(tallies: Iterable[Tally]) -> Tally:
    return reduce(Tally.plus, tallies, Tally())


def _day(instant: datetime | None) -> date:
    return local_date(instant) if instant else date.min
