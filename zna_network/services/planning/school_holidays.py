"""The school holidays of zone B, to which Arras belongs (académie de Lille), from the open data of
the Ministry of National Education."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vacances_scolaires_france import SchoolHolidayDates

ZONE = "B"
SINCE = date(2025, 9, 1)  # the school year in which the call begins
SOURCE = "Ministère de l’Éducation nationale, calendrier scolaire, zone B (data.gouv.fr)"


@dataclass(frozen=True)
class SchoolHoliday:
    """Both days included."""

    label: str
    starts_on: date
    ends_on: date


def known() -> Iterator[SchoolHoliday]:
    """All those known from ``SINCE`` on, in order; one that spans the new year is one."""
    dates = SchoolHolidayDates()
    days = [
        (day, str(row["nom_vacances"]).replace("'", "’"))
        for year in range(SINCE.year, dates.max_year + 1)
        for day, row in dates.holidays_for_year_and_zone(year, ZONE).items()
        if day >= SINCE
    ]
    current: SchoolHoliday | None = None
    for day, label in sorted(days):
        goes_on = current is not None and day - current.ends_on == timedelta(days=1)
        if current is not None and goes_on and current.label == label:
            current = SchoolHoliday(label, current.starts_on, day)
            continue
        if current is not None:
            yield current
        current = SchoolHoliday(label, day, day)
    if current is not None:
        yield current
