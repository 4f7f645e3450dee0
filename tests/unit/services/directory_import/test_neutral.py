"""Formulas made harmless, and given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zna_network.services.directory_import.neutral import neutralised, restored


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\n=x",
        " =x",
        "'=x",
        "＝1+1",
        "＠x",
        "'' -1",
    ],
)
def test_a_formula_becomes_text_and_comes_back(text: str) -> None:
    assert neutralised(text) == f"'{text}"
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize(
    "text", ["", "Aujourd’hui", "'Aube", "3949", "03 21 00 00 00", "a=b", "(=)"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text


def test_a_foreign_telephone_stays_readable() -> None:
    assert neutralised("+3220000000") == "+3220000000"
    assert neutralised("+32 2 000 00 00") == "+32 2 000 00 00"


@pytest.mark.parametrize("text", ["+33|cmd", "+1+cmd|' /C calc'!A0", "+33=1", "+1"])
def test_what_only_begins_like_a_telephone_is_made_harmless(text: str) -> None:
    assert neutralised(text).startswith("'")


@given(st.text(alphabet=" '=+-@\t\r\nab1＝", max_size=12))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert restored(neutralised(text)) == text


@given(st.text(max_size=30))
def test_no_cell_ever_begins_with_a_formula(text: str) -> None:
    cell = neutralised(text)
    assert cell[:1] not in {"=", "-", "@", "\t", "\r"}
    assert not cell.startswith("+") or cell[1:].replace(" ", "").isdigit()
