"""The form of a vehicle: what it is, what is on board, and the rules of its lending."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
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
from zna_network.models.van import Energy, Vehicle
from zna_network.services.van.vehicle_values import BOUNDS, VehicleData
from zna_network.services.van.vehicle_words import WEEK

_TEXTS = ("name", "plate", "home", "note")
_TICKED = ("opening_days", "opens_on_holidays")
_AS_THEY_ARE = (*BOUNDS, "opens_at", "closes_at", "insurance_until", "inspection_until")


def _number(label: str, description: str = "", default: int | None = None) -> WholeNumberField:
    return WholeNumberField(label, [Optional()], description=description, default=default)


class VehicleForm(Form):
    name = StringField("Nom", description="Celui que tout le monde emploie.")
    plate = StringField("Immatriculation")
    seats = _number("Places assises", "Conducteur compris.")
    energy = RadioField("Énergie", choices=choices(Energy), default=Energy.DIESEL.value)
    home = StringField(
        "Où le prendre et le rendre", description="L’adresse, et à qui demander les clés."
    )
    note = TextAreaField(
        "Bon à savoir", description="Pour ceux qui l’empruntent : hauteur, stationnement, clés…"
    )
    equipment = TextAreaField(
        "Équipement à bord",
        description="Une ligne par équipement. La demande propose de les cocher.",
    )
    checklist = TextAreaField(
        "Points de l’état des lieux",
        description="Une ligne par point à vérifier, au départ comme au retour.",
    )
    opening_days = SelectMultipleField(
        "Jours de prêt",
        coerce=int,
        choices=[SelectChoice(day, name.capitalize()) for day, name in enumerate(WEEK)],
        default=[0, 1, 2, 3, 4],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description="Ceux où il peut partir et revenir.",
    )
    opens_on_holidays = BooleanField("Prêté aussi les jours fériés")
    opens_at = TimeField("Premier départ", [Optional()], format=HOUR_FORMATS)
    closes_at = TimeField("Dernier retour", [Optional()], format=HOUR_FORMATS)
    notice_days = _number("Préavis", "Entre la demande et le départ.", 5)
    horizon_days = _number("Réservable au plus", "Avant le départ.", 365)
    longest_hours = _number("Plus longue sortie", "72 heures font trois jours.", 72)
    turnround_minutes = _number(
        "Battement après une sortie", "Ménage, plein, remise des clés : le véhicule reste pris.", 60
    )
    quota_days = _number(
        "Part de chaque association",
        "Jours au plus en douze mois, pour toute l’association. Vide : sans limite.",
    )
    escalation_days = _number("Relance des agents", "Quand une demande attend sa réponse.", 3)
    expiry_days = _number("Clôture sans réponse", "L’association en est prévenue.", 10)
    mileage_gap_km = _number(
        "Écart de kilométrage", "Au-delà, entre deux sorties, il est signalé.", 20
    )
    insurance_until = DateField(
        "Assurance valable jusqu’au",
        [Optional()],
        format=DAY_FORMATS,
        description="Ce jour compris.",
    )
    inspection_until = DateField(
        "Contrôle technique valable jusqu’au",
        [Optional()],
        format=DAY_FORMATS,
        description="Ce jour compris.",
    )
    revision = RevisionField()

    @classmethod
    def of(cls, vehicle: Vehicle) -> "VehicleForm":
        values = {name: getattr(vehicle, name) for name in (*_TEXTS, *_AS_THEY_ARE, *_TICKED)}
        return cls(
            **values,
            energy=vehicle.energy.value,
            equipment="\n".join(vehicle.equipment),
            checklist="\n".join(vehicle.checklist),
            revision=vehicle.revision,
        )

    def to_data(self) -> VehicleData:
        values: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        values |= {name: self[name].data for name in _AS_THEY_ARE}
        return VehicleData(
            **values,
            energy=self.energy.data or "",
            equipment=(self.equipment.data or "").splitlines(),
            checklist=(self.checklist.data or "").splitlines(),
            opening_days=self.opening_days.data or [],
            opens_on_holidays=self.opens_on_holidays.data,
        )


class MaintenanceForm(Form):
    client_id = HiddenField()
    starts_on = DateField("Du", [InputRequired("Indiquez le premier jour.")], format=DAY_FORMATS)
    starts = TimeField(
        "à partir de", [InputRequired("Indiquez l’heure du début.")], format=HOUR_FORMATS
    )
    ends_on = DateField("Au", [InputRequired("Indiquez le dernier jour.")], format=DAY_FORMATS)
    ends = TimeField("jusqu’à", [InputRequired("Indiquez l’heure de la fin.")], format=HOUR_FORMATS)
    reason = StringField(
        "Motif",
        description="Contrôle technique, panne, prêt à un autre service… Pour vous : les "
        "associations lisent seulement «\u00a0véhicule indisponible\u00a0».",
    )
