"""Bilan d’un forum."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tools.word_templates.blocks import Row, facts_table, paragraph, table, tag
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width

_FACTS = (
    ("Date", "{{ forum.date|capitale }}", "forum.date"),
    ("Horaires", "{{ forum.horaires|capitale }}", "forum.horaires"),
    ("Lieu", "{{ forum.lieu }}", "forum.lieu"),
    ("Jauge", "{{ forum.jauge }} personnes à la fois", ""),
)
_HEADLINE = (
    ("Personnes venues", "{{ chiffres.personnes }}"),
    ("Entrées avec badge", "{{ chiffres.badges }}"),
    ("Accompagnants", "{{ chiffres.accompagnants }}"),
    ("Comptées à la main", "{{ chiffres.a_la_main }}"),
    ("Inscrits à l’avance, et venus", "{{ chiffres.inscrits_venus }} sur {{ chiffres.inscrits }}"),
    (
        "Présents au plus",
        "{{ chiffres.presents_max }}{% if chiffres.heure_max %}, vers {{ chiffres.heure_max }}"
        "{% endif %}",
    ),
)
_NUMBER, _LABEL = 1.9, 6.6


def build() -> Document:
    document = new_document("Modèle de bilan du forum")
    running_header(document, LETTERHEAD, "{{ forum.titre }}", "{{ forum.date }}")
    running_footer(document, "Bilan du forum · établi le {{ document.date }}")
    paragraph(document, "Territoire Zéro Non-Recours", "Surtitre")
    paragraph(document, "Bilan du forum", "Title")
    paragraph(document, "{{ forum.titre }}", "Subtitle")
    facts_table(document, text_width(document), _FACTS)
    _headline(document)
    _charts(document)
    paragraph(document, "Qui est venu, et pour quoi", "Heading 1")
    _tables(document, "tableaux")
    _survey(document)
    paragraph(document, "Lecture", "Heading 1")
    paragraph(document, "{{ secret }}", "Précision")
    return document


def _headline(document: Document) -> None:
    paragraph(document, "L’essentiel", "Heading 1")
    rows = [Row([[("Libelle", label)], value]) for label, value in _HEADLINE]
    table(document, [6.4, text_width(document) - 6.4], rows, "Les chiffres d’ensemble")


def _charts(document: Document) -> None:
    for name, title in (
        ("presents", "Présents au fil de la journée"),
        ("arrivees", "Arrivées par heure"),
    ):
        tag(document, f"if graphiques.{name}")
        paragraph(document, title, "Heading 2")
        paragraph(document, f"{{{{ graphiques.{name} }}}}")
        tag(document, "endif")


def _tables(document: Document, name: str) -> None:
    """One table after the other; the bars are images as long as their figure is great."""
    tag(document, f"for t in {name}")
    paragraph(document, "{{ t.titre }}", "Heading 2")
    width = text_width(document)
    rows = [
        Row(["Intitulé", "{{ t.unite|capitale }}", "Comparaison"], "header"),
        Row(["for ligne in t.lignes"], "tag"),
        Row(["{{ ligne.nom }}", "{{ ligne.nombre }}", "{{ ligne.barre }}"]),
        Row(["endfor"], "tag"),
        Row(["if t.total"], "tag"),
        Row([[("Groupe", "Total")], [("Groupe", "{{ t.total }}")], ""]),
        Row(["endif"], "tag"),
    ]
    made = table(
        document, [_LABEL, _NUMBER, width - _LABEL - _NUMBER], rows, "Effectifs et leurs barres"
    )
    for row in (made.rows[2], made.rows[5]):
        row.cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    tag(document, "if t.note")
    paragraph(document, "{{ t.note }}", "Précision")
    tag(document, "endif", "endfor")


def _survey(document: Document) -> None:
    tag(document, "if questionnaire.reponses")
    paragraph(document, "Le questionnaire de sortie", "Heading 1")
    paragraph(
        document,
        "Réponses : {{ questionnaire.reponses }}."
        "{% if questionnaire.moyenne %} Satisfaction moyenne : {{ questionnaire.moyenne }} sur 5."
        "{% endif %}",
    )
    _tables(document, "questionnaire.tableaux")
    tag(document, "endif")
