"""Which files may be attached, and under which name."""

import pytest

from tests.factories.files import EXECUTABLE, JPEG, PDF, PNG, archive, office_file
from zna_network.services.file_kinds import WrongFileError, clean_filename, kind_of


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("note.pdf", PDF),
        ("NOTE.PDF", PDF),
        ("plan.png", PNG),
        ("photo.jpg", JPEG),
        ("photo.jpeg", JPEG),
        *((f"fichier.{suffix}", office_file(suffix)) for suffix in ("docx", "xlsx", "pptx")),
        *((f"fichier.{suffix}", office_file(suffix)) for suffix in ("odt", "ods")),
    ],
)
def test_takes_the_kinds_that_people_exchange(filename: str, content: bytes) -> None:
    assert kind_of(filename, content).media_type


@pytest.mark.parametrize(
    "filename", ["virus.exe", "page.html", "image.svg", "vieux.doc", "macros.docm", "sans", ""]
)
def test_refuses_other_kinds(filename: str) -> None:
    with pytest.raises(WrongFileError, match="pas accepté"):
        kind_of(filename, PDF)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("note.pdf", EXECUTABLE),
        ("note.pdf", b"x" + PDF),
        ("plan.png", JPEG),
        ("note.docx", PDF),
        ("note.docx", office_file("xlsx")),
        ("note.docx", archive(autre="x")),
        ("note.docx", b"PK\x03\x04 rien de plus"),
        ("note.odt", office_file("ods")),
        ("note.odt", office_file("docx")),
        ("note.pdf", b""),
    ],
)
def test_refuses_a_content_that_is_not_what_the_name_says(filename: str, content: bytes) -> None:
    with pytest.raises(WrongFileError, match="ne correspond pas"):
        kind_of(filename, content)


@pytest.mark.parametrize(
    ("suffix", "more"),
    [
        ("docx", {"word__vbaProject.bin": "x"}),
        ("xlsx", {"xl__macrosheets__sheet1.xml": "x"}),
        ("ods", {"Basic__script-lc.xml": "x"}),
    ],
)
def test_refuses_macros(suffix: str, more: dict[str, str]) -> None:
    with pytest.raises(WrongFileError, match="macros"):
        kind_of(f"fichier.{suffix}", office_file(suffix, **more))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Note d’étape.PDF", "Note d’étape.pdf"),
        ("C:\\Dossiers\\note.pdf", "note.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('a<b>:"|?*.pdf', "ab.pdf"),
        ("note\r\nX-Entete: oui.pdf", "noteX-Entete oui.pdf"),
        ("facture\u202efdp.pdf", "facturefdp.pdf"),
        ("   .pdf", "pdf"),
        ("", "fichier"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_cleans_the_name(typed: str, kept: str) -> None:
    assert clean_filename(typed) == kept
