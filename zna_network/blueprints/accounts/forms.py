"""Forms about accounts."""

from typing import Any

from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, ValidationError

from zna_network.blueprints.support import Form


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
