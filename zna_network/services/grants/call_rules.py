"""What the call for projects says of money, each with the section where it is written.

A season is « 2026-2027 »: the call of 2026 pays in June 2026 and June 2027 and wants the accounts
by 30 June 2027. Another season has the same days, in its own years."""

import re
from dataclasses import dataclass
from datetime import date

from zna_network.services.errors import InvalidError

BUDGET = "1.5 Cadrage budgétaire"
ACCOUNTS = "1.4 Durée ; 1.5 Cadrage budgétaire"
REPORTS = "2.2 Calendrier prévisionnel"

HIGHEST_SUBSIDY_PERCENT = 80
LEAST_COFINANCING_PERCENT = 20
HIGHEST_ANCILLARY_PERCENT = 10
ENVELOPE_CENTS = 11_200_000
_SEASON = re.compile(r"(20\d\d)\s*[-–/]\s*(20\d\d)")
_JUNE = 6


@dataclass(frozen=True)
class DuePaper:
    """A paper that the call wants of each grantee."""

    label: str
    due_on: date
    section: str


@dataclass(frozen=True)
class DuePayment:
    """``due_on`` is the month's first day: the call gives the month."""

    label: str
    amount_cents: int
    due_on: date


def clean_season(typed: str) -> str:
    """Two years that follow each other. Raises InvalidError."""
    found = _SEASON.fullmatch(typed.strip())
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise InvalidError("Deux années qui se suivent. Exemple : 2026-2027", field="season")
    return f"{found[1]}-{found[2]}"


def season_of(day: date) -> str:
    """The season under way that day: they begin in June."""
    first = day.year if day.month >= _JUNE else day.year - 1
    return f"{first}-{first + 1}"


def years_of(season: str) -> tuple[int, int]:
    first = int(season[:4])
    return first, first + 1


def deadline_of(season: str) -> date:
    """The last day to justify what was spent, which is also the mission's last one."""
    return date(years_of(season)[1], _JUNE, 30)


def halves(subsidy_cents: int, season: str) -> tuple[DuePayment, DuePayment]:
    """The two payments; an odd cent goes with the first."""
    second = subsidy_cents // 2
    first_year, second_year = years_of(season)
    return (
        DuePayment(
            "Premier versement (50\u00a0%)", subsidy_cents - second, date(first_year, _JUNE, 1)
        ),
        DuePayment("Second versement (50\u00a0%)", second, date(second_year, _JUNE, 1)),
    )


def due_papers(season: str) -> tuple[DuePaper, ...]:
    last = deadline_of(season)
    return (
        DuePaper("Bilan des actions menées et de leurs résultats", last, REPORTS),
        DuePaper("Compte-rendu financier : dépenses et recettes de l’action", last, ACCOUNTS),
        DuePaper("Justificatifs des dépenses", last, ACCOUNTS),
    )
