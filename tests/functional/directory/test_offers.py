"""Offers, added and corrected on an organisation's page."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_offer, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Offer, Organisation
from zna_network.models.territory import Qpv, Right

OFFER = {"title": "Permanence RSA", "kind": "permanence", "covers_whole_epci": "1"}


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    return make_organisation(db.session(), name="Emmaüs")


def _new(organisation: Organisation) -> str:
    return f"/annuaire/organismes/{organisation.slug}/offres/nouvelle"


def test_an_offer_is_added_with_its_territory(agent: Browser, organisation: Organisation) -> None:
    qpv = db.session.query(Qpv).filter_by(slug="quatre-as").one()
    data = {
        **OFFER,
        "covers_whole_epci": "0",
        "communes": ["62041", "62151"],
        "qpvs": [str(qpv.id)],
        "lots": ["2"],
        "rights": ["RSA", "PPA"],
        "target_groups": ["seniors"],
        "opening_hours": "Lundi de 9 h à 12 h",
    }
    page = agent.follow(agent.post(_new(organisation), data))
    for words in (
        "Permanence RSA", "Arras", "Boisleux-au-Mont", "QPV Quatre As", "Lot 2", "PPA", "Seniors",
        "Lundi de 9 h à 12 h",
    ):  # fmt: skip
        assert words in page.text, words


def test_parts_hidden_by_the_page_do_not_count(agent: Browser, organisation: Organisation) -> None:
    agent.post(_new(organisation), {**OFFER, "communes": ["62041"]})
    assert db.session.query(Offer).one().communes == []


def test_what_is_wrong_is_said_and_kept(agent: Browser, organisation: Organisation) -> None:
    data = {"title": "", "kind": "accueil", "covers_whole_epci": "0", "rights": ["RSA"]}
    page = agent.post(_new(organisation), data)
    assert "Donnez un titre à cette offre." in page.text
    assert "Choisissez au moins une commune, un quartier ou un lot" in page.text
    assert page.value_of("rights") == "RSA"
    assert db.session.query(Offer).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"communes": ["75056"]}, {"lots": ["9"]}, {"qpvs": ["x"]}, {"rights": ["X"]}, {"kind": "X"}],
)
def test_what_is_not_in_the_lists_is_refused(
    agent: Browser, organisation: Organisation, wrong: dict[str, object]
) -> None:
    page = agent.post(_new(organisation), {**OFFER, "covers_whole_epci": "0", **wrong})
    assert page.status == 200
    assert db.session.query(Offer).count() == 0


def test_two_agents_correct_the_same_offer(agent: Browser, organisation: Organisation) -> None:
    offer = make_offer(db.session(), organisation, title="Accueil", rights=["RSA"])
    url = f"/annuaire/offres/{offer.id}/modifier"
    seen = {**OFFER, "title": "Accueil", "revision": agent.get(url).value_of("revision")}
    assert agent.post(url, {**seen, "rights": ["RSA", "APL"]}).status == 302
    page = agent.post(url, {**seen, "rights": ["APA"]})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Droits concernés" in page.text
    assert "Revenu de solidarité active" in page.text
    assert page.value_of("rights") == "APA"
    assert agent.post(url, {**seen, "revision": page.value_of("revision")}).status == 302


def test_a_right_put_aside_is_offered_where_it_is_already_named_only(
    agent: Browser, organisation: Organisation
) -> None:
    right = db.session.get(Right, "RSA")
    assert right is not None
    right.is_active = False
    db.session.commit()
    offer = make_offer(db.session(), organisation, rights=["RSA"])
    assert agent.get(_new(organisation)).all("input", value="RSA") == []
    page = agent.get(f"/annuaire/offres/{offer.id}/modifier")
    assert page.value_of("rights") == "RSA"


def test_an_offer_is_removed(agent: Browser, organisation: Organisation) -> None:
    offer = make_offer(db.session(), organisation, title="Atelier budget")
    url = f"/annuaire/offres/{offer.id}/retirer"
    page = agent.follow(agent.post(url))
    assert "Offre retirée" in page.text
    assert "Atelier budget" not in page.text
    assert agent.post(url).status == 404


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_change_offers(app: Flask, organisation: Organisation, role: Role) -> None:
    offer = make_offer(db.session(), organisation)
    reader = Browser(app).sign_in(make_user(db.session(), role, organisation))
    assert reader.post(_new(organisation), OFFER).status == 403
    assert reader.post(f"/annuaire/offres/{offer.id}/modifier", OFFER).status == 403
    assert reader.post(f"/annuaire/offres/{offer.id}/retirer").status == 403
