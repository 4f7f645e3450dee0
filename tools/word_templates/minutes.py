"""Compte-rendu of a comité technique or of the COPIL."""

from collections.abc import Sequence

from docx.document import Document

from tools.word_templates.blocks import LATE, Row, paragraph, table, tag
from tools.word_templates.opening import meeting_facts, open_with
from tools.word_templates.sheet import new_document, text_width
from tools.word_templates.watermark import add_draft_watermark

_GROUPS = (
    ("presents", "Présents"),
    ("a_distance", "À distance"),
    ("representes", "Représentés"),
    ("excuses", "Excusés"),
    ("absents", "Absents"),
)


def build() -> Document:
    document = new_document("Modèle de compte-rendu")
    footer = "Compte-rendu · {{ compte_rendu.statut }}, version {{ compte_rendu.version }}"
    for number, header in enumerate(open_with(document, "Compte-rendu", footer), start=1):
        add_draft_watermark(header, number)
    _status(document)
    meeting_facts(document)
    _participants(document)
    _carried_over(document)
    _topics(document)
    _decisions(document)
    _actions(document)
    _next_meeting(document)
    return document


def _status(document: Document) -> None:
    tag(document, "if compte_rendu.est_projet")
    paragraph(document, "{{ compte_rendu.mention }}", "Mention projet")
    tag(document, "else")
    paragraph(document, "{{ compte_rendu.mention }}", "Mention validé")
    tag(document, "endif")


def _participants(document: Document) -> None:
    paragraph(document, "Participants", "Heading 1")
    tag(document, "if " + " or ".join(name for name, _ in _GROUPS))
    rows = [Row(["Nom", "Fonction", "Organisme"], "header")]
    for name, label in _GROUPS:
        rows += [
            Row([f"if {name}"], "tag"),
            Row([f"{label} ({{{{ {name}|compter }}}})"], "band"),
            Row([f"for p in {name}"], "tag"),
            Row(_person(name)),
            Row(["endfor"], "tag"),
            Row(["endif"], "tag"),
        ]
    width = text_width(document)
    table(document, [5.4, width - 10.4, 5.0], rows, "Participants à la réunion")
    tag(document, "else")
    paragraph(document, "Les présences n’ont pas été relevées.")
    tag(document, "endif")


def _person(name: str) -> list[str | Sequence[tuple[str, str]]]:
    shown = [("Cellule", "{{ p.nom }}")]
    if name == "representes":
        shown += [
            ("Balise", "{%p if p.represente_par %}"),
            ("Precision", "par {{ p.represente_par }}"),
            ("Balise", "{%p endif %}"),
        ]
    return [shown, "{{ p.fonction }}", "{{ p.organisme }}"]


def _carried_over(document: Document) -> None:
    tag(document, "if actions_reportees")
    paragraph(document, "Suivi des actions précédentes", "Heading 1")
    rows = [
        Row(["Action", "Responsable", "Échéance", "État"], "header"),
        Row(["for a in actions_reportees"], "tag"),
        Row(
            [
                [
                    ("Cellule", "{{ a.texte }}"),
                    ("Balise", "{%p if a.origine %}"),
                    ("Precision", "Décidée le {{ a.origine }}"),
                    ("Balise", "{%p endif %}"),
                ],
                "{{ a.responsable }}",
                LATE,
                "{{ a.etat }}",
            ]
        ),
        Row(["endfor"], "tag"),
    ]
    table(document, [text_width(document) - 9, 4, 2.8, 2.2], rows, "Suivi des actions précédentes")
    tag(document, "endif")


def _topics(document: Document) -> None:
    tag(document, "if points")
    paragraph(document, "Points abordés", "Heading 1")
    tag(document, "for point in points")
    paragraph(document, "{{ point.numero }}. {{ point.titre }}", "Heading 2")
    tag(document, "if point.rapporteur")
    paragraph(document, "Présenté par {{ point.rapporteur }}", "Précision")
    tag(document, "endif", "for alinea in point.paragraphes", "if alinea.puce")
    paragraph(document, "{{ alinea.texte }}", "List Bullet")
    tag(document, "else")
    paragraph(document, "{{ alinea.texte }}")
    tag(document, "endif", "endfor", "endfor", "endif")


def _decisions(document: Document) -> None:
    paragraph(document, "Décisions", "Heading 1")
    tag(document, "if decisions")
    rows = [
        Row(["N°", "Décision", "Responsable", "Date"], "header"),
        Row(["for d in decisions"], "tag"),
        Row(["{{ d.numero }}", "{{ d.texte }}", "{{ d.responsable }}", "{{ d.date }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [1.1, text_width(document) - 7.9, 4.3, 2.5], rows, "Décisions prises")
    tag(document, "else")
    paragraph(document, "Aucune décision n’a été prise.")
    tag(document, "endif")


def _actions(document: Document) -> None:
    paragraph(document, "Actions à mener", "Heading 1")
    tag(document, "if actions")
    rows = [
        Row(["N°", "Quoi", "Qui", "Pour quand", "État"], "header"),
        Row(["for a in actions"], "tag"),
        Row(
            [
                "{{ a.numero }}",
                "{{ a.texte }}",
                "{{ a.responsable }}",
                "{{ a.echeance }}",
                "{{ a.etat }}",
            ]
        ),
        Row(["endfor"], "tag"),
    ]
    table(document, [1.1, text_width(document) - 10, 4.3, 2.5, 2.1], rows, "Actions à mener")
    tag(document, "else")
    paragraph(document, "Aucune action nouvelle.")
    tag(document, "endif")


def _next_meeting(document: Document) -> None:
    tag(document, "if prochaine_reunion.date")
    paragraph(document, "Prochaine réunion", "Heading 1")
    paragraph(
        document,
        "Le {{ prochaine_reunion.date }}, {{ prochaine_reunion.horaires }}"
        "{% if prochaine_reunion.lieu %} – {{ prochaine_reunion.lieu }}{% endif %}.",
    )
    tag(document, "endif")
