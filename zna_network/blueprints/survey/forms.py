"""The three questions, in the page's language."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from zna_network.blueprints.support import Form

# Written out, so that they go to the catalogues of messages.
NOTES = [
    SelectChoice("5", _("Très satisfait")),
    SelectChoice("4", _("Satisfait")),
    SelectChoice("3", _("Ni l’un ni l’autre")),
    SelectChoice("2", _("Peu satisfait")),
    SelectChoice("1", _("Pas satisfait du tout")),
]
FOUND = [
    SelectChoice("yes", _("Oui")),
    SelectChoice("partly", _("En partie")),
    SelectChoice("no", _("Non")),
]
RECOMMENDS = [SelectChoice("yes", _("Oui")), SelectChoice("no", _("Non"))]


class SurveyForm(Form):
    """Without the usual token against forged requests, which needs a cookie: the stamp does."""

    class Meta:
        csrf = False

    satisfaction = RadioField(
        _("Êtes-vous satisfait de votre visite ?"),
        choices=NOTES,
        validators=[InputRequired(_("Choisissez une réponse."))],
    )
    found = RadioField(
        _("Avez-vous trouvé ce que vous cherchiez ?"),
        choices=FOUND,
        validators=[InputRequired(_("Choisissez une réponse."))],
    )
    recommends = RadioField(
        _("Parleriez-vous de ce forum à quelqu’un ?"),
        choices=RECOMMENDS,
        validators=[InputRequired(_("Choisissez une réponse."))],
    )
    words = TextAreaField(
        _("Un mot à ajouter ?"), description=_("N’écrivez pas de nom ni de numéro.")
    )
    # Nobody sees it: what is typed there was typed by a program.
    website = StringField(_("Laissez vide"))
    stamp = HiddenField()
