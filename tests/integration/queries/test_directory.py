"""The list of the directory: who is found, in what order, at what cost. On both engines."""

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.organisations import make_offer, make_organisation
from tests.statements import counted_statements
from zna_network.models.organisation import Organisation, OrganisationKind, stale_limit
from zna_network.models.territory import Lot, Qpv, TargetGroup
from zna_network.queries import directory
from zna_network.queries.directory import DirectoryFilter
from zna_network.queries.listing import PageRequest, paginate
from zna_network.services.context import Context
from zna_network.services.search_copy import refresh_search_text
from zna_network.services.search_words import search_words

ARRAS, AGNY, ACHICOURT, BOISLEUX, SAINT_NICOLAS = "62041", "62013", "62004", "62151", "62764"
BEFORE = date(2026, 6, 3)


def _found(ctx: Context, wanted: DirectoryFilter, sort: str = "") -> list[str]:
    page = paginate(
        ctx.session, directory.listed(wanted), PageRequest(sort=sort), directory.sorts(wanted)
    )
    assert page.total == len(page.items)
    return [organisation.name for organisation in page.items]


def _searched(ctx: Context, query: str) -> list[str]:
    return _found(ctx, DirectoryFilter(words=tuple(search_words(query))))


def _organisation(ctx: Context, name: str, **values: object) -> Organisation:
    organisation = make_organisation(ctx.session, name=name, **values)
    refresh_search_text(organisation)
    ctx.session.commit()
    return organisation


@pytest.fixture
def directory_of_seven(ctx: Context) -> dict[str, Organisation]:
    """A few organisations as different as can be."""
    ccas = _organisation(
        ctx, "C.C.A.S. d’Arras", kind=OrganisationKind.CCAS, commune_insee=ARRAS,
        last_verified_on=date(2026, 11, 2),
    )  # fmt: skip
    mairie = _organisation(
        ctx, "Mairie de Saint-Nicolas", kind=OrganisationKind.COMMUNE, commune_insee=SAINT_NICOLAS,
        last_verified_on=date(2026, 6, 3),
    )  # fmt: skip
    caf = _organisation(
        ctx, "Caisse d’allocations familiales", acronym="CAF", kind=OrganisationKind.CAF,
        commune_insee=ARRAS, last_verified_on=date(2026, 6, 2),
    )  # fmt: skip
    make_offer(ctx.session, caf, rights=["RSA", "PPA"])
    oeuvre = _organisation(ctx, "L’Œuvre de Marœuil", commune_insee="62557")
    make_offer(ctx.session, oeuvre, communes=[BOISLEUX], target_groups=[TargetGroup.SENIORS])
    rural = _organisation(ctx, "Familles rurales")
    make_offer(ctx.session, rural, lots=[1], target_groups=[TargetGroup.YOUTH])
    quarter = _organisation(ctx, "Centre social du quartier")
    quatre_as = ctx.session.query(Qpv).filter_by(slug="quatre-as").one()
    make_offer(ctx.session, quarter, qpvs=[quatre_as], rights=["APA"])
    gone = _organisation(ctx, "Relais disparu", commune_insee=ARRAS, archived_at=ctx.now)
    return {
        "ccas": ccas, "mairie": mairie, "caf": caf, "oeuvre": oeuvre, "rural": rural,
        "quarter": quarter, "gone": gone,
    }  # fmt: skip


def test_search_folds_and_needs_every_word(
    ctx: Context, directory_of_seven: dict[str, Organisation]
) -> None:
    for query, names in (
        ("ccas", ["C.C.A.S. d’Arras"]),
        ("C.C.A.S.", ["C.C.A.S. d’Arras"]),
        ("ccas de arras", ["C.C.A.S. d’Arras"]),
        ("centre communal d'action sociale", ["C.C.A.S. d’Arras"]),
        ("st nicolas", ["Mairie de Saint-Nicolas"]),
        ("Saint Nicolas-lez-Arras", ["Mairie de Saint-Nicolas"]),
        ("CAF", ["Caisse d’allocations familiales"]),
        ("rsa", ["Caisse d’allocations familiales"]),
        ("prime activité", ["Caisse d’allocations familiales"]),
        ("oeuvre", ["L’Œuvre de Marœuil"]),
        ("MARŒUIL", ["L’Œuvre de Marœuil"]),
        ("maroeuil", ["L’Œuvre de Marœuil"]),
        ("Maroeil", ["L’Œuvre de Marœuil"]),
        ("boisieux au mont", ["L’Œuvre de Marœuil"]),
        ("Boisleux", ["L’Œuvre de Marœuil"]),
        ("lot 1", ["Familles rurales"]),
        ("quatre as", ["Centre social du quartier"]),
        ("personnalisee autonomie quartier", ["Centre social du quartier"]),
        ("caf boisleux", []),
        ("disparu", []),
        ("zzz", []),
    ):
        assert _searched(ctx, query) == names


