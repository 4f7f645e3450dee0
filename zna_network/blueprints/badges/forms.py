"""Preparing blank badges, printing sheets, finding a badge."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, Optional

from zna_network.blueprints.support import Form, choices
from zna_network.ports.pdf import BadgeLayout
from zna_network.services.badge_documents import Printed, SheetOrder

NOT_A_NUMBER = "Écrivez un nombre en chiffres."


class _NumberedForm(Form):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field in self:
            if isinstance(field, IntegerField) and field.process_errors:
                field.process_errors = [NOT_A_NUMBER]


class BlankForm(_NumberedForm):
    count = IntegerField("Combien de badges vierges ?", [InputRequired(NOT_A_NUMBER)])
    is_rehearsal = BooleanField(
        "Badges d’essai",
        description="Pour s’entraîner : la porte les accepte, aucun compte ne les retient.",
    )


class PrintForm(_NumberedForm):
    printed = SelectField("Imprimer", choices=choices(Printed))
    layout = SelectField(
        "Planche", choices=choices(one for one in BadgeLayout if one is not BadgeLayout.SINGLE)
    )
    first = IntegerField("Du numéro", [Optional()])
    last = IntegerField("Au numéro", [Optional()])

    def to_order(self) -> SheetOrder:
        return SheetOrder(
            Printed(self.printed.data),
            BadgeLayout(self.layout.data),
            self.first.data,
            self.last.data,
        )


class FindForm(_NumberedForm):
    number = IntegerField("Numéro du badge", [InputRequired(NOT_A_NUMBER)])

    class Meta:
        csrf = False
