"""Files that must never be opened as a template, and the reason given."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from tests.factories.docx_files import (
    SAMPLE,
    docx_with,
    edited,
    entry,
    repacked,
    with_relationship,
)
from zna_network.adapters.docx_archive import MAX_FILE_BYTES
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.ports.documents import DocumentError

RENDERER = DocxDocumentRenderer()
GOOD = docx_with("Le {{ reunion.date }}")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOCUMENT = "word/document.xml"


def refusals(package: bytes) -> list[str]:
    """The reasons given by the check; a refused file can never be rendered either."""
    problems = RENDERER.check(package, SAMPLE)
    if problems:
        with pytest.raises(DocumentError):
            RENDERER.render(package, SAMPLE)
    assert all(problem.line is None for problem in problems)
    return [problem.message for problem in problems]


def in_body(xml: str) -> bytes:
    return edited(GOOD, DOCUMENT, "<w:sectPr", f"{xml}<w:sectPr")


def test_ordinary_file_is_accepted() -> None:
    assert refusals(GOOD) == []


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        (b"", "Le fichier est vide"),
        (b"%PDF-1.7 ...", "n’est pas un document Word (.docx)"),
        (b"{\\rtf1 Bonjour}", "n’est pas un document Word (.docx)"),
        (b"<html></html>", "n’est pas un document Word (.docx)"),
        (OLE, "ancien format Word (.doc)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protégé par un mot de passe"),
        (GOOD[:2000], "abîmé ou incomplet"),
        (b"PK\x03\x04" + bytes(300), "abîmé ou incomplet"),
        (b"PK" + bytes(MAX_FILE_BYTES), "dépasse 5 Mo"),
    ],
)
def test_file_of_another_kind_is_refused(package: bytes, reason: str) -> None:
    (message,) = refusals(package)
    assert reason in message


def test_other_zip_formats_are_named() -> None:
    assert "OpenDocument" in refusals(repacked(GOOD, {"mimetype": "application/vnd.oasis"}))[0]
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "n’est pas un document Word" in refusals(stream.getvalue())[0]


def test_damaged_entry_is_refused() -> None:
    with ZipFile(BytesIO(GOOD)) as archive:
        info = archive.getinfo(DOCUMENT)
    start = info.header_offset + 30 + len(info.filename) + 20
    damaged = GOOD[:start] + bytes(50) + GOOD[start + 50 :]

    assert "abîmé ou incomplet" in refusals(damaged)[0]


def test_missing_document_part_is_refused() -> None:
    stream = BytesIO()
    with ZipFile(BytesIO(GOOD)) as source, ZipFile(stream, "w") as target:
        for info in source.infolist():
            if info.filename != DOCUMENT:
                target.writestr(info.filename, source.read(info))

    assert "abîmé ou incomplet" in refusals(stream.getvalue())[0]


def test_document_with_password_on_an_entry_is_refused() -> None:
    marked = bytearray(GOOD)
    at = marked.rfind(b"PK\x01\x02")  # the last entry of the central directory
    flags = struct.unpack_from("<H", marked, at + 8)[0]
    struct.pack_into("<H", marked, at + 8, flags | 1)

    assert "mot de passe" in refusals(bytes(marked))[0]


def test_zip_bombs_are_refused() -> None:
    flat = repacked(GOOD, {"word/media/image1.png": bytes(25_000_000)})
    assert "trop de données" in refusals(flat)[0]
    big_xml = repacked(GOOD, {"word/extra.xml": "<a>" + "x" * 4_500_000 + "</a>"})
    assert "trop de données" in refusals(big_xml)[0]
    crowd = repacked(GOOD, {f"word/media/i{number}.png": b"" for number in range(301)})
    assert "plus de 300 éléments" in refusals(crowd)[0]


def test_size_is_counted_on_what_is_read() -> None:
    noise = bytes(range(256)) * 80_000
    stream = BytesIO()
    with ZipFile(BytesIO(GOOD)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
        for number in range(2):
            target.writestr(f"word/media/i{number}.png", noise)

    assert "trop de données" in refusals(stream.getvalue())[0]


def test_compression_that_word_does_not_use_is_refused() -> None:
    stream = BytesIO(GOOD)
    with ZipFile(stream, "a") as archive:
        archive.writestr("word/media/i.png", b"x", compress_type=ZIP_BZIP2)

    assert "compressé d’une façon" in refusals(stream.getvalue())[0]


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "word\\evil.xml"])
def test_names_that_leave_the_package_are_refused(name: str) -> None:
    placeholder = "w" * len(name)
    package = repacked(GOOD, {placeholder: "<a/>"}).replace(placeholder.encode(), name.encode())

    assert "abîmé ou incomplet" in refusals(package)[0]


def test_macros_and_other_word_formats_are_refused() -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = "[Content_Types].xml"
    macro = edited(GOOD, types, main, "application/vnd.ms-word.document.macroEnabled.main+xml")
    assert "macros" in refusals(macro)[0]
    assert "macros" in refusals(repacked(GOOD, {"word/vbaProject.bin": b"x"}))[0]
    dotx = edited(GOOD, types, main, main.replace("document.main", "template.main"))
    assert ".dotx" in refusals(dotx)[0]
    sheet = edited(GOOD, types, main, "application/x-sheet")
    assert "n’est pas un document Word" in refusals(sheet)[0]
    strict = edited(
        GOOD, "_rels/.rels", "<Relationships", "<!-- http://purl.oclc.org/ooxml --><Relationships"
    )
    assert "Open XML strict" in refusals(strict)[0]


@pytest.mark.parametrize(
    ("kind", "target", "reason"),
    [
        ("oleObject", "embeddings/o.bin", "objet incorporé"),
        ("package", "embeddings/classeur.xlsx", "objet incorporé"),
        ("aFChunk", "page.html", "objet incorporé"),
        ("control", "activeX/a.xml", "objet incorporé"),
        ("attachedTemplate", "https://evil.example/t.dotm", "lié à un autre fichier"),
        ("image", "https://evil.example/pixel.png", "hors du fichier"),
        ("hyperlink", "file://server/share", "ni à une page web"),
        ("hyperlink", "javascript:alert(1)", "ni à une page web"),
        ("hyperlink", "../%7B%7B%20reponse.lien%20%7D%7D", "écrivez la balise comme un texte"),
        ("hyperlink", "https://a.example/{{ x }}", "écrivez la balise comme un texte"),
    ],
)
def test_links_to_other_files_are_refused(kind: str, target: str, reason: str) -> None:
    messages = refusals(with_relationship(GOOD, kind, target))
    assert any(reason in message for message in messages)


@pytest.mark.parametrize(
    "target", ["https://arras.example/", "HTTP://arras.example", "mailto:a@b.example", "#signet"]
)
def test_links_to_pages_and_addresses_are_kept(target: str) -> None:
    assert refusals(with_relationship(GOOD, "hyperlink", target)) == []


def test_embedded_files_are_refused() -> None:
    assert "objet incorporé" in refusals(repacked(GOOD, {"word/embeddings/a.xlsx": b"x"}))[0]
    assert "élément inattendu" in refusals(repacked(GOOD, {"word/media/run.exe": b"x"}))[0]
    assert "objet incorporé" in refusals(in_body("<w:p><w:r><w:object/></w:r></w:p>"))[0]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_dtd_and_entities_are_refused(declaration: str) -> None:
    package = edited(GOOD, DOCUMENT, "<w:document", f"{declaration}<w:document")

    assert "DTD" in refusals(package)[0]


def test_malformed_and_bottomless_xml_are_refused() -> None:
    assert "XML illisible" in refusals(edited(GOOD, DOCUMENT, "</w:body>", ""))[0]
    deep = in_body("<w:p>" * 300 + "</w:p>" * 300)
    assert "imbrique trop d’éléments" in refusals(deep)[0]


@pytest.mark.parametrize(
    "instruction",
    [
        "DDEAUTO c:\\\\windows\\\\cmd.exe",
        "INCLUDETEXT \\\\server\\share\\x",
        'INCLUDEPICTURE "https://evil.example/a.png"',
        'HYPERLINK "file://server/share"',
        'HYPERLINK "{{ reponse.lien }}"',
        "MACROBUTTON Lancer",
        "LINK Excel.Sheet.8 x",
    ],
)
def test_fields_that_fetch_or_run_are_refused(instruction: str) -> None:
    escaped = instruction.replace('"', "&quot;")
    simple = in_body(f'<w:p><w:fldSimple w:instr=" {escaped} "/></w:p>')
    half = len(instruction) // 3
    cut = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[:half]}</w:instrText></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[half:]}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert any("champ Word" in message for message in refusals(simple))
    assert any("champ Word" in message for message in refusals(in_body(cut)))


def test_field_code_cut_into_runs_is_read_whole() -> None:
    pieces = ('INCLUDETEXT "https://evil.example/x"', " PAGE")
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))

    assert any("champ Word" in m for m in refusals(in_body(f"<w:p>{begin}{runs}{end}</w:p>")))


@pytest.mark.parametrize(
    "instruction",
    ["PAGE", "NUMPAGES \\* MERGEFORMAT", 'HYPERLINK "https://a.example"', 'HYPERLINK \\l "signet"'],
)
def test_ordinary_fields_are_kept(instruction: str) -> None:
    escaped = instruction.replace('"', "&quot;")
    assert refusals(in_body(f'<w:p><w:fldSimple w:instr=" {escaped} "/></w:p>')) == []


@pytest.mark.parametrize("change", ["ins", "del", "moveFrom"])
def test_tracked_changes_are_refused(change: str) -> None:
    attributes = 'w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"'
    xml = f"<w:p><w:{change} {attributes}><w:r><w:t>secret</w:t></w:r></w:{change}></w:p>"

    assert "modifications suivies" in refusals(in_body(xml))[0]


def test_helpers_really_change_the_file() -> None:
    assert entry(in_body("<w:p/>"), DOCUMENT) != entry(GOOD, DOCUMENT)
