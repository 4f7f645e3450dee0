"""The form of the export."""

from wtforms import BooleanField, RadioField
from wtforms.validators import DataRequired

from zna_network.blueprints.support import Form, choices
from zna_network.services.directory_export.exporting import ExportFormat


class ExportForm(Form):
    format = RadioField(
        "Format",
        [DataRequired("Choisissez un format.")],
        choices=choices(ExportFormat),
        default=ExportFormat.XLSX.value,
    )
    with_contacts = BooleanField(
        "Avec les contacts personnels",
        description="Noms, fonctions, adresses et téléphones. L’export est inscrit au journal, à "
        "votre nom.",
    )
