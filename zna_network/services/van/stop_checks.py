"""Where a trip goes: its stops, in their order, within it, none at the same time as another."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from zna_network.models.territory import Qpv
from zna_network.queries import territory as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, short_time
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.van.request_values import RequestData, StopData, StopValues

MOST_STOPS, LONGEST_PLACE = 20, 200
NO_STOP = "Ajoutez au moins une étape\u00a0: où va la sortie, et quand."
TOO_MANY_STOPS = f"{MOST_STOPS} étapes au plus\u00a0: faites une autre demande pour les suivantes."
END_FIRST = "La fin de l’étape doit venir après son début."
OTHER_DAY = "Ce jour n’est pas un jour de la sortie."
UNKNOWN_COMMUNE = "Choisissez une des 46 communes de la liste."
UNKNOWN_QPV = "Ce quartier n’est pas dans cette commune."

Period = tuple[datetime, datetime]


def checked_stops(
    ctx: Context, checks: Checks, data: RequestData, period: Period | None
) -> tuple[StopValues, ...]:
    """``period`` is the trip's, or none when it is wrong. At most two queries."""
    if not data.stops:
        checks.refuse(NO_STOP, "stops")
    if len(data.stops) > MOST_STOPS:
        checks.refuse(TOO_MANY_STOPS, "stops")
        return ()
    named = {stop.insee for stop in data.stops}
    communes = {one.insee for one in ctx.session.scalars(queries.communes_among(named))}
    has_quarter = any(stop.qpv_id is not None for stop in data.stops)
    quarters = ctx.session.scalars(queries.qpvs()).all() if has_quarter else []
    known = {quarter.id: quarter for quarter in quarters}
    stops: list[StopValues] = []
    for rank, typed in enumerate(data.stops):
        field = field_of(rank)
        _check_place(checks, typed, communes, known, field)
        times = checks.take(partial(times_of, typed, field), None)
        if times is None:
            continue
        if period is not None:
            checks.take(partial(_check_within, times, period, typed, data, field), None)
        if stops and times[0] < stops[-1].ends_at:
            checks.refuse(_overlap_words(rank, stops[-1].ends_at), field("starts"))
        place = checks.take(partial(_place, typed.place, field("place")), "")
        stops.append(StopValues(*times, typed.insee, typed.qpv_id, place, typed.is_public))
    return tuple(stops)


def times_of(typed: StopData, field: Callable[[str], str]) -> Period:
    """``field`` names what is at fault: « starts » becomes « stops-0-starts »."""
    starts_at = from_local(typed.day, typed.starts, field=field("starts"))
    ends_at = from_local(typed.day, typed.ends, field=field("ends"))
    if ends_at <= starts_at:
        raise InvalidError(END_FIRST, field=field("ends"))
    return starts_at, ends_at


def field_of(rank: int) -> Callable[[str], str]:
    return partial("stops-{0}-{1}".format, rank)


def _check_within(
    times: Period, period: Period, typed: StopData, data: RequestData, field: Callable[[str], str]
) -> None:
    if not data.starts_on <= typed.day <= data.ends_on:
        raise InvalidError(OTHER_DAY, field=field("day"))
    if times[0] < period[0]:
        raise InvalidError(
            f"L’étape commence avant le départ du véhicule, à {short_time(period[0])}.",
            field=field("starts"),
        )
    if times[1] > period[1]:
        raise InvalidError(
            f"L’étape finit après le retour du véhicule, à {short_time(period[1])}.",
            field=field("ends"),
        )


def _overlap_words(rank: int, previous_end: datetime) -> str:
    return (
        f"L’étape {rank + 1} commence avant la fin de l’étape {rank}, à "
        f"{short_time(previous_end)}\u00a0: corrigez l’heure ou l’ordre des étapes."
    )


def _check_place(
    checks: Checks,
    typed: StopData,
    communes: set[str],
    quarters: dict[int, Qpv],
    field: Callable[[str], str],
) -> None:
    if typed.insee not in communes:
        checks.refuse(UNKNOWN_COMMUNE, field("insee"))
        return
    if typed.qpv_id is None:
        return
    quarter = quarters.get(typed.qpv_id)
    if quarter is None or typed.insee not in {one.insee for one in quarter.communes}:
        checks.refuse(UNKNOWN_QPV, field("qpv_id"))


def _place(typed: str, field: str) -> str:
    return refuse_sensitive(clean_line(typed, field=field, limit=LONGEST_PLACE), field=field)
