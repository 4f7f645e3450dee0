"""Workbooks read as rows of text, and those that are refused."""

import io
from datetime import date, datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from tests.factories.files import archive, office_file
from tests.factories.import_files import with_part, xlsx_file
from zna_network.adapters.xlsx_reader import XlsxReader, as_text
from zna_network.ports.spreadsheets import Sheet, SheetLimits, SpreadsheetError

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"


def _read(content: bytes, **limits: int) -> Sheet:
    return XlsxReader().read(content, SheetLimits(**{"rows": 100, **limits}))


def _xml_sheet(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_reads_the_rows_that_hold_something_with_their_numbers() -> None:
    sheet = _read(xlsx_file([["Nom", "Ville"], [], ["A", None, None], [None, "Arras"]]))
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ["Nom", "Ville"]),
        (3, ["A"]),
        (4, ["", "Arras"]),
    ]


def test_reads_the_first_sheet_that_holds_something() -> None:
    sheet = _read(xlsx_file([["Nom"]], sheets_before=2))
    assert sheet.title == "Sheet2"
    assert len(sheet.rows) == 1


def test_a_hidden_sheet_comes_last() -> None:
    workbook = Workbook()
    hidden, shown = workbook.active, workbook.create_sheet("Vue")
    assert hidden is not None
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    shown.append(["Nom"])
    stream = io.BytesIO()
    workbook.save(stream)
    assert _read(stream.getvalue()).title == "Vue"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  Rœux ", "Rœux"),
        (62000, "62000"),
        (321000000.0, "321000000"),
        (20003357900018.0, "20003357900018"),
        (1.5, "1.5"),
        (True, "oui"),
        (False, "non"),
        (datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),  # noqa: DTZ001
        (date(2026, 3, 1), "2026-03-01"),
        (time(9, 30), "09:30"),
        ("a_x000D_\nb\r\nc", "a\nb\nc"),
    ],
)
def test_a_cell_reads_as_a_person_would_type_it(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_a_formula_counts_for_the_value_kept_with_it() -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>"C"&amp;"CAS"</f><v>CCAS</v></c><c r="B1"><v>2</v></c></row>'
    content = with_part(xlsx_file([["x"]]), SHEET, _xml_sheet(rows))
    assert _read(content).rows[0].cells == ["CCAS", "2"]


def test_a_formula_without_a_value_is_refused() -> None:
    with pytest.raises(SpreadsheetError, match="ligne 2 contient une formule sans résultat"):
        _read(xlsx_file([["Nom"], ["=1+1"]]))


def test_text_that_looks_like_a_formula_is_no_formula() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>=1+1</t></is></c></row>'
    assert _read(with_part(xlsx_file([["x"]]), SHEET, _xml_sheet(rows))).rows[0].cells == ["=1+1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04rien", "illisible ou abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "ancien format"),
        (office_file("ods"), "OpenDocument"),
        (office_file("docx"), "n’est pas un classeur"),
        (archive(**{"notes.txt": "x"}), "n’est pas un classeur"),
        (office_file("xlsx", xl__vbaProject_bin="x").replace(b"_bin", b".bin"), "macros"),
        (office_file("xlsx"), "illisible ou abîmé"),
        (xlsx_file([]), "vide"),
        (xlsx_file([["x"]])[:-30], "illisible ou abîmé"),
    ],
)
def test_refuses_what_is_no_plain_workbook(content: bytes, reason: str) -> None:
    with pytest.raises(SpreadsheetError, match=reason):
        _read(content)


def test_refuses_a_workbook_with_a_password() -> None:
    content = bytearray(xlsx_file([["x"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            content[start + offset] |= 1
            start += 4
    with pytest.raises(SpreadsheetError, match="mot de passe"):
        _read(bytes(content))


def test_refuses_a_sheet_that_unpacks_to_too_much() -> None:
    content = with_part(xlsx_file([["x"]]), "xl/media/image1.png", bytes(60_000_000))
    assert len(content) < 100_000
    with pytest.raises(SpreadsheetError, match="trop volumineux"):
        _read(content)


def test_refuses_too_many_parts() -> None:
    stream = io.BytesIO(xlsx_file([["x"]]))
    with ZipFile(stream, "a", ZIP_DEFLATED) as package:
        for number in range(2_100):
            package.writestr(f"x/{number}", "")
    with pytest.raises(SpreadsheetError, match="trop volumineux"):
        _read(stream.getvalue())


def test_refuses_entities_that_multiply() -> None:
    with pytest.raises(SpreadsheetError, match="illisible"):
        _read(with_part(xlsx_file([["x"]]), SHEET, BOMB))


def test_refuses_rows_very_far_away() -> None:
    rows = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    with pytest.raises(SpreadsheetError, match="très loin"):
        _read(with_part(xlsx_file([["x"]]), SHEET, _xml_sheet(rows)))


def test_refuses_too_many_rows() -> None:
    with pytest.raises(SpreadsheetError, match="Plus de 3 lignes"):
        _read(xlsx_file([["x"]] * 4), rows=3)


def test_refuses_too_much_text() -> None:
    with pytest.raises(SpreadsheetError, match="trop volumineux"):
        _read(xlsx_file([["x" * 2_000]] * 3), text_characters=5_000)


def test_columns_beyond_the_limit_are_left_aside() -> None:
    assert _read(xlsx_file([["a", "b", "c"]]), columns=2).rows[0].cells == ["a", "b"]
