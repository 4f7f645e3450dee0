"""The form of a request. Its names are those of ``RequestData`` and ``StopData``, so that a refusal
finds its field; ``insee`` holds a commune, or a commune and its neighbourhood (``62041:3``)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import (
    DAY_FORMATS,
    HOUR_FORMATS,
    Form,
    RevisionField,
    WholeNumberField,
    choices,
)
from zna_network.models.booking import Booking
from zna_network.models.territory import TargetGroup
from zna_network.services.errors import DomainError
from zna_network.services.van.request_values import RequestData, StopData, as_typed

# Where a refusal is shown when the page has no field of its name.
_SHOWN_BESIDE = {"organisation_id": "organisation", "partner_ids": "partner"}


def number_in(text: object) -> int | None:
    """The number in a choice or a hidden field; none for anything else."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _boxes(label: str, **values: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        **values,
    )


class DayField(DateField):  # type: ignore[misc]
    """A date that says in plain words what it wants, where the browser has no calendar."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError as error:
            raise ValueError("Écrivez une date, par exemple 04/03/2027.") from error


class HourField(TimeField):  # type: ignore[misc]
    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError as error:
            raise ValueError("Écrivez une heure, par exemple 9:30 ou 9 h 30.") from error


def _day(label: str = "", missing: str = "") -> DayField:
    return DayField(label, [InputRequired(missing) if missing else Optional()], format=DAY_FORMATS)


def _hour(label: str, missing: str) -> HourField:
    return HourField(label, [InputRequired(missing)], format=HOUR_FORMATS)


class StopForm(Form):
    class Meta:
        csrf = False  # Part of a form that has it.

    insee = SelectField("Commune ou quartier", validate_choice=False)
    place = StringField("Lieu")
    day = _day("Jour")
    starts = _hour("De", "Indiquez à quelle heure l’étape commence.")
    ends = _hour("À", "Indiquez à quelle heure l’étape finit.")
    is_public = BooleanField("Annoncer cette étape sur la page publique", default=True)

    def field_named(self, name: str) -> Any:
        return super().field_named("insee" if name == "qpv_id" else name)

    def move(self, first_day: date, by: timedelta) -> None:
        """So much later, on the clocks; a day left empty is the departure's, which moves too."""
        day = self.day.data or first_day
        starts = datetime.combine(day, self.starts.data) + by
        self.ends.data = (datetime.combine(day, self.ends.data) + by).time()
        self.starts.data = starts.time()
        self.day.data = starts.date() if self.day.data else None

    def to_data(self, first_day: date) -> StopData:
        insee, _, quarter = str(self.insee.data or "").partition(":")
        return StopData(
            day=self.day.data or first_day,
            starts=self.starts.data,
            ends=self.ends.data,
            insee=insee[:5],
            qpv_id=number_in(quarter),
            place=self.place.data or "",
            is_public=self.is_public.data,
        )


class PeriodForm(Form):
    """What the page's script asks about, as it stands in the form."""

    class Meta:
        csrf = False  # It is read from the address, and changes nothing.

    vehicle_id = WholeNumberField(validators=[InputRequired()])
    organisation_id = WholeNumberField(validators=[Optional()])
    but = WholeNumberField(validators=[Optional()])
    starts_on = _day(missing="-")
    leaves_at = _hour("", "-")
    ends_on = _day()
    returns_at = _hour("", "-")


