"""Forms about workshops, their rooms and their sessions."""

from collections.abc import Sequence

from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import HOUR_FORMATS, Form, RevisionField, choices
from zna_network.models.territory import Right, TargetGroup
from zna_network.models.workshop import Room, Session, Workshop
from zna_network.services.french_time import to_local
from zna_network.services.workshop_sessions import SessionData
from zna_network.services.workshops import WorkshopData


def _ticks(label: str, description: str) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class WorkshopForm(Form):
    title = StringField("Titre", [DataRequired("Donnez un titre à l’atelier.")])
    description = TextAreaField(
        "Présentation",
        description="Ce que l’on y fait, ce qu’il faut apporter : en mots simples, pour le "
        "programme public.",
    )
    organisation = StringField(
        "Organisme", description="Tapez le début de son nom ou de son sigle."
    )
    organisation_id = HiddenField()
    rights = _ticks("Droits abordés", "Le public peut filtrer le programme par droit.")
    target_groups = _ticks("Publics", "Ne cochez rien si l’atelier s’adresse à tous.")
    revision = RevisionField()

    def offer(self, rights: Sequence[Right]) -> None:
        self.rights.choices = [SelectChoice(right.code, right.label) for right in rights]
        self.target_groups.choices = choices(TargetGroup)

    @classmethod
    def of(cls, workshop: Workshop) -> "WorkshopForm":
        organisation = workshop.organisation
        return cls(
            title=workshop.title,
            description=workshop.description,
            organisation=organisation.name if organisation else "",
            organisation_id=str(organisation.id) if organisation else "",
            rights=[right.code for right in workshop.rights],
            target_groups=workshop.target_groups,
            revision=workshop.revision,
        )

    def to_data(self) -> WorkshopData:
        return WorkshopData(
            title=self.title.data or "",
            description=self.description.data or "",
            organisation_id=self.organisation_id.data or "",
            organisation=self.organisation.data or "",
            rights=self.rights.data or [],
            target_groups=self.target_groups.data or [],
        )


class SessionForm(Form):
    room_id = SelectField("Salle", [InputRequired("Choisissez une salle.")], coerce=int)
    starts = TimeField("Début", [InputRequired("Indiquez l’heure de début.")], format=HOUR_FORMATS)
    ends = TimeField("Fin", [InputRequired("Indiquez l’heure de fin.")], format=HOUR_FORMATS)
    capacity = IntegerField("Places", [InputRequired("Indiquez le nombre de places.")])
    host = StringField(
        "Animation",
        description="La ou les personnes qui animent, telles que le programme les nomme. Personne "
        "ne peut animer deux séances à la fois.",
    )
    revision = RevisionField()

    def offer(self, rooms: Sequence[Room]) -> None:
        self.room_id.choices = [
            SelectChoice(room.id, f"{room.name} ({room.seats} places)" if room.seats else room.name)
            for room in rooms
        ]

    @classmethod
    def of(cls, session: Session) -> "SessionForm":
        return cls(
            obj=session,
            starts=to_local(session.starts_at).time(),
            ends=to_local(session.ends_at).time(),
        )

    def to_data(self) -> SessionData:
        return SessionData(
            room_id=self.room_id.data,
            starts=self.starts.data,
            ends=self.ends.data,
            capacity=self.capacity.data,
            host=self.host.data or "",
        )


class CancelForm(Form):
    reason = TextAreaField("Motif", [DataRequired("Indiquez le motif : il sera dit aux inscrits.")])


class RoomForm(Form):
    name = StringField("Nom de la salle", [DataRequired("Donnez un nom à la salle.")])
    seats = IntegerField(
        "Places assises", [Optional()], description="Une séance ne pourra pas en avoir plus."
    )


class DeskForm(Form):
    number = IntegerField(
        "Numéro du badge", [InputRequired("Indiquez le numéro écrit sur le badge.")]
    )
