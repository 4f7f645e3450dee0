"""Files to import, as spreadsheets and other programs write them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

# Made-up establishments whose key is right (Luhn).
SIRET = "20003357900018"
OTHER_SIRET = "12345678200002"


def csv_file(
    *rows: Mapping[str, str], separator: str = ";", encoding: str = "utf-8", before: str = ""
) -> bytes:
    """The headings of all the rows, in the order in which they first appear, then the rows."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=separator, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return (before + output.getvalue()).encode(encoding)


def xlsx_file(rows: Sequence[Sequence[Any]], *, sheets_before: int = 0) -> bytes:
    """A workbook; ``sheets_before`` empty sheets come first."""
    workbook = Workbook()
    sheet = workbook.active
    for _ in range(sheets_before):
        sheet = workbook.create_sheet()
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one more part, or that part replaced."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            if part != name:
                target.writestr(part, source.read(part))
        target.writestr(name, content)
    return stream.getvalue()


def structure(**values: Any) -> dict[str, Any]:
    return {
        "source": "essai",
        "id": "essai--1",
        "nom": "CCAS de Rœux",
        "date_maj": "2026-01-15",
        **values,
    }


def service(**values: Any) -> dict[str, Any]:
    return {
        "source": "essai",
        "structure_id": "essai--1",
        "id": "essai--1--1",
        "nom": "Permanence accès aux droits",
        "description": "Accueil et aide aux démarches.",
        "date_maj": "2026-01-15",
        **values,
    }


def json_file(structures: Sequence[Any], services: Sequence[Any] = ()) -> bytes:
    content = {"structures": list(structures), "services": list(services)}
    return json.dumps(content, ensure_ascii=False).encode()
