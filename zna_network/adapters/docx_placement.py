"""Whether each tag sits where docxtpl can read it: alone where it takes its paragraph or its row
away, and in the same cell or table as the tag that closes it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from zna_network.adapters.docx_paragraphs import Paragraph
from zna_network.adapters.docx_tags import Scan, Tag, TagKind

_SINGLE_BRACES = re.compile(r"\{\s*(?P<name>\w+(?:\.\w+)+)\s*\}")


def ends_apart(opening: tuple[Paragraph, Tag], closing: tuple[Paragraph, Tag]) -> Iterator[str]:
    """docxtpl removes what a scope names: both ends must take the same thing away."""
    (first, opener), (last, tag) = opening, closing
    opened, closed = opener.source, tag.source
    if opener.scope != tag.scope:
        yield f"« {closed} » doit s’écrire comme « {opened} » : même lettre après l’accolade."
    elif tag.scope == "tr" and first.table != last.table:
        yield f"« {closed} » n’est pas dans le même tableau que « {opened} »."
    elif tag.scope != "tr" and first.container != last.container:
        yield (
            f"« {closed} » n’est pas dans la même cellule ou zone que « {opened} » : pour répéter "
            "des lignes de tableau, écrivez {%tr … %} dans deux lignes à part."
        )


def single_braces(text: str, names: Mapping[str, Any]) -> Iterator[str]:
    """« { reunion.date } »: meant as a tag, though it would be printed as it is."""
    for found in _SINGLE_BRACES.finditer(text):
        if found["name"].partition(".")[0] in names:
            yield found.group()


def placement_problems(
    paragraph: Paragraph, found: Scan, crowded: Mapping[int, bool]
) -> Iterator[str]:
    scopes = [tag.scope for tag in found.tags if tag.kind is not TagKind.PRINT]
    if "p" in scopes and (len(found.tags) > 1 or found.rest.strip()):
        yield ("Une balise {%p … %} doit être seule dans son paragraphe : le reste serait effacé.")
    if "p" in scopes and paragraph.has_text_box:
        yield "Une balise {%p … %} ne peut pas être dans un paragraphe qui porte une zone de texte."
    if "tr" in scopes and not paragraph.row:
        yield "Une balise {%tr … %} doit être dans une ligne de tableau."
    elif "tr" in scopes and crowded.get(paragraph.row):
        yield (
            "Une balise {%tr … %} doit être seule dans sa ligne de tableau : "
            "le reste de la ligne serait effacé."
        )


def crowded_rows(scans: list[tuple[Paragraph, Scan]]) -> dict[int, bool]:
    """The rows that hold something beside a single tag."""
    pieces: dict[int, int] = defaultdict(int)
    for paragraph, found in scans:
        pieces[paragraph.row] += len(found.tags) + bool(found.rest.strip())
    return {row: count > 1 for row, count in pieces.items() if row}
