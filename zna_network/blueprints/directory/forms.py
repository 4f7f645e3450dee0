"""The forms of a record: the organisation, its contacts, its offers, the rights."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import Form, RevisionField, choices, context
from zna_network.models.organisation import Civility, OfferKind, OrganisationKind
from zna_network.models.territory import Lot, RightKind, TargetGroup
from zna_network.services import organisations
from zna_network.services.contacts import ContactData
from zna_network.services.errors import DomainError
from zna_network.services.offers import OfferData
from zna_network.services.organisations import (
    OrganisationData,
    SameOrganisationError,
)
from zna_network.services.rights import RightData
from zna_network.services.territory import WHOLE_EPCI, Territory

_CIVILITIES = [SelectChoice("", "—"), *(SelectChoice(c.value, c.value) for c in Civility)]
NOT_CHOSEN = "Choisissez…"
OUTSIDE = "Hors de la Communauté urbaine"


class Required:
    """Marks a field as not optional. The use case refuses it empty, along with all the rest."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms' own protocol

    def __call__(self, form: Form, field: Any) -> None:
        pass


class RecordForm(Form):
    """A form whose use case says everything that is wrong at once."""

    revision = RevisionField()

    def _text(self, name: str) -> str:
        return str(self._fields[name].data or "")


class OneOrNone(SelectField):  # type: ignore[misc]
    """A list whose empty choice stands for none."""

    def process_data(self, value: Any) -> None:
        super().process_data("" if value is None else value)


class OrganisationForm(RecordForm):
    name = StringField("Nom", [Required()])
    acronym = StringField("Sigle", description="Par exemple : CAF")
    kind = SelectField(
        "Type d’organisme",
        [DataRequired("Choisissez le type d’organisme.")],
        choices=choices(OrganisationKind, NOT_CHOSEN),
    )
    siret = StringField("SIRET", description="14 chiffres.")
    description = TextAreaField(
        "Missions", description="Ce que fait l’organisme, en quelques mots."
    )
    address = StringField("Adresse", description="Numéro et voie.")
    postcode = StringField("Code postal")
    commune_insee = OneOrNone("Commune", description="Vide : hors du territoire.")
    city = StringField("Ville hors territoire", description="Si la commune est vide.")
    phone = TelField("Téléphone")
    email = EmailField("Adresse e-mail générale")
    website = URLField("Site web")
    opening_hours = TextAreaField("Horaires d’ouverture")
    accessibility_url = URLField(
        "Accessibilité des locaux", description="Adresse d’une page qui la décrit."
    )
    notes = TextAreaField("Notes internes", description="Vues des agents de la CUA seulement.")
    insist = BooleanField("Ce n’est pas le même organisme : créer quand même")

    same: SameOrganisationError | None = None

    def offer(self, territory: Territory) -> "OrganisationForm":
        self.commune_insee.choices = [SelectChoice("", OUTSIDE), *_communes(territory)]
        return self

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, SameOrganisationError):
            self.same = error
        super().refuse(error)

    def validate(self, extra_validators: Any = None) -> bool:
        """When the form itself finds fault, what the use case would say is added to it."""
        if super().validate(extra_validators):
            return True
        for problem in organisations.problems(
            context(), self.to_data(), stored_siret=self.siret.object_data or ""
        ):
            self.refuse(problem)
        return False

    def to_data(self) -> OrganisationData:
        return OrganisationData(
            name=self._text("name"),
            kind=self._kind(),
            acronym=self._text("acronym"),
            description=self._text("description"),
            siret=self._text("siret"),
            email=self._text("email"),
            phone=self._text("phone"),
            website=self._text("website"),
            address=self._text("address"),
            postcode=self._text("postcode"),
            commune_insee=self.commune_insee.data or None,
            city=self._text("city"),
            opening_hours=self._text("opening_hours"),
            accessibility_url=self._text("accessibility_url"),
            notes=self._text("notes"),
        )

    def _kind(self) -> OrganisationKind:
        known = self.kind.data in set(OrganisationKind)
        return OrganisationKind(self.kind.data) if known else OrganisationKind.OTHER


