"""The parts of a document that are filled: body, headers, footers, footnotes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.part import Part

_HEADER, _FOOTER, _FOOTNOTES, _ENDNOTES = "header", "footer", "footnotes", "endnotes"
_NAMES = {
    _HEADER: "En-tête",
    _FOOTER: "Pied de page",
    _FOOTNOTES: "Note de bas de page",
    _ENDNOTES: "Note de fin",
}


@dataclass(frozen=True)
class StoryPart:
    """``kind`` is « header », « footer », « footnotes » or « endnotes »; ``relation`` the id by
    which the body refers to it."""

    kind: str
    relation: str
    part: "Part"

    @property
    def name(self) -> str:
        return _NAMES[self.kind]

    @property
    def is_filled(self) -> bool:
        return self.kind != _ENDNOTES

    @property
    def is_header_or_footer(self) -> bool:
        return self.kind in (_HEADER, _FOOTER)


def story_parts(document: "Document") -> Iterator[StoryPart]:
    for relation, relationship in sorted(document.part.rels.items()):
        kind = relationship.reltype.rpartition("/")[2]
        if kind in _NAMES and not relationship.is_external:
            yield StoryPart(kind, relation, relationship.target_part)
