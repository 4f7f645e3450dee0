"""The form of a series of meetings: its rule, what they have in common, and the dates to keep."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import uuid4

from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from zna_network.blueprints.planning.step_forms import DayField
from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, WholeNumberField
from zna_network.services.planning.calendar_values import add_months
from zna_network.services.planning.series_values import WEEK, Rank, SeriesData

DAY_PREFIX = "jour-"


class HourField(TimeField):  # type: ignore[misc]
    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError as error:
            raise ValueError("Écrivez une heure, par exemple 14:00.") from error


class SeriesForm(Form):
    client_id = HiddenField()
    rank = SelectField("Le", choices=[SelectChoice(r.value, r.label) for r in Rank], default="3")
    weekday = SelectField(
        "Jour",
        choices=[SelectChoice(str(day), name) for day, name in enumerate(WEEK)],
        default="3",
    )
    every_months = WholeNumberField("Tous les", default=1)
    first_on = DayField("Du", [InputRequired("Indiquez le début.")], format=DAY_FORMATS)
    last_on = DayField("Au", [InputRequired("Indiquez la fin.")], format=DAY_FORMATS)
    starts = HourField("Début", [InputRequired("Indiquez l’heure de début.")], format=HOUR_FORMATS)
    ends = HourField("Fin", [InputRequired("Indiquez l’heure de fin.")], format=HOUR_FORMATS)
    title = StringField("Intitulé")
    place = StringField("Lieu", description="Salle et adresse, telles qu’un invité les cherchera.")
    visio_url = URLField(
        "Lien de visioconférence", description="L’adresse complète, qui commence par https://"
    )
    notice = TextAreaField(
        "Informations pratiques",
        description="Accès, stationnement, documents à apporter : figure dans la convocation.",
    )
    confirmed = BooleanField("Je confirme les dimanches et jours fériés choisis à la main")
    keep = SelectMultipleField("Dates à créer", choices=[], validate_choice=False)

    def begin(self, today: date) -> None:
        """What a blank form proposes, and the name that has the series made once, however often it
        is sent."""
        if not self.client_id.data:
            self.client_id.data = str(uuid4())
        if not self.is_submitted():
            self.first_on.data = add_months(today, 1)
            self.last_on.data = add_months(today, 13) - timedelta(days=1)

    def to_data(self) -> SeriesData:
        """Once it is valid."""
        return SeriesData(
            rank=Rank(self.rank.data),
            weekday=int(self.weekday.data),
            every_months=self.every_months.data or 0,
            starts=self.starts.data,
            ends=self.ends.data,
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            title=self.title.data or "",
            place=self.place.data or "",
            visio_url=self.visio_url.data or "",
            notice=self.notice.data or "",
            confirmed=bool(self.confirmed.data),
            client_id=self.client_id.data or "",
        )

    @property
    def ticked(self) -> set[date]:
        return {day for day in map(_day, self.keep.data or ()) if day}

    def kept(self, days: Mapping[date, date]) -> dict[date, date]:
        """The dates that stand ticked, with the day of each in ``days``: their own if there is
        none."""
        return {day: days.get(day, day) for day in self.ticked}


def days_typed(sent: Mapping[str, str]) -> dict[date, date]:
    """The day written beside each of the rule's dates; what is not a day is nobody's."""
    found = {}
    for name, value in sent.items():
        expected = _day(name.removeprefix(DAY_PREFIX)) if name.startswith(DAY_PREFIX) else None
        day = _day(value)
        if expected and day:
            found[expected] = day
    return found


def days_by_hand(typed: Mapping[date, date], proposed: Mapping[date, date]) -> dict[date, date]:
    """Those that are not what the page had proposed itself."""
    return {day: other for day, other in typed.items() if proposed.get(day) != other}


def _day(text: str) -> date | None:
    for parts in (text, "-".join(reversed(text.split("/")))):
        try:
            return date.fromisoformat(parts)
        except ValueError:
            continue
    return None


def proposals_sent(values: Sequence[str]) -> dict[date, date]:
    """What the page had proposed, as it sent it along: « 2027-02-18:2027-02-11 »."""
    found = {}
    for value in values:
        expected, _, proposed = value.partition(":")
        day, other = _day(expected), _day(proposed)
        if day and other:
            found[day] = other
    return found
