"""What narrows the calendar and the list, read from their addresses."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import choices
from zna_network.models.booking import BookingState
from zna_network.queries.van_calendar import BookingFilter
from zna_network.services.french_time import short_date
from zna_network.services.van.calendar_values import DAY, FIRST_DAY, LAST_DAY, View, midnight
from zna_network.services.van.listing import Span, span_of

EVERY_STATE = "toutes"
Offered = Sequence[tuple[int, str]]


class LenientDateField(DateField):  # type: ignore[misc]
    """A day that means nothing counts for nothing: an address may be typed by hand."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = read_day(values[0]) if values else None


class _Filters(PlainForm):  # type: ignore[misc]
    """A value that no choice has counts for nothing."""

    page = "van.index"
    vehicule = SelectField("Véhicule", validate_choice=False)
    organisme = SelectField("Organisme", validate_choice=False)
    etat = SelectField("État", validate_choice=False)

    def offer(self, vehicles: Offered, borrowers: Offered, states: list[SelectChoice]) -> None:
        self.vehicule.choices = _among("Tous", vehicles)
        self.organisme.choices = _among("Tous", borrowers)
        self.etat.choices = states

    def sent(self) -> dict[str, str]:
        """The filters in force, as they stand in an address."""
        found = {name: self.chosen(name) for name in self._fields}
        return {name: value for name, value in found.items() if value}

    def chips(self) -> list[tuple[str, str]]:
        """Each filter in force, and the address of the page without it."""
        sent = self.sent()
        return [
            (self.told(name), self.address(**{k: v for k, v in sent.items() if k != name}))
            for name in sent
        ]

    def address(self, **values: str) -> str:
        return with_values(url_for(self.page), values)

    def chosen(self, name: str) -> str:
        field = self[name]
        if isinstance(field, DateField):
            return field.data.isoformat() if field.data else ""
        if isinstance(field, SelectField):
            known = (c.value for c in field.choices if c.value and c.value == field.data)
            return next(known, "")
        return field.data or ""

    def told(self, name: str) -> str:
        """« Véhicule : CUA Mobile »."""
        field: Any = self[name]
        if isinstance(field, DateField):
            return f"{field.label.text} {short_date(field.data)}"
        if isinstance(field, SelectField):
            chosen = next(c.label for c in field.choices if c.value == field.data)
            return f"{field.label.text} : {chosen}"
        return f"« {field.data} »"

    def states(self) -> frozenset[BookingState]:
        chosen = self.chosen("etat")
        if chosen == EVERY_STATE:
            return frozenset(BookingState)
        return frozenset({BookingState(chosen)}) if chosen else frozenset()


class CalendarFilters(_Filters):
    """``vue`` and ``date`` say what is on show; they are no filters."""

    def __init__(self, args: MultiDict[str, str], vehicles: Offered, borrowers: Offered) -> None:
        super().__init__(args)
        states = choices(BookingState, blank="Tous, sauf ce qui n’a pas eu de suite")
        states.insert(1, SelectChoice(EVERY_STATE, "Tous"))
        self.offer(vehicles, borrowers, states)
        vue = args.get("vue", "")
        self.view = View(vue) if vue in set(View) else View.MONTH
        self.day = read_day(args.get("date", ""))

    def wanted(self) -> BookingFilter:
        return BookingFilter(
            vehicle_id=number(self.chosen("vehicule")),
            organisation_id=number(self.chosen("organisme")),
            states=self.states(),
        )

    def shown(self, view: str, day: date | None) -> str:
        """The calendar on this view and day, filtered as it is."""
        values = {"vue": str(View(view).value)}
        values |= {"date": day.isoformat()} if day else {}
        return self.address(**values, **self.sent())

    def address(self, **values: str) -> str:
        kept = {} if "vue" in values or self.view is View.MONTH else {"vue": self.view.value}
        kept |= {} if "date" in values or self.day is None else {"date": self.day.isoformat()}
        return super().address(**(kept | values))


class ListFilters(_Filters):
    page = "van.bookings"
    q = StringField("Rechercher une réservation")
    commune = SelectField("Commune", validate_choice=False)
    du = LenientDateField("Du")
    au = LenientDateField("Au")

    def __init__(
        self,
        args: MultiDict[str, str],
        vehicles: Offered,
        borrowers: Offered,
        communes: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(args)
        self.q.data = "".join(c for c in self.q.data or "" if c.isprintable())[:100].strip()
        self.offer(vehicles, borrowers, choices(BookingState, blank="Tous"))
        self.commune.choices = _among("Toutes", communes)
        quand = args.get("quand", "")
        self.span = Span(quand) if quand in set(Span) else Span.COMING

    def wanted(self, now: Any) -> BookingFilter:
        since, until = span_of(self.span, now)
        if self.du.data:
            since = max(filter(None, (since, midnight(self.du.data))))
        if self.au.data:
            until = min(filter(None, (until, midnight(self.au.data + DAY))))
        return BookingFilter(
            vehicle_id=number(self.chosen("vehicule")),
            organisation_id=number(self.chosen("organisme")),
            states=self.states(),
            insee=self.chosen("commune"),
            since=since,
            until=until,
        )

    def address(self, **values: str) -> str:
        return super().address(**(self._span(self.span) | values))

    def of_span(self, span: Span) -> str:
        """The same filters, on another stretch of time."""
        return with_values(url_for(self.page), self._span(span) | self.sent())

    def export_address(self, kind: str) -> str:
        values = self._span(self.span) | self.sent()
        return with_values(url_for("van.export_bookings", kind=kind), values)

    @staticmethod
    def _span(span: Span) -> dict[str, str]:
        return {} if span is Span.COMING else {"quand": span.value}


def read_day(typed: str) -> date | None:
    """None for what is no day, or one that nobody means."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_DAY < day < LAST_DAY else None


def number(value: str) -> int | None:
    return int(value) if value else None


def with_values(base: str, values: dict[str, str]) -> str:
    return f"{base}?{urlencode(values)}" if values else base


def _among(blank: str, offered: Iterable[tuple[int | str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", blank), *(SelectChoice(str(value), label) for value, label in offered)]
