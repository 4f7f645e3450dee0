"""From the bytes of a file to rows whose columns are known. Nothing is written here."""

from dataclasses import dataclass, field

from zna_network.ports.spreadsheets import SheetLimits, SpreadsheetError
from zna_network.services.context import Context
from zna_network.services.directory_import import data_inclusion
from zna_network.services.directory_import.headings import Headings, recognised, understand
from zna_network.services.directory_import.neutral import restored
from zna_network.services.directory_import.table import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    RawRow,
    RawTable,
    SourceFormat,
)
from zna_network.services.directory_import.text_files import LINES_BEFORE_HEADINGS, read_csv
from zna_network.services.errors import InvalidError, TooLargeError

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class SourceRow:
    """One row: the text of each known column (empty cells left out), and what is already known
    to be wrong with it."""

    line: int
    values: dict[str, str]
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SourceFile:
    """A file that could be read. ``read`` pairs its headings with ours, ``ignored`` are the
    headings that mean nothing to us; ``remark`` says how it was decoded."""

    filename: str
    format: SourceFormat
    rows: list[SourceRow]
    read: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    remark: str = ""


def read_source(ctx: Context, filename: str, content: bytes) -> SourceFile:
    """Recognise the format by its content, whatever the name says.

    Raises InvalidError (unreadable, no known column, nothing in it) or TooLargeError."""
    limit = ctx.settings.upload_limit_mb
    if len(content) > limit * 1024 * 1024:
        raise TooLargeError(f"Ce fichier dépasse {limit} Mo.", field="file")
    if not content:
        raise InvalidError("Ce fichier est vide.", field="file")
    if content.startswith((ZIP, OLD_OFFICE)):
        table = _read_workbook(ctx, content)
        return _with_headings(filename, SourceFormat.XLSX, table)
    if data_inclusion.looks_like_json(content):
        rows, remark = data_inclusion.read_records(ctx.ports.data_inclusion, content)
        sources = [SourceRow(line, values, faults) for line, values, faults in rows]
        return SourceFile(filename, SourceFormat.DATA_INCLUSION, sources, remark=remark)
    return _with_headings(filename, SourceFormat.CSV, read_csv(content))


def _read_workbook(ctx: Context, content: bytes) -> RawTable:
    limits = SheetLimits(
        rows=MAXIMUM_ROWS + LINES_BEFORE_HEADINGS,
        columns=MAXIMUM_COLUMNS,
        text_characters=MAXIMUM_CHARACTERS,
    )
    try:
        sheet = ctx.ports.sheet_reader.read(content, limits)
    except SpreadsheetError as error:
        raise InvalidError(str(error), field="file") from None
    rows = [RawRow(line=row.number, cells=row.cells) for row in sheet.rows]
    return RawTable(rows=rows, remark=f"feuille « {sheet.title} »")


def _with_headings(filename: str, source: SourceFormat, table: RawTable) -> SourceFile:
    position = _headings_position(table.rows)
    headings = understand(table.rows[position].cells)
    _require_name(headings, table.rows[position])
    rows = [_known_cells(row, headings) for row in table.rows[position + 1 :]]
    rows = [row for row in rows if row.values]
    if not rows:
        raise InvalidError("Ce fichier n’a que des titres de colonnes.", field="file")
    if len(rows) > MAXIMUM_ROWS:
        raise TooLargeError(
            f"Ce fichier a plus de {MAXIMUM_ROWS} lignes : séparez-le en plusieurs.", field="file"
        )
    return SourceFile(filename, source, rows, headings.read, headings.ignored, table.remark)


def _headings_position(rows: list[RawRow]) -> int:
    """The first row that has about as many known headings as any near it: a title may come
    before."""
    scores = [recognised(row.cells) for row in rows[:LINES_BEFORE_HEADINGS]]
    best = max(scores, default=0)
    if best == 0:
        found = ", ".join(f"« {cell[:40]} »" for cell in rows[0].cells[:8] if cell) if rows else ""
        raise InvalidError(
            "Aucune colonne reconnue. La première ligne doit donner les titres : Nom, Type, "
            f"Téléphone… Elle contient : {found or 'rien'}.",
            field="file",
        )
    return next(position for position, score in enumerate(scores) if score * 2 >= best)


def _require_name(headings: Headings, row: RawRow) -> None:
    keys = {column.key for column in headings.columns.values()}
    if not keys & {"name", "id", "siret"}:
        found = ", ".join(f"« {cell[:40]} »" for cell in row.cells[:12] if cell)
        raise InvalidError(
            "Il manque la colonne « Nom » (le nom de l’organisme). "
            f"Colonnes trouvées ligne {row.line} : {found}.",
            field="file",
        )


def _known_cells(row: RawRow, headings: Headings) -> SourceRow:
    values = {
        column.key: text
        for position, column in headings.columns.items()
        if position < len(row.cells) and (text := restored(row.cells[position]).strip())
    }
    return SourceRow(line=row.line, values=values)
