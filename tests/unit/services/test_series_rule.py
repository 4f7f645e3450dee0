"""The rule of a series of meetings, and the days that it avoids."""

from dataclasses import replace
from datetime import date, time

import pytest

from zna_network.models.planning import ClosedPeriod
from zna_network.services.errors import InvalidError
from zna_network.services.planning import school_holidays
from zna_network.services.planning.closed_periods import ClosedDays
from zna_network.services.planning.series_values import (
    Rank,
    SeriesData,
    day_in_month,
    days_of,
    rule_in_words,
)

THIRD_THURSDAY = SeriesData(
    Rank.THIRD, 3, 1, time(14), time(16, 30), date(2027, 1, 1), date(2027, 12, 31)
)


def test_the_days_of_a_rule() -> None:
    days = days_of(THIRD_THURSDAY)
    assert [day.day for day in days] == [21, 18, 18, 15, 20, 17, 15, 19, 16, 21, 18, 16]
    assert {day.weekday() for day in days} == {3}
    last = replace(THIRD_THURSDAY, rank=Rank.LAST, every_months=3, weekday=1)
    assert days_of(last) == [
        date(2027, 1, 26),
        date(2027, 4, 27),
        date(2027, 7, 27),
        date(2027, 10, 26),
    ]
    # The step is counted from the first date that there is.
    late = replace(THIRD_THURSDAY, every_months=2, first_on=date(2027, 1, 22))
    assert [day.month for day in days_of(late)] == [2, 4, 6, 8, 10, 12]
    assert day_in_month(2027, 2, 0, Rank.FIRST) == date(2027, 2, 1)
    assert rule_in_words(replace(late, every_months=1)) == (
        "le troisième jeudi de chaque mois, de 14\u00a0h à 16\u00a0h\u00a030"
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"every_months": 0}, "every_months"),
        ({"every_months": 13}, "every_months"),
        ({"weekday": 7}, "weekday"),
        ({"last_on": date(2026, 12, 31)}, "last_on"),
        ({"last_on": date(2027, 1, 20)}, "last_on"),
        ({"last_on": date(2031, 1, 1)}, "last_on"),
        ({"first_on": date(1, 1, 1)}, "first_on"),
        ({"last_on": date(9999, 12, 31)}, "last_on"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        days_of(replace(THIRD_THURSDAY, **changes))  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_why_a_day_is_to_be_avoided() -> None:
    holidays = ClosedPeriod(
        label="Vacances d’hiver", starts_on=date(2027, 2, 20), ends_on=date(2027, 3, 7),
        is_school_holiday=True,
    )  # fmt: skip
    own = ClosedPeriod(label="Élections", starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 1))
    closed = ClosedDays([holidays, own])
    for day, words in (
        (date(2027, 5, 6), ("Jour férié : l’Ascension",)),
        (date(2027, 5, 7), ("Un pont : le lendemain de l’Ascension",)),
        (date(2026, 1, 2), ("Un pont : le lendemain du jour de l’An",)),
        (date(2026, 7, 13), ("Un pont : la veille de la fête nationale",)),
        (date(2027, 1, 16), ("Un samedi",)),
        (date(2027, 2, 19), ()),
        (date(2027, 3, 1), ("Vacances d’hiver (zone B)", "Élections")),
        (date(2027, 3, 7), ("Un dimanche", "Vacances d’hiver (zone B)")),
        (date(2027, 3, 9), ()),
    ):
        assert tuple(one.replace("\u00a0", " ") for one in closed.reasons(day)) == words


def test_the_school_holidays_of_zone_b() -> None:
    """As the ministry publishes them; the new year does not cut Christmas in two."""
    found = {(one.label, one.starts_on): one.ends_on for one in school_holidays.known()}
    assert found["Vacances de Noël", date(2026, 12, 19)] == date(2027, 1, 3)
    assert found["Vacances d’hiver", date(2027, 2, 20)] == date(2027, 3, 7)
    assert found["Vacances de printemps", date(2027, 4, 17)] == date(2027, 5, 2)
    assert len({day for _, day in found}) == len(found)
    assert min(day for _, day in found) >= school_holidays.SINCE
