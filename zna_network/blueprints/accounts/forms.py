"""Forms about accounts."""

from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from zna_network.blueprints.support import Form
from zna_network.models.account import Role


class SignInForm(Form):
    email = EmailField("Adresse e-mail", [DataRequired("Indiquez votre adresse e-mail.")])
    password = PasswordField("Mot de passe", [DataRequired("Indiquez votre mot de passe.")])


class ResetRequestForm(Form):
    email = EmailField("Adresse e-mail", [DataRequired("Indiquez votre adresse e-mail.")])


class NewPasswordForm(Form):
    password = PasswordField("Nouveau mot de passe", [DataRequired("Choisissez un mot de passe.")])
    again = PasswordField(
        "Le même, une seconde fois", [DataRequired("Écrivez le mot de passe une seconde fois.")]
    )

    def validate_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError("Les deux mots de passe diffèrent.")


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        "Mot de passe actuel", [DataRequired("Indiquez votre mot de passe actuel.")]
    )


class AccountForm(Form):
    name = StringField(
        "Nom affiché", [DataRequired("Indiquez le nom de la personne."), Length(max=120)]
    )
    email = EmailField("Adresse e-mail", [DataRequired("Indiquez l’adresse e-mail.")])
    role = SelectField("Rôle", choices=[(role.value, role.label) for role in Role])
    organisation = StringField("Organisme")
    organisation_id = HiddenField()
    is_active = BooleanField("Compte actif", default=True)
