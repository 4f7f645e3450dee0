"""Duplicates: suggested, told apart, compared and merged, from the pages."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation

SIRET = "20003357900018"


@pytest.fixture
def kept(app: Flask) -> Organisation:
    return make_organisation(
        db.session(), name="Emmaüs", commune_insee="62041", phone="03 21 00 00 00"
    )


@pytest.fixture
def other(app: Flask) -> Organisation:
    return make_organisation(
        db.session(), name="Association Emmaüs", commune_insee="62041", siret=SIRET
    )


def _merge_url(kept: Organisation, other: Organisation) -> str:
    return f"/annuaire/doublons/{kept.id}/{other.id}/fusion"


def test_nothing_to_examine_says_so(agent: Browser) -> None:
    assert "Aucun doublon à examiner" in agent.get("/annuaire/doublons").text
    assert "Aucun rapprochement écarté" in agent.get("/annuaire/doublons?ecartes=1").text


def test_a_pair_is_listed_with_its_reasons_and_told_apart(
    agent: Browser, kept: Organisation, other: Organisation
) -> None:
    page = agent.get("/annuaire/doublons")
    assert "1 rapprochement" in page.text
    assert "Même nom" in page.text
    assert _merge_url(kept, other) in page.links()
    page = agent.follow(agent.post(f"/annuaire/doublons/{kept.id}/{other.id}/differents"))
    assert "Aucun doublon à examiner" in page.text
    page = agent.get("/annuaire/doublons?ecartes=1")
    assert "Association Emmaüs" in page.text
    page = agent.follow(agent.post(f"/annuaire/doublons/{kept.id}/{other.id}/revoir"))
    assert "1 rapprochement" in page.text


def test_long_lists_have_pages_at_a_constant_cost(agent: Browser) -> None:
    costs = []
    for total in (2, 24):
        while db.session.query(Organisation).count() < total:
            number = db.session.query(Organisation).count() // 2
            for _ in range(2):
                organisation = make_organisation(
                    db.session(), name=f"Maison {chr(97 + number) * 4}", commune_insee="62041"
                )
                make_offer(db.session(), organisation, rights=["RSA"])
                make_contact(db.session(), organisation)
        with counted_statements() as statements:
            page = agent.get("/annuaire/doublons")
        costs.append(len(statements))
    assert "12 rapprochements, page 1 sur 2" in page.text
    assert costs[0] == costs[1]
    assert agent.get("/annuaire/doublons?page=999").status == 200


def test_the_two_are_compared_and_made_one(
    agent: Browser, kept: Organisation, other: Organisation
) -> None:
    contact = make_contact(db.session(), other)
    page = agent.get(_merge_url(kept, other))
    assert "Quelle valeur garder ?" in page.text
    assert "1 contact et 0 offre" in page.text
    assert page.value_of("siret") == "other", "the record kept has none"
    assert page.value_of("phone") == "kept"
    assert page.all("input", name="address") == [], "the same on both sides"
    data = {
        "name": "other",
        "siret": page.value_of("siret"),
        "phone": "kept",
        "kept_revision": page.value_of("kept_revision"),
        "other_revision": page.value_of("other_revision"),
    }
    answer = agent.post(_merge_url(kept, other), data)
    page = agent.follow(answer)
    assert "n’en font plus qu’une" in page.text
    db.session.expire_all()
    assert (kept.name, kept.siret, kept.phone) == ("Association Emmaüs", SIRET, "03 21 00 00 00")
    assert contact.organisation_id == kept.id
    old = agent.get(f"/annuaire/organismes/{other.slug}")
    assert (old.status, old.response.location) == (301, f"/annuaire/organismes/{kept.slug}")
    assert agent.get("/annuaire?archives=y").text.count("Fusionnée") == 1


def test_a_record_changed_meanwhile_is_shown_again(
    agent: Browser, kept: Organisation, other: Organisation
) -> None:
    url = _merge_url(kept, other)
    seen = {"name": "other", "kept_revision": "1", "other_revision": "1", "phone": "kept"}
    change = {"name": "Emmaüs", "kind": "association", "revision": "1", "phone": "3949"}
    agent.post(f"/annuaire/organismes/{kept.slug}/modifier", change)
    page = agent.post(url, seen)
    assert "Quelqu’un a modifié « Emmaüs »" in page.text
    assert "3949" in page.text
    assert page.value_of("name") == "other"
    db.session.expire_all()
    assert not other.is_archived
    again = {**seen, "kept_revision": page.value_of("kept_revision")}
    assert agent.post(url, again).status == 302


def test_sent_twice_the_second_finds_it_done(
    agent: Browser, kept: Organisation, other: Organisation
) -> None:
    data = {"kept_revision": "1", "other_revision": "1"}
    assert agent.post(_merge_url(kept, other), data).status == 302
    page = agent.post(_merge_url(kept, other), data)
    assert page.status == 409
    assert "n’est plus dans l’annuaire" in page.text


def test_a_record_that_nothing_suggested_is_chosen_by_its_name(
    agent: Browser, kept: Organisation
) -> None:
    other = make_organisation(db.session(), name="Secours populaire")
    url = f"/annuaire/doublons/choisir/{kept.slug}"
    assert agent.get(url).status == 200
    answer = agent.post(url, {"organisation": "secours populaire"})
    assert answer.response.location == _merge_url(kept, other)
    assert "Indiquez un organisme" in agent.post(url, {}).text
    assert "C’est la même fiche" in agent.post(url, {"organisation": "Emmaüs"}).text
    page = agent.post(url, {"organisation": "inconnu"})
    assert "Créez d’abord" in page.text
    assert page.value_of("organisation") == "inconnu"


def test_what_cannot_be_merged_is_a_clear_page(agent: Browser, kept: Organisation) -> None:
    for path, status in (("404/405", 404), (f"{kept.id}/{kept.id}", 422), ("9" * 30 + "/1", 404)):
        assert agent.get(f"/annuaire/doublons/{path}/fusion").status == status
        assert agent.post(f"/annuaire/doublons/{path}/differents").status in {404, 422}


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_duplicates_are_for_staff(
    app: Flask, kept: Organisation, other: Organisation, role: Role
) -> None:
    reader = Browser(app).sign_in(make_user(db.session(), role, kept))
    assert reader.get("/annuaire/doublons").status == 403
    assert reader.get(_merge_url(kept, other)).status == 403
    assert reader.post(_merge_url(kept, other), {"kept_revision": "1"}).status == 403
    assert reader.post(f"/annuaire/doublons/{kept.id}/{other.id}/differents").status == 403
    assert reader.get(f"/annuaire/doublons/choisir/{kept.slug}").status == 403
