"""The templates of docs_templates/ and what their notice says."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.shared import Cm

from tests.factories.docx_files import text_of
from tools.make_docs_templates import BUILDERS, build, main
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.models.document import DocumentKind
from zna_network.services.documents.samples import SAMPLES

FOLDER = Path("docs_templates")
NOTICE = (FOLDER / "README.md").read_text(encoding="utf-8")
PATH = re.compile(r"^\| `([a-z_.]+)` \|", re.MULTILINE)
every_kind = pytest.mark.parametrize("kind", list(DocumentKind))


def template(kind: DocumentKind) -> bytes:
    return (FOLDER / f"{kind.value}.docx").read_bytes()


def placeholders(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from placeholders(value, f"{prefix}{name}.")
            continue
        yield f"{prefix}{name}"
        if isinstance(value, list):
            yield from placeholders(value[0], f"{prefix}{name}.")


def documented(title: str) -> set[str]:
    section = NOTICE.partition(f"## {title}")[2].partition("\n## ")[0]
    return set(PATH.findall(section))


@every_kind
def test_committed_template_passes_the_check(kind: DocumentKind) -> None:
    assert DocxDocumentRenderer().check(template(kind), SAMPLES[kind]) == []


@every_kind
def test_committed_template_is_what_the_tool_makes(kind: DocumentKind) -> None:
    assert text_of(build(kind.value)) == text_of(template(kind))


def test_tool_makes_one_template_of_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(tmp_path)

    assert set(BUILDERS) == set(DocumentKind)
    assert {path.stem for path in tmp_path.iterdir()} == set(DocumentKind)
    assert "minutes.docx" in capsys.readouterr().out


@every_kind
def test_template_is_an_accessible_a4_page_in_french(kind: DocumentKind) -> None:
    document = docx.Document(BytesIO(template(kind)))
    section = document.sections[0]

    sides = {round(section.page_width / Cm(1), 1), round(section.page_height / Cm(1), 1)}
    assert sides == {21.0, 29.7}
    assert document.core_properties.title.startswith("Modèle d")
    assert document.core_properties.language == "fr-FR"
    assert document.styles.element.xpath("//w:docDefaults//w:lang/@w:val") == ["fr-FR"]
    assert all(table._tbl.xpath("w:tblPr/w:tblCaption/@w:val") for table in document.tables)


@every_kind
def test_template_numbers_its_pages(kind: DocumentKind) -> None:
    section = docx.Document(BytesIO(template(kind))).sections[0]

    for footer in (section.first_page_footer, section.footer):
        fields = footer._element.xpath(".//w:fldSimple/@w:instr")
        assert [field.strip() for field in fields] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("kind", [DocumentKind.MINUTES, DocumentKind.AGENDA])
def test_template_has_a_title_real_headings_and_marked_table_headers(kind: DocumentKind) -> None:
    document = docx.Document(BytesIO(template(kind)))

    styles = [p.style.name for p in document.paragraphs if p.style]
    assert styles.count("Title") == 1
    assert "Heading 1" in styles
    headed = [t for t in document.tables if t._tbl.xpath("w:tr[1]/w:trPr/w:tblHeader")]
    assert len(headed) == len(document.tables) - 1  # the facts have their labels on the left


@every_kind
def test_template_carries_no_image_and_nothing_of_its_maker(kind: DocumentKind) -> None:
    with ZipFile(BytesIO(template(kind))) as archive:
        names = archive.namelist()
        written = b"".join(archive.read(name) for name in names).decode("utf-8", errors="replace")

    assert not [name for name in names if re.search(r"media|thumbnail|customXml|Effects", name)]
    assert "python-docx" not in written


@every_kind
def test_notice_explains_every_placeholder_and_no_other(kind: DocumentKind) -> None:
    titles = {
        DocumentKind.MINUTES: "Compte-rendu (",
        DocumentKind.ATTENDANCE_SHEET: "Feuille d’émargement (",
        DocumentKind.CONVOCATION: "Lettre de convocation (",
        DocumentKind.AGENDA: "Ordre du jour (",
        DocumentKind.FORUM_REPORT: "Bilan du forum (",
        DocumentKind.BILAN: "Bilan des orientations (",
        DocumentKind.CASE_SHEET: "Fiche de situation individuelle (",
        DocumentKind.CONSENT_FORM: "Formulaire de consentement (",
        DocumentKind.DIAGNOSTIC: "Diagnostic 360° des droits (",
        DocumentKind.PERSON_FILE: "Données d’une personne (",
        DocumentKind.MISSION_ORDER: "Ordre de mission CUA Mobile (",
        DocumentKind.TRIP_SHEET: "Feuille de route CUA Mobile (",
        DocumentKind.COPIL_FILE: "Dossier de COPIL (",
    }
    shared = documented("Valeurs communes à tous") | documented("Valeurs communes aux")
    explained = {name for name in shared if name.partition(".")[0] in SAMPLES[kind]}
    assert explained | documented(titles[kind]) == set(placeholders(SAMPLES[kind]))
