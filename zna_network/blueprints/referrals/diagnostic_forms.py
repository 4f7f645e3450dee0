"""The guided conversation: who, the answer to each right, then the referrals to make."""

from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, uuid4, uuid5

from flask import request
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.person_fields import AskedPersonFields
from zna_network.blueprints.support import Form, choices
from zna_network.models.referral import Callback, NonTakeUpCause, Urgency
from zna_network.models.territory import TargetGroup
from zna_network.services.referrals.diagnostic_ends import Leg, Proposal
from zna_network.services.referrals.diagnostics import DiagnosticData
from zna_network.services.territory import Territory

_ANSWER = "droit-"


class DiagnosticForm(AskedPersonFields):
    client_id = HiddenField()
    person_id = HiddenField()
    statuses = HiddenField()  # where a refusal about the answers is shown
    note = TextAreaField("À retenir", description="En quelques mots, sans rien de médical.")
    sender = StringField("Au nom de")
    sender_id = HiddenField()

    def __init__(self, territory: Territory) -> None:
        super().__init__(territory)
        self.client_id.data = self.client_id.data or str(uuid4())

    @property
    def said(self) -> Mapping[str, str]:
        """A right's code → what was ticked."""
        return {
            name.removeprefix(_ANSWER): value
            for name, value in request.form.items()
            if name.startswith(_ANSWER)
        }

    @property
    def group(self) -> TargetGroup | None:
        value = self.target_group.data
        return TargetGroup(value) if value in set(TargetGroup) else None

    @property
    def known_id(self) -> int | None:
        """The file that the conversation is about; none for anything but a file's number."""
        known = self.person_id.data or ""
        is_number = known.isascii() and known.isdigit() and len(known) < 10
        return int(known) if is_number else None

    def to_data(self) -> DiagnosticData:
        return DiagnosticData(
            client_id=self.client_id.data or "",
            statuses=self.said,
            person_id=self.known_id,
            person=self.person(),
            consents=self.answers(),
            note=self.note.data or "",
        )


class EndsForm(Form):
    """One box and one choice for each proposal, named by its place; and what they share."""

    legs = HiddenField()  # where a refusal about the choice is shown
    need = TextAreaField("Besoin", description="Ce que l’organisme doit savoir, sans rien de trop.")
    cause = RadioField("Pourquoi ces droits ne sont-ils pas ouverts ?", validate_choice=False)
    callback = RadioField("Comment la joindre ?", validate_choice=False)
    phone = StringField("Téléphone", description="Le dossier n’en a pas encore.")
    callback_when = StringField("Quand ?", description="Par exemple : après 17 h.")
    urgency = RadioField("Urgence", validate_choice=False)

    def __init__(self, proposals: Sequence[Proposal], callback: Callback) -> None:
        super().__init__(
            data={"callback": callback.value, "urgency": Urgency.NORMAL.value, "cause": ""}
        )
        self.proposals = proposals
        self.callback.choices = choices(Callback)
        self.urgency.choices = choices(Urgency)
        self.cause.choices = [
            SelectChoice("", "Je ne sais pas"),
            *(SelectChoice(cause.value, cause.hint) for cause in NonTakeUpCause),
        ]

    def is_ticked(self, proposal: Proposal) -> bool:
        """All that somebody can be asked for, until something is sent."""
        if not self.is_submitted():
            return bool(proposal.suggestions)
        return proposal.key in request.form.getlist("leg")

    def receiver_of(self, proposal: Proposal) -> int | None:
        """Whom was chosen for it, the best suggestion by default."""
        chosen = request.form.get(f"receiver-{proposal.key}", type=int)
        if chosen is None and proposal.suggestions:
            return proposal.suggestions[0].organisation_id
        return chosen

    def chosen_legs(self, diagnostic_client_id: str) -> list[Leg]:
        """Their numbers are drawn from the diagnostic's: sent twice, each counts once."""
        return [
            Leg(
                str(uuid5(NAMESPACE_URL, f"{diagnostic_client_id}/{proposal.key}")),
                self.receiver_of(proposal),
                tuple(right.code for right in proposal.rights),
            )
            for proposal in self.proposals
            if proposal.suggestions and self.is_ticked(proposal)
        ]
