"""Feuille d’émargement: landscape, so that signatures have room."""

from docx.document import Document

from tools.word_templates.blocks import Row, paragraph, table
from tools.word_templates.opening import open_with
from tools.word_templates.sheet import new_document, text_width

_WIDTHS = (1.1, 5.6, 5.2, 4.6, 3.4)
_HEIGHT = 1.15


def build() -> Document:
    document = new_document("Modèle de feuille d’émargement", landscape=True)
    open_with(document, "Feuille d’émargement", "{{ document.titre }}")
    paragraph(
        document,
        "{{ reunion.date|capitale }}, {{ reunion.horaires }}"
        "{% if reunion.lieu %} – {{ reunion.lieu }}{% endif %}",
        "Mention validé",
    )
    blank = ["{{ ligne.numero }}", "", "", "", "", ""]
    rows = [
        Row(["N°", "Nom et prénom", "Fonction", "Organisme", "Mode", "Signature"], "header"),
        Row(["for p in participants"], "tag"),
        Row(
            [
                "{{ p.numero }}",
                "{{ p.nom }}",
                "{{ p.fonction }}",
                "{{ p.organisme }}",
                "{{ p.mode }}",
                "",
            ],
            height=_HEIGHT,
        ),
        Row(["endfor"], "tag"),
        Row(["for ligne in lignes_vides"], "tag"),
        Row(blank, height=_HEIGHT),
        Row(["endfor"], "tag"),
    ]
    widths = [*_WIDTHS, text_width(document) - sum(_WIDTHS)]
    table(document, widths, rows, "Émargement des participants", ruled=True)
    return document