def test_names_come_before_what_is_merely_mentioned(
    ctx: Context, directory_of_seven: dict[str, Organisation]
) -> None:
    assert _searched(ctx, "soc")[0] == "Centre social du quartier"
    _organisation(ctx, "Allocations et droits", acronym="CAFE")
    _organisation(ctx, "Décafé", acronym="D")
    assert _searched(ctx, "caf")[0] == "Caisse d’allocations familiales"
    assert _searched(ctx, "caf")[-1] == "Décafé"


def test_who_serves_a_commune_local_first(
    ctx: Context, directory_of_seven: dict[str, Organisation]
) -> None:
    for insee, lots, keys in (
        # Located there, then an offer that names it, then the whole EPCI; its lot, its QPV.
        (ARRAS, (2, 3), ["ccas", "caf"]),
        (AGNY, (1,), ["caf", "rural"]),
        (BOISLEUX, (1,), ["oeuvre", "caf", "rural"]),
        (ACHICOURT, (1, 3), ["caf", "quarter", "rural"]),
        (SAINT_NICOLAS, (1, 3), ["mairie", "caf", "rural"]),
    ):
        wanted = DirectoryFilter(commune_insee=insee, commune_lots=lots)
        assert _found(ctx, wanted) == [directory_of_seven[key].name for key in keys]


def test_an_offer_for_lot_three_serves_the_communes_of_the_neighbourhoods(ctx: Context) -> None:
    organisation = _organisation(ctx, "Politique de la ville")
    make_offer(ctx.session, organisation, lots=[3])
    for insee, lots, found in ((ARRAS, (2, 3), True), (AGNY, (1,), False)):
        wanted = DirectoryFilter(commune_insee=insee, commune_lots=lots)
        assert bool(_found(ctx, wanted)) is found


def test_who_serves_a_neighbourhood(
    ctx: Context, directory_of_seven: dict[str, Organisation]
) -> None:
    quatre_as = ctx.session.query(Qpv).filter_by(slug="quatre-as").one()
    achicourt = _organisation(ctx, "Permanence d’Achicourt")
    make_offer(ctx.session, achicourt, communes=[ACHICOURT])
    lot_three = _organisation(ctx, "Tous quartiers")
    make_offer(ctx.session, lot_three, lots=[2, 3])
    assert _found(ctx, DirectoryFilter(qpv_id=quatre_as.id)) == [
        "Caisse d’allocations familiales",
        "Centre social du quartier",
        "Permanence d’Achicourt",
        "Tous quartiers",
    ]  # and not « Familles rurales »: lot 1 leaves the neighbourhoods out


@pytest.mark.parametrize(
    ("lot", "keys"),
    [
        # Marœuil has no neighbourhood: its address says lot 1. Those of Arras may be in one.
        (Lot.RURAL_AND_SUBURBAN, ["caf", "rural", "oeuvre"]),
        (Lot.URBAN_CENTRE, ["caf"]),
        (Lot.PRIORITY_NEIGHBOURHOODS, ["caf", "quarter"]),
    ],
)
def test_a_lot_comes_from_commune_and_neighbourhood(
    ctx: Context, directory_of_seven: dict[str, Organisation], lot: Lot, keys: list[str]
) -> None:
    assert _found(ctx, DirectoryFilter(lot=lot)) == [directory_of_seven[key].name for key in keys]


def test_the_other_filters(ctx: Context, directory_of_seven: dict[str, Organisation]) -> None:
    names = {key: organisation.name for key, organisation in directory_of_seven.items()}
    assert _found(ctx, DirectoryFilter(kind=OrganisationKind.CCAS)) == [names["ccas"]]
    assert _found(ctx, DirectoryFilter(right_code="APA")) == [names["quarter"]]
    assert _found(ctx, DirectoryFilter(archived=True)) == [names["gone"]]
    assert _found(ctx, DirectoryFilter(target_group=TargetGroup.SENIORS)) == [
        names["caf"], names["quarter"], names["oeuvre"],
    ]  # fmt: skip
    stale = _found(ctx, DirectoryFilter(stale_before=BEFORE))
    assert set(stale) == {names[key] for key in ("caf", "oeuvre", "rural", "quarter")}
    both = DirectoryFilter(stale_before=BEFORE, commune_insee=BOISLEUX, commune_lots=(1,))
    assert _found(ctx, replace(both, right_code="RSA")) == [names["caf"]]


