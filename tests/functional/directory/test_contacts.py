"""Contacts, added and corrected on an organisation's page."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Contact, Organisation

PERSON = {"last_name": "Exemple", "first_name": "Camille", "email": "c.exemple@emmaus.example"}


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    return make_organisation(db.session(), name="Emmaüs")


def _new(organisation: Organisation) -> str:
    return f"/annuaire/organismes/{organisation.slug}/contacts/nouveau"


def test_a_person_is_added(agent: Browser, organisation: Organisation) -> None:
    answer = agent.post(_new(organisation), {**PERSON, "civility": "Mme", "is_referent": "y"})
    page = agent.follow(answer)
    assert "Mme Camille Exemple" in page.text
    assert "Référent" in page.text
    assert "Fictif" not in page.text


def test_a_grantee_adds_a_person_and_corrects_nobody(
    app: Flask, organisation: Organisation
) -> None:
    contact = make_contact(db.session(), organisation)
    grantee = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation))
    assert grantee.post(_new(organisation), PERSON).status == 302
    for act in ("modifier", "archiver", "restaurer"):
        assert grantee.post(f"/annuaire/contacts/{contact.id}/{act}", PERSON).status == 403


def test_what_is_wrong_is_said_and_kept(agent: Browser, organisation: Organisation) -> None:
    typed = {"last_name": "", "first_name": "Camille", "email": "x", "phone": "abc"}
    page = agent.post(_new(organisation), typed)
    assert "Indiquez le nom de la personne." in page.text
    assert "n’est pas valable" in page.text
    assert page.value_of("first_name") == "Camille"
    assert page.value_of("email") == "x"
    assert db.session.query(Contact).count() == 0


def test_sent_twice_it_is_there_once(agent: Browser, organisation: Organisation) -> None:
    agent.post(_new(organisation), PERSON)
    page = agent.post(_new(organisation), PERSON)
    assert "Camille Exemple figure déjà parmi les contacts" in page.text
    assert db.session.query(Contact).count() == 1


def test_two_agents_correct_the_same_person(agent: Browser, organisation: Organisation) -> None:
    contact = make_contact(db.session(), organisation, last_name="Exemple", first_name="Camille")
    url = f"/annuaire/contacts/{contact.id}/modifier"
    assert agent.get(url).value_of("last_name") == "Exemple"
    seen = {**PERSON, "revision": str(contact.revision)}
    assert agent.post(url, {**seen, "function": "Directrice"}).status == 302
    page = agent.post(url, {**seen, "function": "Directeur"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Fonction Directrice Directeur" in page.text
    assert page.value_of("function") == "Directeur"
    assert agent.post(url, {**seen, "revision": page.value_of("revision")}).status == 302


def test_archived_and_restored(agent: Browser, organisation: Organisation) -> None:
    contact = make_contact(db.session(), organisation, last_name="Exemple")
    page = agent.follow(agent.post(f"/annuaire/contacts/{contact.id}/archiver"))
    assert "1 contact archivé" in page.text
    page = agent.follow(agent.post(f"/annuaire/contacts/{contact.id}/restaurer"))
    assert "contact archivé" not in page.text


@pytest.mark.parametrize("number", ["404", "99999999999999999999"])
def test_an_unknown_person_is_a_clear_page(agent: Browser, number: str) -> None:
    assert agent.get(f"/annuaire/contacts/{number}/modifier").status == 404
