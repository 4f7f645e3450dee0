"""What stands in the governance calendar, whatever it comes from, and which part is asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zna_network.services.french_time import long_date

MONTHS = 12


class Kind(StrEnum):
    """Where a date comes from; each can be left out."""

    CALL = "appel"
    MEETING = "reunions"
    POLL = "sondages"
    STEP = "etapes"
    GRANT = "conventions"
    FORUM = "forum"
    CUA = "autres"

    @property
    def label(self) -> str:
        return {
            Kind.CALL: "Appel à projets",
            Kind.MEETING: "Réunions",
            Kind.POLL: "Sondages de dates",
            Kind.STEP: "Rétroplannings",
            Kind.GRANT: "Conventions",
            Kind.FORUM: "Forum",
            Kind.CUA: "Autres dates",
        }[self]

    @property
    def singular(self) -> str:
        return {
            Kind.CALL: "Appel à projets",
            Kind.MEETING: "Réunion",
            Kind.POLL: "Fin de sondage",
            Kind.STEP: "Rétroplanning",
            Kind.GRANT: "Convention",
            Kind.FORUM: "Forum",
            Kind.CUA: "Autre date",
        }[self]


@dataclass(frozen=True)
class Wanted:
    """Twelve months from the first day of ``start``; ``kinds`` empty means all of them;
    ``organisation_id`` keeps what one grantee leads or owes, and what concerns everybody."""

    start: date
    kinds: frozenset[Kind] = frozenset()
    organisation_id: int | None = None

    @property
    def end(self) -> date:
        """The last day, included."""
        return add_months(self.start, MONTHS) - timedelta(days=1)

    def has(self, kind: Kind) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Item:
    """One date. ``ends_on`` is the last day, included; ``month_only`` when the day is not known.
    ``hours`` and ``state`` are in words. ``target`` names what it leads to, for the pages:
    (endpoint, values). ``is_first`` among those of its day.
    ``each``: the same date of several organisations, told in one line."""

    kind: Kind
    starts_on: date
    label: str
    ends_on: date | None = None
    month_only: bool = False
    is_first: bool = False
    hours: str = ""
    who: str = ""
    detail: str = ""
    state: str = ""
    is_late: bool = False
    is_done: bool = False
    order: str = ""
    target: tuple[str, tuple[tuple[str, object], ...]] | None = None
    entry_id: int | None = None
    each: tuple["Item", ...] = ()

    @property
    def last_on(self) -> date:
        return self.ends_on or self.starts_on

    @property
    def what(self) -> tuple[object, ...]:
        """What makes of several one line."""
        return (self.kind, self.starts_on, self.month_only, self.label)

    @property
    def rank(self) -> tuple[date, bool, str, str]:
        """What is known to the month only comes before its days."""
        return (self.starts_on, not self.month_only, self.order, self.label)


def add_months(day: date, number: int) -> date:
    """The first day of the month that comes ``number`` months after this one's."""
    month = day.year * 12 + day.month - 1 + number
    return date(month // 12, month % 12 + 1, 1)


def days_in_words(starts_on: date, ends_on: date | None) -> str:
    """« jeudi 6 mai 2027 », « du jeudi 6 mai 2027 au samedi 8 mai 2027 »."""
    if ends_on is None or ends_on == starts_on:
        return long_date(starts_on)
    return f"du {long_date(starts_on)} au {long_date(ends_on)}"


def kinds_among(values: Collection[str]) -> frozenset[Kind]:
    return frozenset(kind for kind in Kind if kind.value in values)
