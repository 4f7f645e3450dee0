"""Communes, neighbourhoods, rights and publics, read from words and written in words."""

import pytest

from zna_network.models.organisation import OfferKind, OrganisationKind
from zna_network.models.territory import Lot, TargetGroup
from zna_network.services.directory_import import kinds
from zna_network.services.directory_import.vocabulary import (
    EVERYBODY,
    Territory,
    UnknownWordsError,
    Vocabulary,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Rœux", "Rœux"),
        ("ROEUX", "Rœux"),
        ("Roeux", "Rœux"),
        ("Maroeil", "Marœuil"),
        ("Boisieux-au-Mont", "Boisleux-au-Mont"),
        ("Saint-Nicolas-lez-Arras", "Saint-Nicolas"),
        ("St Nicolas", "Saint-Nicolas"),
        ("STE CATHERINE", "Sainte-Catherine"),
        ("mont saint eloi", "Mont-Saint-Éloi"),
        ("Arras Cedex 9", "Arras"),
        ("ARRAS CEDEX", "Arras"),
        ("62041", "Arras"),
    ],
)
def test_finds_a_commune_by_any_of_its_spellings(
    vocabulary: Vocabulary, typed: str, name: str
) -> None:
    insee = vocabulary.commune(typed)
    assert insee is not None
    assert vocabulary.communes[insee].name == name


@pytest.mark.parametrize("typed", ["Lille", "Lens", "62498", "", "Arras-sur-Rhône"])
def test_another_town_is_none_of_the_communes(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.commune(typed) is None


def test_tells_which_commune_was_probably_meant(vocabulary: Vocabulary) -> None:
    assert vocabulary.near_commune("Aras") == "Arras"
    assert vocabulary.near_commune("Lille") == ""


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("RSA", {"RSA"}),
        ("rsa, apl", {"RSA", "APL"}),
        ("Revenu de solidarité active", {"RSA"}),
        ("Prime d'activité ; Aide alimentaire", {"PPA", "AIDE_ALIMENTAIRE"}),
        ("APL / ALF", {"APL", "ALF"}),
        ("RSA et APL", {"RSA", "APL"}),
        ("CHEQUE_ENERGIE", {"CHEQUE_ENERGIE"}),
        ("C2S", {"C2S"}),
        ("RSA\nRSA", {"RSA"}),
    ],
)
def test_reads_rights_by_code_acronym_or_label(
    vocabulary: Vocabulary, typed: str, codes: set[str]
) -> None:
    assert set(vocabulary.rights_in(typed)) == codes


def test_refuses_an_unknown_right_and_tells_a_near_one(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownWordsError, match=r"droit inconnu : « Prime d activite s ».*Prime d"):
        vocabulary.rights_in("RSA ; Prime d activite s")


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("Tous publics", ()),
        ("tout public", ()),
        ("Jeunes", (TargetGroup.YOUTH,)),
        ("demandeurs d'emploi, RSA", (TargetGroup.LOW_INCOME,)),
        (TargetGroup.LOW_INCOME.label, (TargetGroup.LOW_INCOME,)),
        ("seniors ; familles monoparentales", (TargetGroup.SENIORS, TargetGroup.SINGLE_PARENTS)),
    ],
)
def test_reads_publics(vocabulary: Vocabulary, typed: str, groups: tuple[TargetGroup, ...]) -> None:
    assert set(vocabulary.target_groups_in(typed)) == set(groups)


def test_refuses_an_unknown_public(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownWordsError, match="public inconnu : « martiens »"):
        vocabulary.target_groups_in("jeunes, martiens")