def _communes(territory: Territory) -> list[SelectChoice]:
    return [SelectChoice(commune.insee, commune.name) for commune in territory.communes]


class ContactForm(RecordForm):
    civility = OneOrNone("Civilité", choices=_CIVILITIES)
    first_name = StringField("Prénom")
    last_name = StringField("Nom", [Required()])
    function = StringField("Fonction")
    email = EmailField("Adresse e-mail", description="Reçoit les convocations.")
    phone = TelField("Téléphone direct")
    is_referent = BooleanField(
        "Référent de la fiche", description="Reçoit le lien « Fiche à jour ? » pour la vérifier."
    )
    is_elected = BooleanField("Élu ou élue", description="Siège au COPIL à ce titre.")
    salutation = StringField(
        "Formule d’appel", description="Pour les lettres : « Madame la Vice-Présidente »."
    )

    def to_data(self) -> ContactData:
        return ContactData(
            last_name=self._text("last_name"),
            first_name=self._text("first_name"),
            civility=Civility(self.civility.data) if self.civility.data else None,
            function=self._text("function"),
            email=self._text("email"),
            phone=self._text("phone"),
            is_elected=bool(self.is_elected.data),
            salutation=self._text("salutation"),
            is_referent=bool(self.is_referent.data),
        )


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """A list of check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OfferForm(RecordForm):
    title = StringField("Titre", [Required()], description="Par exemple : Permanence RSA")
    kind = RadioField("Nature", choices=choices(OfferKind), default=OfferKind.RECEPTION.value)
    description = TextAreaField("Description")
    rights = Boxes("Droits concernés")
    target_groups = Boxes(
        "Publics", choices=choices(TargetGroup), description="Aucun coché : tout le monde."
    )
    covers_whole_epci = RadioField(
        "Territoire",
        choices=[SelectChoice("1", WHOLE_EPCI), SelectChoice("0", "Une partie seulement")],
        default="1",
    )
    lots = Boxes("Lots de l’appel à projets", coerce=int)
    qpvs = Boxes("Quartiers prioritaires (QPV)", coerce=int)
    communes = Boxes("Communes")
    place = StringField("Lieu", description="Où l’on est reçu, si ce n’est pas à l’adresse.")
    opening_hours = TextAreaField("Jours et horaires")

    def offer(self, territory: Territory, kept: tuple[str, ...] = ()) -> "OfferForm":
        """Rights put aside are not offered any more, except those that the offer already has."""
        self.rights.choices = [
            SelectChoice(right.code, right.label)
            for right in territory.rights
            if right.is_active or right.code in kept
        ]
        self.lots.choices = [SelectChoice(lot.value, lot.label) for lot in Lot]
        self.qpvs.choices = [SelectChoice(qpv.id, qpv.name) for qpv in territory.qpvs]
        self.communes.choices = _communes(territory)
        return self

    def to_data(self) -> OfferData:
        """The parts of the territory count only where « une partie » is chosen: the page hides
        them otherwise."""
        whole = self.covers_whole_epci.data == "1"
        return OfferData(
            title=self._text("title"),
            kind=OfferKind(self.kind.data),
            description=self._text("description"),
            place=self._text("place"),
            opening_hours=self._text("opening_hours"),
            covers_whole_epci=whole,
            communes=() if whole else tuple(self.communes.data or ()),
            qpvs=() if whole else tuple(self.qpvs.data or ()),
            lots=() if whole else tuple(self.lots.data or ()),
            rights=tuple(self.rights.data or ()),
            target_groups=tuple(TargetGroup(group) for group in self.target_groups.data or ()),
        )


class RightForm(RecordForm):
    label = StringField("Nom du droit", [Required()])
    acronym = StringField("Sigle")
    operators = StringField(
        "Qui l’instruit", description="Plusieurs noms : séparez-les par des points-virgules."
    )
    kind = RadioField("Nature", choices=choices(RightKind), default=RightKind.EXTRA_LEGAL.value)

    def to_data(self) -> RightData:
        return RightData(
            label=self._text("label"),
            acronym=self._text("acronym"),
            operators=self._text("operators"),
            kind=RightKind(self.kind.data),
        )
