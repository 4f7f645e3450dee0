"""Where the check finds tags: cells, headers, text boxes; and where they may not be."""

import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.factories.docx_files import (
    SAMPLE,
    docx_made_by,
    docx_with,
    docx_with_rows,
    edited,
    entry,
    repacked,
    with_relationship,
)
from tests.unit.adapters.docx_checks import RENDERER, check, only


def test_table_cells_count_in_the_rank() -> None:
    package = docx_with_rows(("a", "b"), ("c", "{{ reunion.dat }}"))

    # the paragraph before the table, then a, b, c
    assert only(package).line == 5


def test_row_tags_must_be_alone_in_their_row_and_in_one_table() -> None:
    crowded = docx_with_rows(("{%tr for p in presents %}", "{{ p.nom }}{%tr endfor %}"))
    assert {problem.line for problem in check(crowded)} == {2, 3}
    assert all("seule dans sa ligne" in problem.message for problem in check(crowded))

    def two_tables(document: Document) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{%tr for p in presents %}"
        document.add_paragraph()
        document.add_table(1, 1).cell(0, 0).text = "{%tr endfor %}"

    assert "n’est pas dans le même tableau" in only(docx_made_by(two_tables)).message


def test_block_may_not_start_in_a_cell_and_end_in_another() -> None:
    package = docx_with_rows(("{% for p in presents %}", "{{ p.nom }}"), ("a", "{% endfor %}"))

    problem = only(package)
    assert "n’est pas dans la même cellule" in problem.message
    assert problem.line == 5


def test_both_ends_of_a_block_take_the_same_thing_away() -> None:
    problem = only(docx_with("{%p if presents %}", "x", "{% endif %}"))

    assert "doit s’écrire comme « {%p if presents %} »" in problem.message


def test_tag_cut_into_runs_is_read_as_one() -> None:
    def cut(document: Document) -> None:
        paragraph = document.add_paragraph("Le {")
        for piece in ("{ reunion", ".da", "t }", "} à 14 h"):
            paragraph.add_run(piece).bold = True

    problem = only(docx_made_by(cut))
    assert problem.excerpt == "{{ reunion.dat }}"
    assert "« reunion.date »" in problem.message


def test_headers_and_footers_are_read_and_named() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("{{ reunion.date }}")
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = "{{ reunion.dat }}"
        section.first_page_footer.paragraphs[0].text = "{% if presents %}"

    messages = {problem.message: problem.line for problem in check(docx_made_by(build))}
    assert messages == {
        "En-tête : « reunion.dat » est inconnu : vouliez-vous dire « reunion.date » ?": 1,
        "Pied de page : « if » n’est pas fermé : il manque « endif ».": 1,
    }


def _text_box(text: str) -> str:
    box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    return (
        f"<w:r {nsdecls('w')} "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent>'
        f'<mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_text_boxes_are_read_once() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("Avant")._p.append(parse_xml(_text_box("{{ reunion.dat }}")))
        document.add_paragraph("{{ c }}")

    problems = check(docx_made_by(build))
    assert [(problem.line, problem.excerpt) for problem in problems] == [
        (2, "{{ reunion.dat }}"),
        (3, "{{ c }}"),
    ]


def test_tag_hidden_in_the_markup_is_refused() -> None:
    package = edited(docx_with("x"), "word/document.xml", "<w:t>", '<w:t xml:lang="{{ c }}">')

    assert "texte de remplacement" in only(package).message


def test_block_that_would_break_the_document_is_found_by_trying() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph("{% if presents %}")
        link = parse_xml(
            f"<w:hyperlink {nsdecls('w')} w:anchor='a'><w:r><w:t>{{% endif %}}</w:t></w:r>"
            "</w:hyperlink>"
        )
        paragraph._p.append(link)

    assert "ne vont pas ensemble" in only(docx_made_by(build)).message


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
DIVIDED = "<w:r><w:t>{</w:t></w:r><w:r><w:t>{ reunion.date }}</w:t></w:r>"


@pytest.mark.parametrize(
    ("part", "kind", "xml", "line", "words"),
    [
        (
            "comments.xml", "comments",
            f"<w:comments {W}><w:comment w:id='0'><w:p><w:r><w:t>Relu</w:t></w:r></w:p>"
            f"<w:p>{DIVIDED}</w:p></w:comment></w:comments>",
            2, "dans un commentaire",
        ),
        (
            "endnotes.xml", "endnotes",
            f"<w:endnotes {W}><w:endnote w:id='1'><w:p>{DIVIDED}</w:p></w:endnote></w:endnotes>",
            1, "dans une note de fin",
        ),
        (
            "diagrams/data1.xml", "diagramData",
            f"<x {A}><a:p><a:r><a:t>{{{{ reunion.date }}}}</a:t></a:r></a:p></x>",
            1, "graphique SmartArt",
        ),
        (
            "glossary/document.xml", "glossaryDocument",
            f"<w:glossaryDocument {W}><w:p>{DIVIDED}</w:p></w:glossaryDocument>",
            1, "QuickPart",
        ),
        (
            "item1.xml", "customXml", "<fiche><jour>{{ reunion.date }}</jour></fiche>",
            None, "contrôle de contenu",
        ),
    ],
)  # fmt: skip
def test_tag_in_a_part_that_is_never_filled_is_refused_with_its_line(
    part: str, kind: str, xml: str, line: int | None, words: str
) -> None:
    folder = "customXml" if kind == "customXml" else "word"
    target = f"/{folder}/{part}"

    def made(content: str) -> bytes:
        package = with_relationship(docx_with("x"), kind, target, external=False)
        return repacked(package, {target[1:]: content})

    problem = only(made(xml))
    assert (problem.line, problem.excerpt) == (line, "{{ reunion.date }}")
    assert words in problem.message
    assert check(made(xml.replace("{", "(").replace("}", ")"))) == []


def test_footnotes_are_filled_and_their_mistakes_named() -> None:
    def made(text: str) -> bytes:
        note = f"<w:footnotes {W}><w:footnote w:id='1'><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        package = with_relationship(
            docx_with("x"), "footnotes", "/word/footnotes.xml", external=False
        )
        return repacked(package, {"word/footnotes.xml": f"{note}</w:footnote></w:footnotes>"})

    assert check(made("{{ reunion.date }}")) == []
    assert "17 décembre" in entry(
        RENDERER.render(made("{{ reunion.date }}"), SAMPLE), "word/footnotes.xml"
    )
    wrong = only(made("{{ reunion.dat }}"))
    assert (wrong.line, wrong.message.partition(" : ")[0]) == (1, "Note de bas de page")
