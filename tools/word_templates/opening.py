"""What opens the minutes, the agenda and the attendance sheet: letterhead and title."""

from docx.document import Document
from docx.text.paragraph import Paragraph

from tools.word_templates.blocks import facts_table, paragraph
from tools.word_templates.sheet import running_footer, running_header, text_width

LETTERHEAD = (
    "{{ organisateur.nom }}{% if organisateur.service %} · {{ organisateur.service }}{% endif %}"
)
FACTS = (
    ("Date", "{{ reunion.date|capitale }}", ""),
    ("Horaires", "{{ reunion.horaires }}", ""),
    ("Lieu", "{{ reunion.lieu }}", "reunion.lieu"),
    ("Visioconférence", "{{ reunion.visio }}", "reunion.visio"),
    ("Présidence", "{{ reunion.president }}", "reunion.president"),
    ("Animation", "{{ reunion.animateur }}", "reunion.animateur"),
    ("Secrétariat", "{{ reunion.secretaire }}", "reunion.secretaire"),
)


def open_with(document: Document, name: str, footer: str) -> list[Paragraph]:
    """Headers, footers and title; returns the header paragraphs."""
    headers = running_header(document, LETTERHEAD, "{{ instance.nom }}", "{{ reunion.date }}")
    running_footer(document, footer)
    paragraph(document, "{{ instance.nom }}", "Surtitre")
    paragraph(document, name, "Title")
    paragraph(document, "{{ reunion.titre }}", "Subtitle")
    return headers


def meeting_facts(document: Document, skip: tuple[str, ...] = ()) -> None:
    facts = [fact for fact in FACTS if fact[0] not in skip]
    facts_table(document, text_width(document), facts)
