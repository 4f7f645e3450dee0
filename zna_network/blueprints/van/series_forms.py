"""The form of trips that come back: one trip's, and when it does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import DAY_FORMATS, Form, WholeNumberField
from zna_network.blueprints.van.request_forms import DayField, RequestForm
from zna_network.services.van.request_values import RequestData
from zna_network.services.van.series_values import SeriesData
from zna_network.services.van.vehicle_words import WEEK

WAITS = "Pour les dates déjà prises, me mettre sur la liste d’attente"


def _days_kept(values: Sequence[str]) -> tuple[date, ...]:
    """Those that are days: anything else is nobody's date."""
    found = []
    for value in values:
        try:
            found.append(date.fromisoformat(value))
        except ValueError:
            continue
    return tuple(found)


class SeriesForm(RequestForm):
    every_weeks = WholeNumberField("Toutes les", default=1)
    weekdays = SelectMultipleField(
        "Quels jours\u00a0?",
        choices=[SelectChoice(str(day), name.capitalize()) for day, name in enumerate(WEEK)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    last_on = DayField(
        "Jusqu’au", [InputRequired("Indiquez le dernier jour de la série.")], format=DAY_FORMATS
    )
    waits = BooleanField(WAITS)
    keep = SelectMultipleField("Dates à demander", choices=[], validate_choice=False)

    def __init__(self, sent: MultiDict[str, str] | None = None, **values: Any) -> None:
        super().__init__(sent, **values)
        self.not_shown.add("revision")

    @property
    def kept(self) -> tuple[date, ...]:
        return _days_kept(self.keep.data or ())

    def to_series(self, request: RequestData) -> SeriesData:
        """Once it is valid."""
        weekdays = (int(day) for day in self.weekdays.data or () if day in set("0123456"))
        return SeriesData(
            request=request,
            every_weeks=self.every_weeks.data or 0,
            weekdays=tuple(weekdays),
            last_on=self.last_on.data,
        )


class DatesForm(Form):
    """Days of a series that are to be asked for after all."""

    keep = SelectMultipleField("Dates à demander", choices=[], validate_choice=False)
    waits = BooleanField(WAITS)
    exception = TextAreaField(
        "Motif de la dérogation",
        description="Pour passer outre une règle du prêt\u00a0: dites pourquoi. C’est gardé.",
    )

    @property
    def kept(self) -> tuple[date, ...]:
        return _days_kept(self.keep.data or ())
