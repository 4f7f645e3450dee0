"""Forms about who is invited, and what they answer."""

from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from zna_network.blueprints.support import Form, RevisionField
from zna_network.models.committee import Membership, Seat
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import ANSWERS_OFFERED, AnswerData

_REQUIRED = "Sa présence est nécessaire"


class MembersForm(Form):
    """The members of the committee who are not on the list yet, full members ticked."""

    members = SelectMultipleField(
        "Membres de l’instance",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, members: list[Membership]) -> None:
        self.members.choices = [(member.id, _described(member)) for member in members]
        if not self.is_submitted():
            self.members.data = [m.id for m in members if m.seat is Seat.FULL]


class CorrectionForm(Form):
    email = EmailField("Adresse e-mail")
    is_required = BooleanField(_REQUIRED)
    revision = RevisionField()

    @classmethod
    def of(cls, invitation: Invitation) -> "CorrectionForm":
        form: CorrectionForm = cls(obj=invitation)
        return form


class _AnswerFields(Form):
    comment = TextAreaField("Un mot pour l’organisateur")
    representative_name = StringField("Prénom et nom")
    representative_function = StringField("Fonction")
    representative_email = EmailField("Adresse e-mail")

    def representative(self) -> Representative:
        return Representative(
            name=self.representative_name.data or "",
            function=self.representative_function.data or "",
            email=self.representative_email.data or "",
        )


class EnteredAnswerForm(_AnswerFields):
    """An answer that an agent was given by telephone."""

    answer = RadioField("Réponse", [InputRequired("Choisissez une réponse.")])

    def offer(self, meeting: Meeting) -> None:
        self.answer.choices = [(answer.value, answer.label) for answer in offered(meeting)]

    def to_data(self) -> AnswerData:
        return AnswerData(Answer(self.answer.data), self.comment.data or "", self.representative())


class LinkAnswerForm(_AnswerFields):
    """The answer of a link's holder. Without the usual token against forged requests: the link
    itself is the secret that such a request would need, nobody is signed in whom it could abuse,
    and a page kept open on a telephone must still work once its cookie is gone."""

    class Meta:
        csrf = False

    answer = StringField(
        "Réponse", [AnyOf([a.value for a in ANSWERS_OFFERED], "Choisissez une des réponses.")]
    )
    seen = IntegerField(validators=[Optional()], widget=HiddenInput())

    def to_data(self) -> AnswerData:
        return AnswerData(
            Answer(self.answer.data),
            self.comment.data or "",
            self.representative(),
            seen=self.seen.data,
        )


def offered(meeting: Meeting) -> list[Answer]:
    """The answers that this meeting allows, in the order in which they are shown."""
    return [a for a in ANSWERS_OFFERED if a is not Answer.REMOTE or meeting.visio_url]


def _described(member: Membership) -> str:
    contact = member.contact
    details = [contact.organisation.short_name, contact.function, member.seat.label.lower()]
    if not contact.email:
        details.append("sans e-mail")
    return f"{contact.full_name} ({', '.join(detail for detail in details if detail)})"
