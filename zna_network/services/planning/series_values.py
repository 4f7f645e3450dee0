"""Meetings that come back: « le troisième jeudi de chaque mois », between two days."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from zna_network.services.errors import InvalidError
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR, short_time

WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOST, MOST_MONTHS = 40, 12
LONGEST = timedelta(days=3 * 366)
END_FIRST = "La fin de la période doit venir après son début."
TOO_FAR = "Une série couvre trois ans au plus."
TOO_MANY = f"Une série compte {MOST} réunions au plus\u00a0: rapprochez la fin."
NONE = "Aucune réunion ne tombe dans cette période\u00a0: relisez les dates."
BAD_STEP = f"Écrivez un nombre de mois, de 1 à {MOST_MONTHS}."
WHICH_DAY = "Choisissez un jour de la semaine."


class Rank(StrEnum):
    """Which of the month's days of that name."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    LAST = "last"

    @property
    def label(self) -> str:
        return {
            Rank.FIRST: "premier",
            Rank.SECOND: "deuxième",
            Rank.THIRD: "troisième",
            Rank.FOURTH: "quatrième",
            Rank.LAST: "dernier",
        }[self]


@dataclass(frozen=True)
class SeriesData:
    """``weekday`` from 0 for Monday. ``first_on`` and ``last_on`` bound the series, included.
    ``confirmed``: a Sunday or a public holiday chosen by hand is meant. ``client_id`` names this
    series, so that sent again it is made once. Errors name these fields, or ``keep``."""

    rank: Rank
    weekday: int
    every_months: int
    starts: time
    ends: time
    first_on: date
    last_on: date
    title: str = ""
    place: str = ""
    visio_url: str = ""
    notice: str = ""
    confirmed: bool = False
    client_id: str = field(default="", compare=False)


def days_of(data: SeriesData) -> list[date]:
    """What the rule gives, before anything is avoided. Raises InvalidError."""
    for name in ("first_on", "last_on"):
        if not FIRST_YEAR <= getattr(data, name).year <= LAST_YEAR:
            raise InvalidError(FAR_AWAY, field=name)
    if not 1 <= data.every_months <= MOST_MONTHS:
        raise InvalidError(BAD_STEP, field="every_months")
    if not 0 <= data.weekday <= 6:
        raise InvalidError(WHICH_DAY, field="weekday")
    if data.last_on < data.first_on:
        raise InvalidError(END_FIRST, field="last_on")
    if data.last_on - data.first_on > LONGEST:
        raise InvalidError(TOO_FAR, field="last_on")
    days = list(_recurring(data))
    if not days:
        raise InvalidError(NONE, field="last_on")
    if len(days) > MOST:
        raise InvalidError(TOO_MANY, field="last_on")
    return days


def rule_in_words(data: SeriesData) -> str:
    """« le troisième jeudi de chaque mois, de 14 h à 16 h »."""
    step = "de chaque mois" if data.every_months == 1 else f"tous les {data.every_months} mois"
    hours = f"de {short_time(data.starts)} à {short_time(data.ends)}"
    return f"le {data.rank.label} {WEEK[data.weekday]} {step}, {hours}"


def day_in_month(year: int, month: int, weekday: int, rank: Rank) -> date:
    """Every month has four of each day of the week, so that all of these exist."""
    last = date(year, month, calendar.monthrange(year, month)[1])
    if rank is Rank.LAST:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=int(rank.value) - 1)


def _recurring(data: SeriesData) -> Iterator[date]:
    """The step is counted from the first month whose day is in the period."""
    month = data.first_on.year * 12 + data.first_on.month - 1
    if _day(data, month) < data.first_on:
        month += 1
    while (day := _day(data, month)) <= data.last_on:
        yield day
        month += data.every_months


def _day(data: SeriesData, month: int) -> date:
    return day_in_month(month // 12, month % 12 + 1, data.weekday, data.rank)
