"""Addresses written in a document made clickable, as Word does while one types.

A template cannot hold a link to an address known only later: it prints the address as text.
"""

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from docx.document import Document

LINK_COLOR = "0B4F5C"
# The last character is not a punctuation mark that ends the sentence.
_ADDRESS = re.compile(r"(https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]’'])")
# RFC 3986's reserved characters, and % for what is already encoded.
_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def link_addresses(document: "Document") -> None:
    """Every web address in the body, unless it is already part of a link or a field."""
    from docx.oxml.ns import qn

    texts = [t for t in document.element.body.iter(qn("w:t")) if "://" in (t.text or "")]
    runs = dict.fromkeys(text.getparent() for text in texts)
    for run in runs:
        paragraph = run.getparent()
        if paragraph.tag == qn("w:p") and next(paragraph.iter(qn("w:fldChar")), None) is None:
            _link_run(document, run)


def target_of(address: str) -> str:
    """The address as a relationship can hold it; empty when Word would refuse to open it."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    return quote(address, safe=_SAFE) if host else ""


def _link_run(document: "Document", run: Any) -> None:
    """The run cut in pieces around its addresses, each piece with the run's own properties."""
    from docx.oxml.ns import qn

    for child in run:
        if child.tag == qn("w:rPr"):
            continue
        if child.tag != qn("w:t"):
            run.addprevious(_piece(run, deepcopy(child)))
            continue
        for text in filter(None, _ADDRESS.split(child.text or "")):
            piece = _piece(run, _text(text))
            target = target_of(text) if _ADDRESS.fullmatch(text) else ""
            run.addprevious(_link(document, piece, target) if target else piece)
    run.getparent().remove(run)


def _piece(run: Any, content: Any) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    piece = OxmlElement("w:r")
    properties = run.find(qn("w:rPr"))
    if properties is not None:
        piece.append(deepcopy(properties))
    piece.append(content)
    return piece


def _text(text: str) -> Any:
    from docx.oxml import OxmlElement

    element: Any = OxmlElement("w:t")
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = text
    return element


def _link(document: "Document", piece: Any, target: str) -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor
    from docx.text.run import Run

    relation = document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    font = Run(piece, document).font
    font.underline = True
    font.color.rgb = RGBColor.from_string(LINK_COLOR)
    link: Any = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    link.append(piece)
    return link
