"""The forms about those invited to a trip: whom to invite, and their answer."""

from collections.abc import Collection

from wtforms import HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from zna_network.blueprints.support import Form
from zna_network.models.organisation import Contact
from zna_network.services.van.guest_answers import AnswerData


class InviteForm(Form):
    """People of the partners on board, to tick."""

    contacts = SelectMultipleField(
        "Contacts des partenaires à bord",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, contacts: Collection[Contact]) -> None:
        self.contacts.choices = [
            SelectChoice(
                contact.id,
                ", ".join(
                    filter(
                        None,
                        (contact.full_name, contact.function, contact.organisation.short_name),
                    )
                ),
            )
            for contact in contacts
        ]


class InviteNamedForm(Form):
    contact = StringField(
        "Quelqu’un d’autre", description="Tapez le début de son nom\u00a0: l’annuaire le complète."
    )
    contact_id = HiddenField()


class GuestAnswerForm(Form):
    """One button a choice; ``seen`` is the version of the trip that the page shows."""

    class Meta:
        csrf = False  # The link is the secret; mail programs open it without a session.

    answer = StringField("Votre réponse")
    words = TextAreaField("Un mot pour l’organisme")
    seen = IntegerField(widget=HiddenInput())

    def to_data(self) -> AnswerData:
        return AnswerData(self.answer.data or "", self.words.data or "", self.seen.data or 0)


class VoiceAnswerForm(Form):
    """What somebody said on the telephone."""

    answer = StringField("Sa réponse")
    words = StringField("Ses mots")

    def to_data(self) -> AnswerData:
        return AnswerData(self.answer.data or "", self.words.data or "")
