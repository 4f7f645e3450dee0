"""The page of an organisation and the forms that write in it."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.services import organisations
from zna_network.services.organisations import OrganisationData

NEW = {"name": "Emmaüs d’Arras", "kind": "association", "commune_insee": "62041"}


def _reader(app: Flask, role: Role) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), role, make_organisation(db.session())))


def test_the_page_says_everything_about_the_organisation(agent: Browser) -> None:
    session = db.session()
    organisation = make_organisation(
        session,
        name="Emmaüs",
        acronym="EM",
        siret="20003357900018",
        email="accueil@emmaus.example",
        phone="03 21 00 00 00",
        website="https://www.emmaus.example",
        address="1 rue d’exemple",
        postcode="62000",
        commune_insee="62041",
        opening_hours="Lundi\nMardi",
        description="Aide et insertion",
        notes="Passer par l’accueil",
        last_verified_on=date(2026, 5, 1),
    )
    make_offer(session, organisation, title="Atelier budget", rights=["RSA"], communes=["62151"])
    make_contact(session, organisation, first_name="Camille", last_name="Fictive")
    page = agent.get(f"/annuaire/organismes/{organisation.slug}")
    for words in (
        "Emmaüs", "EM", "200 033 579 00018", "accueil@emmaus.example", "03 21 00 00 00",
        "www.emmaus.example", "1 rue d’exemple", "62000 Arras", "Lundi", "Mardi",
        "Aide et insertion", "Passer par l’accueil", "01/05/2026", "À vérifier", "Atelier budget",
        "RSA", "Boisleux-au-Mont", "Tout le monde", "Camille Fictive", "Fictif", "Lot 1",
    ):  # fmt: skip
        assert words in page.text, words


def test_staff_read_the_history_latest_first(app: Flask, agent: Browser) -> None:
    ctx = system_context(app)
    data = OrganisationData(name="Emmaüs", kind=OrganisationKind.ASSOCIATION)
    organisation = organisations.create_organisation(ctx, data)
    changed = replace(data, phone="03 21 00 00 00", city="Lens")
    organisations.update_organisation(ctx, organisation.id, changed, organisation.revision)
    organisations.mark_verified(ctx, organisation.id)
    page = agent.get(f"/annuaire/organismes/{organisation.slug}")
    titles = ["".join(p.itertext()) for p in page.all("p", class_="timeline-title")]
    assert titles == ["Fiche vérifiée", "Fiche modifiée", "Fiche créée"]
    assert "téléphone, ville" in page.text
    assert "03/12/2026 à 10:00 · tests" in page.text


def test_the_page_costs_as_much_for_one_offer_as_for_twenty(agent: Browser) -> None:
    organisation = make_organisation(db.session())
    url = f"/annuaire/organismes/{organisation.slug}"
    costs = []
    for number in (1, 19):
        for _ in range(number):
            make_offer(db.session(), organisation, rights=["RSA"], communes=["62041", "62013"])
            make_contact(db.session(), organisation)
        with counted_statements() as statements:
            assert agent.get(url).status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_readers_see_neither_notes_nor_history_nor_buttons(app: Flask) -> None:
    organisation = make_organisation(db.session(), notes="Entre nous")
    organisations.mark_verified(system_context(app), organisation.id)
    page = _reader(app, Role.PARTNER).get(f"/annuaire/organismes/{organisation.slug}")
    assert page.status == 200
    for words in ("Entre nous", "Historique", "Modifier", "Archiver", "Ajouter"):
        assert words not in page.text


def test_a_grantee_may_add_contacts_only(app: Flask) -> None:
    organisation = make_organisation(db.session())
    grantee = _reader(app, Role.GRANTEE)
    page = grantee.get(f"/annuaire/organismes/{organisation.slug}")
    assert f"/annuaire/organismes/{organisation.slug}/contacts/nouveau" in page.links()
    assert "Modifier" not in page.text


@pytest.mark.parametrize("slug", ["inconnu", "%00", "..", "a" * 3000, "é"])
def test_an_unknown_record_is_a_clear_page(agent: Browser, slug: str) -> None:
    page = agent.get(f"/annuaire/organismes/{slug}")
    assert page.status == 404


def test_a_record_is_created_then_opened(agent: Browser) -> None:
    answer = agent.post("/annuaire/nouveau", NEW)
    assert answer.response.location == "/annuaire/organismes/emmaus-d-arras"
    page = agent.follow(answer)
    assert "Fiche créée" in page.text
    assert "Aucune offre pour l’instant" in page.text


def test_everything_wrong_is_beside_its_field_and_what_was_typed_is_kept(agent: Browser) -> None:
    typed = {
        "name": "",
        "kind": "",
        "siret": "123",
        "email": "x@",
        "phone": "abc",
        "website": "javascript:alert(1)",
        "postcode": "62223",
        "commune_insee": "62041",
        "description": "Déjà écrit",
    }
    page = agent.post("/annuaire/nouveau", typed)
    for words in (
        "Indiquez le nom de l’organisme.",
        "Choisissez le type d’organisme.",
        "Un SIRET a 14 chiffres",
        "Cette adresse e-mail n’est pas valable",
        "Un seul numéro par champ",
        "Ce n’est pas une adresse de site",
        "62223 n’est pas un code postal de Arras (62000)",
    ):
        assert words in page.text, words
    for name, value in typed.items():
        assert page.value_of(name) == value
    assert db.session.query(Organisation).count() == 0


def test_a_kind_or_commune_out_of_the_list_is_refused(agent: Browser) -> None:
    page = agent.post("/annuaire/nouveau", {**NEW, "kind": "secte", "commune_insee": "75056"})
    assert page.status == 200
    assert db.session.query(Organisation).count() == 0


def test_the_same_one_again_offers_to_open_it_or_to_insist(agent: Browser) -> None:
    agent.post("/annuaire/nouveau", NEW)
    page = agent.post("/annuaire/nouveau", {**NEW, "name": "EMMAUS D'ARRAS"})
    assert "figure déjà dans l’annuaire" in page.text
    assert "/annuaire/organismes/emmaus-d-arras" in page.links()
    assert page.value_of("name") == "EMMAUS D'ARRAS"
    assert db.session.query(Organisation).count() == 1
    answer = agent.post("/annuaire/nouveau", {**NEW, "insist": "y"})
    assert answer.response.location == "/annuaire/organismes/emmaus-d-arras-2"


def test_a_siret_already_there_offers_to_open_its_record_and_no_more(agent: Browser) -> None:
    make_organisation(db.session(), name="CUA", siret="20003357900018")
    page = agent.post("/annuaire/nouveau", {**NEW, "siret": "200 033 579 00018", "insist": "y"})
    assert "« CUA » a déjà ce SIRET" in page.text
    assert "Ouvrir la fiche existante" in page.text
    assert page.all("input", name="insist") == []


def test_two_agents_edit_and_the_second_sees_what_changed(agent: Browser) -> None:
    organisation = make_organisation(db.session(), name="Emmaüs", phone="03 21 00 00 00")
    url = f"/annuaire/organismes/{organisation.slug}/modifier"
    seen = {"name": "Emmaüs", "kind": "association", "revision": str(organisation.revision)}
    assert agent.post(url, {**seen, "phone": "03 21 11 11 11"}).status == 302
    page = agent.post(url, {**seen, "phone": "0321222222", "acronym": "EM"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Téléphone 03 21 11 11 11 03 21 22 22 22" in page.text
    assert page.value_of("phone") == "0321222222"
    assert page.value_of("acronym") == "EM"
    again = {**seen, "phone": "0321222222", "revision": page.value_of("revision")}
    assert agent.post(url, again).status == 302
    db.session.expire_all()
    assert organisation.phone == "03 21 22 22 22"


@pytest.mark.parametrize("revision", ["", "x", "-1", "999999999999999999999"])
def test_a_spoilt_revision_writes_nothing(agent: Browser, revision: str) -> None:
    organisation = make_organisation(db.session(), name="Emmaüs")
    url = f"/annuaire/organismes/{organisation.slug}/modifier"
    page = agent.post(url, {"name": "Autre", "kind": "association", "revision": revision})
    assert page.status == 200
    db.session.expire_all()
    assert organisation.name == "Emmaüs"


def test_verified_archived_and_restored_from_the_page(agent: Browser) -> None:
    organisation = make_organisation(db.session())
    url = f"/annuaire/organismes/{organisation.slug}"
    page = agent.follow(agent.post(f"{url}/verifiee"))
    assert "Fiche vérifiée aujourd’hui." in page.text
    assert "03/12/2026" in page.text
    assert "Par Personne Fictive" in page.text
    assert "Fiche archivée" in agent.follow(agent.post(f"{url}/archiver")).text
    assert agent.post(f"{url}/verifiee").status == 409
    assert agent.post(f"{url}/modifier", {**NEW, "revision": "3"}).status == 200
    assert "Fiche restaurée" in agent.follow(agent.post(f"{url}/restaurer")).text


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
@pytest.mark.parametrize("path", ["modifier", "verifiee", "archiver", "restaurer"])
def test_others_write_nothing(app: Flask, role: Role, path: str) -> None:
    organisation = make_organisation(db.session(), name="Emmaüs")
    data = {**NEW, "name": "Autre", "revision": "1"}
    page = _reader(app, role).post(f"/annuaire/organismes/{organisation.slug}/{path}", data)
    assert page.status == 403
    db.session.expire_all()
    assert (organisation.name, organisation.last_verified_on) == ("Emmaüs", None)


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_others_create_nothing(app: Flask, role: Role) -> None:
    reader = _reader(app, role)
    assert reader.get("/annuaire/nouveau").status == 403
    assert reader.post("/annuaire/nouveau", NEW).status == 403
