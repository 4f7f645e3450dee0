"""Workbooks written: text only, headings in sight."""

import io

from openpyxl import load_workbook

from zna_network.adapters.xlsx_reader import XlsxReader
from zna_network.adapters.xlsx_writer import XlsxWriter
from zna_network.ports.spreadsheets import SheetColumn, SheetLimits

COLUMNS = [SheetColumn("Nom", 30), SheetColumn("Horaires", wraps=True)]


def test_writes_headings_that_stay_in_sight_with_filters() -> None:
    content = XlsxWriter().write("Annuaire", COLUMNS, [["CCAS", "Lundi\nMardi"]])
    sheet = load_workbook(io.BytesIO(content))["Annuaire"]
    assert [cell.value for cell in sheet[1]] == ["Nom", "Horaires"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B2"


def test_every_cell_is_text_whatever_it_looks_like() -> None:
    texts = ["=1+1", "+33 3 21", "0321000000", "https://x.example", "{=A1}", "2026-03-01"]
    content = XlsxWriter().write("A", [SheetColumn("x")] * len(texts), [texts])
    row = load_workbook(io.BytesIO(content)).worksheets[0][2]
    assert [cell.value for cell in row] == texts
    assert {cell.data_type for cell in row} == {"s"}
    assert all(cell.hyperlink is None for cell in row)


def test_the_reader_reads_it_back() -> None:
    rows = [["Rœux « ’ »", "Lundi\nMardi"], ["", "x" * 5_000]]
    content = XlsxWriter().write("A", COLUMNS, rows)
    sheet = XlsxReader().read(content, SheetLimits(rows=10))
    assert [row.cells for row in sheet.rows][1:] == rows


def test_an_empty_table_is_a_workbook_all_the_same() -> None:
    content = XlsxWriter().write("A", COLUMNS, [])
    assert XlsxReader().read(content, SheetLimits(rows=10)).rows[0].cells == ["Nom", "Horaires"]
