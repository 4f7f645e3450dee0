"""The form of a grant, and those of its lines: co-financing, payments, papers. The names are those
of the services' data, so that a refusal finds its field."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.models.grant import Grant
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Lot
from zna_network.services.errors import DomainError
from zna_network.services.grants.call_rules import DuePayment
from zna_network.services.grants.grant_values import (
    DocumentLine,
    FundingLine,
    GrantData,
    PaymentLine,
)
from zna_network.services.grants.money import typed_euros

_EMPTY_LINES = 2
_SUMS = ("subsidy", "total_cost", "ancillary")


class DayField(DateField):  # type: ignore[misc]
    """A date that says in plain words what it wants, where the browser has no calendar."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError as error:
            raise ValueError("Écrivez une date, par exemple 30/06/2027.") from error


def _day(label: str, description: str = "") -> DayField:
    return DayField(label, [Optional()], format=DAY_FORMATS, description=description)


def number_in(text: object) -> int | None:
    """The number in a choice or a hidden field; none for anything else."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


class GrantForm(Form):
    organisation_id = SelectField("Lauréat", choices=[], validate_choice=False)
    season = StringField("Période de l’appel à projets", description="Exemple : 2026-2027")
    lots = SelectMultipleField(
        "Lots",
        coerce=int,
        choices=[SelectChoice(lot.value, lot.label) for lot in Lot],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    subsidy = StringField("Subvention accordée")
    total_cost = StringField("Coût total de l’action", description="Frais annexes compris.")
    ancillary = StringField("dont frais annexes")
    signed_on = _day("Signée le")
    note = TextAreaField("Notes", description="Pour le lauréat et les agents.")
    revision = RevisionField()

    @classmethod
    def new(cls, grantees: Sequence[Organisation], season: str) -> "GrantForm":
        form = cls(season=season)
        form.organisation_id.choices = [
            SelectChoice("", "Choisissez"),
            *(SelectChoice(str(one.id), one.name) for one in grantees),
        ]
        return form

    @classmethod
    def of(cls, grant: Grant) -> "GrantForm":
        sums = {name: typed_euros(getattr(grant, f"{name}_cents")) for name in _SUMS}
        return cls(
            **sums,
            lots=grant.lots,
            signed_on=grant.signed_on,
            note=grant.note,
            revision=grant.revision,
        )

    def to_data(self) -> GrantData:
        return GrantData(
            **{name: self[name].data or "" for name in _SUMS},
            lots=self.lots.data or (),
            signed_on=self.signed_on.data,
            note=self.note.data or "",
        )


class _Line(Form):
    class Meta:
        csrf = False  # Part of a form that has it.

    row_id = HiddenField()


class FundingLineForm(_Line):
    funder = StringField("Cofinanceur")
    amount = StringField("Montant")
    is_obtained = BooleanField("Obtenu")

    def to_line(self) -> FundingLine:
        return FundingLine(
            number_in(self.row_id.data),
            self.funder.data or "",
            self.amount.data or "",
            self.is_obtained.data,
        )


class PaymentLineForm(_Line):
    label = StringField("Versement")
    amount = StringField("Montant")
    due_on = _day("Prévu le")
    paid_on = _day("Versé le")

    def to_line(self) -> PaymentLine:
        return PaymentLine(
            number_in(self.row_id.data),
            self.label.data or "",
            self.amount.data or "",
            self.due_on.data,
            self.paid_on.data,
        )


class DocumentLineForm(_Line):
    label = StringField("Pièce")
    due_on = _day("Pour le")
    section = StringField("Section de l’appel à projets")
    received_on = _day("Reçue le")

    def to_line(self) -> DocumentLine:
        return DocumentLine(
            number_in(self.row_id.data),
            self.label.data or "",
            self.due_on.data,
            self.section.data or "",
            self.received_on.data,
        )


class LinesForm(Form):
    """``lines`` is each form's own list of forms: its rows, then empty ones to add."""

    lines: Any
    revision = RevisionField()

    @classmethod
    def holding(cls, grant: Grant, rows: Sequence[dict[str, Any]]) -> "LinesForm":
        filled = [*rows, *({} for _ in range(_EMPTY_LINES))]
        return cls(data={"lines": filled, "revision": grant.revision})

    def field_named(self, name: str) -> Any:
        if not name.startswith("lines-"):
            return super().field_named(name)
        _, rank, inner = (*name.split("-", 2), "")[:3]
        position = number_in(rank)
        has_it = position is not None and position < len(self.lines.entries)
        return self.lines.entries[position or 0].form.field_named(inner) if has_it else None

    def refuse(self, error: DomainError) -> None:
        """A list of forms gathers their errors when it is validated: those that come later too."""
        super().refuse(error)
        told = [message for message in self.lines.errors if isinstance(message, str)]
        self.lines.errors = [*told, *(entry.errors for entry in self.lines if entry.errors)]

    def to_lines(self) -> list[Any]:
        return [entry.form.to_line() for entry in self.lines]


class FundingsForm(LinesForm):
    lines = FieldList(FormField(FundingLineForm, label="Ligne"), label="Cofinancements")


class PaymentsForm(LinesForm):
    lines = FieldList(FormField(PaymentLineForm, label="Ligne"), label="Versements")


class DocumentsForm(LinesForm):
    lines = FieldList(FormField(DocumentLineForm, label="Ligne"), label="Pièces")


class SettleForm(Form):
    """The day of a payment, or of a paper's arrival; empty for today."""

    day = _day("Le")


def funding_rows(grant: Grant) -> list[dict[str, Any]]:
    return [
        {
            "row_id": row.id,
            "funder": row.funder,
            "amount": typed_euros(row.amount_cents),
            "is_obtained": row.is_obtained,
        }
        for row in grant.fundings
    ]


def payment_rows(grant: Grant) -> list[dict[str, Any]]:
    return [
        {
            "row_id": row.id,
            "label": row.label,
            "amount": typed_euros(row.amount_cents),
            "due_on": row.due_on,
            "paid_on": row.paid_on,
        }
        for row in grant.payments
    ]


def proposed_payment_rows(halves: Sequence[DuePayment]) -> list[dict[str, Any]]:
    return [
        {"label": one.label, "amount": typed_euros(one.amount_cents), "due_on": one.due_on}
        for one in halves
    ]


def document_rows(grant: Grant) -> list[dict[str, Any]]:
    return [
        {
            "row_id": row.id,
            "label": row.label,
            "due_on": row.due_on,
            "section": row.section,
            "received_on": row.received_on,
        }
        for row in grant.documents
    ]
