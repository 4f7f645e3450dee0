"""Dossier de COPIL: what is to be decided first, then the figures, the map and what is in hand."""

from docx.document import Document

from tools.word_templates.bilan import headline_table
from tools.word_templates.blocks import Row, numbers_right, open_actions, paragraph, table, tag
from tools.word_templates.opening import meeting_facts, open_with
from tools.word_templates.sheet import new_document, text_width

_NOTHING = "Aucune décision n’est demandée à cette réunion."


def build() -> Document:
    document = new_document("Modèle de dossier de COPIL")
    open_with(document, "Dossier du COPIL", "Dossier du COPIL · établi le {{ document.date }}")
    meeting_facts(document, skip=("Secrétariat",))
    _awaited(document)
    _agenda(document)
    _figures(document)
    _coverage(document)
    _decided(document)
    open_actions(document, text_width(document), "actions", "Actions en cours")
    return document


def _awaited(document: Document) -> None:
    paragraph(document, "Décisions attendues", "Heading 1")
    tag(document, "if decisions_attendues")
    rows = [
        Row(["Point", "Décision attendue", "Présenté par"], "header"),
        Row(["for d in decisions_attendues"], "tag"),
        Row(["{{ d.numero }}. {{ d.titre }}", "{{ d.decision_attendue }}", "{{ d.rapporteur }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [5.2, text_width(document) - 9.4, 4.2], rows, "Décisions attendues")
    tag(document, "else")
    paragraph(document, _NOTHING)
    tag(document, "endif")


def _agenda(document: Document) -> None:
    paragraph(document, "Ordre du jour", "Heading 1")
    tag(document, "if points")
    rows = [
        Row(["Heure", "Point", "Présenté par", "Durée"], "header"),
        Row(["for p in points"], "tag"),
        Row(
            [
                "{{ p.heure }}",
                "{{ p.numero }}. {{ p.titre }}",
                "{{ p.rapporteur }}",
                "{{ p.duree }}",
            ]
        ),
        Row(["endfor"], "tag"),
    ]
    table(document, [1.9, text_width(document) - 8.2, 4.3, 2], rows, "Ordre du jour")
    tag(document, "else")
    paragraph(document, "L’ordre du jour n’est pas encore fixé.")
    tag(document, "endif")


def _figures(document: Document) -> None:
    paragraph(document, "Les chiffres du bilan", "Heading 1")
    paragraph(document, "{{ bilan.etat }}", "Précision")
    headline_table(document, "bilan.ensemble")
    for title, name in (
        ("Orientations par mois", "orientations"),
        ("Droits ouverts par mois", "ouvertures"),
    ):
        tag(document, f"if bilan.graphiques.{name}")
        paragraph(document, title, "Heading 2")
        paragraph(document, f"{{{{ bilan.graphiques.{name} }}}}")
        tag(document, "endif")
    tag(document, "for t in bilan.tableaux")
    paragraph(document, "{{ t.titre }}", "Heading 2")
    rows = [
        Row(["Intitulé", "Orientations", "Acceptées", "Droits ouverts", "Par mois"], "header"),
        Row(["for l in t.lignes"], "tag"),
        Row(
            [
                "{{ l.nom }}",
                "{{ l.orientations }}",
                "{{ l.acceptees }}",
                "{{ l.ouverts }}",
                "{{ l.par_mois }}",
            ]
        ),
        Row(["endfor"], "tag"),
    ]
    widths = [text_width(document) - 11.4, 2.7, 2.5, 2.8, 3.4]
    numbers_right(table(document, widths, rows, "Chiffres du bilan"), 0, 2)
    tag(document, "if t.note")
    paragraph(document, "{{ t.note }}", "Précision")
    tag(document, "endif", "endfor")
    paragraph(document, "{{ bilan.secret }}", "Précision")
    paragraph(document, "{{ bilan.lecture }}", "Précision")


def _coverage(document: Document) -> None:
    heading = paragraph(document, "La couverture du territoire", "Heading 1")
    heading.paragraph_format.page_break_before = True
    paragraph(document, "{{ couverture.phrase }}")
    paragraph(document, "{{ couverture.carte }}")
    rows = [
        Row(["Communes", "Nombre"], "header"),
        Row(["for e in couverture.etats"], "tag"),
        Row(["{{ e.nom }}", "{{ e.communes }}"]),
        Row(["endfor"], "tag"),
    ]
    numbers_right(table(document, [8, 2.5], rows, "Communes par état"), 0, 2)
    paragraph(document, "{{ couverture.source }}", "Précision")


def _decided(document: Document) -> None:
    tag(document, "if decisions_prises")
    paragraph(document, "Décisions des réunions précédentes", "Heading 1")
    rows = [
        Row(["Date", "Décision", "Responsable"], "header"),
        Row(["for d in decisions_prises"], "tag"),
        Row(["{{ d.date }}", "{{ d.texte }}", "{{ d.responsable }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [2.6, text_width(document) - 7.2, 4.6], rows, "Décisions prises")
    tag(document, "endif")
