"""Forms about stands: what they need, who holds them, what is decided about them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.support import Form, RevisionField, WholeNumberField, choices
from zna_network.models.organisation import OrganisationKind
from zna_network.models.stand import Stand
from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.form_stamps import TOO_FAST, new_stamp, read_stamp
from zna_network.services.stand_answers import Seen
from zna_network.services.stand_applications import ApplicationData
from zna_network.services.stand_details import StandData, data_of
from zna_network.services.stand_invitations import Proposal, StandInvitation

_PURPOSE = "stand-application"
_DETAILS = frozenset(one.name for one in fields(StandData))


class StandFields(Form):
    """What every form about a stand asks."""

    contact_name = StringField("Prénom et nom")
    contact_email = EmailField("Adresse e-mail")
    contact_phone = TelField("Téléphone")
    tables = WholeNumberField("Tables", [InputRequired("Indiquez un nombre, 0 pour aucune.")])
    chairs = WholeNumberField("Chaises", [InputRequired("Indiquez un nombre, 0 pour aucune.")])
    sockets = WholeNumberField(
        "Prises électriques", [InputRequired("Indiquez un nombre, 0 pour aucune.")]
    )
    needs_screen = BooleanField("Il nous faut un écran")
    other_needs = TextAreaField(
        "Autres besoins", description="Grille, accès en fauteuil, interprète, place de livraison…"
    )
    presentation = TextAreaField(
        "Ce que l’on trouve à votre stand", description="Quelques mots simples, pour le programme."
    )
    people = TextAreaField(
        "Qui tiendra le stand",
        description="Une personne par ligne : prénom et nom, puis sa fonction après une virgule.",
    )
    right_codes = SelectMultipleField(
        "Droits et démarches",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description="Ce pour quoi un visiteur peut venir vous voir.",
    )

    def offer(self, rights: Iterable[Right]) -> None:
        self.right_codes.choices = [(right.code, right.label) for right in rights]

    def details(self) -> StandData:
        """What was typed; a form that does not ask for something leaves it as it is by default."""
        given: dict[str, Any] = {
            key: "" if field.data is None else field.data
            for key, field in self._fields.items()
            if key in _DETAILS
        }
        return StandData(**given)


class StandForm(StandFields):
    """An agent, or an account of the organisation, correcting a stand."""

    revision = RevisionField()

    @classmethod
    def of(cls, stand: Stand) -> "StandForm":
        return cls(obj=data_of(stand), revision=stand.revision)


class AnswerForm(StandFields):
    """The holder of a stand's link; the address is the one that the link was sent to."""

    contact_email = None
    revision = RevisionField()
    sequence = RevisionField()

    @classmethod
    def of(cls, stand: Stand) -> "AnswerForm":
        return cls(
            formdata=None,
            obj=data_of(stand),
            revision=stand.revision,
            sequence=stand.forum.sequence,
        )

    def seen(self) -> Seen:
        # A forum never changed is at version 0, which is a version like another.
        return Seen(
            self.revision.seen, self.sequence.data if self.sequence.data is not None else -1
        )


class DeclineForm(Form):
    reason = TextAreaField("Pourquoi ?", [DataRequired("Dites-nous pourquoi, en quelques mots.")])
    revision = RevisionField(id="decline-revision")
    sequence = RevisionField(id="decline-sequence")

    def seen(self) -> Seen:
        return Seen(
            self.revision.seen, self.sequence.data if self.sequence.data is not None else -1
        )


class ApplicationForm(StandFields):
    """The public page. ``website`` is a trap: people do not see it, robots fill it."""

    organisation = StringField(
        "Votre organisme", [DataRequired("Indiquez le nom de votre organisme.")]
    )
    organisation_id = HiddenField()
    website = StringField("Ne remplissez pas ce champ")
    stamp = HiddenField()
    people = None
    contact_name = StringField("Prénom et nom", [DataRequired("Indiquez votre nom.")])
    contact_email = EmailField(
        "Adresse e-mail", [DataRequired("Indiquez une adresse e-mail : la réponse y sera envoyée.")]
    )

    @classmethod
    def fresh(cls) -> "ApplicationForm":
        empty = StandData()
        return cls(tables=empty.tables, chairs=empty.chairs, sockets=empty.sockets)

    @property
    def is_trapped(self) -> bool:
        return bool(self.website.data)

    def sending(self, ctx: Context) -> str:
        """The name of this sending. Raises InvalidError for a page that nobody has read."""
        return read_stamp(ctx.settings, _PURPOSE, self.stamp.data or "", ctx.now)

    def renew_stamp(self, ctx: Context) -> None:
        """A fresh stamp where the one sent back is of no use; one that was merely too recent
        stays, and will do."""
        try:
            self.sending(ctx)
        except InvalidError as error:
            if not self.is_submitted() or error.message != TOO_FAST:
                self.stamp.data = new_stamp(ctx.settings, _PURPOSE, ctx.now)

    def to_data(self) -> ApplicationData:
        return ApplicationData(
            organisation=self.organisation.data or "",
            organisation_id=self.organisation_id.data or "",
            details=self.details(),
        )


class InviteForm(Form):
    organisation = StringField(
        "Organisme",
        [DataRequired("Indiquez un organisme de l’annuaire.")],
        description="Tapez le début de son nom ou de son sigle.",
    )
    organisation_id = HiddenField()
    contact_name = StringField("Prénom et nom du contact")
    contact_email = EmailField(
        "Adresse e-mail", description="Laissez vide pour écrire au référent de la fiche."
    )

    def to_data(self) -> StandInvitation:
        return StandInvitation(
            organisation_id=self.organisation_id.data or "",
            organisation=self.organisation.data or "",
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )


class InviteManyForm(Form):
    organisations = SelectMultipleField(
        "Organismes",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, proposals: Iterable[Proposal]) -> None:
        self.organisations.choices = [
            (one.organisation.id, _described(one)) for one in proposals if one.email
        ]


class ConfirmForm(Form):
    """Which record an applicant is, when the directory did not know the name typed."""

    organisation = StringField("Sa fiche dans l’annuaire")
    organisation_id = HiddenField()
    new_kind = SelectField(
        "Ou créer une fiche de ce type",
        choices=choices(OrganisationKind, "Ne pas créer de fiche"),
        validate_choice=False,
    )
    revision = RevisionField()

    @property
    def kind(self) -> OrganisationKind | None:
        return next((one for one in OrganisationKind if one.value == self.new_kind.data), None)


class ReasonForm(Form):
    reason = TextAreaField("Motif", [DataRequired("Indiquez le motif : il sera envoyé.")])
    revision = RevisionField()


def _described(proposal: Proposal) -> str:
    why = "lauréat" if proposal.is_grantee else "exposant d’un forum précédent"
    return f"{proposal.organisation.name} — {why}, {proposal.email}"
