"""data·inclusion files: what each record becomes, and why one is refused."""

import json

import pytest

from tests.factories.import_files import SIRET, json_file, service, structure
from zna_network.adapters.data_inclusion_schema import PydanticDataInclusionSchema
from zna_network.services.directory_import.data_inclusion import (
    Row,
    looks_like_json,
    read_records,
)
from zna_network.services.errors import InvalidError, TooLargeError


def _read(content: bytes) -> list[Row]:
    return read_records(PydanticDataInclusionSchema(), content)[0]


def test_a_structure_becomes_a_row() -> None:
    content = json_file(
        [
            structure(
                siret=SIRET,
                telephone="+33321000000",
                courriel="accueil@ccas.example",
                site_web="https://ccas.example/",
                adresse="1 place de l’Exemple",
                complement_adresse="Bâtiment B",
                code_postal="62118",
                commune="Rœux",
                code_insee="62718",
                reseaux_porteurs=["departements", "maisons-des-solidarites"],
            )
        ]
    )
    ((line, values, faults),) = _read(content)
    assert (line, faults) == (1, [])
    assert values["name"] == "CCAS de Rœux"
    assert values["kind"] == "maisons-des-solidarites"
    assert values["siret"] == SIRET
    assert values["address"] == "1 place de l’Exemple, Bâtiment B"
    assert values["insee"] == "62718"
    assert "id" not in values


def test_a_service_carries_what_its_structure_is_recognised_by() -> None:
    content = json_file(
        [structure(siret=SIRET)],
        [
            service(
                publics=["jeunes", "familles"],
                zone_eligibilite=["62041", "59350"],
                horaires_accueil="Mo 09:00-12:00",
            )
        ],
    )
    _, (line, values, faults) = _read(content)
    assert (line, faults) == (2, [])
    assert values["siret"] == SIRET
    assert values["offer_title"] == "Permanence accès aux droits"
    assert values["target_groups"] == "Familles monoparentales ; Jeunes"
    assert values["territory"] == "62041 ; 59350"


@pytest.mark.parametrize("zone", ["200033579", "62", "france"])
def test_a_zone_that_holds_the_territory_is_the_whole_of_it(zone: str) -> None:
    _, (_, values, _) = _read(json_file([structure()], [service(zone_eligibilite=[zone])]))
    assert values["territory"] == "Toute la CUA"


def test_a_list_of_structures_alone_is_accepted() -> None:
    assert len(_read(json.dumps([structure(), structure(id="essai--2")]).encode())) == 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"nom": "X"}, "« nom » : texte trop court (3 caractères au moins)"),
        ({"siret": "123"}, "« siret » : texte trop court"),
        ({"siret": "1234567890123X"}, "« siret » : format inattendu"),
        ({"courriel": "pas une adresse"}, "« courriel » : adresse e-mail non valable"),
        ({"site_web": "ccas"}, "« site_web » : une adresse web complète est attendue"),
        ({"reseaux_porteurs": ["inconnu"]}, "hors de la liste du schéma"),
        ({"date_maj": "hier"}, "« date_maj » : une date AAAA-MM-JJ est attendue"),
        ({"date_maj": "1999-01-01"}, "au 21e siècle"),
        ({"telephone": 321000000}, "« telephone » : un texte est attendu"),
    ],
)
def test_a_structure_that_the_schema_refuses_says_why(
    values: dict[str, object], reason: str
) -> None:
    ((_, _, faults),) = _read(json_file([structure(**values)]))
    assert any(reason in fault for fault in faults)


def test_a_missing_field_is_named() -> None:
    record = structure()
    del record["nom"]
    ((_, values, faults),) = _read(json_file([record]))
    assert (values, faults) == ({}, ["« nom » : champ obligatoire absent"])


@pytest.mark.parametrize("record", [None, 3, "texte", [], True])
def test_what_is_not_a_record_is_refused(record: object) -> None:
    ((_, _, faults),) = _read(json_file([record]))
    assert faults == ["une fiche (objet JSON) est attendue"]


def test_a_service_without_its_structure_is_refused() -> None:
    ((_, _, faults),) = _read(json_file([], [service()]))
    assert faults == ["structure « essai--1 » absente du fichier et de l’annuaire"]


def test_a_service_of_a_structure_of_ours_needs_no_structure() -> None:
    ((_, values, faults),) = _read(json_file([], [service(structure_id="zna-network--ccas")]))
    assert faults == []
    assert values["id"] == "zna-network--ccas"


def test_our_own_rights_are_read_back_from_the_description() -> None:
    text = "Accueil : Accueil\nDroits concernés : RSA ; APL."
    _, (_, values, _) = _read(json_file([structure()], [service(nom="Accueil", description=text)]))
    assert values["rights"] == "RSA ; APL"
    assert "offer_description" not in values


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "illisible : erreur ligne 1"),
        (b"[1,\n2,]", "illisible : erreur ligne 2"),
        ("[é]".encode("latin-1"), "UTF-8"),
        (b"[" * 100_000, "illisible"),
        (b'{"structures": 3}', "n’est pas au format data·inclusion"),
        (b"[]", "aucune structure"),
        (b"{}", "aucune structure"),
    ],
)
def test_an_unreadable_file_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason) as refusal:
        _read(content)
    assert refusal.value.field == "file"


def test_too_many_records_are_refused() -> None:
    with pytest.raises(TooLargeError):
        _read(json.dumps([{}] * 10_001).encode())


def test_json_is_told_by_its_first_character() -> None:
    assert looks_like_json(b"\xef\xbb\xbf \n{")
    assert looks_like_json(b"[]")
    assert not looks_like_json(b"Nom;Ville")
