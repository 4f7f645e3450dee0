"""Which situations are brought before the meeting, what is proposed, what was decided."""

from collections.abc import Sequence

from wtforms import DateField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import Form, RevisionField
from zna_network.models.referral import Referral
from zna_network.services.case_sheets import SheetData


class BringForm(Form):
    referrals = SelectMultipleField(
        "Situations à mettre à l’ordre du jour",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, referrals: Sequence[Referral]) -> None:
        self.referrals.choices = [SelectChoice(one.id, one.shown_number) for one in referrals]


class SheetForm(Form):
    blocking_point = TextAreaField(
        "Point de blocage", description="Ce qui empêche le droit d’aboutir. Sans aucun nom."
    )
    proposal = TextAreaField(
        "Proposition au comité", description="Ce que vous demandez, et à quel organisme."
    )
    decision = TextAreaField(
        "Décision du comité",
        description="Après la réunion. Elle rejoint l’historique de l’orientation.",
    )
    decided_on = DateField("Décidé le", [Optional()])
    revision = RevisionField()

    def to_data(self) -> SheetData:
        return SheetData(
            self.blocking_point.data or "",
            self.proposal.data or "",
            self.decision.data or "",
            self.decided_on.data,
        )
