"""The words that a query is searched by."""

import pytest

from zna_network.services.search_words import search_words
from zna_network.services.slugs import slugify


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", []),
        ("  ’ -- ", []),
        ("Rœux", ["roeux"]),
        ("MAROEUIL", ["maroeuil"]),
        ("St Nicolas", ["saint", "nicolas"]),
        ("Saint-Nicolas", ["saint", "nicolas"]),
        ("Ste-Catherine", ["sainte", "catherine"]),
        ("C.C.A.S. d’Arras", ["ccas", "arras"]),
        ("C.C.A.S", ["ccas"]),
        ("CCAS de Arras", ["ccas", "arras"]),
        ("R.S.A.", ["rsa"]),
        ("de la", ["de", "la"]),
        ("Écurie écurie ECURIE", ["ecurie"]),
        ("%_\\'\"; DROP", ["drop"]),
        ("\x00arras", ["arras"]),
    ],
)
def test_a_query_is_folded_into_words(query: str, words: list[str]) -> None:
    assert search_words(query) == words


def test_eight_words_at_the_most_are_searched() -> None:
    assert search_words(" ".join(f"mot{n}" for n in range(40))) == [f"mot{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("CCAS d’Arras", "ccas-d-arras"),
        ("Mairie de Rœux", "mairie-de-roeux"),
        ("—", "organisme"),
        ("x" * 150, "x" * 100),
        (" ".join(["mot"] * 40), "-".join(["mot"] * 25)),
    ],
)
def test_a_name_makes_an_address(name: str, slug: str) -> None:
    assert slugify(name) == slug
