"""The list of rights, kept by staff."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_offer, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.territory import Right

ALS = {"label": "Allocation de logement sociale", "acronym": "ALS", "kind": "legale"}


def test_the_list_says_how_often_each_right_is_named(agent: Browser) -> None:
    make_offer(db.session(), make_organisation(db.session()), rights=["RSA"])
    page = agent.get("/annuaire/droits")
    assert "Revenu de solidarité active" in page.text
    assert "/annuaire?droit=RSA" in page.links()
    assert "/annuaire?droit=APL" not in page.links()


def test_a_right_is_added_renamed_put_aside_and_back(agent: Browser) -> None:
    assert "est dans la liste" in agent.follow(agent.post("/annuaire/droits/nouveau", ALS)).text
    changed = {**ALS, "label": "ALS étudiants", "revision": "1"}
    assert "est à jour" in agent.follow(agent.post("/annuaire/droits/ALS", changed)).text
    agent.post("/annuaire/droits/ALS/desactiver")
    right = db.session.get(Right, "ALS")
    assert right is not None
    assert (right.label, right.is_active) == ("ALS étudiants", False)
    agent.post("/annuaire/droits/ALS/reactiver")
    db.session.refresh(right)
    assert right.is_active


def test_a_name_taken_or_missing_is_refused_and_kept(agent: Browser) -> None:
    page = agent.post("/annuaire/droits/nouveau", {**ALS, "label": "revenu de solidarite active"})
    assert "est déjà dans la liste" in page.text
    assert page.value_of("label") == "revenu de solidarite active"
    page = agent.post("/annuaire/droits/nouveau", {**ALS, "label": " "})
    assert "Indiquez le nom du droit." in page.text
    assert db.session.query(Right).count() == 20


def test_two_agents_rename_the_same_right(agent: Browser) -> None:
    seen = {**ALS, "label": "RSA nouveau", "revision": "1"}
    assert agent.post("/annuaire/droits/RSA", seen).status == 302
    page = agent.post("/annuaire/droits/RSA", {**seen, "label": "RSA autre"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "La version actuelle" in page.text
    assert page.value_of("label") == "RSA autre"


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_the_list_is_for_staff(app: Flask, role: Role) -> None:
    reader = Browser(app).sign_in(make_user(db.session(), role, make_organisation(db.session())))
    assert reader.get("/annuaire/droits").status == 403
    assert reader.post("/annuaire/droits/nouveau", ALS).status == 403
    assert reader.post("/annuaire/droits/RSA/desactiver").status == 403


def test_an_unknown_right_is_a_clear_page(agent: Browser) -> None:
    assert agent.get("/annuaire/droits/INCONNU").status == 404
    assert agent.post("/annuaire/droits/%00/desactiver").status == 404
