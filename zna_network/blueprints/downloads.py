"""Files handed out: to save, and kept by no cache, since most of them name people."""

from io import BytesIO
from typing import Protocol

from flask import send_file
from werkzeug.wrappers import Response

from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services.document_rendering import WordFile


class MadeFile(Protocol):
    """What a use case made for somebody to save."""

    @property
    def content(self) -> bytes: ...

    @property
    def media_type(self) -> str: ...

    @property
    def filename(self) -> str: ...


def download(file: MadeFile) -> Response:
    return _sent(file.content, file.media_type, file.filename)


def word_download(file: WordFile) -> Response:
    return _sent(file.content, DOCX_MEDIA_TYPE, file.filename)


def pdf_download(content: bytes, name: str) -> Response:
    return _sent(content, "application/pdf", name)


def _sent(content: bytes, media_type: str, name: str) -> Response:
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
