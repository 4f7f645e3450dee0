"""Where the check finds tags: cells, headers, text boxes; and where they may not be."""

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.factories.docx_files import SAMPLE, docx_made_by, docx_with, docx_with_rows, edited
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.ports.documents import TemplateProblem

RENDERER = DocxDocumentRenderer()


def check(package: bytes) -> list[TemplateProblem]:
    return RENDERER.check(package, SAMPLE)


def only(package: bytes) -> TemplateProblem:
    problems = check(package)
    assert len(problems) == 1, problems
    return problems[0]


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
