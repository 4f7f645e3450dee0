"""Files handed out."""

from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response

from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services.document_rendering import WordFile


def word_download(file: WordFile) -> Response:
    """A Word document to save, which no cache keeps: it names people."""
    response = send_file(
        BytesIO(file.content),
        mimetype=DOCX_MEDIA_TYPE,
        as_attachment=True,
        download_name=file.filename,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
