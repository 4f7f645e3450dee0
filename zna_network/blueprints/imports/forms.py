"""Forms of the import."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from zna_network.blueprints.support import Form
from zna_network.models.directory_work import ImportBatch, LineStatus
from zna_network.services.directory_import.table import MAXIMUM_ROWS


class UploadForm(Form):
    file = FileField(
        "Fichier",
        [FileRequired("Choisissez un fichier.")],
        description=f"CSV, Excel (.xlsx) ou data·inclusion (.json), {MAXIMUM_ROWS} lignes au plus.",
    )

    def content(self) -> tuple[str, bytes]:
        """The name and the bytes."""
        upload = self.file.data
        return upload.filename or "", upload.read()


class ApplyForm(Form):
    """``seen`` is the digest of the plan that the page showed."""

    seen = HiddenField()
    leave_rejected = BooleanField()

    def show(self, batch: ImportBatch) -> "ApplyForm":
        """Ready for the plan as it now stands."""
        if self.seen.data != batch.plan_digest:
            self.seen.data = batch.plan_digest
            self.leave_rejected.data = False
        rejected = batch.summary.get(LineStatus.REJECTED, 0)
        self.leave_rejected.label.text = (
            "Laisser de côté la ligne rejetée"
            if rejected == 1
            else f"Laisser de côté les {rejected} lignes rejetées"
        )
        return self


def choices_sent(values: Any) -> dict[int, str]:
    """What the page's radio buttons say, by line: their names are « choix-12 »."""
    return {
        int(number): value
        for name, value in values.items()
        if name.startswith("choix-") and (number := name.removeprefix("choix-")).isdecimal()
        if len(number) < 10
    }
