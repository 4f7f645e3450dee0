"""The filters of the list of mails."""

from wtforms import Form, SelectField, StringField

from zna_network.blueprints.support import choices
from zna_network.models.outbox import OutboxState


class MessageFilters(Form):  # type: ignore[misc]
    q = StringField("Destinataire ou objet")
    etat = SelectField("État", choices=choices(OutboxState, "Tous"), validate_choice=False)

    @property
    def state(self) -> OutboxState | None:
        """The state asked for; an unknown one is no filter."""
        return OutboxState(self.etat.data) if self.etat.data in set(OutboxState) else None

    @property
    def words(self) -> str:
        return (self.q.data or "").strip()
