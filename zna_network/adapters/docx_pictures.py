"""Images among the values of a document, made into what Word shows in the middle of a line."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from zna_network.ports.documents import Picture

if TYPE_CHECKING:
    from docx.document import Document

# The placeholder stands in a run's text: the run is closed for the drawing, and opened again.
_BEFORE = Markup("</w:t></w:r><w:r><w:drawing>")
_AFTER = Markup('</w:drawing></w:r><w:r><w:t xml:space="preserve">')


def with_pictures(value: Any, document: "Document") -> Any:
    """``value`` with its pictures ready to be printed in the body of ``document``, which keeps
    each image file once."""
    if isinstance(value, Picture):
        return _drawing(value, document)
    if isinstance(value, Mapping):
        return {key: with_pictures(item, document) for key, item in value.items()}
    if isinstance(value, list):
        return [with_pictures(item, document) for item in value]
    return value


def _drawing(picture: Picture, document: "Document") -> Markup:
    from docx.shared import Mm
    from lxml import etree

    inline = document.part.new_pic_inline(
        BytesIO(picture.png), Mm(picture.width_mm), Mm(picture.height_mm)
    )
    inline.docPr.set("descr", str(picture))
    # On one line: a line end would become one of Word's.
    return _BEFORE + Markup(etree.tostring(inline, encoding="unicode")) + _AFTER  # noqa: S704
