"""The forms of « Fiche à jour ? »: the agent's, and the one behind a link."""

from typing import Any

from wtforms import (
    EmailField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.widgets import HiddenInput

from zna_network.blueprints.support import Form
from zna_network.models.organisation import Organisation
from zna_network.services.errors import DomainError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.review_answers import CorrectionData, Opened
from zna_network.services.territory import Territory

OUTSIDE = "Hors de la Communauté urbaine"


class SendForm(Form):
    organisations = SelectMultipleField("Fiches", coerce=int, validate_choice=False)


class SeenField(StringField):  # type: ignore[misc]
    """Sums up the record that the person was shown, sent back with their decision."""

    widget = HiddenInput()

    def show(self, current: str) -> None:
        """The next sending is made knowing the present record."""
        self.raw_data = None
        self.data = current


class ApplyForm(Form):
    parts = SelectMultipleField("Valeurs à reprendre", validate_choice=False)
    seen = SeenField()


class RefuseForm(Form):
    reason = TextAreaField(
        "Motif", description="Il est envoyé à la personne qui a proposé la correction."
    )


class LinkForm(Form):
    """A form of a link's holder, without the usual token against forged requests: the link itself
    is the secret that such a request would need, and nobody is signed in whom it could abuse."""

    class Meta:
        csrf = False

    seen = SeenField()


class CorrectionForm(LinkForm):
    phone = TelField("Téléphone")
    email = EmailField("Adresse e-mail générale")
    website = URLField("Site web")
    address = StringField("Adresse", description="Numéro et voie.")
    postcode = StringField("Code postal")
    commune_insee = SelectField("Commune", description="Vide : hors du territoire.")
    city = StringField("Ville hors territoire", description="Si la commune est vide.")
    opening_hours = TextAreaField("Horaires d’ouverture")
    description = TextAreaField(
        "Missions", description="Ce que fait l’organisme, en quelques mots."
    )
    offers_comment = TextAreaField(
        "Une remarque sur les permanences, les droits ou les publics",
        description="Ce qui a changé, en une phrase : un agent s’en charge.",
    )
    contacts_comment = TextAreaField(
        "Une remarque sur les contacts",
        description="Une personne arrivée ou partie, un numéro changé.",
    )

    @property
    def offers(self) -> list[Any]:
        """The fields of the offers' hours, in the order of the record."""
        return [field for name, field in self._fields.items() if name.startswith("offer_")]

    def refuse(self, error: DomainError) -> None:
        for problem in error.problems if isinstance(error, InvalidValuesError) else [error]:
            super().refuse(problem)

    def to_data(self) -> CorrectionData:
        names = (
            "phone", "email", "website", "address", "postcode", "city", "opening_hours",
            "description", "offers_comment", "contacts_comment",
        )  # fmt: skip
        return CorrectionData(
            **{name: str(self._fields[name].data or "") for name in names},
            commune_insee=self.commune_insee.data or None,
            offer_hours={
                int(field.short_name.removeprefix("offer_")): field.data or ""
                for field in self.offers
            },
        )


def correction_form(opened: Opened, places: Territory, *, blank: bool = False) -> CorrectionForm:
    """The form filled with the record, then with what was typed unless ``blank``. Each offer has
    a field of its own for its hours."""
    organisation = opened.organisation
    hours = {f"offer_{offer.id}": offer for offer in organisation.offers}
    fields = {name: TextAreaField(offer.title) for name, offer in hours.items()}
    shown: type[CorrectionForm] = type("CorrectionForm", (CorrectionForm,), fields)
    form = _filled(shown, organisation, {n: o.opening_hours for n, o in hours.items()}, blank)
    form.commune_insee.choices = [
        ("", OUTSIDE), *((commune.insee, commune.name) for commune in places.communes),
    ]  # fmt: skip
    return form


def _filled(
    shown: type[CorrectionForm], organisation: Organisation, hours: dict[str, str], blank: bool
) -> CorrectionForm:
    if blank:
        return shown(formdata=None, obj=organisation, data=hours)
    return shown(obj=organisation, data=hours)
