"""What the calendar shows, in plain values, and the days that each of its views holds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from zna_network.models.booking import BookingState
from zna_network.services.french_time import (
    FIRST_YEAR,
    LAST_YEAR,
    PARIS,
    long_date,
    month_and_year,
    short_time,
)

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)

_SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


class View(StrEnum):
    MONTH = "mois"
    WEEK = "semaine"
    DAY = "jour"

    @property
    def label(self) -> str:
        return {View.MONTH: "Mois", View.WEEK: "Semaine", View.DAY: "Jour"}[self]


@dataclass(frozen=True)
class Period:
    """The days on show, both included; ``main_first`` to ``main_last`` are those that the title
    names. ``before`` and ``after`` are days of the neighbouring periods."""

    view: View
    day: date
    first: date
    last: date
    main_first: date
    main_last: date
    before: date
    after: date
    title: str

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.last + DAY)

    @property
    def days(self) -> list[date]:
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Shown:
    """A booking as anybody with an account may read it. ``starts`` to ``ends`` are local wall
    times; the vehicle is free again at ``free_from``. ``who`` is empty for maintenance; ``vehicle``
    and the letters that stand for it, ``mark``, where there is only one."""

    id: int
    reference: str
    state: BookingState
    vehicle_id: int
    vehicle: str
    mark: str
    who: str
    is_own: bool
    places: tuple[str, ...]
    starts: datetime
    ends: datetime
    free_from: datetime

    @property
    def title(self) -> str:
        return self.who or "Indisponible"

    @property
    def where(self) -> str:
        return ", ".join(self.places)

    @property
    def last_day(self) -> date:
        """One that ends at midnight takes nothing of the day that begins."""
        last = self.ends.date()
        is_midnight = self.ends.time() == time() and last > self.starts.date()
        return last - DAY if is_midnight else last


@dataclass(frozen=True)
class Piece:
    """What a booking takes of one day. ``begins`` and ``ends``: it does so on that day."""

    booking: Shown
    begins: bool
    ends: bool

    @property
    def hours(self) -> str:
        """« 9 h–17 h », « dès 9 h », « jusqu’à 17 h » or « toute la journée »."""
        first, last = self.booking.starts.time(), self.booking.ends.time()
        begins, ends = self.begins and first != time(), self.ends and last != time()
        if begins and ends:
            return f"{hour_words(first)}–{hour_words(last)}"
        if begins:
            return f"dès {hour_words(first)}"
        return f"jusqu’à {hour_words(last)}" if ends else "toute la journée"

    @property
    def words(self) -> str:
        """« 9 h–17 h · Achicourt, Beaurains »."""
        where = self.booking.where
        return f"{self.hours} · {where}" if where else self.hours


@dataclass(frozen=True)
class Day:
    """``lanes`` are the lines of the day's cell in a month: a booking of several days keeps its
    line in all of them, none is a line left blank; ``more`` are not among them. ``holiday`` is the
    name of a public holiday. ``is_open``: something can still be asked for on it."""

    day: date
    is_main: bool
    is_today: bool
    is_past: bool
    holiday: str
    is_worked: bool
    is_open: bool
    pieces: tuple[Piece, ...]
    lanes: tuple[Piece | None, ...] = ()
    more: int = 0

    @property
    def anchor(self) -> str:
        return f"jour-{self.day.isoformat()}"

    @property
    def named(self) -> str:
        return _long(self.day)

    @property
    def named_shortly(self) -> str:
        """« jeudi 4 mars »: the year is in the title of the period."""
        return self.named.rpartition(" ")[0]

    @property
    def short(self) -> str:
        """« lun. 4 »."""
        return f"{short_weekday(self.day)} {self.day.day}"

    @property
    def counted(self) -> str:
        """« 2 réservations », for whoever hears the calendar."""
        count = len(self.pieces)
        return f"{count} réservation{'s' if count > 1 else ''}" if count else "aucune réservation"


def period_of(view: View, day: date) -> Period:
    if view is View.DAY:
        return _period(view, day, day, day, long_date(day))
    if view is View.WEEK:
        first = day - DAY * day.weekday()
        last = first + DAY * 6
        return _period(view, day, first, last, _week_title(first, last))
    first = day.replace(day=1)
    last = (first + DAY * 31).replace(day=1) - DAY
    return _period(view, day, first, last, month_and_year(day))


def within_reach(day: date) -> date:
    """A day whose neighbouring periods exist as well."""
    return min(max(day, FIRST_DAY + DAY * 70), LAST_DAY - DAY * 70)


def midnight(day: date) -> datetime:
    """The instant when a local day begins: the clocks never change at that hour here."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


@lru_cache(maxsize=4096)
def _long(day: date) -> str:
    return long_date(day)


@lru_cache(maxsize=2048)
def hour_words(hour: time) -> str:
    return short_time(hour)


def _period(view: View, day: date, first: date, last: date, title: str) -> Period:
    """A month is shown in whole weeks."""
    is_month = view is View.MONTH
    return Period(
        view=view,
        day=day,
        first=first - DAY * first.weekday() if is_month else first,
        last=last + DAY * (6 - last.weekday()) if is_month else last,
        main_first=first,
        main_last=last,
        before=first - DAY,
        after=last + DAY,
        title=title,
    )


def _week_title(first: date, last: date) -> str:
    """« 1er – 7 mars 2027 », « 29 mars – 4 avr. 2027 »."""
    if first.month == last.month:
        return f"{_nth(first)} – {_nth(last)} {month_and_year(last)}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{short_day(first)}{year} – {short_day(last)} {last.year}"


def short_weekday(day: date) -> str:
    return _SHORT[day.weekday()]


def short_day(day: date) -> str:
    """« 29 nov. »."""
    return f"{_nth(day)} {_MONTHS[day.month - 1]}"


def _nth(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)
