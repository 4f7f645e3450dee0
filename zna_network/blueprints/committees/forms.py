"""Forms about committees and their members."""

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import Form, RevisionField, choices
from zna_network.models.committee import CommitteeKind, Seat
from zna_network.models.organisation import Civility
from zna_network.services.committees import CommitteeData
from zna_network.services.contacts import ContactData
from zna_network.services.memberships import Proposal

_CIVILITIES = [
    SelectChoice("", "Non précisée"),
    *(SelectChoice(civility.value, civility.value) for civility in Civility),
]


class CommitteeForm(Form):
    kind = RadioField(
        "Type d’instance",
        [InputRequired("Choisissez le type d’instance.")],
        choices=choices(CommitteeKind),
        default=CommitteeKind.TECHNICAL.value,
    )
    name = StringField(
        "Nom de l’instance",
        [DataRequired("Donnez un nom à cette instance.")],
        description="Par exemple : Comité technique du lot 1",
    )
    led_by = StringField(
        "Lauréat qui l’anime",
        description="L’organisme propose les membres et prépare les réunions. Laissez vide si la "
        "Communauté urbaine l’anime elle-même.",
    )
    led_by_id = HiddenField()
    description = TextAreaField(
        "Rôle de l’instance", description="Ce qu’elle suit et décide, en quelques lignes."
    )
    revision = RevisionField()

    def to_data(self) -> CommitteeData:
        return CommitteeData(
            kind=CommitteeKind(self.kind.data),
            name=self.name.data,
            description=self.description.data or "",
            led_by_id=self.led_by_id.data or "",
            led_by=self.led_by.data or "",
        )


class _SeatForm(Form):
    seat = RadioField(
        "Siège",
        [InputRequired("Choisissez un siège.")],
        choices=choices(Seat),
        default=Seat.FULL.value,
    )


class _ProposalForm(_SeatForm):
    validated = BooleanField("Valider tout de suite cette personne", default=True)

    def to_proposal(self, *, may_decide: bool) -> Proposal:
        return Proposal(Seat(self.seat.data), validated=may_decide and self.validated.data)


class ProposeForm(_ProposalForm):
    contact = StringField(
        "Personne",
        [DataRequired("Indiquez une personne de l’annuaire.")],
        description="Tapez le début de son nom ou de son organisme.",
    )
    contact_id = HiddenField()


class NewContactForm(_ProposalForm):
    organisation = StringField(
        "Organisme",
        [DataRequired("Indiquez l’organisme de cette personne.")],
        description="Tapez son nom ou son sigle : il doit avoir une fiche dans l’annuaire.",
    )
    organisation_id = HiddenField()
    civility = SelectField("Civilité", choices=_CIVILITIES)
    first_name = StringField("Prénom")
    last_name = StringField("Nom", [DataRequired("Indiquez le nom de la personne.")])
    function = StringField("Fonction")
    email = EmailField("Adresse e-mail", description="C’est là qu’arrivera la convocation.")
    phone = TelField("Téléphone")
    is_elected = BooleanField("C’est une élue ou un élu")
    salutation = StringField(
        "Formule d’appel",
        description="Pour la lettre d’un élu, par exemple : Madame la Vice-Présidente",
    )

    def to_data(self) -> ContactData:
        return ContactData(
            last_name=self.last_name.data or "",
            first_name=self.first_name.data or "",
            civility=Civility(self.civility.data) if self.civility.data else None,
            function=self.function.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            is_elected=self.is_elected.data,
            salutation=self.salutation.data or "",
        )


class DecisionForm(Form):
    """One reason for the proposals that are ticked; the button says which decision."""

    members = SelectMultipleField(
        "Propositions",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    reason = TextAreaField(
        "Motif",
        description="Obligatoire pour écarter ; il est transmis au lauréat.",
    )


class SeatForm(_SeatForm):
    pass


class ReasonForm(Form):
    reason = TextAreaField("Motif")
