"""Putting a Word template in place."""

from flask_wtf.file import FileField

from zna_network.blueprints.support import Form
from zna_network.services.document_templates import LARGEST_MB


class UploadForm(Form):
    file = FileField(
        "Fichier Word",
        description=f"Au format .docx, {LARGEST_MB} Mo au plus. Il est vérifié avant de servir.",
    )
