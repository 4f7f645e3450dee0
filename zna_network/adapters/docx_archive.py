"""The zip archive of a docx, opened within bounds.

An uploaded file may be anything: another format, a damaged one, or a bomb. Sizes are counted on
what is really read, since an archive can lie about them.
"""

import zlib
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 5 * MEGABYTE
MAX_ENTRIES = 300
MAX_TOTAL_BYTES = 30 * MEGABYTE
MAX_XML_BYTES = 4 * MEGABYTE
# Word's own XML shrinks up to some 60 times; small entries are left alone.
MAX_RATIO = 200
RATIO_COUNTS_FROM = MEGABYTE

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "Ouvrez-le dans Word et enregistrez-le au format « Document Word (.docx) »."
_DAMAGED = "Le fichier est abîmé ou incomplet : il ne peut pas être ouvert."
_TOO_BIG = "Le fichier contient trop de données une fois décompressé."


class ArchiveError(Exception):
    """The file cannot be opened as a docx package; the message is in French."""


def open_package(template: bytes) -> dict[str, bytes]:
    """Every entry of the package by name. Raises ArchiveError."""
    _refuse_other_formats(template)
    try:
        with ZipFile(BytesIO(template)) as archive:
            entries = archive.infolist()
            _refuse_listing(entries)
            return _read_all(archive, entries)
    except (BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise ArchiveError(_DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise ArchiveError(
            "Le fichier est compressé d’une façon que Word n’emploie pas."
        ) from error


def _refuse_other_formats(template: bytes) -> None:
    if not template:
        raise ArchiveError("Le fichier est vide.")
    if len(template) > MAX_FILE_BYTES:
        raise ArchiveError(f"Le fichier dépasse {MAX_FILE_BYTES // MEGABYTE} Mo.")
    if template.startswith(_OLE):
        if _ENCRYPTED in template:
            raise ArchiveError(
                "Le fichier est protégé par un mot de passe. Retirez-le dans Word "
                "(Fichier, Informations, Protéger le document), puis recommencez."
            )
        raise ArchiveError(f"Le fichier est à l’ancien format Word (.doc). {_SAVE_AS}")
    if not template.startswith(b"PK"):
        raise ArchiveError(f"Le fichier n’est pas un document Word (.docx). {_SAVE_AS}")


def _refuse_listing(entries: list[ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise ArchiveError(f"Le fichier contient plus de {MAX_ENTRIES} éléments.")
    if "mimetype" in names:
        raise ArchiveError(f"Le fichier est au format OpenDocument (.odt). {_SAVE_AS}")
    if "[Content_Types].xml" not in names:
        raise ArchiveError(f"Le fichier n’est pas un document Word (.docx). {_SAVE_AS}")
    if len(set(names)) != len(names) or any(_is_outside(name) for name in names):
        raise ArchiveError(_DAMAGED)
    if any(entry.flag_bits & 1 for entry in entries):
        raise ArchiveError("Le fichier est protégé par un mot de passe.")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise ArchiveError("Le fichier est compressé d’une façon que Word n’emploie pas.")


def _is_outside(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name


def _read_all(archive: ZipFile, entries: list[ZipInfo]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    left = MAX_TOTAL_BYTES
    for entry in entries:
        if entry.is_dir():
            continue
        contents[entry.filename] = _read(archive, entry, left)
        left -= len(contents[entry.filename])
    return contents


def _read(archive: ZipFile, entry: ZipInfo, left: int) -> bytes:
    is_xml = entry.filename.endswith((".xml", ".rels"))
    limit = min(left, MAX_XML_BYTES) if is_xml else left
    with archive.open(entry) as stream:
        content = stream.read(limit + 1)
    packed = max(entry.compress_size, 1)
    is_bomb = len(content) > RATIO_COUNTS_FROM and len(content) > MAX_RATIO * packed
    if len(content) > limit or is_bomb:
        raise ArchiveError(_TOO_BIG)
    return content
