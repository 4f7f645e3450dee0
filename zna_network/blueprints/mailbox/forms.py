"""The forms about what came back by mail."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from zna_network.blueprints.support import Form, RevisionField, choices
from zna_network.models.invitation import Invitation
from zna_network.models.mailbox import IncomingKind, IncomingMail, IncomingState
from zna_network.services.mailbox.held import Choice

HERSELF, STAND_IN = "meme-personne", "represente"


class MailFilters(PlainForm):  # type: ignore[misc]
    q = StringField("Expéditeur ou objet")
    etat = SelectField(
        "Suite donnée", choices=choices(IncomingState, "Toutes"), validate_choice=False
    )
    genre = SelectField("Genre", choices=choices(IncomingKind, "Tous"), validate_choice=False)

    @property
    def state(self) -> IncomingState | None:
        """The state asked for; an unknown one is no filter."""
        return IncomingState(self.etat.data) if self.etat.data in set(IncomingState) else None

    @property
    def kind(self) -> IncomingKind | None:
        return IncomingKind(self.genre.data) if self.genre.data in set(IncomingKind) else None

    @property
    def words(self) -> str:
        return (self.q.data or "").strip()


class ApplyForm(Form):
    """For whom a held answer counts."""

    invitation = SelectField(
        "De la part de qui ?",
        [InputRequired("Choisissez la personne convoquée.")],
        validate_choice=False,
    )
    who = RadioField(
        "Qui a répondu ?",
        choices=[
            SelectChoice(HERSELF, "Cette personne, depuis une autre adresse"),
            SelectChoice(STAND_IN, "Quelqu’un d’autre, qui viendra à sa place"),
        ],
        default=HERSELF,
    )
    name = StringField("Prénom et nom de cette autre personne")
    revision = RevisionField()

    def offer(self, candidates: Sequence[Invitation], mail: IncomingMail) -> None:
        self.invitation.choices = [
            SelectChoice("", "Choisissez…"),
            *(SelectChoice(str(one.id), _described(one)) for one in candidates),
        ]
        if not self.is_submitted() and mail.invitation_id is not None:
            self.invitation.data = str(mail.invitation_id)

    def to_choice(self) -> Choice:
        chosen = self.invitation.data or ""
        return Choice(
            int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0,
            name=self.name.data or "",
            represents=self.who.data == STAND_IN,
        )


class AsideForm(Form):
    reason = StringField("Pourquoi ?", [InputRequired("Dites en un mot pourquoi.")])
    revision = RevisionField()


class AcceptForm(Form):
    confirmed = BooleanField("Je confirme cette date")
    revision = RevisionField()


class DeclineForm(Form):
    reason = TextAreaField(
        "Un mot pour cette personne", description="Il figure dans le message qu’elle reçoit."
    )
    revision = RevisionField()


def _described(invitation: Invitation) -> str:
    return ", ".join(
        part for part in (invitation.name, invitation.organisation_label, invitation.email) if part
    )
