"""The paragraphs of a docx part in reading order, with the text that a reader sees.

Word cuts what was typed into runs at will, so a placeholder is looked for in the text of the
whole paragraph.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from zna_network.adapters.docx_xml import MC_FALLBACK, W

PARAGRAPH = f"{W}p"
_ROW, _TABLE = f"{W}tr", f"{W}tbl"
_CONTAINERS = frozenset({f"{W}body", f"{W}tc", f"{W}txbxContent", f"{W}hdr", f"{W}ftr"})
_NOTES = frozenset({f"{W}footnote", f"{W}endnote"})
_TEXT = frozenset({f"{W}t", f"{W}instrText"})
_SPACES = frozenset({f"{W}tab", f"{W}br", f"{W}cr"})


@dataclass(frozen=True)
class Paragraph:
    """``rank`` is 1 for the first one of the part. ``container``, ``row`` and ``table`` number
    the cell or story, the table row and the table it sits in (0: none)."""

    rank: int
    text: str
    container: int = 0
    row: int = 0
    table: int = 0
    has_text_box: bool = False


@dataclass(frozen=True)
class _Place:
    container: int = 0
    row: int = 0
    table: int = 0


def read_paragraphs(root: Element) -> list[Paragraph]:
    return [
        Paragraph(
            rank,
            paragraph_text(element),
            place.container,
            place.row,
            place.table,
            any(_own_elements(element, nested=True)),
        )
        for rank, (element, place) in enumerate(_walk(root, _Place(), _Counter()), start=1)
    ]


def paragraph_text(paragraph: Element) -> str:
    """Its own text, without that of the text boxes anchored in it."""
    return "".join(_text_of(element) for element in _own_elements(paragraph))


class _Counter:
    value = 0

    def next(self) -> int:
        self.value += 1
        return self.value


def _walk(element: Element, place: _Place, count: _Counter) -> Iterator[tuple[Element, _Place]]:
    """Depth is bounded by docx_xml.MAX_DEPTH."""
    if element.tag == MC_FALLBACK:
        return  # the same text box again, for old versions of Word
    if element.tag == PARAGRAPH:
        yield element, place
    elif element.tag in _CONTAINERS or element.tag in _NOTES:
        place = _Place(count.next(), place.row, place.table)
    elif element.tag == _ROW:
        place = _Place(place.container, count.next(), place.table)
    elif element.tag == _TABLE:
        place = _Place(place.container, place.row, count.next())
    for child in element:
        yield from _walk(child, place, count)


def _own_elements(paragraph: Element, *, nested: bool = False) -> Iterator[Element]:
    """The descendants outside nested paragraphs; only the nested ones where ``nested``."""
    for child in paragraph:
        if child.tag == PARAGRAPH:
            if nested:
                yield child
        elif child.tag != MC_FALLBACK:
            if not nested:
                yield child
            yield from _own_elements(child, nested=nested)


def _text_of(element: Element) -> str:
    if element.tag in _TEXT:
        return element.text or ""
    return " " if element.tag in _SPACES else ""
