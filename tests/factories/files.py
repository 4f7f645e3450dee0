"""Small files of each kind, as programs write them."""

from io import BytesIO
from zipfile import ZipFile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
JPEG = b"\xff\xd8\xff\xe0" + bytes(32)
EXECUTABLE = b"MZ" + bytes(64)
_MEMBERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_MIMETYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def archive(**entries: str) -> bytes:
    """A ZIP archive; ``__`` in a name stands for a slash."""
    stream = BytesIO()
    with ZipFile(stream, "w") as package:
        for name, content in entries.items():
            package.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def office_file(suffix: str, **more: str) -> bytes:
    """A file of an office suite, as far as its kind can be told from it."""
    if suffix in _MIMETYPES:
        return archive(mimetype=_MIMETYPES[suffix], **more)
    stream = BytesIO()
    with ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(_MEMBERS[suffix], "<document/>")
        for name, content in more.items():
            package.writestr(name.replace("__", "/"), content)
    return stream.getvalue()