class RequestForm(Form):
    client_id = HiddenField()
    revision = RevisionField()
    vehicle_id = RadioField("Véhicule", validate_choice=False)
    organisation = StringField("Association", description="Celle qui emprunte le véhicule.")
    organisation_id = HiddenField()
    starts_on = _day("Départ le", "Indiquez le jour du départ.")
    leaves_at = _hour("Heure", "Indiquez l’heure du départ.")
    ends_on = _day("Retour le")
    returns_at = _hour("Heure", "Indiquez l’heure du retour.")
    purpose = TextAreaField(
        "À quoi servira la sortie\u00a0?",
        description="En quelques phrases\u00a0: l’action, et vers qui. Jamais de nom d’habitant.",
    )
    target_groups = _boxes("Publics visés", choices=choices(TargetGroup))
    rights = _boxes("Droits à travailler")
    partner_ids = _boxes("Partenaires à bord")
    partner = StringField("Ajouter un partenaire")
    partner_id = HiddenField()
    expected_people = WholeNumberField("Personnes attendues", [Optional()])
    driver_id = SelectField("Conducteur", validate_choice=False)
    equipment = _boxes("Équipement souhaité")
    needs = TextAreaField("Besoins particuliers", description="Branchement, accès, stationnement…")
    exception = TextAreaField(
        "Motif de la dérogation",
        description="Vous passez outre une règle du prêt\u00a0: dites pourquoi. C’est gardé.",
    )
    stops = FieldList(FormField(StopForm, label="Étape"), label="Étapes")

    def __init__(self, sent: MultiDict[str, str] | None = None, **values: Any) -> None:
        super().__init__(formdata=sent, **values)
        # Fields that this showing of the page lacks: a refusal about one is told on top.
        self.not_shown: set[str] = {"client_id"}
        if not self.client_id.data:
            self.client_id.data = str(uuid4())

    @classmethod
    def of(cls, booking: Booking, sent: MultiDict[str, str] | None) -> "RequestForm":
        """Filled with a booking, or with what was typed in its place."""
        return cls(sent, data=_values_of(booking))

    def offer_places(self, offered: Sequence[SelectChoice]) -> None:
        for entry in self.stops:
            entry.form.insee.choices = [SelectChoice("", "Choisissez"), *offered]

    def field_named(self, name: str) -> Any:
        if name.startswith("stops-"):
            _, rank, inner = (*name.split("-", 2), "")[:3]
            position = number_in(rank)
            has_it = position is not None and position < len(self.stops.entries)
            return self.stops.entries[position or 0].form.field_named(inner) if has_it else None
        shown = _SHOWN_BESIDE.get(name, name)
        return None if shown in self.not_shown else super().field_named(shown)

    def refuse(self, error: DomainError) -> None:
        """A list of forms gathers their errors when it is validated: those that come later too."""
        super().refuse(error)
        told = [message for message in self.stops.errors if isinstance(message, str)]
        self.stops.errors = [*told, *(entry.errors for entry in self.stops if entry.errors)]

    def to_data(self, organisation_id: int, *, waits: bool = False) -> RequestData:
        """Once it is valid."""
        first_day = self.starts_on.data
        return RequestData(
            client_id=self.client_id.data or "",
            vehicle_id=number_in(self.vehicle_id.data) or 0,
            organisation_id=organisation_id,
            starts_on=first_day,
            leaves_at=self.leaves_at.data,
            ends_on=self.ends_on.data or first_day,
            returns_at=self.returns_at.data,
            purpose=self.purpose.data or "",
            stops=tuple(entry.form.to_data(first_day) for entry in self.stops),
            target_groups=tuple(self.target_groups.data or ()),
            rights=tuple(self.rights.data or ()),
            partner_ids=self.chosen_partners,
            expected_people=self.expected_people.data,
            driver_id=number_in(self.driver_id.data),
            equipment=tuple(self.equipment.data or ()),
            needs=self.needs.data or "",
            waits=waits,
            exception=self.exception.data or "",
        )

    @property
    def chosen_partners(self) -> tuple[int, ...]:
        numbers = (number_in(value) for value in self.partner_ids.data or ())
        return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _values_of(booking: Booking) -> dict[str, Any]:
    """What its author would have typed: a day that is the departure's is left empty."""
    typed = as_typed(booking)
    return {
        **vars(typed),
        "revision": booking.revision,
        "vehicle_id": str(typed.vehicle_id),
        "organisation": booking.organisation.name if booking.organisation else "",
        "ends_on": _unless(typed.ends_on, typed.starts_on),
        "partner_ids": [str(number) for number in typed.partner_ids],
        "driver_id": str(typed.driver_id or ""),
        "stops": [
            {
                **vars(stop),
                "day": _unless(stop.day, typed.starts_on),
                "insee": f"{stop.insee}:{stop.qpv_id}" if stop.qpv_id else stop.insee,
            }
            for stop in typed.stops
        ],
    }


def _unless(day: date, other: date) -> date | None:
    return day if day != other else None
