"""What the columns of a file are taken for."""

import pytest

from zna_network.services.directory_import.headings import (
    COLUMNS,
    column_of,
    recognised,
    understand,
)
from zna_network.services.folding import fold


def _keys(*headings: str) -> list[str]:
    understood = understand(headings)
    return [
        understood.columns[p].key if p in understood.columns else "" for p in range(len(headings))
    ]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("NOM DE L'ORGANISME", "name"),
        ("nom de l’organisme", "name"),
        ("Structure", "name"),
        ("Sigle", "acronym"),
        ("type de structure", "kind"),
        ("N° SIRET", "siret"),
        ("CP", "postcode"),
        ("Ville", "commune"),
        ("commune", "commune"),
        ("Tél.", "phone"),
        ("TELEPHONE", "phone"),
        ("E-mail", "email"),
        ("Mél", "email"),
        ("Courriel", "email"),
        ("Site web", "website"),
        ("Droits couverts", "rights"),
        ("Publics cibles", "target_groups"),
        ("Territoire d'intervention", "territory"),
        ("Horaires d’ouverture", "opening_hours"),
        ("Prénom du contact", "contact_first_name"),
        ("Courriel du contact", "contact_email"),
    ],
)
def test_reads_a_heading_however_it_is_written(heading: str, key: str) -> None:
    column = column_of(heading)
    assert column is not None
    assert column.key == key


def test_no_heading_names_two_columns() -> None:
    headings = [fold(h) for column in COLUMNS for h in (column.heading, *column.synonyms)]
    doubled = {
        h
        for h in headings
        if len({c.key for c in COLUMNS if h in {fold(x) for x in (c.heading, *c.synonyms)}}) > 1
    }
    assert doubled == set()


def test_leaves_unknown_headings_aside_and_says_so() -> None:
    understood = understand(["Nom", "Couleur", "", "Ville", "Tel", "Téléphone"])
    assert understood.ignored == ["Couleur", "Téléphone"]
    assert understood.read == [("Nom", "Nom"), ("Ville", "Commune"), ("Tel", "Téléphone")]


def test_nom_is_the_organisation_when_nothing_else_is() -> None:
    assert _keys("Nom", "Prénom", "Fonction") == ["name", "contact_first_name", "contact_function"]


def test_in_a_list_of_people_nom_mail_and_tel_are_the_person_s() -> None:
    assert _keys("Structure", "Nom", "Prénom", "Fonction", "Mail", "Tél") == [
        "name",
        "contact_last_name",
        "contact_first_name",
        "contact_function",
        "contact_email",
        "contact_phone",
    ]


def test_what_comes_before_the_person_is_the_organisation_s() -> None:
    assert _keys("Structure", "Mail", "Nom", "Prénom") == [
        "name",
        "email",
        "contact_last_name",
        "contact_first_name",
    ]


def test_hours_after_an_offer_are_the_offer_s() -> None:
    assert _keys("Nom", "Horaires", "Permanence", "Lieu", "Description") == [
        "name",
        "opening_hours",
        "offer_title",
        "offer_place",
        "offer_description",
    ]
    assert _keys("Nom", "Permanence", "Horaires") == ["name", "offer_title", "offer_hours"]


def test_our_own_headings_are_all_read_back() -> None:
    headings = [column.heading for column in COLUMNS]
    assert _keys(*headings) == [column.key for column in COLUMNS]
    assert recognised(headings) == len(COLUMNS)
