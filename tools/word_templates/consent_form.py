"""Notice et formulaire de consentement, dans la langue de la personne."""

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tools.word_templates.blocks import Row, paragraph, table, tag
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width


def build() -> Document:
    document = new_document("Modèle de formulaire de consentement")
    running_header(document, LETTERHEAD, "{{ avis.titre }}", "{{ dossier }}")
    running_footer(document, "{{ avis.version }}")
    tag(document, "if avis.droite_a_gauche")
    _body(document, is_rtl=True)
    tag(document, "else")
    _body(document, is_rtl=False)
    tag(document, "endif")
    return document


def _body(document: Document, *, is_rtl: bool) -> None:
    """The same text twice: Word lays Arabic out from the right by the paragraph, not the page."""
    written: list[Paragraph] = []
    tables: list[Table] = []

    def write(text: str, style: str = "Normal") -> None:
        written.append(paragraph(document, text, style))

    write("{{ avis.titre }}", "Title")
    tag(document, "for t in avis.textes")
    write("{{ t.texte }}")
    tag(document, "endfor", "for q in questions")
    write("{{ q.question }}", "Heading 2")
    write("{{ q.precision }}", "Précision")
    write("☐ {{ mots.oui }}          ☐ {{ mots.non }}")
    tag(document, "endfor")
    width = text_width(document)
    labels = ("mots.nom", "mots.date", "mots.signature", "mots.recueilli_par")
    rows = [
        Row([[("Libelle", f"{{{{ {label} }}}}")], ""], height=1.6 if "sign" in label else 0.9)
        for label in labels
    ]
    tables.append(table(document, [4.6, width - 4.6], rows, "À remplir", ruled=True))
    if is_rtl:
        for one in written:
            _turn(one)
        for made in tables:
            made._tbl.tblPr.append(OxmlElement("w:bidiVisual"))
            for cell in (cell for row in made.rows for cell in row.cells):
                for one in cell.paragraphs:
                    _turn(one)


def _turn(target: Paragraph) -> None:
    """From the right: the paragraph, and the runs so that figures and marks fall in place."""
    properties = target._p.get_or_add_pPr()
    properties.insert_element_before(OxmlElement("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:rPr")
    for run in target.runs:
        right = OxmlElement("w:rtl")
        right.set(qn("w:val"), "1")
        run._r.get_or_add_rPr().append(right)
