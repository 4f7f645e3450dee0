"""The bilan as a workbook. It leaves the team: small cells are not in it, whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.context import Context
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.referrals.bilan import WHOLE, BilanPeriod, published_bilan
from zna_network.services.referrals.bilan_values import Bilan, BilanRow, Measure
from zna_network.services.referrals.bilan_words import (
    HOW,
    LEGEND,
    NOT_TOLD,
    heading_of,
    state_in_words,
)

READING = "Lecture"
_COLUMNS = (
    SheetColumn("Tableau", 30),
    SheetColumn("Intitulé", 46),
    *(SheetColumn(heading_of(measure), 14) for measure in Measure),
)


@dataclass(frozen=True)
class BilanFile:
    filename: str
    media_type: str
    content: bytes


def export_bilan(ctx: Context, period: BilanPeriod = WHOLE) -> BilanFile:
    """Raises ForbiddenError. The journal says who took it."""
    with ctx.unit_of_work():
        bilan = published_bilan(ctx, period)
        ctx.record("bilan.exported", format="xlsx", **detail_of(bilan))
        rows = list(_rows(bilan))
    content = ctx.ports.sheet_writer.write("Bilan", _COLUMNS, rows)
    return BilanFile(f"bilan-{bilan.known_on.isoformat()}.xlsx", XLSX_MEDIA_TYPE, content)


def detail_of(bilan: Bilan) -> dict[str, str]:
    """What the journal keeps of the bilan that left."""
    return {
        "known_on": bilan.known_on.isoformat(),
        "since": bilan.since.isoformat() if bilan.since else "",
        "until": bilan.until.isoformat() if bilan.until else "",
    }


def _rows(bilan: Bilan) -> Iterator[list[str | int]]:
    yield ["Ensemble", "", *_cells(bilan.total)]
    for table in bilan.tables:
        for row in table.rows:
            yield [table.title, neutralised(row.label), *_cells(row, table.measures)]
    for words in (state_in_words(bilan), LEGEND, HOW):
        yield [READING, words]
    for note in dict.fromkeys(table.note for table in bilan.tables if table.note):
        yield [READING, note]


def _cells(row: BilanRow, measures: Sequence[Measure] = tuple(Measure)) -> Iterator[str | int]:
    for measure in Measure:
        if measure not in measures or measure not in row.values:
            yield ""
        else:
            number = row.values[measure]
            yield NOT_TOLD if number is None else number
