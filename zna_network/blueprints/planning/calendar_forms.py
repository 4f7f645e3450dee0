"""The forms of the calendar: its filter, one of its dates, a period to avoid."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.planning.step_forms import DayField
from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField, choices
from zna_network.models.planning import CalendarEntry, Precision
from zna_network.services.planning.calendar_values import Kind, Wanted
from zna_network.services.planning.closed_periods import PeriodData
from zna_network.services.planning.entries import EntryData

_DAYS = [*DAY_FORMATS, "%Y-%m"]


class CalendarFilter(Form):
    """Read from the address."""

    types = SelectMultipleField(
        "Ce qui s’affiche",
        choices=choices(Kind),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    organisme = SelectField("Lauréat", choices=[], validate_choice=False)

    def __init__(self, wanted: Wanted, organisations: Sequence[tuple[int, str]]) -> None:
        shown = [kind.value for kind in Kind if wanted.has(kind)]
        chosen = str(wanted.organisation_id or "")
        super().__init__(formdata=None, data={"types": shown, "organisme": chosen})
        self.organisme.choices = [
            SelectChoice("", "Tous les lauréats"),
            *(SelectChoice(str(number), name) for number, name in organisations),
        ]


class EntryForm(Form):
    label = StringField("Ce qui a lieu")
    precision = RadioField(
        "Ce que l’on sait",
        choices=[
            SelectChoice(Precision.DAY.value, "Le jour"),
            SelectChoice(Precision.MONTH.value, "Le mois seulement"),
        ],
        default=Precision.DAY.value,
    )
    starts_on = DayField(
        "Date",
        [InputRequired("Indiquez la date.")],
        format=_DAYS,
        description="Un jour du mois, si seul le mois est connu.",
    )
    ends_on = DayField("Jusqu’au", [Optional()], format=_DAYS, description="Pour une période.")
    section = StringField(
        "Où c’est écrit", description="L’article de l’appel à projets, une délibération…"
    )
    note = TextAreaField("Remarque")
    revision = RevisionField()

    @classmethod
    def of(cls, entry: CalendarEntry) -> "EntryForm":
        return cls(obj=entry, precision=entry.precision.value)

    def to_data(self) -> EntryData:
        return EntryData(
            label=self.label.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            month_only=self.precision.data == Precision.MONTH.value,
            section=self.section.data or "",
            note=self.note.data or "",
        )


class PeriodForm(Form):
    label = StringField("Période", description="Par exemple « Élections », « Congés du service ».")
    starts_on = DayField("Du", [InputRequired("Indiquez le premier jour.")], format=_DAYS)
    ends_on = DayField("Au", [InputRequired("Indiquez le dernier jour.")], format=_DAYS)

    def to_data(self) -> PeriodData:
        return PeriodData(self.label.data or "", self.starts_on.data, self.ends_on.data)


def month_asked(args: MultiDict[str, str], today: date) -> date:
    """The first month of the calendar: ``debut`` (« 2027-01 »), else this month; what is not a
    month of this century is nobody's."""
    typed = args.get("debut", "")
    try:
        first = date.fromisoformat(f"{typed[:7]}-01")
    except ValueError:
        return today.replace(day=1)
    return first if 2000 <= first.year < 2100 else today.replace(day=1)


def address_values(wanted: Wanted, **changes: Any) -> dict[str, Any]:
    """The calendar's address, with some of what was asked for changed."""
    values: dict[str, Any] = {
        "debut": f"{wanted.start:%Y-%m}",
        "types": [kind.value for kind in Kind if kind in wanted.kinds],
        "organisme": wanted.organisation_id,
    }
    return {**values, **changes}
