"""Reading CSV files as the office programs of a French administration write them."""

import codecs
import csv
import io
from collections.abc import Iterator

from zna_network.services.directory_import.headings import recognised
from zna_network.services.directory_import.table import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    RawRow,
    RawTable,
)
from zna_network.services.errors import InvalidError, TooLargeError

SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
# What may come before the headings: a title, a blank line.
LINES_BEFORE_HEADINGS = 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ALLOWED_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a\x85")


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Without a byte order mark: UTF-8, otherwise
    Windows-1252, which is what Excel writes. Raises InvalidError when it is not text."""
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            try:
                return _plain(content.decode(codec)), name
            except UnicodeDecodeError:
                raise _unreadable() from None
    for codec, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return _plain(content.decode(codec)), name
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _unreadable() -> InvalidError:
    return InvalidError(
        "Ce fichier n’est pas un texte lisible. Enregistrez-le en CSV UTF-8 ou au format .xlsx.",
        field="file",
    )


def _plain(text: str) -> str:
    if any(c < " " and c not in _ALLOWED_CONTROLS for c in set(text)):
        raise _unreadable()
    return text.removeprefix("\ufeff").rstrip("\x1a")


def read_csv(content: bytes) -> RawTable:
    """The rows of a CSV file. Raises InvalidError (unreadable) or TooLargeError."""
    text, encoding = decode(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InvalidError("Ce fichier est vide.", field="file")
    skipped, text, separator = _announced_separator(text)
    separator = separator or _best_separator(text)
    rows = list(_rows(text, separator, first_line=1 + skipped))
    return RawTable(rows=rows, remark=f"{encoding}, séparateur : {SEPARATORS[separator]}")


def _announced_separator(text: str) -> tuple[int, str, str]:
    """Excel's own first line, « sep=; »: lines to skip, the rest, the separator."""
    first, _, rest = text.partition("\n")
    announced = first.strip().strip('"').lower()
    if announced.startswith("sep=") and (separator := announced[4:] or "\t") in SEPARATORS:
        return 1, rest, separator
    return 0, text, ""


def _best_separator(text: str) -> str:
    """The separator under which some line has the most headings that we know."""

    def score(separator: str) -> tuple[int, int]:
        best = (0, 0)
        try:
            for number, row in enumerate(_rows(text, separator, first_line=1)):
                if number >= LINES_BEFORE_HEADINGS:
                    break
                best = max(best, (recognised(row.cells), len(row.cells)))
        except (InvalidError, TooLargeError):
            return best
        return best

    return max(SEPARATORS, key=score)


def _rows(text: str, separator: str, *, first_line: int) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = first_line
    characters = filled = 0
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise InvalidError(
                f"Ligne {line} : un guillemet est mal fermé, ou la cellule est démesurée.",
                field="file",
            ) from None
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            filled += 1
            characters += sum(map(len, cells))
            _check_bounds(filled, len(cells), characters)
            yield RawRow(line=line, cells=cells)
        line = first_line + reader.line_num


def _check_bounds(rows: int, columns: int, characters: int) -> None:
    if rows > MAXIMUM_ROWS + LINES_BEFORE_HEADINGS:
        raise TooLargeError(
            f"Ce fichier a plus de {MAXIMUM_ROWS} lignes : séparez-le en plusieurs.", field="file"
        )
    if columns > MAXIMUM_COLUMNS or characters > MAXIMUM_CHARACTERS:
        raise TooLargeError("Ce fichier a trop de colonnes ou de texte.", field="file")
