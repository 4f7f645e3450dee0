"""Ordre du jour."""

from docx.document import Document

from tools.word_templates.blocks import Row, open_actions, paragraph, table, tag
from tools.word_templates.opening import meeting_facts, open_with
from tools.word_templates.sheet import new_document, text_width


def build() -> Document:
    document = new_document("Modèle d’ordre du jour")
    open_with(document, "Ordre du jour", "Ordre du jour · établi le {{ document.date }}")
    meeting_facts(document, skip=("Secrétariat",))
    _points(document)
    open_actions(document, text_width(document), "actions_ouvertes", "Actions en cours à examiner")
    _notice(document)
    return document


def _points(document: Document) -> None:
    paragraph(document, "Points à l’ordre du jour", "Heading 1")
    tag(document, "if points")
    rows = [
        Row(["Heure", "Point", "Présenté par", "Durée"], "header"),
        Row(["for point in points"], "tag"),
        Row(
            [
                "{{ point.heure }}",
                [
                    ("Groupe", "{{ point.numero }}. {{ point.titre }}"),
                    ("Balise", "{%p for alinea in point.paragraphes %}"),
                    ("Balise", "{%p if alinea.puce %}"),
                    ("ListBullet", "{{ alinea.texte }}"),
                    ("Balise", "{%p else %}"),
                    ("Cellule", "{{ alinea.texte }}"),
                    ("Balise", "{%p endif %}"),
                    ("Balise", "{%p endfor %}"),
                    ("Balise", "{%p if point.decision_attendue %}"),
                    ("Cellule", "Décision attendue : {{ point.decision_attendue }}"),
                    ("Balise", "{%p endif %}"),
                    ("Balise", "{%p for piece in point.pieces %}"),
                    ("Precision", "Pièce jointe : {{ piece.nom }}"),
                    ("Balise", "{%p endfor %}"),
                ],
                "{{ point.rapporteur }}",
                "{{ point.duree }}",
            ]
        ),
        Row(["endfor"], "tag"),
    ]
    table(document, [1.9, text_width(document) - 8.2, 4.3, 2], rows, "Points à l’ordre du jour")
    tag(document, "else")
    paragraph(document, "L’ordre du jour n’est pas encore fixé.")
    tag(document, "endif")


def _notice(document: Document) -> None:
    tag(document, "if reunion.consignes")
    paragraph(document, "Informations pratiques", "Heading 1")
    tag(document, "for alinea in reunion.consignes", "if alinea.puce")
    paragraph(document, "{{ alinea.texte }}", "List Bullet")
    tag(document, "else")
    paragraph(document, "{{ alinea.texte }}")
    tag(document, "endif", "endfor", "endif")