@pytest.mark.parametrize(
    "typed", ["Toute la CUA", "toute la cua", "Communauté urbaine d’Arras", "46 communes"]
)
def test_the_whole_territory_has_several_names(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.territory_in(typed) == Territory()


def test_reads_communes_neighbourhoods_and_lots(vocabulary: Vocabulary) -> None:
    found = vocabulary.territory_in("Roeux, Feuchy et Acq ; Lot 1 ; QPV Quatre As")
    assert not found.covers_whole_epci
    names = [vocabulary.communes[insee].name for insee in found.communes]
    assert sorted(names) == ["Acq", "Feuchy", "Rœux"]
    assert [vocabulary.qpvs[i].name for i in found.qpvs] == ["Quatre As"]
    assert found.lots == (1,)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Chanteclair - Cévennes", "Chanteclair-Cévennes"),
        ("Quartier Chanteclair-Cévennes", "Chanteclair-Cévennes"),
        ("quartier des Blancs Monts Hochettes", "Blancs Monts-Hochettes"),
        ("Bonnettes - St Pol - Baudimont", "Bonnettes-Saint-Pol-Baudimont"),
    ],
)
def test_reads_a_neighbourhood_however_it_is_called(
    vocabulary: Vocabulary, typed: str, name: str
) -> None:
    found = vocabulary.territory_in(typed)
    assert [vocabulary.qpvs[i].name for i in found.qpvs] == [name]


@pytest.mark.parametrize("typed", ["Lot 1, lot 2", "lots 1 et 2", "lot n° 1 / 2"])
def test_reads_several_lots(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.territory_in(typed).lots == (1, 2)


def test_reads_a_lot_by_its_label(vocabulary: Vocabulary) -> None:
    assert vocabulary.territory_in(Lot.RURAL_AND_SUBURBAN.label).lots == (1,)


def test_arras_ouest_is_the_call_s_name_for_two_neighbourhoods(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.territory_in("Arras Ouest").qpvs) == 2


def test_refuses_an_unknown_place_and_tells_a_near_one(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownWordsError, match="« Feuchi » ; vouliez-vous dire « Feuchy »"):
        vocabulary.territory_in("Arras, Feuchi")


def test_codes_from_elsewhere_are_left_aside_unless_there_is_nothing_else(
    vocabulary: Vocabulary,
) -> None:
    assert vocabulary.territory_in("62498 ; 62041").communes == ("62041",)
    with pytest.raises(UnknownWordsError, match="hors de la Communauté urbaine"):
        vocabulary.territory_in("62498 ; 59350 ; 200093201")


def test_what_is_written_is_read_back(vocabulary: Vocabulary) -> None:
    for code in vocabulary.rights:
        assert vocabulary.rights_in(vocabulary.show_rights([code])) == (code,)
    everything = Territory(
        covers_whole_epci=False,
        communes=tuple(sorted(vocabulary.communes)),
        qpvs=tuple(sorted(vocabulary.qpvs)),
        lots=(1, 2, 3),
    )
    for territory in (Territory(), everything):
        assert vocabulary.territory_in(vocabulary.show_territory(territory)) == territory
    groups = tuple(sorted(TargetGroup))
    assert vocabulary.target_groups_in(vocabulary.show_target_groups(groups)) == groups
    assert vocabulary.show_target_groups(()) == EVERYBODY
    assert vocabulary.target_groups_in(EVERYBODY) == ()


@pytest.mark.parametrize("kind", OrganisationKind)
def test_every_kind_of_organisation_is_read_back(kind: OrganisationKind) -> None:
    assert kinds.organisation_kind(kind.label) is kind
    assert kinds.organisation_kind(kind.value.upper()) is kind


@pytest.mark.parametrize("kind", OfferKind)
def test_every_kind_of_offer_is_read_back(kind: OfferKind) -> None:
    assert kinds.offer_kind(kind.label) is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CCAS de Rœux", OrganisationKind.CCAS),
        ("C.C.A.S. d’Arras", OrganisationKind.CCAS),
        ("Caisse d’allocations familiales du Pas-de-Calais", OrganisationKind.CAF),
        ("Mairie d’Achicourt", OrganisationKind.COMMUNE),
        ("Association d’exemple", OrganisationKind.ASSOCIATION),
        ("Cafétéria solidaire", OrganisationKind.OTHER),
    ],
)
def test_a_name_may_give_the_kind_away(name: str, kind: OrganisationKind) -> None:
    assert kinds.kind_of_name(name) is kind


def test_an_offer_is_a_drop_in_when_its_title_says_so() -> None:
    assert kinds.offer_kind_of_title("Permanence RSA") is OfferKind.DROP_IN
    assert kinds.offer_kind_of_title("Atelier numérique") is OfferKind.SERVICE
    assert kinds.offer_kind_of_title("") is OfferKind.RECEPTION
