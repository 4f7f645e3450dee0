"""Pieces of a template: paragraphs, tags alone in their paragraph, tables, fields."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docx.styles.style import BaseStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from tools.word_templates.styles import PETROL, TINT


@dataclass(frozen=True)
class Row:
    """``cells`` holds the paragraphs of each cell; ``kind`` is « body », « header », « tag » or
    « band »; the last two span the table's width. ``height`` is in centimetres, at least."""

    cells: Sequence[str | Sequence[tuple[str, str]]]
    kind: str = "body"
    height: float | None = None


LATE = (
    ("Cellule", "{{ a.echeance }}"),
    ("Balise", "{%p if a.en_retard %}"),
    ("Retard", "en retard"),
    ("Balise", "{%p endif %}"),
)
"""A cell with the due date of an action « a »."""


def paragraph(document: Document, text: str, style: str = "Normal") -> Paragraph:
    added = document.add_paragraph(style=document.styles[style])
    line(added, text)
    return added


def tag(document: Document, *statements: str) -> None:
    """Each statement alone in a paragraph that goes away: ``tag(d, "if decisions")``."""
    for statement in statements:
        paragraph(document, f"{{%p {statement} %}}", "Balise")


def line(target: Paragraph, text: str, *, bold: bool = False) -> None:
    run = target.add_run(text)
    if bold:
        run.bold = True


def field(target: Paragraph, instruction: str) -> None:
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), f" {instruction} ")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    simple.append(run)
    target._p.append(simple)


def facts_table(
    document: Document,
    width: float,
    facts: Iterable[tuple[str, str, str]],
    title: str = "Renseignements sur la réunion",
) -> Table:
    """Label, value, and the condition for the line to show (empty: always)."""
    rows: list[Row] = []
    for label, value, condition in facts:
        shown = Row([[("Libelle", label)], value])
        if condition:
            rows += [Row([f"if {condition}"], "tag"), shown, Row(["endif"], "tag")]
        else:
            rows.append(shown)
    return table(document, [3.6, width - 3.6], rows, title)


def table(
    document: Document,
    widths: Sequence[float],
    rows: Sequence[Row],
    title: str,
    *,
    ruled: bool = False,
) -> Table:
    """``widths`` in centimetres; ``title`` is read out by screen readers; ``ruled`` draws the
    lines between columns, for what is filled in by hand."""
    made = document.add_table(rows=0, cols=len(widths))
    made.style = document.styles["Tableau quadrillé" if ruled else "Tableau sobre"]
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for row in rows:
        _fill_row(document, made, made.add_row(), row, widths)
    _describe(made, title, has_header=any(row.kind == "header" for row in rows))
    return made


def open_actions(document: Document, width: float, name: str, title: str) -> None:
    """The actions under way that the values hold as ``name``, or nothing."""
    tag(document, f"if {name}")
    paragraph(document, title, "Heading 1")
    rows = [
        Row(["Action", "Responsable", "Échéance"], "header"),
        Row([f"for a in {name}"], "tag"),
        Row(["{{ a.texte }}", "{{ a.responsable }}", LATE]),
        Row(["endfor"], "tag"),
    ]
    table(document, [width - 8.3, 4.8, 3.5], rows, "Actions en cours")
    tag(document, "endif")


def numbers_right(made: Table, *rows: int) -> None:
    """The cells of these rows, but for the first column, against the right edge."""
    for row in rows:
        for cell in made.rows[row].cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _fill_row(
    document: Document, made: Table, added: _Row, row: Row, widths: Sequence[float]
) -> None:
    for cell, width in zip(added.cells, widths, strict=True):
        cell.width = Cm(width)
    properties = added._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if row.height:
        height = OxmlElement("w:trHeight")
        height.set(qn("w:val"), str(round(row.height * 567)))
        height.set(qn("w:hRule"), "atLeast")
        properties.append(height)
    if row.kind == "header":
        properties.append(OxmlElement("w:tblHeader"))
    if row.kind in ("tag", "band"):
        merged = added.cells[0].merge(added.cells[-1])
        text = f"{{%tr {row.cells[0]} %}}" if row.kind == "tag" else row.cells[0]
        style = "Balise" if row.kind == "tag" else "Groupe"
        _fill_cell(document, merged, [(style, str(text))])
        if row.kind == "band":
            _shade(merged, TINT)
        return
    style = "En-tête de tableau" if row.kind == "header" else "Cellule"
    for cell, content in zip(added.cells, row.cells, strict=True):
        if row.height:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _fill_cell(document, cell, [(style, content)] if isinstance(content, str) else content)
        if row.kind == "header":
            _shade(cell, PETROL)


def _fill_cell(document: Document, cell: _Cell, paragraphs: Sequence[tuple[str, str]]) -> None:
    for rank, (style, text) in enumerate(paragraphs):
        target = cell.paragraphs[0] if rank == 0 else cell.add_paragraph()
        target.style = _style(document, style)
        line(target, text)


def _style(document: Document, name: str) -> BaseStyle:
    """By its identifier or by its name."""
    by_id = {style.style_id: style for style in document.styles}
    return by_id.get(name) or document.styles[name]


def _shade(cell: _Cell, fill: str) -> None:
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')
    )


def _describe(made: Table, title: str, *, has_header: bool) -> None:
    properties = made._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    # The number says the same as the letters, for what reads only one of them.
    first, column, number = ("1", "0", "0620") if has_header else ("0", "1", "0680")
    for xml in (
        f'<w:tblLook {nsdecls("w")} w:val="{number}" w:firstRow="{first}" w:lastRow="0" '
        f'w:firstColumn="{column}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>',
        f'<w:tblCaption {nsdecls("w")} w:val="{title}"/>',
    ):
        properties.append(parse_xml(xml))
