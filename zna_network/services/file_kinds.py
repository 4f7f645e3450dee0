"""Which files may be attached, recognised by what they hold, not only by their name."""

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_MACROS = ("vbaproject.bin", "macrosheets/", "basic/script")
_NAME_LENGTH = 150
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True)
class FileKind:
    """``signature`` begins the file; ``member`` is in the archive that it then is; ``mimetype``
    is what an OpenDocument archive says of itself."""

    media_type: str
    signature: bytes
    member: str = ""
    mimetype: str = ""


KINDS = {
    ".pdf": FileKind("application/pdf", b"%PDF-"),
    ".png": FileKind("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": FileKind("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": FileKind("image/jpeg", b"\xff\xd8\xff"),
    ".docx": FileKind(f"{_OOXML}wordprocessingml.document", b"PK", "word/document.xml"),
    ".xlsx": FileKind(f"{_OOXML}spreadsheetml.sheet", b"PK", "xl/workbook.xml"),
    ".pptx": FileKind(f"{_OOXML}presentationml.presentation", b"PK", "ppt/presentation.xml"),
    ".odt": FileKind(f"{_ODF}text", b"PK", mimetype=f"{_ODF}text"),
    ".ods": FileKind(f"{_ODF}spreadsheet", b"PK", mimetype=f"{_ODF}spreadsheet"),
}
ALLOWED = "PDF, Word, Excel, PowerPoint, OpenDocument (odt, ods), PNG ou JPEG"
ACCEPT = ",".join(KINDS)


class WrongFileError(Exception):
    """Why a file is not taken, in French."""


def kind_of(filename: str, content: bytes) -> FileKind:
    """The kind that both the name and the content tell. Raises WrongFileError."""
    kind = KINDS.get(PurePosixPath(filename).suffix.lower())
    if kind is None:
        raise WrongFileError(f"Ce type de fichier n’est pas accepté. Acceptés : {ALLOWED}.")
    if not content.startswith(kind.signature) or not _is_archive_of(kind, content):
        raise WrongFileError("Le contenu de ce fichier ne correspond pas à son extension.")
    return kind


def _is_archive_of(kind: FileKind, content: bytes) -> bool:
    """True for what is no archive. Nothing is unpacked beyond a few bytes. Macros are refused."""
    if not kind.member and not kind.mimetype:
        return True
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
            if any(macro in name for name in names for macro in _MACROS):
                raise WrongFileError("Ce fichier contient des macros : enregistrez-le sans elles.")
            if kind.member:
                return kind.member in names
            with archive.open("mimetype") as entry:
                return entry.read(100).decode("ascii", "replace").strip() == kind.mimetype
    except (BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        return False


def clean_filename(typed: str) -> str:
    """The last part of the name, without what a file system or a mail header could misread."""
    name = unicodedata.normalize("NFC", typed.replace("\\", "/")).rpartition("/")[2]
    name = " ".join(_UNSAFE.sub("", name).split()).strip(". ")
    path = PurePosixPath(name or "fichier")
    return f"{path.stem[: _NAME_LENGTH - len(path.suffix)]}{path.suffix.lower()}"
