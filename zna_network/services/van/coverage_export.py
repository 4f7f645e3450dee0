"""The coverage as a file, for a bilan or a map made elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zna_network.models.territory import Commune, Lot
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import short_date
from zna_network.services.van.coverage import coverage
from zna_network.services.van.coverage_values import Coverage, PlaceLine
from zna_network.services.van.report_values import GROUPS

COLUMNS = (
    ("Code INSEE", 12),
    ("Lieu", 36),
    ("Genre", 10),
    ("Communes", 30),
    ("Lot", 8),
    ("Population", 12),
    ("État", 32),
    ("Dernier passage", 16),
    ("Prochain passage", 16),
    ("Étapes faites", 14),
    ("Étapes prévues", 14),
    ("Personnes rencontrées", 20),
    *((f"dont {label[0].lower()}{label[1:]}", 22) for _value, label in GROUPS),
)


class CoverageFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class CoverageFile:
    filename: str
    media_type: str
    content: bytes


def export_coverage(ctx: Context, period_key: str, wanted: CoverageFormat) -> CoverageFile:
    """A line for each commune, then for each QPV; the latter's stops count in both, so that the
    lines of the communes alone add up to the whole."""
    found = coverage(ctx, period_key)
    rows = list(_rows(found))
    name = f"couverture-cua-mobile-{found.today.isoformat()}.{wanted.value}"
    if wanted is CoverageFormat.XLSX:
        columns = [SheetColumn(heading, width) for heading, width in COLUMNS]
        content = ctx.ports.sheet_writer.write("Couverture", columns, rows)
        return CoverageFile(name, XLSX_MEDIA_TYPE, content)
    headings = [heading for heading, _width in COLUMNS]
    text_rows = [[str(cell) for cell in row] for row in rows]
    return CoverageFile(name, CSV_MEDIA_TYPE, french_csv(headings, text_rows))


def _rows(found: Coverage) -> Iterator[list[str | int]]:
    for line in (*found.communes, *found.qpvs):
        yield [
            *_place(line),
            line.population,
            line.visited.label,
            _day(line.ever.last),
            _day(line.ever.next),
            line.tally.stops,
            line.tally.planned,
            line.tally.people,
            *(line.tally.groups.get(value, 0) for value, _label in GROUPS),
        ]


def _place(line: PlaceLine) -> list[str | int]:
    place = line.place
    if isinstance(place, Commune):
        return [place.insee, neutralised(place.name), "Commune", "", place.lot]
    communes = ", ".join(commune.name for commune in place.communes)
    return ["", neutralised(place.name), "QPV", communes, int(Lot.PRIORITY_NEIGHBOURHOODS)]


def _day(instant: datetime | None) -> str:
    return short_date(instant) if instant else ""
