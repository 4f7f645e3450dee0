"""Spelling folded for searching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zna_network.services.folding import fold, search_text, terms


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Marœuil", "maroeuil"),
        ("RŒUX", "roeux"),
        ("Écurie", "ecurie"),
        ("Beaumetz-lès-Loges", "beaumetz les loges"),
        ("St Nicolas", "saint nicolas"),
        ("Ste-Catherine", "sainte catherine"),
        ("  L’aide   à l'énergie ! ", "l aide a l energie"),
        ("", ""),
    ],
)
def test_folds(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_an_acronym_with_dots_is_found_either_way() -> None:
    text = search_text("C.C.A.S. d’Arras")
    assert "c c a s" in text
    assert "ccas" in text


def test_terms_are_bounded() -> None:
    assert len(terms("mot " * 100)) == 8


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
