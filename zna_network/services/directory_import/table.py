"""What every kind of file becomes: headings and rows of text."""

from dataclasses import dataclass
from enum import StrEnum

MAXIMUM_ROWS = 10_000
MAXIMUM_COLUMNS = 200
MAXIMUM_CHARACTERS = 20_000_000


class SourceFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    DATA_INCLUSION = "data-inclusion"

    @property
    def label(self) -> str:
        return {
            SourceFormat.CSV: "CSV",
            SourceFormat.XLSX: "Excel",
            SourceFormat.DATA_INCLUSION: "data·inclusion",
        }[self]


@dataclass(frozen=True)
class RawRow:
    """``line`` is where the row begins in the file, as a spreadsheet numbers it."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class RawTable:
    """Everything in the file, headings included. ``remark`` says how it was understood."""

    rows: list[RawRow]
    remark: str = ""
