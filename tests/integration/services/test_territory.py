"""The territory as pages offer it: spellings, lots, and what an offer covers."""

from tests.factories.organisations import make_offer, make_organisation
from tests.statements import counted_statements
from zna_network.models.territory import Lot, Qpv
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.search_words import search_words


def test_communes_by_any_of_their_spellings(ctx: Context) -> None:
    for typed, names in (
        ("Boisieux", ["Boisleux-au-Mont", "Boisleux-Saint-Marc"]),
        ("boisleux au mont", ["Boisleux-au-Mont"]),
        ("Maroeil", ["Marœuil"]),
        ("maroeuil", ["Marœuil"]),
        ("Roeux", ["Rœux"]),
        ("RŒUX", ["Rœux"]),
        ("Saint Nicolas lez Arras", ["Saint-Nicolas"]),
        ("St-Nicolas", ["Saint-Nicolas"]),
        ("ecurie", ["Écurie"]),
        ("Bailleul Sire Berthoult", ["Bailleul-Sir-Berthoult"]),
        ("ccas wancourt", ["Wancourt"]),
        ("saint", []),
        ("eux", []),
        ("zzz", []),
        ("", []),
    ):
        found = territory.load(ctx).communes_named(search_words(typed))
        assert [commune.name for commune in found] == names


def test_rights_by_name_or_acronym(ctx: Context) -> None:
    for typed, codes in (
        ("rsa", ["RSA"]),
        ("c2s", ["C2S", "C2S_PART"]),
        ("prime activité", ["PPA"]),
        ("allocation", []),
        ("zzz", []),
    ):
        found = territory.load(ctx).rights_named(search_words(typed))
        assert [right.code for right in found] == codes


def test_a_right_put_aside_is_named_no_more(ctx: Context) -> None:
    places = territory.load(ctx)
    right = places.right("RSA")
    assert right is not None
    right.is_active = False
    assert places.rights_named(["rsa"]) == []
    assert right not in places.active_rights


def test_the_lots_that_have_a_part_of_a_commune(ctx: Context) -> None:
    places = territory.load(ctx)
    for insee, lots in (
        ("62041", (2, 3)),
        ("62004", (1, 3)),
        ("62764", (1, 3)),
        ("62013", (1,)),
        ("62037", (2,)),
    ):
        commune = places.commune(insee)
        assert commune is not None
        assert places.lots_in(commune) == lots


def test_the_lots_that_offers_serve_come_from_commune_and_qpv(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    qpv = ctx.session.query(Qpv).filter_by(slug="quatre-as").one()
    in_arras = make_offer(ctx.session, organisation, communes=["62041"])
    assert territory.lots_served([in_arras]) == [Lot.URBAN_CENTRE]
    in_qpv = make_offer(ctx.session, organisation, qpvs=[qpv])
    assert territory.lots_served([in_qpv]) == [Lot.PRIORITY_NEIGHBOURHOODS]
    assert territory.lots_served([in_arras, in_qpv]) == [2, 3]
    assert territory.lots_served([make_offer(ctx.session, organisation)]) == list(Lot)
    assert territory.lots_served([]) == []


def test_an_offer_s_territory_in_words(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    qpv = ctx.session.query(Qpv).filter_by(slug="quatre-as").one()
    offer = make_offer(ctx.session, organisation, communes=["62151", "62041"], qpvs=[qpv], lots=[1])
    assert territory.territory_labels(offer) == [
        "Lot 1 — 43 communes", "QPV Quatre As", "Arras", "Boisleux-au-Mont",
    ]  # fmt: skip
    whole = make_offer(ctx.session, organisation)
    assert territory.territory_labels(whole) == ["Toute la Communauté urbaine"]


def test_the_whole_territory_takes_four_statements(ctx: Context) -> None:
    ctx.session.expunge_all()
    with counted_statements() as statements:
        places = territory.load(ctx)
        assert all(places.lots_in(commune) for commune in places.communes)
    assert len(statements) == 4
    assert places.commune("75056") is None
    assert places.qpv("x") is None
    assert places.right("x") is None
