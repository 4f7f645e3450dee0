"""CSV files, whatever program wrote them."""

import pytest

from tests.factories.import_files import csv_file
from zna_network.services.directory_import.table import MAXIMUM_ROWS, RawTable
from zna_network.services.directory_import.text_files import read_csv
from zna_network.services.errors import InvalidError, TooLargeError

ROW = {"Nom": "Épicerie de Rœux", "Ville": "Rœux", "Horaires": "Mardi"}


def _cells(table: RawTable) -> list[list[str]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
def test_reads_the_encodings_of_an_office(encoding: str) -> None:
    table = read_csv(csv_file(ROW, encoding=encoding))
    assert _cells(table) == [["Nom", "Ville", "Horaires"], ["Épicerie de Rœux", "Rœux", "Mardi"]]


def test_says_how_the_file_was_read() -> None:
    assert read_csv(csv_file(ROW, encoding="cp1252")).remark == (
        "Windows-1252, séparateur : point-virgule"
    )


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_finds_the_separator(separator: str) -> None:
    table = read_csv(csv_file({**ROW, "Adresse": "1, rue ; du Lac"}, separator=separator))
    assert _cells(table)[1] == ["Épicerie de Rœux", "Rœux", "Mardi", "1, rue ; du Lac"]


def test_the_separator_is_that_of_the_headings_not_of_the_texts() -> None:
    content = b"Nom;Description\nA;a, b, c, d, e, f\nB;g, h, i, j\n"
    assert _cells(read_csv(content))[0] == ["Nom", "Description"]


def test_obeys_the_separator_that_excel_announces() -> None:
    assert _cells(read_csv(b"sep=,\nNom,Ville\nA;B,Arras\n"))[1] == ["A;B", "Arras"]


def test_keeps_line_ends_within_quotes_and_the_number_of_each_line() -> None:
    table = read_csv(b'Nom;Horaires\r\nA;"Lundi\r\nMardi"\r\n\r\nB;x\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (1, ["Nom", "Horaires"]),
        (2, ["A", "Lundi\nMardi"]),
        (5, ["B", "x"]),
    ]


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"])
def test_accepts_any_line_end(line_end: str) -> None:
    assert _cells(read_csv(line_end.join(("Nom", "A", "B")).encode())) == [["Nom"], ["A"], ["B"]]


def test_says_where_a_quote_is_not_closed() -> None:
    with pytest.raises(InvalidError, match="Ligne 3") as refusal:
        read_csv(b'Nom;Ville\nA;Arras\n"B;Arras\nC;Arras\n')
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "content", [b"", b"  \r\n \n", b"\xef\xbb\xbf", "\ufeff \n".encode("utf-16")]
)
def test_refuses_an_empty_file(content: bytes) -> None:
    with pytest.raises(InvalidError, match="vide"):
        read_csv(content)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n\x00\x01\x02", bytes(range(256)), b"Nom\x00;Ville", b"\xff\xfea", b"\x81\x8d"],
)
def test_refuses_what_is_not_text(content: bytes) -> None:
    with pytest.raises(InvalidError, match="texte lisible"):
        read_csv(content)


def test_refuses_too_many_lines() -> None:
    with pytest.raises(TooLargeError, match="10000 lignes"):
        read_csv(b"Nom\n" + b"A\n" * (MAXIMUM_ROWS + 30))


def test_refuses_too_many_columns() -> None:
    with pytest.raises(TooLargeError, match="colonnes"):
        read_csv(b"Nom;Ville\n" + b"x;" * 300 + b"x\n")


def test_refuses_an_endless_cell() -> None:
    with pytest.raises(InvalidError, match="Ligne 2"):
        read_csv(b"Nom\n" + b"x" * 200_000)
