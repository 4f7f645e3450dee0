"""The finished file: its properties, and bytes that depend on nothing but the content."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from docx.document import Document

LANGUAGE = "fr-FR"
# The earliest moment that a zip archive can tell.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAX_PROPERTY = 255


def write_properties(document: "Document", values: Mapping[str, Any]) -> None:
    """Title, author and dates from ``values["document"]`` (titre, auteur, horodatage: ISO 8601),
    in place of those of whoever made the template."""
    facts = values.get("document")
    _drop_misnamed_properties(document)
    properties = document.core_properties
    properties.language = LANGUAGE
    if not isinstance(facts, Mapping):
        return
    author = str(facts.get("auteur", ""))[:_MAX_PROPERTY]
    properties.title = str(facts.get("titre", ""))[:_MAX_PROPERTY]
    properties.author = properties.last_modified_by = author
    properties.subject = properties.comments = properties.keywords = ""
    properties.revision = 1
    if facts.get("horodatage"):
        moment = datetime.fromisoformat(str(facts["horodatage"]))
        properties.created = properties.modified = moment


def _drop_misnamed_properties(document: "Document") -> None:
    """LibreOffice spells the relationship another way: python-docx would not see it and add a
    second part of the same name."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    relationships = document.part.package.rels
    for key, relationship in list(relationships.items()):
        kind = relationship.reltype
        if kind.endswith("/core-properties") and kind != RELATIONSHIP_TYPE.CORE_PROPERTIES:
            relationships.pop(key)


def to_bytes(document: "Document") -> bytes:
    stream = BytesIO()
    document.save(stream)
    return repack(stream.getvalue())


def repack(docx: bytes) -> bytes:
    """The same package with every date fixed, so that the same content gives the same file."""
    stream = BytesIO()
    with ZipFile(BytesIO(docx)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = ZipInfo(entry.filename, date_time=_EPOCH)
            fixed.compress_type = ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            fixed.create_system = 3
            target.writestr(fixed, source.read(entry))
    return stream.getvalue()
