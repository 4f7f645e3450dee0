"""What narrows the register and the figures, read from their addresses."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from zna_network.models.committee import Committee
from zna_network.queries.decision_register import DecisionFilter
from zna_network.services.attendance_figures import Span
from zna_network.services.french_time import FIRST_YEAR, LAST_YEAR, short_date

_TYPED = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_LONGEST = 200
BACKWARDS = "La période finit avant de commencer : rien ne peut y être."


def read_day(typed: str) -> date | None:
    """« 2026-12-31 » as browsers send it, « 31/12/2026 » as people type it; none for what no day
    is."""
    found = _TYPED.fullmatch(typed.strip())
    try:
        if found:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        else:
            day = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return day if FIRST_YEAR < day.year < LAST_YEAR else None


class LenientDateField(DateField):  # type: ignore[misc]
    """A day that means nothing counts for nothing: an address may be typed by hand."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = read_day(values[0]) if values else None
        self.raw_data = [self.data.isoformat() if self.data else ""]


class PeriodFilter(PlainForm):  # type: ignore[misc]
    """Which committee, from which day to which; the names of the fields are the address's."""

    page = "register.figures"
    file = "register.figures_file"

    instance = SelectField("Instance", validate_choice=False)
    du = LenientDateField("Du")
    au = LenientDateField("Au")

    def __init__(self, committees: Sequence[Committee] = ()) -> None:
        super().__init__(formdata=MultiDict(request.args))
        self._names = {str(one.id): one.name for one in committees}
        self.instance.choices = [
            SelectChoice("", "Toutes"),
            *(SelectChoice(number, name) for number, name in self._names.items()),
        ]

    @property
    def committee_id(self) -> int | None:
        """0, which no committee is, for what is no number."""
        typed = self.instance.data or ""
        is_number = typed.isascii() and typed.isdecimal() and len(typed) < 10
        return (int(typed) if is_number else 0) if typed else None

    @property
    def span(self) -> Span:
        return Span(self.du.data, self.au.data)

    @property
    def problem(self) -> str:
        since, until = self.du.data, self.au.data
        return BACKWARDS if since and until and until < since else ""

    @property
    def values(self) -> dict[str, str]:
        """What is in force, as an address carries it."""
        days = {
            name: field.data.isoformat()
            for name, field in (("du", self.du), ("au", self.au))
            if field.data
        }
        return {**({"instance": self.instance.data} if self.instance.data else {}), **days}

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What is in force, each with the address without it."""
        found = []
        if self.instance.data:
            name = self._names.get(self.instance.data, "inconnue")
            found.append((f"Instance : {name}", self.without("instance")))
        for name, field, word in (("du", self.du, "Depuis le"), ("au", self.au, "Jusqu’au")):
            if field.data:
                found.append((f"{word} {short_date(field.data)}", self.without(name)))
        return found

    def without(self, name: str) -> str:
        kept: dict[str, Any] = {k: v for k, v in self.values.items() if k != name}
        return url_for(self.page, **kept)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The kinds of file, each with its address for what the page shows."""
        kept: dict[str, Any] = self.values
        return [(kind, url_for(self.file, extension=kind, **kept)) for kind in ("xlsx", "csv")]


class RegisterFilter(PeriodFilter):
    page = "register.index"
    file = "register.decisions_file"

    q = StringField("Chercher une décision")
    qui = SelectField("Qui en répond", validate_choice=False)

    def __init__(self, committees: Sequence[Committee] = (), owners: Sequence[str] = ()) -> None:
        super().__init__(committees)
        self.qui.choices = [
            SelectChoice("", "Tout le monde"),
            *(SelectChoice(owner, owner) for owner in owners),
        ]

    @property
    def words(self) -> str:
        return (self.q.data or "")[:_LONGEST]

    @property
    def wanted(self) -> DecisionFilter:
        return DecisionFilter(
            committee_id=self.committee_id,
            since=self.du.data,
            until=self.au.data,
            owner=(self.qui.data or "")[:_LONGEST],
        )

    @property
    def values(self) -> dict[str, str]:
        own = {"q": self.words.strip(), "qui": self.qui.data or ""}
        return {**{name: value for name, value in own.items() if value}, **super().values}

    @property
    def chips(self) -> list[tuple[str, str]]:
        owner = self.qui.data
        own = [(f"Qui en répond : {owner}", self.without("qui"))] if owner else []
        return [*super().chips, *own]
