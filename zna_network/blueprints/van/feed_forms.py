"""What to subscribe to."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from zna_network.blueprints.support import Form
from zna_network.services.van.feeds import Offered

ORGANISATION, VEHICLE = "organisme", "vehicule"


class FeedForm(Form):
    """``subject`` is « organisme-12 » or « vehicule-1 »; another value is refused by the field."""

    subject = SelectField(
        "Agenda",
        validators=[InputRequired("Choisissez un agenda.")],
        invalid_choice_message="Choisissez un agenda de la liste.",
        description="Les réservations d’un organisme, ou celles d’un véhicule.",
    )

    def __init__(self, offered: Offered) -> None:
        super().__init__()
        self.subject.choices = [
            SelectChoice(f"{kind}-{number}", name, optgroup=group)
            for kind, group, found in (
                (VEHICLE, "Véhicules", offered.vehicles),
                (ORGANISATION, "Organismes", offered.organisations),
            )
            for number, name in found
        ]

    def subject_ids(self) -> dict[str, int]:
        kind, _, number = self.subject.data.partition("-")
        return {"vehicle_id" if kind == VEHICLE else "organisation_id": int(number)}
