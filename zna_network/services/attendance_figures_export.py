"""Attendance by organisation, as a file."""

from dataclasses import dataclass
from enum import StrEnum

from zna_network.models.minutes import Presence
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.attendance_figures import OrganisationFigures, Span, read
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import local_date

COLUMNS = (
    SheetColumn("Organisme", 44),
    SheetColumn("Réunions où il était convoqué", 16),
    SheetColumn("Présent sur place", 12),
    SheetColumn("À distance", 12),
    SheetColumn("Représenté", 12),
    SheetColumn("Excusé", 12),
    SheetColumn("Absent sans prévenir", 12),
    SheetColumn("Taux de présence (%)", 12),
    SheetColumn("Jamais venu", 12),
    SheetColumn("Dernière venue", 14),
)


class FiguresFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class FiguresFile:
    filename: str
    media_type: str
    content: bytes


def export(ctx: Context, committee_id: int | None, span: Span, kind: FiguresFormat) -> FiguresFile:
    """What the page shows. Raises ForbiddenError."""
    lines = read(ctx, committee_id, span).lines
    with ctx.unit_of_work():
        ctx.record("attendance.exported", organisations=len(lines), format=kind.value)
    rows = [_cells(line) for line in lines]
    name = f"assiduite-{local_date(ctx.now)}.{kind.value}"
    if kind is FiguresFormat.XLSX:
        content = ctx.ports.sheet_writer.write("Assiduité", COLUMNS, rows)
        return FiguresFile(name, XLSX_MEDIA_TYPE, content)
    headings = [column.heading for column in COLUMNS]
    texts = [[str(cell) for cell in row] for row in rows]
    return FiguresFile(name, CSV_MEDIA_TYPE, french_csv(headings, texts))


def _cells(line: OrganisationFigures) -> list[str | int]:
    return [
        neutralised(line.name),
        line.convened,
        *(line.counts[presence] for presence in Presence),
        line.rate,
        "oui" if line.never_came else "",
        line.last_on.isoformat() if line.last_on else "",
    ]
