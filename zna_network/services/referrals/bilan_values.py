"""The bilan as values: exact for the team, or as it may leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """How far people came. A figure tells of the people of its levels, and is hidden where one of
    them has few: ``MONTHLY`` and ``ONE_OFF`` are those of whom an amount is known."""

    MET = "met"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    OPENED = "opened"
    MONTHLY = "monthly"
    ONE_OFF = "one_off"


class Unit(StrEnum):
    COUNT = "count"
    EUROS = "euros"
    DAYS = "days"


class Measure(StrEnum):
    """A column. Amounts are whole euros, rounded; delays are whole days."""

    MET = "met"
    REFERRED = "referred"
    REFERRALS = "referrals"
    ACCEPTED = "accepted"
    OPENED = "opened"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    MEDIAN = "median"
    P90 = "p90"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def levels(self) -> frozenset[Level]:
        return _LEVELS[self]

    @property
    def unit(self) -> Unit:
        return _UNITS.get(self, Unit.COUNT)


_LABELS = {
    Measure.MET: "Personnes rencontrées",
    Measure.REFERRED: "Personnes orientées",
    Measure.REFERRALS: "Orientations",
    Measure.ACCEPTED: "Acceptées",
    Measure.OPENED: "Droits ouverts",
    Measure.MONTHLY: "Par mois",
    Measure.YEARLY: "Par an",
    Measure.MEDIAN: "Délai médian",
    Measure.P90: "Délai, 90\u00a0%",
}
# A year is twelve months and what is paid once: it would give one of the two away.
_LEVELS = {
    Measure.MET: frozenset({Level.MET}),
    Measure.REFERRED: frozenset({Level.REFERRED}),
    Measure.REFERRALS: frozenset({Level.REFERRED}),
    Measure.ACCEPTED: frozenset({Level.ACCEPTED}),
    Measure.OPENED: frozenset({Level.OPENED}),
    Measure.MONTHLY: frozenset({Level.MONTHLY}),
    Measure.YEARLY: frozenset({Level.MONTHLY, Level.ONE_OFF}),
    Measure.MEDIAN: frozenset({Level.OPENED}),
    Measure.P90: frozenset({Level.OPENED}),
}
_UNITS = {
    Measure.MONTHLY: Unit.EUROS,
    Measure.YEARLY: Unit.EUROS,
    Measure.MEDIAN: Unit.DAYS,
    Measure.P90: Unit.DAYS,
}
FROM_REFERRAL = tuple(measure for measure in Measure if measure is not Measure.MET)
Values = Mapping[Measure, int | None]


@dataclass(frozen=True)
class BilanRow:
    """``values`` has no entry where there is nothing to say (a delay without any opening), and
    none where the figure has been taken out. ``hidden``: those that stay in the team."""

    label: str
    values: Values
    hidden: frozenset[Measure] = field(default=frozenset())

    def told(self) -> "BilanRow":
        return replace(
            self, values={m: None if m in self.hidden else n for m, n in self.values.items()}
        )

    @property
    def is_empty(self) -> bool:
        """Nobody, and it is said."""
        return all(number == 0 for number in self.values.values())


@dataclass(frozen=True)
class BilanTable:
    """``note`` is what has to be known to read it. Its total is that of the bilan."""

    key: str
    title: str
    measures: Sequence[Measure]
    rows: Sequence[BilanRow]
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return all(row.is_empty for row in self.rows)


@dataclass(frozen=True)
class Bilan:
    """``since`` and ``until`` are the first and last day of the period, none without a bound;
    ``known_on`` the last day whose news are counted. ``renewed`` rights are among those opened;
    none: not told."""

    known_on: date
    since: date | None
    until: date | None
    total: BilanRow
    renewed: int | None
    tables: Sequence[BilanTable]
    is_published: bool = False

    @property
    def is_empty(self) -> bool:
        return self.total.is_empty

    def table(self, key: str) -> BilanTable:
        return next(table for table in self.tables if table.key == key)


def published(exact: Bilan, few_renewed: bool) -> Bilan:
    """What may leave the team. ``few_renewed``: how many were renewed, or how many were not, would
    tell of a few people."""
    return replace(
        exact,
        total=exact.total.told(),
        renewed=None if few_renewed or Measure.OPENED in exact.total.hidden else exact.renewed,
        tables=[replace(table, rows=[row.told() for row in table.rows]) for table in exact.tables],
        is_published=True,
    )
