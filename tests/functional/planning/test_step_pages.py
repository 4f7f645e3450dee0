"""The retro-planning's pages: a grantee's plan, a template kept and changed, states in one click."""

from datetime import date

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.grants import make_entry, make_step
from tests.factories.organisations import make_grantee
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.planning import PlanStep, Precision, StepState

R = "/instances/retroplannings"


@pytest.fixture
def mine() -> Organisation:
    return make_grantee(db.session(), name="Passerelles")


@pytest.fixture
def grantee(app: Flask, mine: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, mine))


def test_a_grantee_takes_a_template_from_a_date_of_the_call(
    grantee: Browser, mine: Organisation
) -> None:
    entry = make_entry(db.session(), label="Forum de printemps", starts_on=date(2027, 4, 1), precision=Precision.MONTH)  # fmt: skip
    page = grantee.follow(grantee.get(R))
    assert "Le rétroplanning est à commencer" in page.text
    url = f"{R}/{mine.id}/modele"
    assert "Forum de printemps (avril 2027)" in grantee.get(url).text
    assert "Choisissez une échéance" in grantee.get(f"{url}?echeance=&jour=&modele=").text
    assert "Écrivez une date" in grantee.get(f"{url}?echeance=&jour=demain&modele=").text
    assert "Relisez l’année" in grantee.get(f"{url}?echeance=&jour=9999-12-31&modele=").text
    url = f"{url}?echeance={entry.id}&jour=&modele="
    page = grantee.get(url)
    assert "depuis le 1er du mois" in page.text
    assert "J−60" in page.text
    assert "Aucun" not in grantee.get(f"{url}forum").text
    row = {"lines-0-keep": "y", "lines-0-label": "Réserver le car", "lines-0-due_on": "2027-02-15",
           "lines-0-owner": "Camille", "lines-1-label": "Décochée", "lines-1-due_on": "2027-02-16"}  # fmt: skip
    assert "Cochez au moins une étape." in grantee.post(url, {"lines-1-label": "Décochée"}).text
    refused = grantee.post(url, {**row, "lines-0-due_on": ""})
    assert "#lines-0-due_on" in refused.links()
    assert refused.value_of("lines-0-label") == "Réserver le car"
    page = grantee.follow(grantee.post(url, row))
    assert "1 étape ajoutée." in page.text
    assert "Réserver le car" in page.text
    assert "Décochée" not in page.text
    assert "déjà dans le rétroplanning" in grantee.follow(grantee.post(url, row)).text


def test_steps_are_written_changed_and_followed_in_one_click(
    agent: Browser, grantee: Browser, mine: Organisation
) -> None:
    new = f"{R}/{mine.id}/etapes/nouvelle"
    refused = grantee.post(new, {"label": "", "due_on": "un jour", "state": "to_do"})
    assert "Écrivez une date" in refused.text
    assert "Indiquez pour quand." in grantee.post(new, {"label": "x", "state": "to_do"}).text
    data = {
        "label": "Inviter les maires",
        "due_on": "2026-12-01",
        "state": "to_do",
        "deliverable": "Courriers partis",
    }
    page = grantee.follow(grantee.post(new, data))
    for said in (
        "Inviter les maires",
        "Livrable : Courriers partis",
        "En retard",
        "1 étape en retard",
    ):
        assert said in page.text, said
    step = db.session.query(PlanStep).one()
    url = f"{R}/etapes/{step.id}"
    stale = agent.post(url, {**data, "label": "Inviter tous les maires", "revision": "0"})
    assert "Ce qui est enregistré maintenant" in stale.text
    assert stale.value_of("label") == "Inviter tous les maires"
    click = {"etat": "done", "revision": "1", "retour": R}
    assert agent.post(f"{url}/etat", click).response.location == R
    back = grantee.follow(grantee.post(f"{url}/etat", {**click, "etat": "to_do", "retour": ""}))
    assert "Rien n’a été écrasé" in back.text
    assert db.session.get_one(PlanStep, step.id).state is StepState.DONE
    assert (
        "Rien n’a été écrasé"
        in grantee.follow(grantee.post(f"{url}/supprimer", {"revision": "1"})).text
    )
    assert "supprimée" in grantee.follow(grantee.post(f"{url}/supprimer", {"revision": "2"})).text
    assert agent.post(f"{R}/etapes/999/etat", click).status == 404


def test_the_cua_sees_who_is_how_far(agent: Browser, mine: Organisation) -> None:
    make_grantee(db.session(), name="Les Lilas")
    make_step(db.session(), mine, label="Ancienne", due_on=date(2026, 11, 1))
    make_step(db.session(), mine, state=StepState.DONE, closed_at=mine.created_at)
    page = agent.get(R)
    assert "1 sur 2 étapes faites" in page.text
    assert "Rétroplanning à commencer" in page.text
    assert "Ancienne" in agent.get(f"{R}?etat=en-retard&organisme={mine.id}&tri=grantee").text
    assert "Aucune étape à montrer" in agent.get(f"{R}?organisme=999").text
    assert agent.get(f"{R}/999").status == 404
