"""Naming one more person: to invite to a meeting, or to ask for their dates."""

from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import DataRequired

from zna_network.blueprints.support import Form
from zna_network.services.invitees import Person

_REQUIRED = "Sa présence est nécessaire"


class ContactForm(Form):
    contact = StringField(
        "Personne",
        [DataRequired("Indiquez une personne de l’annuaire.")],
        description="Tapez le début de son nom ou de son organisme.",
    )
    contact_id = HiddenField()
    is_required = BooleanField(_REQUIRED, default=True)


class PersonForm(Form):
    name = StringField("Prénom et nom", [DataRequired("Indiquez le nom de la personne.")])
    function = StringField("Fonction")
    organisation = StringField("Organisme")
    organisation_id = HiddenField()
    email = EmailField(
        "Adresse e-mail", description="Sans e-mail, la personne sera à prévenir autrement."
    )
    is_required = BooleanField(_REQUIRED, default=True, id="person_is_required")

    def to_person(self) -> Person:
        chosen = self.organisation_id.data or ""
        return Person(
            name=self.name.data or "",
            function=self.function.data or "",
            organisation=self.organisation.data or "",
            organisation_id=int(chosen) if chosen.isascii() and chosen.isdigit() else None,
            email=self.email.data or "",
            is_required=self.is_required.data,
        )
