"""What people type: the one form that is stored, or the reason of the refusal."""

import pytest

from zna_network.services.clean_values import (
    clean_line,
    clean_phone,
    clean_postcode,
    clean_siret,
    clean_text,
    clean_website,
)
from zna_network.services.errors import InvalidError


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("  ", ""),
        ("20003357900018", "20003357900018"),
        ("200 033 579 00018", "20003357900018"),
        ("200-033-579 00018", "20003357900018"),
        ("200\u00a0033\u202f579 00018", "20003357900018"),
        ("35600000009075", "35600000009075"),  # La Poste: Luhn fails, five divides the sum
        ("35600000000048", "35600000000048"),  # its head office follows Luhn as well
    ],
)
def test_a_siret_is_fourteen_digits_with_a_right_key(typed: str, stored: str) -> None:
    assert clean_siret(typed) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2000335790001", "14 chiffres"),
        ("200033579000180", "14 chiffres"),
        ("2000335790001X", "14 chiffres"),
        ("٢٠٠٠٣٣٥٧٩٠٠٠١٨", "14 chiffres"),
        ("20003357900019", "clé de contrôle"),
        ("35600000009076", "clé de contrôle"),
    ],
)
def test_a_wrong_siret_says_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(InvalidError, match=words) as refusal:
        clean_siret(typed)
    assert refusal.value.field == "siret"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("0321000000", "03 21 00 00 00"),
        ("03.21.00.00.00", "03 21 00 00 00"),
        ("03-21-00-00-00", "03 21 00 00 00"),
        ("03\u00a021\u202f00 00 00", "03 21 00 00 00"),
        ("+33 3 21 00 00 00", "03 21 00 00 00"),
        ("+33 (0)3 21 00 00 00", "03 21 00 00 00"),
        ("0033321000000", "03 21 00 00 00"),
        ("3949", "3949"),
        ("115", "115"),
        ("+32 2 000 00 00", "+3220000000"),
    ],
)
def test_a_telephone_number_has_one_form(typed: str, stored: str) -> None:
    assert clean_phone(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["03 21", "03 21 00 00 00 / 06 00 00 00 00", "standard", "+33 3 21", "00 00 00 00 00", "999"],
)
def test_a_wrong_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="Un seul") as refusal:
        clean_phone(typed)
    assert refusal.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("https://www.exemple.fr/aide?x=1", "https://www.exemple.fr/aide?x=1"),
        ("http://exemple.example", "http://exemple.example"),
        (" www.exemple.fr ", "https://www.exemple.fr"),
        ("exemple.fr/page", "https://exemple.fr/page"),
        ("exemple.fr:8080/page", "https://exemple.fr:8080/page"),
    ],
)
def test_a_website_is_an_http_address(typed: str, stored: str) -> None:
    assert clean_website(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JAVASCRIPT://exemple.fr/%0aalert(1)",
        "ftp://exemple.fr",
        "data:text/html,x",
        "https://",
        "https://exemple",
        "https://exemple .fr",
        "https://user:pass@exemple.fr",
        "https://exemple.fr:99999",
        "https://[exemple.fr",
        "rien du tout",
        "mailto:personne@exemple.example",
    ],
)
def test_anything_else_is_no_website(typed: str) -> None:
    with pytest.raises(InvalidError, match="adresse de site") as refusal:
        clean_website(typed)
    assert refusal.value.field == "website"


def test_a_website_too_long_is_refused() -> None:
    with pytest.raises(InvalidError, match="trop long"):
        clean_website(f"https://exemple.fr/{'x' * 300}")


@pytest.mark.parametrize(("typed", "stored"), [("", ""), ("62000", "62000"), ("62 000", "62000")])
def test_a_postcode_has_five_digits(typed: str, stored: str) -> None:
    assert clean_postcode(typed) == stored


@pytest.mark.parametrize("typed", ["6200", "620000", "62O00", "٦٢٠٠٠"])
def test_a_wrong_postcode_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="cinq chiffres"):
        clean_postcode(typed)


def test_a_line_is_folded_and_kept_within_its_limit() -> None:
    assert clean_line("  CCAS \n d’Arras\x00 ", field="name", limit=12) == "CCAS d’Arras"
    with pytest.raises(InvalidError, match="12 caractères, pour 11"):
        clean_line("CCAS d’Arras", field="name", limit=11)
    with pytest.raises(InvalidError, match="Indiquez"):
        clean_line(" \t ", field="name", limit=11, required="Indiquez un nom.")


def test_a_text_keeps_its_lines() -> None:
    assert clean_text(" lundi\r\nmardi\rjeudi\n", field="notes") == "lundi\nmardi\njeudi"
    with pytest.raises(InvalidError, match="trop long"):
        clean_text("x" * 5001, field="notes")
