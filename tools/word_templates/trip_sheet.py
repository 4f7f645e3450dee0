"""Feuille de route de CUA Mobile: lying, since it is filled in by hand on the way."""

from docx.document import Document

from tools.word_templates.blocks import Row, facts_table, paragraph, table, tag
from tools.word_templates.sheet import new_document, text_width
from tools.word_templates.trip import DEPARTURE, VEHICLE, WHERE, open_trip

_FACTS = (
    ("Organisme", "{{ sortie.organisme }}", ""),
    ("Départ", DEPARTURE, ""),
    ("Retour", "{{ sortie.retour|capitale }}", ""),
    ("Véhicule", VEHICLE, ""),
    ("À savoir", "{{ vehicule.consigne }}", "vehicule.consigne"),
    ("Conducteur", "{{ conducteur.nom }}", "conducteur.nom"),
    ("Objet", "{{ sortie.objet }}", "sortie.objet"),
    ("Droits travaillés", "{{ sortie.droits }}", "sortie.droits"),
    ("Publics", "{{ sortie.publics }}", "sortie.publics"),
    ("Matériel", "{{ sortie.materiel }}", "sortie.materiel"),
)
_MEASURES = (
    "Kilométrage",
    "Énergie (carburant ou charge, en\u00a0%)",
    "Heure",
    "Remis par, reçu par",
)
_BY_HAND = 0.7


def build() -> Document:
    document = new_document("Modèle de feuille de route", landscape=True)
    open_trip(document)
    width = text_width(document)
    facts_table(document, width, _FACTS, "Renseignements sur la sortie")
    tag(document, "if contacts")
    paragraph(document, "Qui appeler", "Heading 1")
    rows = [
        Row(["for c in contacts"], "tag"),
        Row([[("Libelle", "{{ c.qui }}")], "{{ c.nom }}", "{{ c.telephone }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [6.0, width - 12.0, 6.0], rows, "Qui appeler")
    tag(document, "endif")
    paragraph(document, "Étapes", "Heading 1")
    _stops(document, width)
    overleaf = paragraph(document, "Personnes rencontrées", "Heading 1")
    overleaf.paragraph_format.page_break_before = True
    _people_met(document, width)
    paragraph(document, "Départ et retour du véhicule", "Heading 1")
    _state(document, width)
    paragraph(document, "Incidents, besoins rencontrés, idées", "Heading 1")
    rows = [Row(["Étape", "À retenir"], "header"), *[Row(["", ""], height=_BY_HAND)] * 2]
    table(document, [4.0, width - 4.0], rows, "Remarques", ruled=True)
    return document


def _stops(document: Document, width: float) -> None:
    rows = [
        Row(["N°", "Prévu", "Lieu", "Accueil", "Arrivée", "Départ", "Faite ?"], "header"),
        Row(["for e in etapes"], "tag"),
        Row(
            [
                "{{ e.numero }}",
                "{% if e.jour %}{{ e.jour|capitale }}, {% endif %}{{ e.horaires }}",
                WHERE,
                "{{ e.ouverte }}",
                "",
                "",
                "☐ oui ☐ non",
            ],
            height=_BY_HAND,
        ),
        Row(["endfor"], "tag"),
    ]
    widths = [1.2, 4.6, width - 17.6, 3.2, 2.6, 2.6, 3.4]
    table(document, widths, rows, "Étapes, à compléter en route", ruled=True)


def _people_met(document: Document, width: float) -> None:
    """One line a public, one number by stop in the hand of who counts."""
    rows = [
        Row(["Public", "Par étape (1, 2, 3…)", "Total"], "header"),
        Row(["for p in publics_a_compter"], "tag"),
        Row(["{{ p.nom }}", "", ""], height=_BY_HAND),
        Row(["endfor"], "tag"),
        Row(["Orientations faites", "", ""], height=_BY_HAND),
    ]
    table(document, [8.6, width - 12.2, 3.6], rows, "Personnes rencontrées", ruled=True)


def _state(document: Document, width: float) -> None:
    rows = [Row(["", "Au départ", "Au retour"], "header")]
    rows += [Row([[("Libelle", label)], "", ""], height=_BY_HAND) for label in _MEASURES]
    rows += [
        Row(["for c in controles"], "tag"),
        Row(["{{ c.nom }}", "{{ c.case }}", "{{ c.case }}"]),
        Row(["endfor"], "tag"),
    ]
    rest = (width - 7.4) / 2
    table(document, [7.4, rest, rest], rows, "Départ et retour", ruled=True)
