"""The forms of the meeting's screen, and of the page that the room's code opens."""

import uuid

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, choices
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Presence
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import to_local
from zna_network.services.meeting_day.live_entries import EntryData, Kind
from zna_network.services.meeting_day.running import Order, Verb


def new_client_id() -> str:
    return str(uuid.uuid4())


class EntryForm(Form):
    """A decision or an action, as it is typed during the meeting."""

    kind = RadioField("Nature", choices=choices(Kind), default=Kind.DECISION.value)
    text = TextAreaField(
        "Ce qui est décidé ou à faire", [DataRequired("Écrivez ce qui est décidé ou à faire.")]
    )
    owner = StringField("Qui")
    due_on = DateField("Pour quand", [Optional()], format=DAY_FORMATS)
    section_id = IntegerField(widget=HiddenInput(), validators=[Optional()])
    client_id = HiddenField(default=new_client_id)

    def to_data(self) -> EntryData:
        return EntryData(
            kind=Kind(self.kind.data),
            text=self.text.data,
            owner=self.owner.data or "",
            due_on=self.due_on.data,
            section_id=self.section_id.data,
            client_id=self.client_id.data or "",
        )


class NextMeetingForm(Form):
    """``starts`` begins with the hour of the meeting that is being held."""

    day = DateField("Date", [InputRequired("Indiquez la date.")], format=DAY_FORMATS)
    starts = TimeField("Début", [InputRequired("Indiquez l’heure.")], format=HOUR_FORMATS)

    @classmethod
    def after(cls, meeting: Meeting) -> "NextMeetingForm":
        return cls(formdata=None, starts=to_local(meeting.starts_at).time())


class ArrivalForm(Form):
    """Somebody who is not on the list. The page has no session: the code is what it goes by."""

    class Meta:
        csrf = False

    name = StringField("Prénom et nom", [DataRequired("Indiquez votre nom.")])
    organisation = StringField("Organisme", [DataRequired("Indiquez votre organisme.")])


def order_of(verb: str, revision: int | None, item_id: int | None) -> Order:
    if verb not in list(Verb):
        raise InvalidError("Cet ordre n’a pas été compris.")
    return Order(Verb(verb), revision or 0, item_id)


def presence_of(typed: str) -> Presence:
    return Presence.REMOTE if typed == Presence.REMOTE.value else Presence.PRESENT
