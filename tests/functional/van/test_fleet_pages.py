"""Vehicles, drivers and unavailabilities: their pages, for the CUA and for an association."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle

MARCH = datetime(2027, 3, 4, 8, tzinfo=UTC)
FORM = {
    "name": "CUA Mobile",
    "plate": "ab-123-cd",
    "seats": "3",
    "energy": "electric",
    "equipment": "Barnum\r\nOrdinateur",
    "checklist": "Pneus",
    "opening_days": ["0", "2"],
    "opens_at": "08:00",
    "closes_at": "19:00",
    "notice_days": "5",
    "horizon_days": "365",
    "longest_hours": "72",
    "turnround_minutes": "60",
    "quota_days": "",
    "escalation_days": "3",
    "expiry_days": "10",
    "mileage_gap_km": "20",
    "insurance_until": "2027-12-31",
    "inspection_until": "",
}


@pytest.fixture
def mine() -> Organisation:
    return make_grantee(db.session(), name="Passerelles")


@pytest.fixture
def grantee(app: Flask, mine: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation=mine))


def test_an_agent_describes_a_vehicle_and_is_told_what_is_wrong(agent: Browser) -> None:
    assert "Aucun véhicule" in agent.get("/cua-mobile/vehicules").text
    url = "/cua-mobile/vehicules/nouveau"
    refused = agent.post(url, {**FORM, "seats": "trois"})
    assert "Écrivez un nombre en chiffres." in refused.text
    assert refused.value_of("equipment").splitlines() == ["Barnum", "Ordinateur"]
    refused = agent.post(url, {**FORM, "name": "", "closes_at": "07:00", "expiry_days": "3"})
    assert "Donnez un nom à ce véhicule." in refused.text
    assert "Le dernier retour est après le premier départ." in refused.text
    assert "indiquez davantage" in refused.text
    assert db.session.scalars(select(Vehicle)).all() == []

    page = agent.follow(agent.post(url, FORM))
    assert "AB-123-CD" in page.text
    assert "lundi et mercredi" in page.text
    assert "Le contrôle technique : date à renseigner" in page.text
    assert "Personne n’a ce véhicule" in page.text
    vehicle = db.session.scalars(select(Vehicle)).one()
    edit = agent.get(f"/cua-mobile/vehicules/{vehicle.id}/modifier")
    assert edit.value_of("equipment").splitlines() == ["Barnum", "Ordinateur"]
    assert (edit.value_of("energy"), edit.value_of("opens_at")) == ("electric", "08:00")


def test_two_agents_who_change_one_vehicle_are_told(agent: Browser) -> None:
    vehicle = make_vehicle(db.session(), name="CUA Mobile", notice_days=7)
    url = f"/cua-mobile/vehicules/{vehicle.id}/modifier"
    changed = {**FORM, "name": "Autre nom"}
    page = agent.post(url, {**changed, "revision": "0"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Ce qui est enregistré maintenant" in page.text
    assert "au moins 7 jours avant" in page.text
    assert (page.value_of("name"), page.value_of("revision")) == ("Autre nom", "1")
    assert agent.post(url, {**changed, "revision": "1"}).status == 302
    assert db.session.get_one(Vehicle, vehicle.id).name == "Autre nom"


def test_a_promised_vehicle_is_not_retired_and_says_why(agent: Browser) -> None:
    vehicle = make_vehicle(db.session())
    trip = make_booking(db.session(), vehicle, MARCH, state=BookingState.APPROVED)
    url = f"/cua-mobile/vehicules/{vehicle.id}"
    assert trip.reference in agent.follow(agent.post(f"{url}/retirer")).text
    trip.state = BookingState.CANCELLED
    db.session.commit()
    assert "n’est plus prêté" in agent.follow(agent.post(f"{url}/retirer")).text
    assert "de nouveau prêté" in agent.follow(agent.post(f"{url}/remettre")).text


def test_an_association_reads_the_rules_and_manages_nothing(
    app: Flask, grantee: Browser, mine: Organisation
) -> None:
    vehicle = make_vehicle(db.session(), home="Rue du Port", insurance_until=None)
    make_booking(db.session(), vehicle, MARCH, state=BookingState.MAINTENANCE, purpose="Embrayage")
    url = f"/cua-mobile/vehicules/{vehicle.id}"
    page = grantee.get(url)
    assert "Rue du Port" in page.text
    assert "Indisponible" in page.text
    for staff_only in ("Embrayage", "date à renseigner", "Ne plus prêter"):
        assert staff_only not in page.text
    assert grantee.get(f"{url}/modifier").status == 403
    assert grantee.post(f"{url}/retirer").status == 403
    assert grantee.get(f"{url}/indisponibilite").status == 403
    assert grantee.get("/cua-mobile/vehicules/999").status == 404
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, organisation=mine))
    assert partner.get("/cua-mobile/vehicules").status == 403
    assert partner.get("/cua-mobile/conducteurs").status == 403


def test_drivers_are_named_by_the_association_and_seen_by_the_cua(
    agent: Browser, grantee: Browser, mine: Organisation
) -> None:
    refused = grantee.post("/cua-mobile/conducteurs/nouveau", {"name": "", "email": "non"})
    assert "Indiquez le nom du conducteur." in refused.text
    assert refused.value_of("email") == "non"
    page = grantee.follow(grantee.post("/cua-mobile/conducteurs/nouveau", {"name": "Léa Volant"}))
    assert "La CUA doit encore voir son permis" in page.text
    assert "pas encore vu par la CUA" in page.text
    driver = db.session.scalars(select(Driver)).one()
    url = f"/cua-mobile/conducteurs/{driver.id}"
    papers = {"papers-licence_until": "2030-01-01", "papers-insured_until": "2027-06-30"}
    assert grantee.post(f"{url}/permis", {**papers, "papers-revision": "1"}).status == 403

    listed = agent.get("/cua-mobile/conducteurs?etat=a-verifier")
    assert "Léa Volant" in listed.text
    past = {**papers, "papers-licence_until": "2020-01-01", "papers-revision": "1"}
    refused = agent.post(f"{url}/permis", past)
    assert "Cette date est passée" in refused.text
    assert refused.value_of("name") == "Léa Volant"
    stale = agent.post(f"{url}/permis", {**papers, "papers-revision": "0"})
    assert "Quelqu’un d’autre a modifié" in stale.text
    page = agent.follow(agent.post(f"{url}/permis", {**papers, "papers-revision": "1"}))
    assert "En règle" in page.text
    assert "Vu par" in page.text
    assert (
        "Aucun conducteur ne correspond"
        in agent.get(f"/cua-mobile/conducteurs?etat=a-verifier&organisme={mine.id}").text
    )

    renamed = {"name": "Max Autre", "revision": str(db.session.get_one(Driver, driver.id).revision)}
    assert "doit voir le permis" in grantee.follow(grantee.post(url, renamed)).text
    assert db.session.get_one(Driver, driver.id).licence_until is None


def test_nobody_sees_the_drivers_of_another_association(grantee: Browser) -> None:
    other = make_driver(db.session(), make_grantee(db.session()), name="Ailleurs Loin")
    assert "Ailleurs Loin" not in grantee.get("/cua-mobile/conducteurs").text
    url = f"/cua-mobile/conducteurs/{other.id}"
    assert grantee.get(url).status == 404
    assert grantee.post(f"{url}/retirer").status == 404


def test_a_driver_leaves_unless_a_trip_counts_on_them(grantee: Browser, mine: Organisation) -> None:
    driver = make_driver(db.session(), mine)
    trip = make_booking(
        db.session(),
        make_vehicle(db.session()),
        MARCH,
        None,
        mine,
        BookingState.APPROVED,
        driver=driver,
    )
    url = f"/cua-mobile/conducteurs/{driver.id}"
    assert trip.reference in grantee.get(url).text
    assert "doit encore conduire" in grantee.follow(grantee.post(f"{url}/retirer")).text
    trip.driver = None
    db.session.commit()
    assert "ne fait plus partie" in grantee.follow(grantee.post(f"{url}/retirer")).text
    assert driver.name in grantee.get("/cua-mobile/conducteurs?etat=partis").text
    assert "fait de nouveau partie" in grantee.follow(grantee.post(f"{url}/remettre")).text


def test_the_lists_cost_the_same_for_many(agent: Browser) -> None:
    def cost(url: str) -> int:
        agent.get(url)
        with counted_statements() as statements:
            agent.get(url)
        return len(statements)

    def more(number: int) -> None:
        for day in range(number):
            vehicle = make_vehicle(db.session())
            trip = make_booking(
                db.session(), vehicle, MARCH + timedelta(days=day), state=BookingState.APPROVED
            )
            assert trip.organisation is not None
            make_driver(db.session(), trip.organisation)

    urls = ("/cua-mobile/vehicules", "/cua-mobile/conducteurs")
    more(5)
    few = [cost(url) for url in urls]
    more(20)
    assert [cost(url) for url in urls] == few


def test_an_unavailability_is_set_sent_twice_and_lifted(agent: Browser) -> None:
    vehicle = make_vehicle(db.session())
    trip = make_booking(db.session(), vehicle, MARCH, state=BookingState.APPROVED)
    asked = make_booking(db.session(), vehicle, MARCH + timedelta(days=1))
    url = f"/cua-mobile/vehicules/{vehicle.id}/indisponibilite"
    form = {
        "client_id": agent.get(url).value_of("client_id"),
        "starts_on": "2027-03-04",
        "starts": "08:00",
        "ends_on": "2027-03-06",
        "ends": "18:00",
        "reason": "Révision",
    }
    taken = agent.post(url, form)
    assert "Le véhicule est déjà pris" in taken.text
    assert taken.value_of("reason") == "Révision"
    for wrong, message in (
        ({"starts_on": "2027-03-28", "starts": "02:30"}, "n’existe pas"),
        ({"ends_on": "2027-10-31", "ends": "02:30"}, "arrive deux fois"),
        ({"ends_on": "2027-03-01"}, "La fin doit suivre le début."),
        ({"reason": " "}, "Dites pourquoi"),
        ({"ends": ""}, "Indiquez l’heure de la fin."),
    ):
        assert message in agent.post(url, {**form, **wrong}).text
    assert asked.state is BookingState.REQUESTED
    trip.state = BookingState.CANCELLED
    db.session.commit()
    for _ in range(2):
        assert "Révision" in agent.follow(agent.post(url, form)).text
    blocked = db.session.scalars(
        select(Booking).where(Booking.state == BookingState.MAINTENANCE)
    ).one()
    assert db.session.get_one(Booking, asked.id).state is BookingState.WAITING
    moved = agent.get(f"/cua-mobile/reservations/{blocked.id}/deplacer")
    assert moved.value_of("starts_on") == "2027-03-04"
    page = agent.follow(agent.post(f"/cua-mobile/indisponibilites/{blocked.id}/lever"))
    assert "de nouveau prêté" in page.text
    assert "Rien de prévu" in page.text
    assert db.session.get_one(Booking, asked.id).state is BookingState.REQUESTED
    assert agent.post(f"/cua-mobile/indisponibilites/{asked.id}/lever").status == 404


def test_the_home_page_says_what_awaits(
    app: Flask, agent: Browser, grantee: Browser, mine: Organisation
) -> None:
    vehicle = make_vehicle(db.session())
    make_driver(db.session(), mine, licence_until=date(2026, 1, 1))
    make_booking(db.session(), vehicle, MARCH, escalated_at=MARCH)
    trip = make_booking(db.session(), vehicle, MARCH, None, mine, BookingState.APPROVED)
    back = make_booking(
        db.session(), vehicle, MARCH - timedelta(days=200), None, mine, BookingState.RETURNED
    )
    home = agent.get("/").text
    assert "Demandes de CUA Mobile à décider 1dont 1 en retard" in home
    assert "Permis de conducteurs à vérifier 1" in home
    assert f"Compte rendu manquant : {back.reference}" in home
    home = grantee.get("/").text
    assert "Votre prochaine sortiejeudi 4 mars 2027 de 9 h à 12 h" in home
    assert f"Compte rendu à faire : {back.reference}" in home
    assert "à décider" not in home
    trip.state = back.state = BookingState.CANCELLED
    db.session.commit()
    assert "Le calendrier" not in grantee.get("/").text
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, organisation=mine))
    assert "Votre prochaine sortie" not in partner.get("/").text
