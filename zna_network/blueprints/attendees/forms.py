"""The desk's form, and the filters of the list of visitors."""

from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.place_choices import UNKNOWN, place_choices
from zna_network.blueprints.registration_answers import registration_data
from zna_network.blueprints.support import Form, choices
from zna_network.models.attendee import AgeBand, Need, RegistrationChannel, VisitReason
from zna_network.models.territory import TargetGroup
from zna_network.queries.attendees import AttendeeFilter
from zna_network.services.attendees import VisitorSearch
from zna_network.services.languages import LANGUAGES
from zna_network.services.registration_values import NO_NAME, RegistrationData
from zna_network.services.territory import Territory

NOT_A_NUMBER = "Écrivez un nombre en chiffres."
STATES = {
    "expected": "Attendus",
    "came": "Venus",
    "cancelled": "Annulés",
    "erased": "Effacés",
}


def _boxes(label: str) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class DeskForm(Form):
    name = StringField("Prénom ou surnom", [DataRequired(NO_NAME)])
    number = IntegerField(
        "Numéro du badge vierge remis",
        [Optional()],
        description="Laissez vide pour attribuer un nouveau badge.",
    )
    place = SelectField("Commune ou QPV", validate_choice=False)
    age_band = SelectField("Âge", validate_choice=False)
    target_group = SelectField("Public", validate_choice=False)
    companions = IntegerField("Accompagnants", [Optional()])
    reasons = _boxes("Vient pour")
    needs = _boxes("Besoins")
    language = SelectField("Langue", validate_choice=False)
    email = StringField("Adresse e-mail")
    phone = StringField("Téléphone")
    note = TextAreaField("Note", description="Rien de médical ni de confidentiel.")

    def __init__(self, territory: Territory, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place.choices = place_choices(territory)
        self.age_band.choices = choices(AgeBand, blank=UNKNOWN)
        self.target_group.choices = choices(TargetGroup, blank=UNKNOWN)
        self.reasons.choices = choices(VisitReason)
        self.needs.choices = choices(Need)
        self.language.choices = [SelectChoice(one.code, one.name) for one in LANGUAGES]
        for field in (self.number, self.companions):
            if field.process_errors:
                field.process_errors = [NOT_A_NUMBER]

    def to_data(self) -> RegistrationData:
        return registration_data(self, self.language.data or "fr")


class BlankBadgeForm(Form):
    number = IntegerField("Numéro du badge vierge", [Optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.number.process_errors:
            self.number.process_errors = [NOT_A_NUMBER]


class VisitorFilters(PlainForm):  # type: ignore[misc]
    """What the address of the list says; a value that no choice has counts for nothing."""

    q = StringField("Rechercher un visiteur")
    etat = SelectField("État", validate_choice=False)
    commune = SelectField("Commune", validate_choice=False)
    public = SelectField("Public", validate_choice=False)
    canal = SelectField("Inscription", validate_choice=False)
    besoins = SelectField("Besoins", validate_choice=False)

    def __init__(self, args: MultiDict[str, str], territory: Territory) -> None:
        super().__init__(args)
        self.q.data = "".join(c for c in self.q.data or "" if c.isprintable())[:100].strip()
        communes = [SelectChoice(c.insee, c.name) for c in territory.communes]
        self.commune.choices = [SelectChoice("", "Toutes"), *communes]
        self.etat.choices = [
            SelectChoice("", "Tous"),
            *(SelectChoice(value, label) for value, label in STATES.items()),
        ]
        self.public.choices = choices(TargetGroup, blank="Tous")
        self.canal.choices = choices(RegistrationChannel, blank="Toutes")
        self.besoins.choices = [
            SelectChoice("", "Peu importe"),
            SelectChoice("1", "A exprimé un besoin"),
        ]

    def search(self) -> VisitorSearch:
        wanted = AttendeeFilter(
            commune_insee=self._chosen("commune"),
            target_group=TargetGroup(group) if (group := self._chosen("public")) else None,
            channel=RegistrationChannel(channel) if (channel := self._chosen("canal")) else None,
            state=self._chosen("etat"),
            with_needs=bool(self._chosen("besoins")),
        )
        return VisitorSearch(self.q.data, wanted)

    def _chosen(self, name: str) -> str:
        field = self[name]
        return next((c.value for c in field.choices if c.value and c.value == field.data), "")

    def chips(self, slug: str) -> list[tuple[str, str]]:
        """Each filter in force, and the address of the list without it."""
        words = self.q.data
        sent = {name: self._chosen(name) for name in self._fields if name != "q"}
        sent = {name: value for name, value in sent.items() if value}
        labels = {
            name: f"{self[name].label.text} : {self._label(name, value)}"
            for name, value in sent.items()
        }
        if words:
            sent["q"], labels["q"] = words, f"« {words} »"
        base = url_for("attendees.index", slug=slug)
        return [
            (label, f"{base}?{urlencode({k: v for k, v in sent.items() if k != name})}")
            for name, label in labels.items()
        ]

    def _label(self, name: str, value: str) -> str:
        return str(next(c.label for c in self[name].choices if c.value == value))
