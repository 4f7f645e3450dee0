"""Diagnostic 360° des droits, à remplir à la main ou déjà rempli."""

from docx.document import Document

from tools.word_templates.blocks import Row, facts_table, paragraph, table
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width

_BLANK = "{%% if not %s %%}……………………………{%% endif %%}"


def _or_dots(name: str) -> str:
    return f"{{{{ {name} }}}}" + _BLANK % name


_FACTS = (
    ("Dossier", _or_dots("dossier"), ""),
    ("Fait le", _or_dots("fait.le"), ""),
    ("Par", _or_dots("fait.par"), ""),
    ("Public", _or_dots("personne.public"), ""),
    ("Lieu de vie", _or_dots("personne.lieu"), ""),
    ("Tranche d’âge", _or_dots("personne.age"), ""),
)
_NARROW = 2.05


def build() -> Document:
    document = new_document("Modèle de diagnostic 360° des droits")
    running_header(document, LETTERHEAD, "Diagnostic 360° des droits", "{{ dossier }}")
    running_footer(document, "Diagnostic 360° des droits")
    paragraph(document, "Territoire Zéro Non-Recours", "Surtitre")
    paragraph(document, "Diagnostic 360° des droits", "Title")
    paragraph(document, "{{ mention }}", "Précision")
    width = text_width(document)
    facts_table(document, width, _FACTS)
    rows = [
        Row(["Droit", "L’a déjà", "À vérifier", "Pas concerné", "N’en veut pas"], "header"),
        Row(["for theme in themes"], "tag"),
        Row(["{{ theme.nom }}"], "band"),
        Row(["for d in theme.droits"], "tag"),
        Row(
            [
                [("Libelle", "{{ d.nom }}"), ("Cellule", "{{ d.question }}")],
                "{{ d.a }}",
                "{{ d.a_verifier }}",
                "{{ d.pas_concerne }}",
                "{{ d.n_en_veut_pas }}",
            ]
        ),
        Row(["endfor"], "tag"),
        Row(["endfor"], "tag"),
    ]
    paragraph(document, "Les droits, un par un", "Heading 1")
    table(document, [width - 4 * _NARROW, *[_NARROW] * 4], rows, "Droits passés en revue")
    paragraph(document, "Suites", "Heading 1")
    lines = [Row(["Organisme", "Droits", "Rappel, rendez-vous"], "header")]
    lines += [Row(["", "", ""], height=1.0)] * 4
    table(document, [width / 3] * 3, lines, "Orientations à faire", ruled=True)
    return document
