"""Forms about the door: its phones and its points."""

from collections.abc import Iterable

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from zna_network.blueprints.support import Form, choices
from zna_network.models.door import Point, PointKind
from zna_network.services.devices import NAME_NEEDED

GROUPS = {
    PointKind.ENTRY: "Entrées",
    PointKind.EXIT: "Sorties",
    PointKind.STAND: "Stands",
    PointKind.SESSION: "Ateliers",
}


class DeviceForm(Form):
    name = StringField(
        "Nom du téléphone",
        [DataRequired(NAME_NEEDED), Length(max=80, message="80 caractères au plus.")],
        description="Celui de la personne ou de la porte, par exemple « Porte A, Camille ».",
    )
    point_id = SelectField(
        "Réglé sur",
        description="La personne peut en changer sur le téléphone. Pour orienter au nom d’un "
        "stand, il doit être réglé ici sur ce stand.",
    )

    def offer(self, points: Iterable[Point]) -> None:
        """Grouped by kind: a forum has dozens of stands."""
        self.point_id.choices = [
            SelectChoice("", "Au choix sur le téléphone"),
            *(
                SelectChoice(str(point.id), point.name, optgroup=GROUPS[point.kind])
                for point in points
            ),
        ]


class PointForm(Form):
    name = StringField(
        "Nom",
        [
            DataRequired("Donnez un nom à ce point, par exemple « Porte de la mairie »."),
            Length(max=120, message="120 caractères au plus."),
        ],
    )
    kind = RadioField(
        "Sens", choices=choices([PointKind.ENTRY, PointKind.EXIT]), default=PointKind.ENTRY.value
    )
