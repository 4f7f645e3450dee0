"""The form of a handover: one line more for each point of the vehicle's checklist."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextInput

from zna_network.blueprints.support import (
    DAY_FORMATS,
    HOUR_FORMATS,
    Form,
    RevisionField,
    WholeNumberField,
)
from zna_network.models.booking import Booking
from zna_network.models.handover import Direction
from zna_network.models.van import Driver
from zna_network.services.french_time import from_local, to_local
from zna_network.services.van.handover_values import (
    GIVER_WANTED,
    MILEAGE_WANTED,
    RECEIVER_WANTED,
    CheckedItem,
    HandoverData,
    PhotoData,
)

FINE, WRONG = "oui", "non"


class ReadingField(WholeNumberField):
    """A number as it is read, the gap between its thousands included."""

    widget = TextInput()

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(["".join(value.split()) for value in values])


class HandoverForm(Form):
    client_id = HiddenField()
    day = DateField("Jour", [InputRequired("Dites quel jour.")], format=DAY_FORMATS)
    hour = TimeField("Heure", [InputRequired("Dites à quelle heure.")], format=HOUR_FORMATS)
    driver_id = SelectField("Conducteur", coerce=int, validate_choice=False)
    mileage = ReadingField("Kilométrage au compteur", [InputRequired(MILEAGE_WANTED)])
    is_sure = BooleanField("J’ai relu le compteur : ce kilométrage est le bon")
    energy_percent = WholeNumberField(
        "Carburant ou charge", [InputRequired("Dites ce qui reste, de 0 à 100 %.")]
    )
    remarks = TextAreaField("Remarques", [Optional()])
    photos = MultipleFileField("Photos")
    giver = StringField("Qui remet le véhicule", [InputRequired(GIVER_WANTED)])
    receiver = StringField("Qui le reçoit", [InputRequired(RECEIVER_WANTED)])
    giver_signature = HiddenField()
    receiver_signature = HiddenField()

    labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, labels: list[str], drivers: list[Driver], **values: Any) -> "HandoverForm":
        """With a line for each of ``labels``."""
        lines: dict[str, Any] = {"labels": tuple(labels)}
        for n, label in enumerate(labels):
            lines[f"checklist-{n}-is_fine"] = RadioField(
                label,
                choices=[SelectChoice(FINE, "En ordre"), SelectChoice(WRONG, "À signaler")],
                validate_choice=False,
            )
            lines[f"checklist-{n}-remark"] = StringField(f"Ce qui ne va pas : {label}")
        form: HandoverForm = type("HandoverFormOfVehicle", (cls,), lines)(**values)
        form.driver_id.choices = [SelectChoice(driver.id, driver.name) for driver in drivers]
        return form

    def fill(self, booking: Booking, direction: Direction, now: datetime, host: str) -> None:
        """As it will mostly be: now, the driver on one side, the CUA on the other."""
        local = to_local(now)
        self.client_id.data = str(uuid4())
        self.day.data, self.hour.data = local.date(), local.time().replace(second=0)
        self.driver_id.data = booking.driver_id
        driver = booking.driver.name if booking.driver else ""
        is_out = direction is Direction.OUT
        self.giver.data, self.receiver.data = (host, driver) if is_out else (driver, host)

    def lines(self) -> list[tuple[Any, Any]]:
        """The two fields of each point of the checklist."""
        return [
            (self[f"checklist-{n}-is_fine"], self[f"checklist-{n}-remark"])
            for n in range(len(self.labels))
        ]

    def to_data(self, direction: Direction) -> HandoverData:
        return HandoverData(
            client_id=self.client_id.data or "",
            direction=direction,
            at=from_local(self.day.data, self.hour.data, field="hour"),
            mileage=self.mileage.data,
            energy_percent=self.energy_percent.data,
            checklist=tuple(
                CheckedItem(label, _answer(fine.data), remark.data or "")
                for label, (fine, remark) in zip(self.labels, self.lines(), strict=True)
            ),
            remarks=self.remarks.data or "",
            giver=self.giver.data or "",
            receiver=self.receiver.data or "",
            giver_signature=self.giver_signature.data or "",
            receiver_signature=self.receiver_signature.data or "",
            photos=tuple(PhotoData(file.read()) for file in _chosen(self.photos.data)),
            driver_id=self.driver_id.data if direction is Direction.OUT else None,
            is_sure=bool(self.is_sure.data),
        )

    @property
    def had_photos(self) -> bool:
        """Files that the page cannot give back: they are to be chosen again."""
        return bool(_chosen(self.photos.data))


class MileageForm(Form):
    mileage = ReadingField("Bon kilométrage", [InputRequired(MILEAGE_WANTED)])
    reason = TextAreaField("Pourquoi", [InputRequired("Dites pourquoi.")])
    revision = RevisionField()


def _chosen(files: list[FileStorage] | None) -> list[FileStorage]:
    return [file for file in files or [] if isinstance(file, FileStorage) and file.filename]


def _answer(value: str | None) -> bool | None:
    return {FINE: True, WRONG: False}.get(value or "")
