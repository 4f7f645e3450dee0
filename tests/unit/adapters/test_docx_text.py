"""Texts written in a document: any character, line breaks, addresses, placeholders cut by Word."""

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.docx_files import SAMPLE, docx_with, docx_with_rows, edited, links, text_of
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.adapters.docx_xml import clean
from zna_network.models.document import DocumentKind
from zna_network.services.documents.samples import SAMPLES

RENDERER = DocxDocumentRenderer()
STRANGE = "Tom & Jerry < 3 > 2 « œuvre » l’été \"x\" 'y' 🙂 مرحبا بكم"


def line(text: str, **reunion: object) -> str:
    """What a one-paragraph template gives for a meeting with these values."""
    values = {**SAMPLE, "reunion": {"date": "", "titre": "", **reunion}}
    return text_of(RENDERER.render(docx_with(text), values)).strip()


def test_special_characters_are_written_as_they_are() -> None:
    assert line("{{ reunion.titre }}", titre=STRANGE) == STRANGE


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert line("{{ reunion.titre }}", titre="a\x00b\x08c\x1bd\ud800e\ufffef") == "abcdef"


def test_every_kind_of_line_break_becomes_one() -> None:
    typed = "un\r\ndeux\rtrois\nquatre\x0bcinq\u2028six"
    assert line("{{ reunion.titre }}", titre=typed).split("\n") == [
        *("un", "deux", "trois", "quatre", "cinq", "six")
    ]


def test_values_are_never_read_as_tags() -> None:
    typed = "{{ reunion.date }} {% for x in y %} {# z #} {_{ <w:p/>"
    assert line("{{ reunion.titre }}", titre=typed) == typed


@pytest.mark.parametrize(
    ("typed", "shown", "target"),
    [
        ("Voir https://a.example/b?c=1&d=2.", "https://a.example/b?c=1&d=2", None),
        ("(https://a.example)", "https://a.example", None),
        ("un\nhttp://a.example/é\ndeux", "http://a.example/é", "http://a.example/%C3%A9"),
        ("https://a.example/{x}|y", "https://a.example/{x}|y", "https://a.example/%7Bx%7D%7Cy"),
    ],
)
def test_web_addresses_become_links(typed: str, shown: str, target: str | None) -> None:
    values = {**SAMPLE, "reunion": {"titre": typed}}
    package = RENDERER.render(docx_with("[{{ reunion.titre }}]"), values)

    assert text_of(package).strip() == f"[{typed}]"
    assert links(package) == {shown: target or shown}


@pytest.mark.parametrize(
    "typed", ["https://", "http:///x", "http://[x/", "javascript://a", "ftp://a.example"]
)
def test_what_is_not_a_web_address_stays_text(typed: str) -> None:
    package = RENDERER.render(docx_with("{{ reunion.titre }}"), {"reunion": {"titre": typed}})

    assert text_of(package).strip() == typed
    assert links(package) == {}


def test_template_saved_by_libreoffice_gives_one_set_of_properties() -> None:
    standard = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core"
    theirs = "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core"
    package = edited(docx_with("x"), "_rels/.rels", f"{standard}-", f"{theirs}-")

    filled = RENDERER.render(package, SAMPLES[DocumentKind.AGENDA])
    with ZipFile(BytesIO(filled)) as archive:
        assert archive.namelist().count("docProps/core.xml") == 1
    assert docx.Document(BytesIO(filled)).core_properties.title.startswith("Ordre du jour")


def test_value_that_is_none_prints_nothing() -> None:
    assert line("[{{ reunion.titre }}]", titre=None) == "[]"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_written(typed: str) -> None:
    shown = line("[{{ reunion.titre }}]", titre=typed)
    assert shown == f"[{clean(typed)}]"


def test_placeholder_cut_into_runs_by_word_is_filled() -> None:
    package = docx_with("Le SPLIT.")
    cut = "</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>"
    package = edited(
        package, "word/document.xml", "SPLIT", f"{{{cut}{{ reu{cut}nion{cut}.date }}{cut}}}"
    )

    assert text_of(RENDERER.render(package, SAMPLE)).strip() == "Le jeudi 17 décembre 2026."


def test_cell_emptied_by_a_condition_keeps_a_paragraph() -> None:
    package = docx_with_rows(("{%p if reunion.visio %}", "b"))
    package = edited(
        package,
        "word/document.xml",
        "{%p if reunion.visio %}</w:t></w:r></w:p>",
        "{%p if reunion.visio %}</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>",
    )

    document = docx.Document(BytesIO(RENDERER.render(package, SAMPLE)))
    assert len(document.tables[0].cell(0, 0).paragraphs) == 1


def test_table_left_without_a_row_goes_away() -> None:
    package = docx_with_rows(("{%tr for p in presents %}",), ("{{ p.nom }}",), ("{%tr endfor %}",))
    values = {**SAMPLE, "presents": []}

    assert docx.Document(BytesIO(RENDERER.render(package, values))).tables == []
