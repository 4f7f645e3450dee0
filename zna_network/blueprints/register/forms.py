"""What is said of an action: by its owner from a link, by those who follow it."""

from wtforms import DateField, EmailField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.models.action_reply import ReplyKind
from zna_network.models.minutes import ActionItem
from zna_network.services.action_answers import OwnerAnswer
from zna_network.services.action_following import FollowUpData


class _LinkForm(Form):
    """Without the usual token against forged requests: the link itself is the secret that such a
    request would need, and a page kept open on a telephone must still work."""

    class Meta:
        csrf = False

    kind: ReplyKind
    seen = IntegerField(validators=[Optional()], widget=HiddenInput())
    words = TextAreaField()

    def to_data(self) -> OwnerAnswer:
        return OwnerAnswer(self.kind, self.words.data or "", seen=self.seen.data)


class DoneForm(_LinkForm):
    kind = ReplyKind.DONE
    words = TextAreaField("Ce qui a été fait", description="En quelques mots, si vous voulez.")


class OtherDateForm(_LinkForm):
    kind = ReplyKind.OTHER_DATE
    proposed_on = DateField("Date que vous proposez", [Optional()], format=DAY_FORMATS)
    words = TextAreaField("Pourquoi")

    def to_data(self) -> OwnerAnswer:
        said = super().to_data()
        return OwnerAnswer(said.kind, said.words, self.proposed_on.data, said.seen)


class CannotForm(_LinkForm):
    kind = ReplyKind.CANNOT
    words = TextAreaField("Ce qui vous en empêche")


LINK_FORMS: dict[ReplyKind, type[_LinkForm]] = {
    form.kind: form for form in (DoneForm, OtherDateForm, CannotForm)
}


class SettleForm(Form):
    reply_id = HiddenField()
    verdict = HiddenField()
    answer = TextAreaField("Un mot pour cette personne")

    @property
    def reply_number(self) -> int:
        typed = self.reply_id.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


class FollowUpForm(Form):
    owner = StringField("Qui", description="Une personne ou un service.")
    owner_email = EmailField("Adresse e-mail", description="Où partent l’action et les rappels.")
    due_on = DateField("Pour quand", [Optional()], format=DAY_FORMATS)
    revision = RevisionField()

    @classmethod
    def of(cls, action: ActionItem) -> "FollowUpForm":
        return cls(obj=action)

    def to_data(self) -> FollowUpData:
        return FollowUpData(self.owner.data or "", self.owner_email.data or "", self.due_on.data)
