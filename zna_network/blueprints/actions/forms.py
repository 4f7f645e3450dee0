"""The filter of the register, and closing an action."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from zna_network.blueprints.support import Form, choices
from zna_network.models.committee import Committee
from zna_network.models.minutes import ActionState
from zna_network.queries.actions import ActionFilter


class RegisterFilter(Form):
    """Read from the address."""

    instance = SelectField("Instance", choices=[])
    qui = SelectField("Qui", choices=[])

    def __init__(
        self, wanted: ActionFilter, committees: Sequence[Committee], owners: Sequence[str]
    ) -> None:
        super().__init__(
            formdata=None,
            data={"instance": str(wanted.committee_id or ""), "qui": wanted.owner},
        )
        self.instance.choices = [
            SelectChoice("", "Toutes"),
            *(SelectChoice(str(committee.id), committee.name) for committee in committees),
        ]
        self.qui.choices = [
            SelectChoice("", "Tout le monde"),
            *(SelectChoice(owner, owner) for owner in owners),
        ]


class CloseForm(Form):
    state = RadioField(
        "Cette action est",
        [InputRequired("Dites si l’action est faite ou abandonnée.")],
        choices=choices((ActionState.DONE, ActionState.DROPPED)),
    )
    outcome = TextAreaField(
        "Issue", description="Ce qui a été obtenu, ou pourquoi l’action est abandonnée."
    )
