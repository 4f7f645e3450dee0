"""The grants' pages, for the CUA and for a grantee."""

from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.grants import make_grant, make_step
from tests.factories.organisations import make_grantee
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.grant import Grant

FORM = {
    "season": "2026-2027",
    "lots": ["1", "3"],
    "subsidy": "45 000",
    "total_cost": "50 000",
    "ancillary": "6 000",
    "signed_on": "2026-07-01",
}


def test_an_agent_writes_a_grant_down_and_sees_what_breaks_the_call(agent: Browser) -> None:
    grantee = make_grantee(db.session(), name="Passerelles")
    assert "Aucune convention" in agent.get("/conventions").text
    url = "/conventions/nouvelle"
    refused = agent.post(url, {**FORM, "subsidy": "beaucoup", "organisation_id": str(grantee.id)})
    assert "Écrivez un montant en euros" in refused.text
    assert refused.value_of("subsidy") == "beaucoup"
    assert "Choisissez un lauréat" in agent.post(url, FORM).text
    page = agent.follow(agent.post(url, {**FORM, "organisation_id": str(grantee.id)}))
    for said in (
        "90 % (45 000 € sur 50 000 €)", "La subvention dépasse la limite de 5 000 €.",
        "12 % (6 000 € sur 50 000 €)", "Appel à projets, 1.5 Cadrage budgétaire",
        "Premier versement (50 %) : 22 500 €", "Justificatifs des dépenses",
        "mercredi 30 juin 2027", "Il reste 67 000 €.", "ni compte actif",
    ):  # fmt: skip
        assert said in page.text, said
    assert "4 écarts" in agent.get("/conventions").text

    grant = db.session.scalars(select(Grant)).one()
    home = f"/conventions/{grant.id}"
    stale = agent.post(f"{home}/modifier", {**FORM, "subsidy": "40 000", "revision": "0"})
    assert "Ce qui est enregistré maintenant" in stale.text
    assert stale.value_of("subsidy") == "40 000"
    revision = stale.value_of("revision")
    assert (
        agent.post(
            f"{home}/modifier", {**FORM, "subsidy": "40 000", "ancillary": "", "revision": revision}
        ).status
        == 302
    )
    form = agent.get(f"{home}/cofinancements")
    line = {
        "lines-0-funder": "CAF",
        "lines-0-amount": "x",
        "lines-0-is_obtained": "y",
        "revision": form.value_of("revision"),
    }
    refused = agent.post(f"{home}/cofinancements", line)
    assert "#lines-0-amount" in refused.links()
    assert (
        "Rien n’a été écrasé"
        in agent.post(
            f"{home}/cofinancements", {**line, "lines-0-amount": "1", "revision": "1"}
        ).text
    )
    saved = agent.follow(agent.post(f"{home}/cofinancements", {**line, "lines-0-amount": "10 000"}))
    assert "20 % (10 000 € sur 50 000 €)" in saved.text
    assert "50 000 € de recettes" in saved.text
    assert "Respectées" not in agent.get("/conventions").text  # The papers are awaited.


def test_what_is_paid_and_received_is_noted_in_one_click(app: Flask, agent: Browser) -> None:
    grant = make_grant(db.session())
    make_user(db.session(), Role.GRANTEE, grant.organisation, email="lilas@lilas.example")
    home = f"/conventions/{grant.id}"
    first, paper = grant.payments[0].id, grant.documents[0].id
    assert "En retard" in agent.get(home).text  # The first payment was due in June 2026.
    pay = f"/conventions/versements/{first}/verse"
    future = agent.follow(agent.post(pay, {"grant_id": str(grant.id), "day": "2026-12-04"}))
    assert "dans l’avenir" in future.text
    assert (
        "Écrivez une date"
        in agent.follow(agent.post(pay, {"grant_id": str(grant.id), "day": "hier"})).text
    )
    assert "noté versé le 01/07/2026" in agent.follow(agent.post(pay, {"day": "2026-07-01"})).text
    assert "déjà noté" in agent.follow(agent.post(pay, {"grant_id": str(grant.id)})).text
    assert "À lilas@lilas.example" in agent.get(home).text
    assert "Rappel envoyé à 1 adresse" in agent.follow(agent.post(f"{home}/relance")).text
    assert "Relancé aujourd’hui" in agent.get(home).text
    received = agent.follow(agent.post(f"/conventions/pieces/{paper}/recue"))
    assert "Toutes les pièces sont arrivées à temps." in received.text
    assert "Respectées" in agent.get("/conventions").text
    assert (
        "ne se supprime pas"
        in agent.follow(agent.post(f"{home}/supprimer", {"revision": "3"})).text
    )
    # Payments proposed again replace none that was made.
    assert agent.get(f"{home}/versements?moities=1").value_of("lines-0-label") == "Premier"


def test_a_grantee_reads_its_own_and_finds_what_awaits_it(app: Flask) -> None:
    grant, other = make_grant(db.session()), make_grant(db.session())
    make_step(
        db.session(), grant.organisation, label="Réserver le car", due_on=grant.payments[0].due_on
    )
    mine = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, grant.organisation))
    listed = mine.get("/conventions")
    assert grant.organisation.name in listed.text
    assert other.organisation.name not in listed.text
    assert "enveloppe" not in listed.text
    page = mine.get(f"/conventions/{grant.id}")
    assert "Mon rétroplanning" in page.text
    for staff_only in ("Modifier", "Noter versé", "Relancer", "Supprimer"):
        assert staff_only not in page.text
    home = mine.get("/")
    assert "Étapes de rétroplanning en retard" in home.text
    assert "Réserver le car" in home.text
    assert mine.send("GET", "/conventions/export.xlsx").mimetype.endswith("sheet")
