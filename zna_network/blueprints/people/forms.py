"""The forms about a person: the file, the opening, the answers, the search."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.person_fields import PersonFields
from zna_network.blueprints.support import Form, RevisionField, choices
from zna_network.models.person import ConsentAnswer, ConsentChannel, Person, Purpose
from zna_network.services.languages import LANGUAGES
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.openings import OpeningReason
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.people_list import PeopleSearch

_LANGUAGES = [SelectChoice(one.code, one.name) for one in LANGUAGES]
UNCHANGED = ""


class PersonForm(PersonFields):
    note = TextAreaField(
        "Note", description="Rien de médical, ni numéro de sécurité sociale, ni compte en banque."
    )
    revision = RevisionField()

    def to_data(self) -> PersonData:
        return self.person(self.note.data or "")


class OpeningForm(Form):
    reason = SelectField("Pourquoi", validate_choice=False)
    words = StringField("Précisez", description="Sans nommer la personne.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = choices(OpeningReason, blank="Choisissez…")


class ConsentForm(Form):
    """One answer for each purpose; what is not ticked is not changed."""

    contact = RadioField("Contact par l’organisme", validate_choice=False)
    evaluation = RadioField("Évaluation nationale", validate_choice=False)
    channel = SelectField("Comment la réponse a été donnée", validate_choice=False)
    language = SelectField("Langue de la notice lue", validate_choice=False, choices=_LANGUAGES)

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.channel.choices = choices(ConsentChannel)
        for purpose in Purpose:
            field = self.field_of(purpose)
            no = "Retire son accord" if person.agrees_to(purpose) else "Non"
            no_answer = (
                ConsentAnswer.WITHDRAWN if person.agrees_to(purpose) else ConsentAnswer.REFUSED
            )
            before = "Ne change pas" if person.consent(purpose) else "Pas demandé"
            field.choices = [
                SelectChoice(UNCHANGED, before),
                SelectChoice(ConsentAnswer.GIVEN.value, "Oui"),
                SelectChoice(no_answer.value, no),
            ]
            if not self.is_submitted():
                field.data = UNCHANGED

    def field_of(self, purpose: Purpose) -> RadioField:
        return self.contact if purpose is Purpose.CONTACT else self.evaluation

    def to_data(self) -> ConsentData:
        answers = {
            purpose: ConsentAnswer(value)
            for purpose in Purpose
            if (value := self.field_of(purpose).data) in _ANSWERS
        }
        channel = self.channel.data
        return ConsentData(
            answers,
            ConsentChannel(channel) if channel in _CHANNELS else ConsentChannel.ORAL,
            self.language.data or "fr",
        )


_ANSWERS = {ConsentAnswer.GIVEN.value, ConsentAnswer.REFUSED.value, ConsentAnswer.WITHDRAWN.value}
_CHANNELS = {channel.value for channel in ConsentChannel}


class SearchForm(PlainForm):  # type: ignore[misc]
    """What the address of the list says. ``motif`` is asked of who looks for a name among files
    that others follow."""

    q = StringField("Rechercher un dossier")
    motif = SelectField("Pourquoi chercher un nom", validate_choice=False)

    def __init__(self, args: MultiDict[str, str]) -> None:
        super().__init__(args)
        self.q.data = "".join(c for c in self.q.data or "" if c.isprintable())[:100].strip()
        self.motif.choices = choices(OpeningReason, blank="Sans objet")

    def search(self) -> PeopleSearch:
        return PeopleSearch(self.q.data or "", self.motif.data or "")


class MergeForm(Form):
    kept_revision = RevisionField()
    other_revision = RevisionField()


class EraseForm(Form):
    registrations = BooleanField("Effacer aussi son inscription au forum")
