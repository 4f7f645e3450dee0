"""Forms about meetings and their agenda."""

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, RevisionField
from zna_network.models.committee import Committee
from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.services.agenda import AgendaItemData
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import to_local
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData


class MeetingFilter(Form):
    """The filter of the list of meetings, read from the address."""

    instance = SelectField("Instance", choices=[])

    def __init__(self, committees: Sequence[Committee], chosen: int | None) -> None:
        super().__init__(formdata=None, data={"instance": str(chosen or "")})
        self.instance.choices = [
            SelectChoice("", "Toutes les instances"),
            *(SelectChoice(str(committee.id), committee.name) for committee in committees),
        ]


class MeetingForm(Form):
    title = StringField("Intitulé")
    day = DateField("Date", [InputRequired("Indiquez la date.")], format=DAY_FORMATS)
    starts = TimeField("Début", [InputRequired("Indiquez l’heure de début.")], format=HOUR_FORMATS)
    ends = TimeField("Fin", [InputRequired("Indiquez l’heure de fin.")], format=HOUR_FORMATS)
    confirmed = BooleanField("Je confirme cette date")
    place = StringField("Lieu", description="Salle et adresse, telles qu’un invité les cherchera.")
    visio_url = URLField(
        "Lien de visioconférence", description="L’adresse complète, qui commence par https://"
    )
    notice = TextAreaField(
        "Informations pratiques",
        description="Accès, stationnement, documents à apporter : figure dans la convocation.",
    )
    revision = RevisionField()

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingForm":
        starts, ends = to_local(meeting.starts_at), to_local(meeting.ends_at)
        return cls(
            obj=meeting,
            day=starts.date(),
            starts=starts.time(),
            ends=ends.time(),
            confirmed=bool(why_closed(starts.date())),
        )

    def to_data(self) -> MeetingData:
        return MeetingData(
            slot=Slot(self.day.data, self.starts.data, self.ends.data, self.confirmed.data),
            title=self.title.data or "",
            place=self.place.data or "",
            visio_url=self.visio_url.data or "",
            notice=self.notice.data or "",
        )


class CancelForm(Form):
    reason = TextAreaField(
        "Motif", [DataRequired("Indiquez le motif : il sera envoyé aux invités.")]
    )


class AgendaItemForm(Form):
    title = StringField("Point", [DataRequired("Donnez un titre à ce point.")])
    minutes_allotted = IntegerField("Durée", [Optional()])
    presenter = StringField("Présenté par")
    description = TextAreaField(
        "Précisions", description="Une ligne qui commence par un tiret devient une puce."
    )
    decision_awaited = StringField(
        "Décision attendue",
        description="Ce que la réunion est appelée à décider ; vide pour une simple information.",
    )
    revision = RevisionField()

    @classmethod
    def of(cls, item: AgendaItem) -> "AgendaItemForm":
        return cls(obj=item)

    def to_data(self) -> AgendaItemData:
        return AgendaItemData(
            title=self.title.data,
            minutes_allotted=self.minutes_allotted.data,
            presenter=self.presenter.data or "",
            description=self.description.data or "",
            decision_awaited=self.decision_awaited.data or "",
        )


class AttachmentForm(Form):
    file = FileField("Fichier à joindre", [FileRequired("Choisissez un fichier.")])
