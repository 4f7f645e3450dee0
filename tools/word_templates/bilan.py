"""Bilan des orientations: wide, since each line has nine figures."""

from docx.document import Document

from tools.word_templates.blocks import Row, numbers_right, paragraph, table, tag
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width

# « E » stands for where the template keeps the figures of all.
_HEADLINE = (
    ("Personnes rencontrées", "{{ E.rencontrees }}"),
    ("Personnes orientées", "{{ E.orientees }}"),
    ("Orientations", "{{ E.orientations }}, dont {{ E.acceptees }} acceptées"),
    ("Droits ouverts", "{{ E.ouverts }}, dont {{ E.maintenus }} maintenus ou renouvelés"),
    ("Montants", "{{ E.par_mois }} par mois, {{ E.par_an }} par an"),
    (
        "Délai jusqu’à l’ouverture",
        "{{ E.delai_median }} pour la moitié, {{ E.delai_long }} pour neuf sur dix",
    ),
)
_FIGURES = (
    ("Personnes rencontrées", "rencontrees", 2.3),
    ("Personnes orientées", "orientees", 2.2),
    ("Orienta­tions", "orientations", 2.1),
    ("Accep­tées", "acceptees", 1.9),
    ("Droits ouverts", "ouverts", 1.9),
    ("Par mois", "par_mois", 2.4),
    ("Par an", "par_an", 2.6),
    ("Délai médian", "delai_median", 1.8),
    ("Délai, 90\u00a0%", "delai_long", 1.8),
)


def build() -> Document:
    document = new_document("Modèle de bilan des orientations", landscape=True)
    running_header(document, LETTERHEAD, "Bilan des orientations", "{{ etat }}")
    running_footer(document, "Bilan des orientations · établi le {{ document.date }}")
    paragraph(document, "Territoire Zéro Non-Recours", "Surtitre")
    paragraph(document, "Bilan des orientations", "Title")
    paragraph(document, "{{ etat }}", "Subtitle")
    paragraph(document, "L’essentiel", "Heading 1")
    headline_table(document, "ensemble")
    _charts(document)
    paragraph(document, "Dans le détail", "Heading 1")
    tag(document, "for t in tableaux")
    paragraph(document, "{{ t.titre }}", "Heading 2")
    tag(document, "if t.avec_rencontrees")
    _lines(document, _FIGURES)
    tag(document, "endif", "if not t.avec_rencontrees")
    _lines(document, _FIGURES[1:])
    tag(document, "endif", "if t.note")
    paragraph(document, "{{ t.note }}", "Précision")
    tag(document, "endif", "endfor")
    paragraph(document, "Lecture", "Heading 1")
    paragraph(document, "{{ secret }}", "Précision")
    paragraph(document, "{{ lecture }}", "Précision")
    return document


def headline_table(document: Document, where: str) -> None:
    """The figures of all, a line each; ``where`` is their place among the values."""
    rows = [
        Row([[("Libelle", label)], value.replace("{{ E.", f"{{{{ {where}.")])
        for label, value in _HEADLINE
    ]
    table(document, [6.4, text_width(document) - 6.4], rows, "Les chiffres d’ensemble")


def _charts(document: Document) -> None:
    """Side by side, so that the first page says it all."""
    tag(document, "if graphiques.orientations")
    paragraph(document, "Au fil des mois", "Heading 2")
    half = text_width(document) / 2
    cells = [
        [("Libelle", title), ("Cellule", f"{{{{ graphiques.{name} }}}}")]
        for title, name in (("Orientations", "orientations"), ("Droits ouverts", "ouvertures"))
    ]
    table(document, [half, half], [Row(cells)], "Orientations et droits ouverts, mois par mois")
    tag(document, "endif")


def _lines(document: Document, figures: tuple[tuple[str, str, float], ...]) -> None:
    widths = [width for _, _, width in figures]
    rows = [
        Row(["Intitulé", *(heading for heading, _, _ in figures)], "header"),
        Row(["for l in t.lignes"], "tag"),
        Row(["{{ l.nom }}", *(f"{{{{ l.{name} }}}}" for _, name, _ in figures)]),
        Row(["endfor"], "tag"),
    ]
    made = table(document, [text_width(document) - sum(widths), *widths], rows, "Chiffres du bilan")
    numbers_right(made, 0, 2)
