"""Asking for a reading, remarking, dealing with a remark."""

from collections.abc import Sequence
from uuid import uuid4

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.models.minutes import MinutesSection
from zna_network.models.minutes_review import CommentState, MinutesComment
from zna_network.services.errors import InvalidError
from zna_network.services.minutes_review.comments import CommentData
from zna_network.services.minutes_review.readers import Candidate

_WHOLE = 0


class AskForm(Form):
    emails = SelectMultipleField(
        "Qui relit",
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="Les personnes présentes sont cochées.",
    )
    until = DateField(
        "Remarques jusqu’au",
        [InputRequired("Indiquez une date.")],
        format=DAY_FORMATS,
        description="Jusqu’à la fin de cette journée. Un rappel part la veille à qui n’a rien dit.",
    )
    note = TextAreaField(
        "Mot d’accompagnement", description="Ajouté au message, avant le lien de relecture."
    )

    def offer(self, people: Sequence[Candidate]) -> None:
        self.emails.choices = [SelectChoice(one.email, _described(one)) for one in people]
        if not self.is_submitted():
            self.emails.data = [one.email for one in people if one.was_there and not one.is_asked]


def _described(person: Candidate) -> str:
    told = "déjà sollicité" if person.is_asked else ""
    parts = (person.name, person.organisation, person.presence.label.lower(), told)
    return " – ".join(part for part in parts if part)


class OwnCommentForm(Form):
    """A remark by somebody who writes the minutes."""

    section_id = SelectField("Point concerné", coerce=int)
    text = TextAreaField("Remarque", [DataRequired("Écrivez votre remarque.")])
    client_id = HiddenField()

    def offer(self, sections: Sequence[MinutesSection]) -> None:
        self._revisions = {section.id: section.revision for section in sections}
        self.section_id.choices = [
            SelectChoice(_WHOLE, "L’ensemble du compte-rendu"),
            *(SelectChoice(section.id, section.title) for section in sections),
        ]
        if not self.is_submitted():
            self.client_id.data = str(uuid4())

    def to_data(self) -> CommentData:
        section_id = self.section_id.data or None
        return CommentData(
            self.text.data,
            self.client_id.data or "",
            section_id,
            self._revisions.get(section_id) if section_id else None,
        )


class SettleForm(Form):
    reply = TextAreaField(
        "Réponse", description="La personne la lit sur sa page, et la reçoit par e-mail."
    )
    state = HiddenField()
    revision = RevisionField()

    @classmethod
    def of(cls, comment: MinutesComment) -> "SettleForm":
        form: SettleForm = cls(data={"reply": comment.reply, "revision": comment.revision})
        return form

    def chosen(self) -> CommentState:
        try:
            return CommentState(self.state.data or "")
        except ValueError as error:
            raise InvalidError("Choisissez ce que devient la remarque.") from error


class RemarkForm(Form):
    """A remark of a link's holder. Without the usual token against forged requests: the link itself
    is the secret that such a request would need."""

    class Meta:
        csrf = False

    text = TextAreaField("Votre remarque", [DataRequired("Écrivez votre remarque.")])
    client_id = HiddenField()
    section_id = IntegerField(validators=[Optional()], widget=HiddenInput())
    quoted = IntegerField(validators=[Optional()], widget=HiddenInput())

    def to_data(self) -> CommentData:
        return CommentData(
            self.text.data,
            self.client_id.data or "",
            self.section_id.data or None,
            self.quoted.data,
        )


class AgreeForm(Form):
    class Meta:
        csrf = False
