"""Placeholders put where nothing is ever filled: Word comments, endnotes, charts, linked data.

The reader of the document would see them as they are, so each is refused with its line.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from zna_network.adapters.docx_parts import story_parts
from zna_network.adapters.docx_xml import UnsafeXmlError, local_name, parse
from zna_network.ports.documents import TemplateProblem

if TYPE_CHECKING:
    from docx.document import Document

_TAGS = ("{{", "{%", "{#")
_FOLDERS = ("/word/", "/customxml/")
# By what their name begins with, in the words of Word's own menus.
_NAMES = {
    "/word/comments": "un commentaire",
    "/word/endnotes": "une note de fin",
    "/word/charts/": "un graphique",
    "/word/diagrams/": "un graphique SmartArt",
    "/word/glossary/": "un bloc QuickPart enregistré avec le document",
    "/customxml/": "les données liées à un contrôle de contenu",
}


def unfilled_problems(document: "Document") -> Iterator[TemplateProblem]:
    """One for each line that holds a tag outside the parts that are filled."""
    filled = {document.part.partname}
    filled |= {story.part.partname for story in story_parts(document) if story.is_filled}
    for part in document.part.package.iter_parts():
        name = str(part.partname).lower()
        if part.partname in filled or not name.startswith(_FOLDERS) or not name.endswith(".xml"):
            continue
        for line, text in _lines(part.blob):
            if any(tag in text for tag in _TAGS):
                yield TemplateProblem(
                    line,
                    text.strip()[:120],
                    f"Cette balise est dans {_name(name)}, qui n’est jamais rempli : écrivez-la "
                    "dans le texte, un tableau, un en-tête, un pied de page ou une note de bas de "
                    "page.",
                )


def _name(partname: str) -> str:
    known = (words for start, words in _NAMES.items() if partname.startswith(start))
    return next(known, f"« {partname.rpartition('/')[2]} »")


def _lines(xml: bytes) -> Iterator[tuple[int | None, str]]:
    """The paragraphs by rank, whatever their vocabulary (Word's or DrawingML's); the whole text,
    without a rank, of a part that has none."""
    try:
        root = parse(xml)
    except UnsafeXmlError:
        return  # refused already, when the package was opened
    paragraphs = [element for element in root.iter() if local_name(element.tag) == "p"]
    if not paragraphs:
        yield None, " ".join(root.itertext())
    for rank, paragraph in enumerate(paragraphs, start=1):
        yield rank, _text(paragraph)


def _text(paragraph: Element) -> str:
    return "".join(e.text or "" for e in paragraph.iter() if local_name(e.tag) == "t")
