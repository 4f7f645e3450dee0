"""What several forms ask about a person, and of the person: the same fields, read in one way."""

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.place_choices import UNKNOWN, place_choices
from zna_network.blueprints.support import Form, WholeNumberField, choices
from zna_network.models.attendee import AgeBand
from zna_network.models.person import ConsentAnswer, ConsentChannel, Purpose
from zna_network.models.territory import TargetGroup
from zna_network.services.languages import LANGUAGES
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.people import PersonData
from zna_network.services.territory import Territory

_ANSWERS = {
    ConsentAnswer.GIVEN: "Oui",
    ConsentAnswer.REFUSED: "Non",
    ConsentAnswer.NOT_ASKED: "Pas demandé",
}
_CHANNELS = {channel.value for channel in ConsentChannel}


class PersonFields(Form):
    """The names are those of ``PersonData``, so that a refusal finds its field. Nothing is
    required: a file may stay without a name."""

    name = StringField("Prénom, nom ou surnom")
    phone = StringField("Téléphone")
    email = StringField("E-mail")
    place = SelectField("Commune ou QPV", validate_choice=False)
    birth_year = WholeNumberField("Année de naissance")
    age_band = SelectField("Âge", validate_choice=False)
    target_group = SelectField("Public", validate_choice=False)
    language = SelectField("Langue", validate_choice=False, default="fr")

    def __init__(self, territory: Territory, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place.choices = place_choices(territory)
        self.age_band.choices = choices(AgeBand, blank=UNKNOWN)
        self.target_group.choices = choices(TargetGroup, blank=UNKNOWN)
        self.language.choices = [SelectChoice(one.code, one.name) for one in LANGUAGES]

    def person(self, note: str = "") -> PersonData:
        return PersonData(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            birth_year=self.birth_year.data,
            place=self.place.data or "",
            age_band=self.age_band.data or "",
            target_group=self.target_group.data or "",
            language=self.language.data or "fr",
            note=note,
        )


class AskedPersonFields(PersonFields):
    """With the two questions of consent, as they are put while somebody is being helped."""

    contact = RadioField("Contact", validate_choice=False)
    evaluation = RadioField("Évaluation", validate_choice=False)
    channel = SelectField("Comment la personne a-t-elle répondu ?", validate_choice=False)

    def __init__(self, territory: Territory, **kwargs: Any) -> None:
        super().__init__(territory, **kwargs)
        self.channel.choices = choices(ConsentChannel)
        for field in (self.contact, self.evaluation):
            field.choices = [SelectChoice(one.value, label) for one, label in _ANSWERS.items()]

    def answers(self) -> ConsentData:
        """A question that was passed over was not asked."""
        given = {
            Purpose.CONTACT: _answer(self.contact.data),
            Purpose.EVALUATION: _answer(self.evaluation.data),
        }
        channel = self.channel.data if self.channel.data in _CHANNELS else ConsentChannel.ORAL
        return ConsentData(given, ConsentChannel(channel), self.language.data or "fr")


def _answer(value: str | None) -> ConsentAnswer:
    return ConsentAnswer(value) if value in set(_ANSWERS) else ConsentAnswer.NOT_ASKED
