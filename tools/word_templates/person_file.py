"""Les données d’une personne, remises à qui les demande."""

from docx.document import Document

from tools.word_templates.blocks import Row, paragraph, table, tag
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width


def build() -> Document:
    document = new_document("Modèle de relevé des données d’une personne")
    running_header(document, LETTERHEAD, "{{ document.titre }}", "{{ dossier }}")
    running_footer(document, "Établi le {{ document.date }}")
    paragraph(document, "Dossier {{ dossier }}", "Surtitre")
    paragraph(document, "{{ document.titre }}", "Title")
    paragraph(
        document,
        "Voici tout ce que le réseau sait de vous. Vous pouvez le faire corriger ou effacer : "
        "dites-le à la personne qui vous aide.",
    )
    width = text_width(document)
    tag(document, "for p in parties")
    paragraph(document, "{{ p.titre }}", "Heading 1")
    tag(document, "if not p.elements")
    paragraph(document, "Rien.")
    tag(document, "endif", "for e in p.elements")
    rows = [
        Row(["for l in e.lignes"], "tag"),
        Row([[("Libelle", "{{ l.nom }}")], "{{ l.valeur }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [5.2, width - 5.2], rows, "Ce que nous savons")
    paragraph(document, "")
    tag(document, "endfor", "endfor")
    return document
