"""One row's cells made into values, and what is wrong with them."""

from datetime import date
from typing import Any

import pytest

from tests.factories.import_files import SIRET
from zna_network.models.organisation import Civility, OrganisationKind
from zna_network.services.directory_import.rows import RowValues, read_row
from zna_network.services.directory_import.vocabulary import Vocabulary


def _read(vocabulary: Vocabulary, **values: str) -> RowValues:
    return read_row(2, values, [], vocabulary)


def test_an_empty_cell_says_nothing(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, name="A")
    assert row.organisation == {"name": "A"}
    assert (row.offer, row.contact, row.problems) == ({}, {}, [])


@pytest.mark.parametrize(
    ("key", "typed", "field", "value"),
    [
        ("kind", "bailleur social", "kind", OrganisationKind.SOCIAL_LANDLORD),
        ("siret", "200 033 579 000 18", "siret", SIRET),
        ("siret", "20003357900018", "siret", SIRET),
        ("phone", "321000000", "phone", "0321000000"),
        ("postcode", "1000", "postcode", "01000"),
        ("last_verified_on", "2026-03-01", "last_verified_on", date(2026, 3, 1)),
        ("last_verified_on", "01/03/2026", "last_verified_on", date(2026, 3, 1)),
        ("last_verified_on", "2026-03-01 00:00:00", "last_verified_on", date(2026, 3, 1)),
        ("commune", "Maroeil", "commune_insee", "62557"),
        ("insee", "62557", "commune_insee", "62557"),
    ],
)
def test_reads_an_organisation(
    vocabulary: Vocabulary, key: str, typed: str, field: str, value: Any
) -> None:
    row = _read(vocabulary, **{key: typed})
    assert row.problems == []
    assert row.organisation[field] == value


def test_puts_back_the_zeros_that_a_spreadsheet_dropped(vocabulary: Vocabulary) -> None:
    assert _read(vocabulary, siret="5500000000004").organisation["siret"] == "05500000000004"
    assert _read(vocabulary, siret="5500000000009").problems != []


def test_a_town_from_elsewhere_is_kept_and_a_near_commune_told(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, commune="Aras")
    assert row.organisation == {"commune_insee": None, "city": "Aras"}
    assert "Vouliez-vous dire Arras" in row.remarks[0]
    assert _read(vocabulary, commune="Lille").remarks == []


def test_a_cedex_goes_to_the_address(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, address="1 rue de l’Exemple", commune="Arras Cedex 9")
    assert row.organisation["address"] == "1 rue de l’Exemple, CEDEX 9"
    assert row.organisation["commune_insee"] == "62041"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"kind": "club"}, "« Type » : type inconnu : « club »"),
        ({"siret": "123"}, "« SIRET » : Un SIRET a 14 chiffres"),
        ({"siret": "2,00034E+13"}, "« SIRET » : le tableur a abrégé"),
        ({"phone": "#REF!"}, "« Téléphone » : la cellule est en erreur (#REF!)"),
        ({"name": "#N/A"}, "« Nom » : la cellule est en erreur"),
        ({"last_verified_on": "hier"}, "« Vérifié le » : « hier » n’est pas une date"),
        ({"last_verified_on": "31/02/2026"}, "n’est pas une date"),
        ({"insee": "75056"}, "« Code INSEE » : 75056 n’est pas une des 46 communes"),
        ({"commune": "Arras", "insee": "62557"}, "62557 n’est pas le code de Arras"),
        ({"rights": "RSA, XYZ"}, "« Droits » : droit inconnu : « XYZ »"),
        ({"territory": "Atlantide"}, "« Territoire » : territoire inconnu"),
        ({"target_groups": "martiens"}, "« Publics » : public inconnu"),
        ({"offer_kind": "bal"}, "« Nature de l’offre » : nature inconnue"),
        ({"contact_email": "a@b.example"}, "« Nom du contact » : indiquez le nom du contact"),
        ({"contact_last_name": "X", "contact_civility": "Dr"}, "« Civilité » : « Dr »"),
        ({"contact_last_name": "X", "contact_is_referent": "peut-être"}, "écrivez oui ou non"),
    ],
)
def test_says_what_is_wrong_and_in_which_column(
    vocabulary: Vocabulary, values: dict[str, str], reason: str
) -> None:
    (problem,) = _read(vocabulary, **{"name": "A", **values}).problems
    assert reason in problem


def test_says_everything_at_once(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, kind="club", rights="XYZ", territory="Atlantide")
    assert len(row.problems) == 3


def test_keeps_the_faults_found_before(vocabulary: Vocabulary) -> None:
    assert read_row(2, {"name": "A"}, ["« siret » : format inattendu"], vocabulary).problems


def test_reads_an_offer(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, offer_title="Permanence", rights="RSA", territory="lot 3")
    assert row.offer["title"] == "Permanence"
    assert row.offer["rights"] == ("RSA",)
    assert row.offer["lots"] == (3,)
    assert row.offer["covers_whole_epci"] is False


def test_reads_a_contact(vocabulary: Vocabulary) -> None:
    row = _read(
        vocabulary,
        contact_civility="Madame",
        contact_last_name="Exemple",
        contact_is_referent="X",
        contact_is_elected="non",
    )
    assert row.contact == {
        "civility": Civility.MADAM,
        "last_name": "Exemple",
        "is_referent": True,
        "is_elected": False,
    }


def test_a_no_about_nobody_is_no_contact(vocabulary: Vocabulary) -> None:
    row = _read(vocabulary, name="A", contact_is_referent="non")
    assert (row.contact, row.problems) == ({}, [])


def test_our_identifier_loses_its_prefix(vocabulary: Vocabulary) -> None:
    assert _read(vocabulary, id="zna-network--ccas-de-roeux").record_id == "ccas-de-roeux"


def test_the_title_shows_which_organisation_it_is(vocabulary: Vocabulary) -> None:
    assert _read(vocabulary, name="CCAS", commune="Rœux").title == "CCAS (Rœux)"
    assert _read(vocabulary, siret=SIRET).title == SIRET
