"""Forms about drivers: who they are, and what the CUA has seen of their papers."""

from collections.abc import Sequence

from wtforms import DateField, EmailField, HiddenField, SelectField, StringField, TelField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver
from zna_network.services.van.drivers import DriverData

TO_CHECK, GONE = "a-verifier", "partis"


class DriverForm(Form):
    name = StringField("Prénom et nom")
    email = EmailField(
        "E-mail", description="Pour l’invitation dans son agenda et le rappel de la veille."
    )
    phone = TelField(
        "Téléphone", description="Pour le joindre si le véhicule tarde. La CUA et vous le lisez."
    )
    organisation = StringField(
        "Organisme", description="Tapez le début de son nom ou de son sigle."
    )
    organisation_id = HiddenField()
    revision = RevisionField()

    @classmethod
    def of(cls, driver: Driver, *, filled: bool = True) -> "DriverForm":
        """``filled``: with what was sent, when something was; it may be another form's."""
        sent = {} if filled else {"formdata": None}
        return cls(
            **sent,
            name=driver.name,
            email=driver.email,
            phone=driver.phone,
            organisation=driver.organisation.name,
            organisation_id=str(driver.organisation_id),
            revision=driver.revision,
        )

    def to_data(self) -> DriverData:
        return DriverData(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            organisation_id=self.organisation_id.data or "",
            organisation=self.organisation.data or "",
        )


class LicenceForm(Form):
    licence_until = DateField(
        "Permis valable jusqu’au",
        [Optional()],
        format=DAY_FORMATS,
        description="La date du document que vous avez vu. Ni copie ni numéro n’est gardé.",
    )
    insured_until = DateField(
        "Assuré pour conduire jusqu’au",
        [Optional()],
        format=DAY_FORMATS,
        description="D’après l’attestation de l’association.",
    )
    revision = RevisionField()


class DriverFilters(PlainForm):  # type: ignore[misc]
    """Read from the address; a value that no choice has counts for nothing."""

    etat = SelectField(
        "État",
        choices=[
            SelectChoice("", "Tous"),
            SelectChoice(TO_CHECK, "Papiers à vérifier"),
            SelectChoice(GONE, "Ne conduisent plus"),
        ],
        validate_choice=False,
    )
    organisme = SelectField("Organisme", validate_choice=False)

    def offer(self, organisations: Sequence[Organisation]) -> None:
        self.organisme.choices = [
            SelectChoice("", "Tous"),
            *(SelectChoice(str(one.id), one.name) for one in organisations),
        ]

    @property
    def organisation_id(self) -> int | None:
        known = {choice.value for choice in self.organisme.choices or []} - {""}
        return int(self.organisme.data) if self.organisme.data in known else None
