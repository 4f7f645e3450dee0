"""Trips that come back: on which days, from what is typed once. Wall times, so that 9 h stays 9 h
on both sides of a change of the clocks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from zna_network.services.errors import InvalidError
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR
from zna_network.services.van.request_values import RequestData
from zna_network.services.van.stop_checks import OTHER_DAY, field_of

MOST_OCCURRENCES, MOST_WEEKS = 60, 8
LONGEST, LONGEST_TRIP = timedelta(days=400), timedelta(days=31)
TRIP_END_FIRST = "Le retour de la première sortie doit venir après son départ, dans le mois."
NO_DAY = "Cochez au moins un jour de la semaine."
BAD_STEP = f"Écrivez un nombre de semaines, de 1 à {MOST_WEEKS}."
END_FIRST = "La série doit finir après son premier jour."
TOO_FAR = "Une série dure treize mois au plus : faites-en une autre ensuite."
TOO_MANY = f"Une série compte {MOST_OCCURRENCES} sorties au plus : rapprochez sa fin."
NONE = "Aucun de ces jours ne tombe dans la série : relisez les jours et la fin."


@dataclass(frozen=True)
class SeriesData:
    """``request`` is the trip as typed for its first day; each occurrence is the same, shifted by
    whole days. ``weekdays`` from 0 for Monday, in every ``every_weeks``-th week from the first
    day's on, until ``last_on`` included. Errors name these fields, or those of the request."""

    request: RequestData
    every_weeks: int
    weekdays: tuple[int, ...]
    last_on: date


@dataclass(frozen=True)
class Occurrence:
    """One day of a series. ``problem`` says why it cannot be asked for, and is empty otherwise;
    ``remark`` is good to know. Without instants when its times do not exist, or exist twice.
    ``is_made``: its booking is there already."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    problem: str = ""
    remark: str = ""
    may_wait: bool = False
    is_made: bool = False

    @property
    def is_possible(self) -> bool:
        return not self.problem and not self.is_made


def days_of_series(data: SeriesData) -> list[date]:
    """In order. Raises InvalidError."""
    _check_first_trip(data.request)
    first = data.request.starts_on
    if not 1 <= data.every_weeks <= MOST_WEEKS:
        raise InvalidError(BAD_STEP, field="every_weeks")
    if not data.weekdays or not set(data.weekdays) <= set(range(7)):
        raise InvalidError(NO_DAY, field="weekdays")
    if data.last_on < first:
        raise InvalidError(END_FIRST, field="last_on")
    if data.last_on - first > LONGEST:
        raise InvalidError(TOO_FAR, field="last_on")
    days = list(recurring(first, data.last_on, data.every_weeks, data.weekdays))
    if not days:
        raise InvalidError(NONE, field="weekdays")
    if len(days) > MOST_OCCURRENCES:
        raise InvalidError(TOO_MANY, field="last_on")
    return days


def _check_first_trip(request: RequestData) -> None:
    """What must hold before it can be shifted by days; its hours are judged day by day."""
    if not FIRST_YEAR <= request.starts_on.year <= LAST_YEAR:
        raise InvalidError(FAR_AWAY, field="starts_on")
    if not timedelta(0) <= request.ends_on - request.starts_on <= LONGEST_TRIP:
        raise InvalidError(TRIP_END_FIRST, field="ends_on")
    for rank, stop in enumerate(request.stops):
        if not request.starts_on <= stop.day <= request.ends_on:
            raise InvalidError(OTHER_DAY, field=field_of(rank)("day"))


def recurring(
    first: date, last: date, every_weeks: int, weekdays: tuple[int, ...] | list[int]
) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        is_in_week = (day - monday).days // 7 % every_weeks == 0
        if is_in_week and day.weekday() in weekdays:
            yield day


def shifted(request: RequestData, day: date, client_id: str = "") -> RequestData:
    """The same trip, leaving that day."""
    by = day - request.starts_on
    return replace(
        request,
        client_id=client_id or request.client_id,
        starts_on=day,
        ends_on=request.ends_on + by,
        stops=tuple(replace(stop, day=stop.day + by) for stop in request.stops),
    )
