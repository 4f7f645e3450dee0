"""A new A4 document with our styles and nothing else of python-docx's own template."""

from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from tools.word_templates.blocks import field, line
from tools.word_templates.styles import FONT_TABLE, NUMBERING, SETTINGS, styles_xml

MADE_ON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MARGIN = 2.2
_DROPPED = ("stylesWithEffects", "customXml", "webSettings", "thumbnail")
_W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def new_document(title: str, *, landscape: bool = False) -> Document:
    document = docx.Document()
    _drop_parts(document)
    _replace(document.styles.element, *(parse_xml(xml) for xml in styles_xml()))
    _replace(document.part.numbering_part.element, *parse_xml(NUMBERING))
    _replace(document.settings.element, *parse_xml(SETTINGS))
    for relationship in document.part.rels.values():
        if relationship.reltype.endswith("/fontTable"):
            relationship.target_part._blob = FONT_TABLE.encode()
    _set_page(document, landscape=landscape)
    _set_properties(document, title)
    return document


def text_width(document: Document) -> float:
    """Between the margins, in centimetres."""
    section = document.sections[0]
    return round((section.page_width - section.left_margin - section.right_margin) / Cm(1), 2)


def running_header(document: Document, first: str, left: str, right: str) -> list[Paragraph]:
    """``first`` heads the first page, ``left`` and ``right`` the following ones."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    opening, following = section.first_page_header, section.header
    opening.is_linked_to_previous = following.is_linked_to_previous = False
    head = opening.paragraphs[0]
    head.style = document.styles["header"]
    line(head, first)
    rest = following.paragraphs[0]
    rest.style = document.styles["header"]
    rest.paragraph_format.tab_stops.add_tab_stop(Cm(text_width(document)), WD_TAB_ALIGNMENT.RIGHT)
    line(rest, f"{left}\t{right}")
    return [head, rest]


def running_footer(document: Document, left: str) -> None:
    section = document.sections[0]
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["footer"]
        paragraph.paragraph_format.tab_stops.add_tab_stop(
            Cm(text_width(document)), WD_TAB_ALIGNMENT.RIGHT
        )
        line(paragraph, f"{left}\tPage\u00a0")
        field(paragraph, "PAGE")
        line(paragraph, " sur ")
        field(paragraph, "NUMPAGES")


def _drop_parts(document: Document) -> None:
    for rels in (document.part.rels, document.part.package.rels):
        for key in [k for k, r in rels.items() if r.reltype.rpartition("/")[2] in _DROPPED]:
            rels.pop(key)


def _replace(element: Any, *children: Any) -> None:
    for child in list(element):
        element.remove(child)
    for child in children:
        element.append(child)


def _set_page(document: Document, *, landscape: bool) -> None:
    section = document.sections[0]
    short, long = Cm(21), Cm(29.7)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(1.8 if landscape else MARGIN)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2)
    section.header_distance, section.footer_distance = Cm(1.1), Cm(0.9)


def _set_properties(document: Document, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.language = title, "fr-FR"
    properties.author = properties.last_modified_by = "Communauté urbaine d’Arras"
    properties.comments = properties.subject = properties.keywords = ""
    properties.created = properties.modified = MADE_ON
    properties.revision = 1
