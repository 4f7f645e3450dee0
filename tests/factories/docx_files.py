"""Word files to try: well made, badly made, and made to harm."""

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document
from docx.oxml.ns import qn

SAMPLE: Mapping[str, object] = {
    "instance": {"nom": "Comité technique du lot 1", "est_copil": False},
    "reunion": {"date": "jeudi 17 décembre 2026", "titre": "Deuxième réunion", "visio": ""},
    "presents": [
        {"nom": "Mme Jeanne Exemple", "fonction": "Directrice", "organisme": "CCAS"},
        {"nom": "M. Paul Modèle", "fonction": "", "organisme": "CAF"},
    ],
    "points": [{"titre": "Bilan", "paragraphes": [{"texte": "Premier alinéa", "puce": False}]}],
    "prochaine_reunion": {"date": ""},
}


def docx_made_by(build: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    build(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def docx_with(*paragraphs: str) -> bytes:
    def build(document: Document) -> None:
        for text in paragraphs:
            document.add_paragraph(text)

    return docx_made_by(build)


def docx_with_rows(*rows: tuple[str, ...]) -> bytes:
    """One table, after one paragraph."""

    def build(document: Document) -> None:
        document.add_paragraph("Tableau")
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text

    return docx_made_by(build)


def with_entries(package: bytes, **changes: bytes | str) -> bytes:
    return repacked(package, {name.replace("__", "/"): data for name, data in changes.items()})


def repacked(package: bytes, changes: Mapping[str, bytes | str]) -> bytes:
    """The package with entries added or replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename not in changes:
                target.writestr(entry.filename, source.read(entry))
        for name, data in changes.items():
            target.writestr(name, data)
    return stream.getvalue()


def entry(package: bytes, name: str) -> str:
    with ZipFile(BytesIO(package)) as archive:
        return archive.read(name).decode()


def edited(package: bytes, name: str, old: str, new: str) -> bytes:
    """The package with a piece of one entry replaced; it must be there."""
    text = entry(package, name)
    assert old in text
    return repacked(package, {name: text.replace(old, new, 1)})


def with_relationship(package: bytes, kind: str, target: str, *, external: bool = True) -> bytes:
    """A relationship added to the document's own; ``kind`` is the end of its type."""
    mode = ' TargetMode="External"' if external else ""
    added = (
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}"{mode}/></Relationships>'
    )
    return edited(package, "word/_rels/document.xml.rels", "</Relationships>", added)


def links(package: bytes) -> dict[str, str]:
    """The text of each link and where it leads."""
    document = docx.Document(BytesIO(package))
    return {
        "".join(link.xpath(".//w:t/text()")): document.part.rels[link.get(qn("r:id"))].target_ref
        for link in document.element.body.iter(qn("w:hyperlink"))
    }


def text_of(package: bytes) -> str:
    """Everything written in the body, headers and footers, a paragraph a line."""
    document = docx.Document(BytesIO(package))
    section = document.sections[0]
    stories = [
        document.element.body,
        *(part._element for part in (section.first_page_header, section.header)),
        *(part._element for part in (section.first_page_footer, section.footer)),
    ]
    return "\n".join(_texts(story) for story in stories)


def _texts(story: object) -> str:
    paragraphs = story.iter("{*}p")  # type: ignore[attr-defined]
    return "\n".join("".join(_piece(node) for node in p.iter()) for p in paragraphs)


def _piece(node: object) -> str:
    name = str(node.tag).rpartition("}")[2]  # type: ignore[attr-defined]
    if name == "t":
        return str(node.text or "")  # type: ignore[attr-defined]
    return {"br": "\n", "tab": "\t"}.get(name, "")
