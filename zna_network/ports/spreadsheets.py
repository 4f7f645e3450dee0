"""Spreadsheets, as rows of text: nothing in them is ever executed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SpreadsheetError(Exception):
    """A workbook cannot be read; the message is in French and may be shown."""


@dataclass(frozen=True)
class SheetLimits:
    """What a workbook may weigh once unpacked. ``rows`` counts the sheet's filled rows."""

    rows: int
    columns: int = 200
    unpacked_bytes: int = 50_000_000
    text_characters: int = 20_000_000


@dataclass(frozen=True)
class SheetRow:
    """``number`` is the row's number in the sheet, from 1; ``cells`` are the values as text."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    title: str
    rows: list[SheetRow]


class SheetReader(Protocol):
    def read(self, content: bytes, limits: SheetLimits) -> Sheet:
        """The first sheet that holds something, without its empty rows.

        A formula counts for the value kept with it. Raises SpreadsheetError: not a workbook, one
        with macros, another format, a formula without a value, or more than ``limits``."""
        ...


@dataclass(frozen=True)
class SheetColumn:
    """``width`` is in characters; ``wraps`` lets long text take several lines."""

    heading: str
    width: int = 16
    wraps: bool = False


class SheetWriter(Protocol):
    def write(
        self,
        title: str,
        columns: Sequence[SheetColumn],
        rows: Sequence[Sequence[str | int | Decimal]],
    ) -> bytes:
        """A workbook of one sheet: headings kept in sight, filters. Every text is stored as text,
        whatever it looks like; numbers can be added up. A Decimal is a sum, shown with cents."""
        ...
