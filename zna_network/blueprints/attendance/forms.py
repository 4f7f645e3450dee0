"""The forms of the attendance list: a line a person, and somebody unannounced."""

from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired

from zna_network.blueprints.support import Form, choices
from zna_network.models.minutes import Presence
from zna_network.services.attendance import PersonData, Tick
from zna_network.services.errors import InvalidError


class PersonForm(Form):
    name = StringField("Civilité, prénom et nom", [DataRequired("Indiquez le nom.")])
    function = StringField("Fonction")
    organisation = StringField("Organisme")
    organisation_id = HiddenField()
    email = EmailField("Adresse e-mail, pour le compte-rendu")
    presence = SelectField("Présence", choices=choices((Presence.PRESENT, Presence.REMOTE)))

    def to_data(self) -> PersonData:
        return PersonData(
            name=self.name.data,
            function=self.function.data or "",
            organisation=self.organisation.data or "",
            email=self.email.data or "",
            presence=Presence(self.presence.data),
        )


def ticks_of(form: MultiDict[str, str]) -> list[Tick]:
    """The lines of the whole list, as its page sends them. Raises InvalidError."""
    return [
        tick_of(
            key,
            presence=form.get(f"presence-{key}", ""),
            represented_by=form.get(f"by-{key}", ""),
            revision=form.get(f"revision-{key}", 0, type=int),
            seen=form.get(f"seen-{key}", ""),
            seen_by=form.get(f"seen-by-{key}", ""),
        )
        for key in form.getlist("line")
    ]


def tick_of(
    key: str, *, presence: str, represented_by: str, revision: int, seen: str, seen_by: str
) -> Tick:
    if presence not in list(Presence):
        raise InvalidError("Choisissez une présence dans la liste.", field=f"presence-{key}")
    return Tick(
        key=key,
        presence=Presence(presence),
        represented_by=represented_by.strip(),
        revision=revision,
        seen=Presence(seen) if seen in list(Presence) else None,
        seen_by=seen_by,
    )
