"""A template filled with values, part by part, on docxtpl's reading of Word's XML.

docxtpl turns the XML into a Jinja template (it mends placeholders cut into runs and gives
« {%p » and « {%tr » their meaning) and line breaks into Word's. Rendering is done here: in the
sandbox, with the output bounded, and parsed strictly, since docxtpl's own parser silently drops
what it cannot read.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from jinja2 import Template, TemplateSyntaxError

from zna_network.adapters.docx_jinja import ENVIRONMENT, explain, forbidden
from zna_network.adapters.docx_parts import StoryPart, story_parts
from zna_network.adapters.docx_pictures import with_pictures
from zna_network.adapters.docx_tags import scan
from zna_network.ports.documents import DocumentError

if TYPE_CHECKING:
    from docx.document import Document

MAX_OUTPUT_CHARACTERS = 20_000_000
_MARKUP = re.compile(r"<[^>]*>")
_TAG_IN_MARKUP = re.compile(r"<[^<>]*\{[{%#]")
_ENDS_WITH_PARAGRAPH = ("w:tc", "w:hdr", "w:ftr", "w:txbxContent")
_FIRST_DRAWING = 1001
_MALFORMED = (
    "Une balise « if » ou « for » commence et finit dans des parties du document qui ne vont pas "
    "ensemble (texte, lien, tableau) : placez-la seule dans un paragraphe, avec {%p … %}."
)


class Filling:
    """One template being filled. Whatever goes wrong below is for the caller to translate."""

    def __init__(self, template: bytes) -> None:
        from docxtpl import DocxTemplate

        self._template = DocxTemplate(BytesIO(template))
        self._template.render_init()

    @property
    def document(self) -> "Document":
        document: Document = self._template.docx
        return document

    def sources(self) -> Iterator[str]:
        """Each part as the Jinja template it is read as."""
        yield self._source(self._template.get_xml())
        for story in story_parts(self.document):
            if story.is_filled:
                yield self._source(self._story_xml(story))

    def fill(self, values: Mapping[str, Any]) -> "Document":
        """Raises DocumentError for what is written in the template, Jinja's or lxml's own errors
        for what happens while rendering it."""
        body = self._rendered(self._template.get_xml(), with_pictures(values, self.document))
        tree = _tree(body)
        self._template.map_tree(tree)
        for story in list(story_parts(self.document)):
            if story.is_filled:
                self._fill_story(story, values)
        return self.document

    def _fill_story(self, story: StoryPart, values: Mapping[str, Any]) -> None:
        from docx.opc.oxml import serialize_part_xml

        xml: bytes = serialize_part_xml(_tree(self._rendered(self._story_xml(story), values)))
        if story.is_header_or_footer:
            self._template.map_headers_footers_xml(story.relation, xml)
        else:
            story.part._blob = xml

    def _story_xml(self, story: StoryPart) -> str:
        return str(self._template.get_part_xml(story.part))

    def _source(self, xml: str) -> str:
        return patched(xml)

    def _rendered(self, xml: str, values: Mapping[str, Any]) -> str:
        template = compiled(self._source(xml))
        return str(self._template.resolve_listing(_bounded(template, values)))


def refuse_unreadable(xml: str) -> None:
    """Raises DocumentError for tags that docxtpl's expressions would take very long to read:
    unclosed ones, also across paragraphs, and those inside the markup."""
    if _TAG_IN_MARKUP.search(xml):
        raise DocumentError(
            "Une balise est placée dans un lien, un signet ou le texte de remplacement d’une "
            "image, où elle ne peut pas être remplie."
        )
    for excerpt, message in scan(_MARKUP.sub("", xml)).problems:
        raise DocumentError(f"{message} ({excerpt})")


@lru_cache(maxsize=32)
def patched(xml: str) -> str:
    """The part as docxtpl mends it. Kept like what is compiled from it. Raises DocumentError."""
    from docxtpl import DocxTemplate

    refuse_unreadable(xml)
    return str(DocxTemplate(None).patch_xml(xml))


@lru_cache(maxsize=32)
def compiled(source: str) -> Template:
    """Raises DocumentError for what a template may not say.

    Kept for the last parts seen: one template is filled many times, once for each letter."""
    try:
        tree = ENVIRONMENT.parse(source)
        for message in forbidden(tree):
            raise DocumentError(message)
        return ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        raise DocumentError(explain(error)) from error


def _bounded(template: Template, values: Mapping[str, Any]) -> str:
    pieces, total = [], 0
    for piece in template.generate(values):
        total += len(piece)
        if total > MAX_OUTPUT_CHARACTERS:
            raise DocumentError("Le document obtenu serait trop volumineux.")
        pieces.append(piece)
    return "".join(pieces)


def _tree(xml: str) -> Any:
    """The rendered XML, mended where an empty list has left what Word refuses to open: a cell
    or a story with no paragraph at its end, a table with no row."""
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn

    try:
        tree: Any = parse_xml(re.sub(r"^<\?xml[^>]*\?>", "", xml))
    except Exception as error:
        raise DocumentError(_MALFORMED) from error
    for table in list(tree.iter(qn("w:tbl"))):
        if next(table.iter(qn("w:tr")), None) is None:
            table.getparent().remove(table)
    for story in list(tree.iter(*(qn(name) for name in _ENDS_WITH_PARAGRAPH))):
        if len(story) == 0 or story[-1].tag not in (qn("w:p"), qn("w:sdt")):
            story.append(OxmlElement("w:p"))
    for rank, drawing in enumerate(tree.iter(qn("wp:docPr")), start=_FIRST_DRAWING):
        drawing.set("id", str(rank))  # a drawing repeated by a loop would keep the same one
    return tree
