"""The form of an account."""

from wtforms import BooleanField, EmailField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from zna_network.blueprints.support import Form, choices
from zna_network.models.account import Role


class AccountForm(Form):
    name = StringField(
        "Nom affiché",
        [DataRequired("Indiquez le nom de la personne."), Length(max=120, message="120 au plus.")],
    )
    email = EmailField("Adresse e-mail", [DataRequired("Indiquez l’adresse e-mail.")])
    role = SelectField("Rôle", choices=choices(Role))
    organisation = StringField(
        "Organisme", description="Pour un compte de lauréat ou de partenaire."
    )
    organisation_id = HiddenField()
    is_active = BooleanField("Compte actif", default=True)
