"""When two records look like the same organisation, and when they must not."""

import time

import pytest

from zna_network.models.organisation import OrganisationKind
from zna_network.services.likeness import LARGEST_BLOCK, Identity, LikenessIndex, Reason, reasons

ARRAS = {"place": "62041", "place_words": frozenset({"arras"})}
AGNY = {"place": "62013", "place_words": frozenset({"agny"})}


def _reasons(one: Identity, other: Identity) -> set[Reason]:
    """The same whichever comes first, and found through the index too."""
    found = reasons(one, other)
    assert set(reasons(other, one)) == set(found)
    assert [pair[2] for pair in LikenessIndex([one, other]).pairs()] == ([found] if found else [])
    return set(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Association Emmaüs", "EMMAUS"),
        ("CCAS d’Arras", "Centre communal d’action sociale"),
        ("C.C.A.S. d’Arras", "CCAS Arras"),
        ("Les Restos du Cœur (association loi 1901)", "Restos du cœur"),
        ("Caisse d’Allocations Familiales", "CAF d’Arras"),
    ],
)
def test_the_same_name_in_the_same_commune(one: str, other: str) -> None:
    assert _reasons(Identity(1, one, **ARRAS), Identity(2, other, **ARRAS)) == {Reason.SAME_NAME}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Emmaüs", "Emaüs"),
        ("Secours populaire", "Secours populaire français"),
        ("Mission locale en pays d’Artois", "Mission locale en pays d’Artoi"),
    ],
)
def test_near_names_in_the_same_commune(one: str, other: str) -> None:
    assert _reasons(Identity(1, one, **ARRAS), Identity(2, other, **ARRAS)) == {Reason.NEAR_NAME}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Secours populaire", "Secours catholique"),
        ("MDS d’Arras Nord", "MDS d’Arras Sud"),
        ("Mairie d’Arras", "CCAS d’Arras"),
        ("Crèche 2", "Crèche 3"),
        ("Arras", "Association pour Arras et son théâtre"),
    ],
)
def test_different_names_in_the_same_commune(one: str, other: str) -> None:
    assert _reasons(Identity(1, one, **ARRAS), Identity(2, other, **ARRAS)) == set()


def test_the_same_name_elsewhere_is_another_organisation() -> None:
    assert (
        _reasons(Identity(1, "CCAS d’Arras", **ARRAS), Identity(2, "CCAS d’Agny", **AGNY)) == set()
    )
    assert _reasons(Identity(1, "Restos", **ARRAS), Identity(2, "Restos", **AGNY)) == set()


def test_a_record_without_a_place_is_compared_by_its_whole_name() -> None:
    assert _reasons(Identity(1, "CCAS d’Arras", **ARRAS), Identity(2, "CCAS Arras")) == {
        Reason.SAME_NAME
    }
    assert _reasons(Identity(1, "CCAS d’Arras", **ARRAS), Identity(2, "CCAS Agny")) == set()


def test_the_same_siret_wherever_they_are() -> None:
    one = Identity(1, "Une", siret="20003357900018", **ARRAS)
    assert _reasons(one, Identity(2, "Autre", siret="20003357900018", **AGNY)) == {Reason.SIRET}


def test_the_same_acronym_in_the_same_commune() -> None:
    one = Identity(1, "Action pour l’insertion", acronym="API", **ARRAS)
    assert _reasons(one, Identity(2, "Atelier du pain", acronym="a.p.i.", **ARRAS)) == {
        Reason.ACRONYM
    }
    assert _reasons(one, Identity(2, "Atelier du pain", acronym="API", **AGNY)) == set()


def test_the_same_address_or_telephone() -> None:
    line = {"email": "accueil@organisme.example", "phone": "03 21 00 00 00"}
    one, other = Identity(1, "Une", **line), Identity(2, "Autre", **line)
    assert _reasons(one, other) == {Reason.EMAIL, Reason.PHONE}


def test_a_commune_and_its_ccas_may_share_a_switchboard() -> None:
    line = {"phone": "03 21 00 00 00", **AGNY}
    mairie = Identity(1, "Mairie d’Agny", kind=OrganisationKind.COMMUNE, **line)
    assert _reasons(mairie, Identity(2, "CCAS d’Agny", kind=OrganisationKind.CCAS, **line)) == set()


def test_a_new_record_is_told_what_it_looks_like_best_first() -> None:
    index = LikenessIndex(
        [
            Identity(1, "Emmaüs", **ARRAS),
            Identity(2, "Emaüs", **ARRAS),
            Identity(3, "Secours populaire", **ARRAS),
        ]
    )
    found = index.like(Identity(0, "Association Emmaüs", **ARRAS))
    assert [(other.id, reasons) for other, reasons in found] == [
        (1, (Reason.SAME_NAME,)),
        (2, (Reason.NEAR_NAME,)),
    ]


def test_a_word_that_everybody_has_tells_nothing() -> None:
    many = [Identity(n, f"Habitat {chr(97 + n % 26)}{n}") for n in range(1, LARGEST_BLOCK + 2)]
    assert list(LikenessIndex(many).pairs()) == []


def test_a_line_that_many_share_is_a_switchboard() -> None:
    few = [Identity(n, f"CCAS numéro {n}", phone="03 21 00 00 00") for n in range(1, 7)]
    assert {found for _, _, found in LikenessIndex(few).pairs()} == {(Reason.PHONE,)}
    many = [*few, Identity(7, "CCAS numéro 7", phone="03 21 00 00 00")]
    assert list(LikenessIndex(many).pairs()) == []
    assert LikenessIndex(many).like(Identity(8, "CCAS 8", phone="03 21 00 00 00")) == []


def test_five_thousand_records_take_seconds_at_most() -> None:
    words = [f"{a}{b}{c}" for a in "bdglmnr" for b in ("ari", "one", "ula", "est") for c in "stxz"]
    records = [
        Identity(
            n,
            f"Association {words[n % 112]} {words[(n * 7 + n // 112) % 112]} de la rue {n}",
            place=str(62000 + n % 46),
        )
        for n in range(1, 5001)
    ]
    began = time.perf_counter()
    list(LikenessIndex(records).pairs())
    assert time.perf_counter() - began < 5
