"""Fiche de suivi de situation individuelle: one page a situation, blank ones included."""

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.shared import Pt

from tools.word_templates.blocks import Row, paragraph, table, tag
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width

_FACTS = (
    ("Dossier", "{{ f.dossier }}"),
    ("Orientation", "{{ f.orientation }}"),
    ("Tranche d’âge", "{{ f.age }}"),
    ("Public", "{{ f.public }}"),
    ("Lieu de vie", "{{ f.lieu }}"),
    ("Droits concernés", "{{ f.droits }}"),
    ("Cause du non-recours", "{{ f.cause }}"),
    ("Oriente", "{{ f.oriente }}"),
    ("Organisme destinataire", "{{ f.destinataire }}"),
    ("Où on en est", "{{ f.etat }}"),
)
# What is written by hand: its height in centimetres when nothing has been typed.
_WRITTEN = (
    ("Point de blocage", "blocage", 3.2),
    ("Proposition au comité", "proposition", 3.2),
    ("Décision du comité", "decision", 3.6),
)


def build() -> Document:
    document = new_document("Modèle de fiche de situation individuelle")
    running_header(document, LETTERHEAD, "{{ instance.nom }}", "{{ reunion.date }}")
    running_footer(document, "{{ mention }}")
    tag(document, "for f in fiches")
    # Each sheet begins a page; on the first one Word has nothing to break.
    paragraph(document, "{{ instance.nom }}", "Surtitre").paragraph_format.page_break_before = True
    paragraph(document, "Fiche de suivi de situation individuelle", "Title")
    paragraph(document, "{{ reunion.titre }} – {{ reunion.date }}", "Subtitle")
    width = text_width(document)
    facts = [Row([[("Libelle", label)], value], height=0.75) for label, value in _FACTS]
    table(document, [5.0, width - 5.0], facts, "La situation")
    for label, key, height in _WRITTEN:
        paragraph(document, label, "Heading 2")
        box = [Row([f"{{{{ f.{key} }}}}"], height=height)]
        made = table(document, [width], box, label, ruled=True)
        made.cell(0, 0).vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    last = paragraph(
        document,
        "Décidé le : {{ f.decide_le }}{% if not f.decide_le %}……………………{% endif %}      "
        "Suivi par : …………………………………………",
    )
    last.paragraph_format.space_before = Pt(10)
    tag(document, "endfor")
    return document
