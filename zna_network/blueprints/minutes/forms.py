"""The forms of the minutes: the page that is written, decisions, actions, sending, reopening."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.models.minutes import ActionItem, Decision, MinutesSection
from zna_network.services.actions import ActionData
from zna_network.services.attendance_lines import AttendanceLine
from zna_network.services.decisions import DecisionData
from zna_network.services.errors import InvalidError
from zna_network.services.minutes_sending import Recipient, Recipients
from zna_network.services.minutes_text import Heading, TextSave

_ABSENT = 0


@dataclass(frozen=True)
class Sent:
    """What the page that is written sends: everything on it, and the button that was pressed.

    ``then`` is « verb:number » (« decision:12 »); ``resolve`` is « number:mine », « number:other »
    or « number:both », about the text of a section that two people have changed."""

    heading: Heading
    texts: tuple[TextSave, ...]
    then: str
    resolve: str
    outcomes: dict[int, str]

    @property
    def resolved(self) -> tuple[int, str]:
        number, _, choice = self.resolve.partition(":")
        return (int(number) if number.isdecimal() else _ABSENT, choice)

    def without(self, section_id: int) -> "Sent":
        return replace(self, texts=tuple(t for t in self.texts if t.section_id != section_id))


def sent_page(form: MultiDict[str, str]) -> Sent:
    heading = Heading(
        form.get("chair", ""),
        form.get("secretary", ""),
        form.get("seen-chair", ""),
        form.get("seen-secretary", ""),
    )
    outcomes = {
        int(name.removeprefix("outcome-")): value
        for name, value in form.items()
        if name.startswith("outcome-") and name.removeprefix("outcome-").isdecimal()
    }
    texts = tuple(
        _text_of(form, int(number)) for number in form.getlist("section") if number.isdecimal()
    )
    return Sent(heading, texts, form.get("then", ""), form.get("resolve", ""), outcomes)


def _text_of(form: MultiDict[str, str], number: int) -> TextSave:
    """« Garder le mien » is the one button that saves over the revision of the other person."""
    told = f"{number}:mine" == form.get("resolve")
    revision = form.get(f"other-{number}" if told else f"revision-{number}", _ABSENT, type=int)
    return TextSave(
        number, form.get(f"text-{number}", ""), revision, form.get(f"seen-{number}", "")
    )


class EntryForm(Form):
    """What a decision and an action have in common."""

    text = TextAreaField()
    owner = StringField()
    section_id = SelectField("Point concerné", coerce=int)
    revision = RevisionField()

    def offer(self, sections: Sequence[MinutesSection], chosen: int | None) -> None:
        """List the sections; ``chosen`` is the one to begin with."""
        self.section_id.choices = [
            SelectChoice(_ABSENT, "Aucun en particulier"),
            *(SelectChoice(section.id, section.title) for section in sections),
        ]
        if not self.is_submitted():
            self.section_id.data = chosen or _ABSENT


class DecisionForm(EntryForm):
    text = TextAreaField("Décision", [DataRequired("Écrivez la décision.")])
    owner = StringField("Qui en répond", description="Une personne, un organisme ou l’instance.")
    decided_on = DateField("Date", [InputRequired("Indiquez la date.")], format=DAY_FORMATS)

    @classmethod
    def of(cls, decision: Decision) -> "DecisionForm":
        return cls(obj=decision)

    def to_data(self) -> DecisionData:
        return DecisionData(
            self.text.data,
            self.decided_on.data,
            self.owner.data or "",
            self.section_id.data or None,
        )


class ActionForm(EntryForm):
    text = TextAreaField("Ce qui est à faire", [DataRequired("Écrivez ce qui est à faire.")])
    owner = StringField(
        "Qui", description="Une personne ou un service ; vide, la personne choisie ci-dessous."
    )
    person = SelectField(
        "Qui sera relancé",
        validate_choice=False,
        description="Elle reçoit l’action une fois le compte-rendu validé, un rappel avant la date "
        "et après, et un lien pour dire que c’est fait.",
    )
    owner_email = StringField(
        "Ou une autre adresse e-mail", description="Si la personne n’est pas dans la liste."
    )
    organisation = StringField("Organisme", description="S’il est dans l’annuaire.")
    organisation_id = HiddenField()
    due_on = DateField("Pour quand", [Optional()], format=DAY_FORMATS)

    def offer_people(self, people: Iterable[AttendanceLine], chosen: str = "") -> None:
        """List those of the meeting who have an address; ``chosen`` is the one to begin with, in
        the field below where the list lacks it."""
        self._people = {line.email: line for line in people if line.email}
        self.person.choices = [
            SelectChoice("", "Personne, ou une autre adresse"),
            *(SelectChoice(email, _who(line)) for email, line in self._people.items()),
        ]
        if not self.is_submitted():
            self.person.data = chosen if chosen in self._people else ""
            self.owner_email.data = "" if chosen in self._people else chosen

    @classmethod
    def of(cls, action: ActionItem) -> "ActionForm":
        known = action.organisation
        return cls(
            data={
                "text": action.text,
                "owner": action.owner,
                "organisation": known.name if known else "",
                "organisation_id": str(known.id) if known else "",
                "due_on": action.due_on,
                "revision": action.revision,
            }
        )

    def to_data(self) -> ActionData:
        email, name = self._reminded()
        return ActionData(
            text=self.text.data,
            owner=(self.owner.data or "").strip() or name,
            owner_email=email,
            due_on=self.due_on.data,
            organisation=self.organisation.data or "",
            organisation_id=self.organisation_id.data or "",
            section_id=self.section_id.data or None,
        )

    def _reminded(self) -> tuple[str, str]:
        """The address that reminders go to, and the person's name where the list has it."""
        typed, chosen = (self.owner_email.data or "").strip(), self.person.data or ""
        if not chosen:
            return typed, ""
        if chosen not in self._people:
            raise InvalidError("Cette personne n’est plus dans la liste.", field="person")
        if typed and typed.lower() != chosen:
            raise InvalidError(
                "Choisissez une personne de la liste ou une autre adresse, pas les deux.",
                field="owner_email",
            )
        return chosen, self._people[chosen].name


def _who(line: AttendanceLine) -> str:
    return f"{line.name} – {line.organisation}" if line.organisation else line.name


class ValidateForm(Form):
    seal = HiddenField()


class ReopenForm(Form):
    reason = TextAreaField(
        "Motif",
        [DataRequired("Dites pourquoi vous rouvrez le compte-rendu.")],
        description="Il reste dans l’historique, à côté de la version remplacée.",
    )


class SendForm(Form):
    emails = SelectMultipleField(
        "Destinataires",
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = TextAreaField(
        "Mot d’accompagnement", description="Ajouté au message, avant la signature."
    )
    with_pdf = BooleanField("Joindre aussi le compte-rendu en PDF", default=True)
    version = RevisionField()

    @classmethod
    def of(cls, known: Recipients, number: int) -> "SendForm":
        """Everybody is ticked but those who have this version already."""
        waiting = [person.email for person in known.people if not person.was_sent]
        form = cls(emails=waiting, version=number)
        form.emails.choices = [
            SelectChoice(person.email, _described(person)) for person in known.people
        ]
        return form


def _described(person: Recipient) -> str:
    told = "déjà envoyé" if person.was_sent else ""
    parts = (person.name, person.organisation, person.email, told)
    return " – ".join(part for part in parts if part)
