"""The forms of the retro-planning: one step, the filter of the list, a template and what it
proposes. The names are those of the services' data, so that a refusal finds its field."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField, choices
from zna_network.models.account import User
from zna_network.models.organisation import Organisation
from zna_network.models.planning import CalendarEntry, PlanStep, Precision, StepState
from zna_network.queries.plan_steps import Shown, StepFilter
from zna_network.services.errors import DomainError
from zna_network.services.french_time import long_date, month_and_year
from zna_network.services.planning.step_templates import PlanTemplate, ProposedStep
from zna_network.services.planning.step_values import StepData

_TEXTS = ("label", "owner", "owner_id", "deliverable", "note", "entry_id")


class DayField(DateField):  # type: ignore[misc]
    """A date that says in plain words what it wants, where the browser has no calendar."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError as error:
            raise ValueError("Écrivez une date, par exemple 04/03/2027.") from error


def _day(label: str, description: str = "") -> DayField:
    return DayField(label, [Optional()], format=DAY_FORMATS, description=description)


def entry_when(entry: CalendarEntry) -> str:
    """« décembre 2026 », « mardi 30 juin 2026 », « du … au … »."""
    if entry.precision is Precision.MONTH:
        return month_and_year(entry.starts_on)
    if entry.ends_on is None or entry.ends_on == entry.starts_on:
        return long_date(entry.starts_on)
    return f"du {long_date(entry.starts_on)} au {long_date(entry.ends_on)}"


def entry_words(entry: CalendarEntry) -> str:
    """« Forum d’accès aux droits (décembre 2026) »."""
    return f"{entry.label} ({entry_when(entry)})"


def entry_choices(entries: Sequence[CalendarEntry], blank: str) -> list[SelectChoice]:
    return [
        SelectChoice("", blank),
        *(SelectChoice(str(entry.id), entry_words(entry)) for entry in entries),
    ]


class StepListFilter(Form):
    """Read from the address."""

    organisme = SelectField("Lauréat", choices=[])
    etat = SelectField("État", choices=[])

    def __init__(
        self,
        wanted: StepFilter,
        grantees: Sequence[Organisation],
        counts: Mapping[Shown, int],
    ) -> None:
        super().__init__(
            formdata=None,
            data={"etat": wanted.shown.value, "organisme": str(wanted.organisation_id or "")},
        )
        self.organisme.choices = [
            SelectChoice("", "Tous"),
            *(SelectChoice(str(one.id), one.name) for one in grantees),
        ]
        self.etat.choices = [
            SelectChoice(shown.value, f"{shown.label} ({counts[shown]})") for shown in Shown
        ]


class StepForm(Form):
    label = StringField("À faire", description="Par exemple : Réserver la salle")
    due_on = _day("Pour le")
    owner_id = SelectField("Compte qui reçoit les rappels", choices=[], validate_choice=False)
    owner = StringField("Qui s’en charge", description="Une personne, une équipe, un service.")
    deliverable = StringField(
        "Livrable", description="Ce qui montre que c’est fait : une liste, un accord, un document."
    )
    entry_id = SelectField("Échéance préparée", choices=[], validate_choice=False)
    state = SelectField("État", choices=choices(StepState), default=StepState.TO_DO.value)
    note = TextAreaField("Précisions")
    revision = RevisionField()

    @classmethod
    def of(cls, step: PlanStep) -> "StepForm":
        return cls(
            label=step.label,
            due_on=step.due_on,
            owner=step.owner,
            owner_id=str(step.owner_id or ""),
            deliverable=step.deliverable,
            entry_id=str(step.entry_id or ""),
            state=step.state.value,
            note=step.note,
            revision=step.revision,
        )

    def offer(self, accounts: Sequence[User], entries: Sequence[CalendarEntry]) -> "StepForm":
        self.owner_id.choices = [
            SelectChoice("", "Tous les comptes du lauréat"),
            *(SelectChoice(str(one.id), f"{one.name} ({one.role_label})") for one in accounts),
        ]
        self.entry_id.choices = entry_choices(entries, "Aucune")
        return self

    def to_data(self) -> StepData:
        return StepData(
            **{name: self[name].data or "" for name in _TEXTS},
            due_on=self.due_on.data,
            state=self.state.data or "",
        )


class TemplateForm(Form):
    """Which date is prepared, and from which template; read from the address."""

    class Meta:
        csrf = False  # It is read from the address, and changes nothing.

    echeance = SelectField("Échéance à préparer", choices=[], validate_choice=False)
    jour = _day(
        "Jour J", "Vide : celui de l’échéance. Une échéance connue au mois compte du 1er du mois."
    )
    modele = RadioField("Modèle", choices=choices(PlanTemplate), validate_choice=False, default="")


class ProposedLine(Form):
    class Meta:
        csrf = False  # Part of a form that has it.

    keep = BooleanField("Garder cette étape")
    label = StringField("À faire")
    due_on = _day("Pour le")
    owner = StringField("Qui s’en charge")
    deliverable = StringField("Livrable")

    def to_data(self, entry_id: str) -> StepData:
        return StepData(
            label=self.label.data or "",
            due_on=self.due_on.data,
            owner=self.owner.data or "",
            deliverable=self.deliverable.data or "",
            entry_id=entry_id,
        )


class ProposalForm(Form):
    lines = FieldList(FormField(ProposedLine, label="Étape"), label="Étapes")

    @classmethod
    def holding(cls, proposed: Sequence[ProposedStep]) -> "ProposalForm":
        rows = [
            {
                "keep": one.is_to_keep,
                "label": one.label,
                "due_on": one.due_on,
                "owner": one.owner,
                "deliverable": one.deliverable,
            }
            for one in proposed
        ]
        return cls(data={"lines": rows})

    @property
    def kept(self) -> list[ProposedLine]:
        return [entry.form for entry in self.lines if entry.form.keep.data]

    def field_named(self, name: str) -> Any:
        """The first line that is kept and lacks what the refusal is about."""
        return next(
            (
                field
                for line in self.kept
                if (field := line._fields.get(name)) is not None and not field.data
            ),
            None,
        )

    def refuse(self, error: DomainError) -> None:
        """A list of forms gathers their errors when it is validated: those that come later too."""
        super().refuse(error)
        told = [message for message in self.lines.errors if isinstance(message, str)]
        self.lines.errors = [*told, *(entry.errors for entry in self.lines if entry.errors)]


def target_of(form: TemplateForm, entry: CalendarEntry | None) -> date | None:
    """The day that the steps are counted from."""
    day: date | None = form.jour.data
    return day or (entry.starts_on if entry else None)