def test_one_and_the_same_offer_answers(ctx: Context) -> None:
    organisation = _organisation(ctx, "Deux offres", commune_insee=AGNY)
    make_offer(ctx.session, organisation, rights=["RSA"], communes=[BOISLEUX])
    make_offer(
        ctx.session, organisation, rights=["APA"], communes=[ARRAS],
        target_groups=[TargetGroup.SENIORS],
    )  # fmt: skip
    in_arras = DirectoryFilter(commune_insee=ARRAS, commune_lots=(2, 3))
    assert _found(ctx, replace(in_arras, right_code="APA")) == ["Deux offres"]
    assert _found(ctx, replace(in_arras, right_code="RSA")) == []
    assert _found(ctx, DirectoryFilter(right_code="APA", target_group=TargetGroup.YOUTH)) == []
    assert _found(ctx, replace(in_arras, lot=Lot.URBAN_CENTRE)) == ["Deux offres"]
    assert _found(ctx, replace(in_arras, lot=Lot.RURAL_AND_SUBURBAN)) == ["Deux offres"]
    at_home = DirectoryFilter(commune_insee=AGNY, commune_lots=(1,), right_code="RSA")
    assert _found(ctx, at_home) == ["Deux offres"], "who is there serves the place with all it has"


@pytest.mark.parametrize(
    ("today", "limit"),
    [
        (date(2026, 12, 3), date(2026, 6, 3)),
        (date(2026, 6, 30), date(2025, 12, 30)),
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2028, 8, 31), date(2028, 2, 29)),
    ],
)
def test_six_months_are_counted_on_the_calendar(today: date, limit: date) -> None:
    assert stale_limit(today) == limit


@pytest.mark.parametrize("sort", ["name", "kind", "commune", "verified"])
def test_sorted_both_ways(
    ctx: Context, directory_of_seven: dict[str, Organisation], sort: str
) -> None:
    wanted = DirectoryFilter()
    sorts = directory.sorts(wanted)
    assert list(sorts) == ["name", "kind", "commune", "verified"]
    up = paginate(ctx.session, directory.listed(wanted), PageRequest(sort=sort), sorts).items
    down = paginate(
        ctx.session, directory.listed(wanted), PageRequest(sort=sort, descending=True), sorts
    ).items
    assert up == down[::-1] or sort == "commune"
    assert len(up) == 6
    if sort == "verified":
        assert [o.last_verified_on for o in up[:3]] == [None] * 3, "those never verified first"
    if sort == "commune":
        placed = [o.commune.sort_key if o.commune else "" for o in up]
        assert placed == sorted(placed)


def test_a_page_costs_as_many_statements_for_five_rows_as_for_fifty(ctx: Context) -> None:
    costs = []
    for number in (5, 45):
        for _ in range(number):
            organisation = make_organisation(ctx.session, commune_insee=ARRAS)
            make_offer(ctx.session, organisation, rights=["RSA", "APA"], communes=[ARRAS])
        ctx.session.expunge_all()
        wanted = DirectoryFilter(words=("association",), commune_insee=ARRAS, commune_lots=(2, 3))
        with counted_statements() as statements:
            page = paginate(
                ctx.session,
                directory.listed(wanted),
                PageRequest(per_page=50),
                directory.sorts(wanted),
                count_beside=wanted.is_searching,
            )
            for organisation in page.items:
                assert organisation.place_name == "Arras"
                assert [right.code for right in organisation.offers[0].rights] == ["RSA", "APA"]
        costs.append((page.total, len(statements)))
    assert costs == [(5, 4), (50, 4)]


def test_counting_beside_the_rows_gives_the_same_pages(ctx: Context) -> None:
    for number in range(5):
        make_organisation(ctx.session, name=f"Emmaüs {number}")
    for word, asked in (("emmaus", 1), ("emmaus", 3), ("emmaus", 4), ("emmaus", 0), ("zzzz", 2)):
        wanted = DirectoryFilter(words=(word,))
        apart, beside = (
            paginate(
                ctx.session,
                directory.listed(wanted),
                PageRequest(number=asked, per_page=2),
                directory.sorts(wanted),
                count_beside=count_beside,
            )
            for count_beside in (False, True)
        )
        assert beside == apart
        assert beside.total == (5 if word == "emmaus" else 0)
        assert beside.number == (min(max(asked, 1), 3) if word == "emmaus" else 1)
