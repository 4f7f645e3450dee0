"""The list of the directory, as people read it."""

from datetime import date

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.services.search_copy import refresh_search_text


def _organisation(name: str, **values: object) -> Organisation:
    organisation = make_organisation(db.session(), name=name, **values)
    refresh_search_text(organisation)
    db.session.commit()
    return organisation


def _names(page: Page) -> list[str]:
    cells = page.all("th", class_="cell-title")
    return ["".join(next(cell.iter("a")).itertext()) for cell in cells]


def _partner(app: Flask) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.PARTNER, _organisation("La mienne")))


def test_an_empty_directory_says_what_to_do(agent: Browser) -> None:
    page = agent.get("/annuaire")
    assert "L’annuaire est vide" in page.text
    assert "/annuaire/nouveau" in page.links()


def test_a_row_tells_what_one_looks_for(agent: Browser) -> None:
    caf = _organisation(
        "Caisse d’allocations familiales",
        acronym="CAF",
        kind=OrganisationKind.CAF,
        commune_insee="62041",
        last_verified_on=date(2026, 11, 2),
    )
    make_offer(db.session(), caf, rights=["RSA", "APL"])
    page = agent.get("/annuaire")
    row = " ".join("".join(page.all("tr")[1].itertext()).split())
    assert row == "Caisse d’allocations familiales (CAF) CAF Arras RSAAPL 02/11/2026"
    assert f"/annuaire/organismes/{caf.slug}" in page.links()


@pytest.mark.parametrize(
    ("verified", "words"),
    [
        (None, "Jamais vérifiée"),
        (date(2026, 6, 2), "02/06/2026 À vérifier"),
        (date(2026, 6, 3), "03/06/2026"),
    ],
)
def test_what_is_to_be_verified_again_stands_out(
    agent: Browser, verified: date | None, words: str
) -> None:
    _organisation("Emmaüs", last_verified_on=verified)
    row = " ".join("".join(agent.get("/annuaire").all("tr")[1].itertext()).split())
    assert row.endswith(words)


def test_filters_show_as_chips_that_take_them_away(agent: Browser) -> None:
    inside = _organisation("Emmaüs", commune_insee="62041")
    make_offer(db.session(), inside, rights=["RSA"])
    _organisation("Secours populaire")
    page = agent.get("/annuaire?q=emmaus&commune=62041&droit=RSA&a_verifier=y&tri=name&sens=desc")
    assert _names(page) == ["Emmaüs"]
    for words in ("Mots : emmaus", "Commune : Arras", "Droit : RSA", "À vérifier"):
        assert words in page.text
    chips = [a.get("href") or "" for a in page.all("a", class_="chip")]
    assert len(chips) == 4
    assert all(chip.count("=") == 3 for chip in chips), "one taken away, three kept"
    assert page.value_of("commune") == "62041"


def test_a_filter_that_means_nothing_filters_nothing(agent: Browser) -> None:
    _organisation("Emmaüs")
    for query in (
        "type=inconnu",
        "droit=INCONNU",
        "commune=75056",
        "qpv=404",
        "qpv=x",
        "lot=9",
        "lot=x",
        "public=x",
        "tri=secret",
        "page=0",
        "page=-3",
        "page=99999999999999999999",
        "page=x",
        "q=%00",
        "q=%25",
        "q='%22;--",
        "sens=x",
    ):
        page = agent.get(f"/annuaire?{query}")
        assert page.status == 200
        assert _names(page) == ["Emmaüs"]


def test_nothing_found_offers_a_way_out(agent: Browser) -> None:
    _organisation("Emmaüs")
    page = agent.get("/annuaire?q=zzz")
    assert "Aucun organisme ne correspond" in page.text
    assert "Voir tout l’annuaire" in page.text


@pytest.mark.parametrize(
    ("typed", "commune", "insee"),
    [
        ("Boisieux au mont", "Boisleux-au-Mont", "62151"),
        ("Maroeil", "Marœuil", "62557"),
        ("Roeux", "Rœux", "62718"),
        ("st nicolas lez arras", "Saint-Nicolas", "62764"),
        ("neuville vitasse", "Neuville-Vitasse", "62611"),
    ],
)
def test_the_commune_that_the_words_name_is_offered(
    agent: Browser, typed: str, commune: str, insee: str
) -> None:
    _organisation(f"Mairie de {commune}", commune_insee=insee)
    page = agent.get("/annuaire", query_string={"q": typed})
    assert f"Commune trouvée : {commune} → organismes qui y interviennent" in page.text
    assert f"/annuaire?commune={insee}" in page.links()
    assert _names(page) == [f"Mairie de {commune}"]


def test_the_right_that_the_words_name_is_offered(agent: Browser) -> None:
    page = agent.get("/annuaire?q=rsa")
    assert "Droit trouvé : Revenu de solidarité active" in page.text
    assert "/annuaire?droit=RSA" in page.links()


def test_a_commune_that_no_record_names_shows_who_serves_it(agent: Browser) -> None:
    caf = _organisation("CAF")
    make_offer(db.session(), caf)
    page = agent.get("/annuaire?q=Wancourt")
    assert "Voici les organismes qui interviennent à Wancourt" in page.text
    assert _names(page) == ["CAF"]


def test_several_communes_are_all_offered(agent: Browser) -> None:
    page = agent.get("/annuaire?q=Boisieux")
    assert "Communes trouvées" in page.text
    assert {"/annuaire?commune=62151", "/annuaire?commune=62152"} <= set(page.links())


def test_archived_records_are_listed_for_staff_only(app: Flask, agent: Browser) -> None:
    _organisation("Disparue", archived_at=db.session().get_bind() and _now(app))
    assert _names(agent.get("/annuaire")) == []
    assert _names(agent.get("/annuaire?archives=y")) == ["Disparue"]
    page = _partner(app).get("/annuaire?archives=y")
    assert _names(page) == ["La mienne"]
    assert "Archivés" not in page.text


def _now(app: Flask) -> object:
    return app.extensions["zna_ports"].clock.now()


def test_a_partner_reads_and_is_offered_nothing_to_change(app: Flask) -> None:
    page = _partner(app).get("/annuaire")
    assert page.status == 200
    assert "Nouvel organisme" not in page.text
    assert "Doublons" not in page.text


def test_pages_and_sorting_keep_the_filters(agent: Browser) -> None:
    for number in range(30):
        _organisation(f"Emmaüs {number:02d}")
    page = agent.get("/annuaire?q=emmaus&tri=name")
    assert len(_names(page)) == 25
    assert "page 1 sur 2" in page.text
    following = next(link for link in page.links() if "page=2" in link)
    assert "q=emmaus" in following
    assert _names(agent.get(following))[0] == "Emmaüs 25"
    assert _names(agent.get("/annuaire?tri=name&sens=desc"))[0] == "Emmaüs 29"


def test_the_page_costs_as_much_for_five_records_as_for_fifty(agent: Browser) -> None:
    costs = []
    for total in (5, 50):
        while db.session.query(Organisation).count() < total:
            organisation = _organisation("Emmaüs", commune_insee="62041", acronym="E")
            make_offer(db.session(), organisation, rights=["RSA"], communes=["62041"])
            make_contact(db.session(), organisation)
        with counted_statements() as statements:
            agent.get("/annuaire?q=emmaus&commune=62041")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= 12
