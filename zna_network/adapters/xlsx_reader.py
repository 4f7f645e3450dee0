"""Reading .xlsx workbooks with openpyxl, values only, within bounds."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from zna_network.ports.spreadsheets import Sheet, SheetLimits, SheetRow, SpreadsheetError

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
UNREADABLE = "Ce classeur est illisible ou abîmé. Enregistrez-le de nouveau au format .xlsx."
TOO_HEAVY = "Ce classeur est trop volumineux une fois décompressé."
MAXIMUM_PARTS = 2_000
LAST_ROW = 100_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


class XlsxReader:
    def read(self, content: bytes, limits: SheetLimits) -> Sheet:
        if content.startswith(OLD_EXCEL):
            raise SpreadsheetError(
                "Ce classeur est à l’ancien format Excel (.xls) ou protégé par un mot de passe. "
                "Enregistrez-le au format .xlsx, sans mot de passe."
            )
        formulas = _inspect(content, limits)
        try:
            sheet = _first_filled_sheet(content, limits)
            if formulas:
                _refuse_formulas_without_value(content, sheet, limits)
        except SpreadsheetError:
            raise
        except MemoryError:
            raise SpreadsheetError(TOO_HEAVY) from None
        except Exception:
            # openpyxl answers a damaged workbook with whatever its parsing trips on.
            raise SpreadsheetError(UNREADABLE) from None
        return sheet


def _inspect(content: bytes, limits: SheetLimits) -> bool:
    """Refuse what is not a plain workbook, before anything is unpacked; whether any sheet has
    formulas. zipfile never unpacks more than the size that it announces."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            weight = sum(part.file_size for part in parts)
            if len(parts) > MAXIMUM_PARTS or weight > limits.unpacked_bytes:
                raise SpreadsheetError(TOO_HEAVY)
            if any(part.flag_bits & 0x1 for part in parts):
                raise SpreadsheetError("Ce classeur est protégé par un mot de passe.")
            _refuse_other_formats(archive, names)
            return any(
                _FORMULA.search(archive.read(part))
                for part in parts
                if part.filename.startswith("xl/worksheets/")
            )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise SpreadsheetError(UNREADABLE) from None


def _refuse_other_formats(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis"):
        raise SpreadsheetError(
            "Ce classeur est au format OpenDocument (.ods). Enregistrez-le au format .xlsx ou CSV."
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SpreadsheetError(
            "Ce classeur contient des macros (.xlsm). Enregistrez-le au format .xlsx, sans macro."
        )
    if "xl/workbook.xml" not in names and "xl/workbook.bin" in names:
        raise SpreadsheetError("Le format .xlsb n’est pas accepté : enregistrez-le en .xlsx.")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise SpreadsheetError("Ce fichier n’est pas un classeur Excel (.xlsx).")


def _first_filled_sheet(content: bytes, limits: SheetLimits) -> Sheet:
    with _opened(content, data_only=True) as workbook:
        for worksheet in sorted(workbook.worksheets, key=lambda s: s.sheet_state != "visible"):
            rows = list(_filled_rows(worksheet, limits))
            if rows:
                return Sheet(title=worksheet.title, rows=rows)
    raise SpreadsheetError("Ce classeur est vide.")


def _filled_rows(worksheet: Any, limits: SheetLimits) -> Iterator[SheetRow]:
    characters = filled = 0
    for number, row in _numbered(worksheet, limits):
        if number > LAST_ROW:
            raise SpreadsheetError("Des lignes sont remplies très loin du début de la feuille.")
        cells = [as_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        filled += 1
        characters += sum(map(len, cells))
        if filled > limits.rows:
            raise SpreadsheetError(f"Plus de {limits.rows} lignes : séparez le fichier.")
        if characters > limits.text_characters:
            raise SpreadsheetError(TOO_HEAVY)
        yield SheetRow(number=number, cells=cells)


def _numbered(worksheet: Any, limits: SheetLimits) -> Iterator[tuple[int, tuple[Any, ...]]]:
    # The dimensions written in the file may be wrong: the rows themselves are read.
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(max_col=limits.columns, values_only=True)
    return enumerate(rows, start=1)


def _refuse_formulas_without_value(content: bytes, sheet: Sheet, limits: SheetLimits) -> None:
    """A workbook written by a program may hold formulas that nothing has computed yet."""
    known = {row.number: row.cells for row in sheet.rows}
    with _opened(content, data_only=False) as workbook:
        for number, row in _numbered(workbook[sheet.title], limits):
            for index, value in enumerate(row):
                if not (isinstance(value, str) and value.startswith("=")):
                    continue
                cells = known.get(number, [])
                if index >= len(cells) or not cells[index]:
                    raise SpreadsheetError(
                        f"La ligne {number} contient une formule sans résultat enregistré. Ouvrez "
                        "le classeur, enregistrez-le, ou collez les valeurs à la place."
                    )


class _opened:  # noqa: N801 - read as a function
    """A workbook open for reading, without the warnings of openpyxl about what it leaves out."""

    def __init__(self, content: bytes, *, data_only: bool) -> None:
        from openpyxl import load_workbook

        self._quiet = warnings.catch_warnings()
        self._quiet.__enter__()
        warnings.simplefilter("ignore")
        try:
            self._workbook = load_workbook(
                BytesIO(content), read_only=True, data_only=data_only, keep_links=False
            )
        except BaseException:
            self._quiet.__exit__(None, None, None)
            raise

    def __enter__(self) -> Any:
        return self._workbook

    def __exit__(self, *error: object) -> None:
        self._workbook.close()
        self._quiet.__exit__(None, None, None)


def as_text(value: Any) -> str:
    """A cell as a person would type it: whole numbers without decimals, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, int | float | Decimal):
        return str(value)
    return _unescaped(str(value)).strip()


def _unescaped(text: str) -> str:
    """Excel writes a carriage return typed in a cell as « _x000D_ »."""
    return text.replace("_x000D_\n", "\n").replace("_x000D_", "\n").replace("\r\n", "\n")
