"""The days when offices are closed."""

from datetime import date

import pytest

from zna_network.services.french_holidays import easter, why_closed


@pytest.mark.parametrize(
    "day",
    [
        date(1954, 4, 18),
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2076, 4, 19),
        date(2285, 3, 22),
    ],
)
def test_easter_falls_where_the_almanacs_put_it(day: date) -> None:
    assert easter(day.year) == day


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 25), "Noël"),
        (date(2027, 1, 1), "le jour de l’An"),
        (date(2027, 3, 28), "Pâques"),
        (date(2027, 3, 29), "le lundi de Pâques"),
        (date(2027, 5, 6), "l’Ascension"),
        (date(2027, 5, 17), "le lundi de Pentecôte"),
        (date(2026, 12, 20), "un dimanche"),
        (date(2026, 12, 17), ""),
        (date(2026, 12, 19), ""),
    ],
)
def test_says_why_a_day_is_closed(day: date, reason: str) -> None:
    assert why_closed(day) == reason
