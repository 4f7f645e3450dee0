"""Asking for the vehicle: the page answers at once, keeps what was typed, and writes all or nothing."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_stop
from tests.functional.van.asking import ACHICOURT, ARRAS, bookings, local, rows, typed
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Qpv
from zna_network.models.van import Vehicle
from zna_network.services.french_time import to_local

NEW, AVAILABLE = "/cua-mobile/reservations/nouvelle", "/cua-mobile/disponibilites"


def test_a_grantee_asks_for_a_trip_once_however_often_it_is_sent(
    grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    quarter = db.session.scalars(select(Qpv)).first()
    assert quarter is not None
    driver = make_driver(db.session(), mine, name="Camille Volant")
    partner = make_organisation(db.session(), name="Mission locale")
    page = grantee.get(f"{NEW}?vehicule={vehicle.id}&date=2027-03-04")
    assert page.value_of("starts_on") == "2027-03-04"
    assert page.value_of("vehicle_id") == str(vehicle.id)
    assert "Camille Volant" in page.text

    sent = typed(
        vehicle,
        **{
            "stops-1-insee": f"{quarter.communes[0].insee}:{quarter.id}",
            "stops-1-starts": "11h",
            "stops-1-ends": "11h30",
            "target_groups": ["seniors", "youth"],
            "rights": ["RSA"],
            "partner": "Mission locale",  # Typed and not added: meant all the same.
            "expected_people": "40",
            "driver_id": str(driver.id),
            "equipment": ["Barnum"],
            "needs": "Une prise de courant.",
        },
    )
    shown = grantee.follow(grantee.post(NEW, sent))
    assert "est envoyée" in shown.text
    booking = bookings()[0]
    assert (booking.state, booking.organisation_id) == (BookingState.REQUESTED, mine.id)
    assert (booking.starts_at, booking.ends_at) == (local(9), local(12))
    first, second = booking.stops
    assert (first.where, first.is_public) == ("Place du marché, Achicourt", True)
    assert (second.qpv_id, second.is_public) == (quarter.id, False)
    assert to_local(second.starts_at).time() == time(11)
    assert [one.code for one in booking.rights] == ["RSA"]
    assert [one.id for one in booking.partners] == [partner.id]
    assert (booking.driver_id, booking.expected_people) == (driver.id, 40)
    assert (booking.equipment, booking.target_groups) == (["Barnum"], ["youth", "seniors"])

    again = grantee.post(NEW, sent)
    assert again.response.location == f"/cua-mobile/reservations/{booking.id}"
    assert len(bookings()) == 1


def test_stops_are_added_moved_and_taken_away_by_buttons_and_nothing_typed_is_lost(
    grantee: Browser, vehicle: Vehicle
) -> None:
    sent = typed(vehicle, **{"stops-0-starts": "vers 9 heures"})
    page = grantee.post(NEW, {**sent, "act": "stop-add"})
    assert rows(page, "starts") == ["vers 9 heures", "11:00"]
    assert rows(page, "insee") == [ACHICOURT, ""]
    two = {**sent, "stops-1-insee": ARRAS, "stops-1-place": "Gare", "stops-1-starts": "14:00"}
    page = grantee.post(NEW, {**two, "act": "stop-up-1"})
    assert rows(page, "place") == ["Gare", "Place du marché"]
    assert rows(page, "starts") == ["14:00", "vers 9 heures"]
    assert page.value_of("purpose") == "Ouvrir des droits sur le marché."
    # A browser may leave holes in the numbers; a spoilt button changes nothing.
    holes = {**sent, "stops-7-insee": ARRAS, "stops-7-place": "Gare"}
    for act in ("stop-up-0", "stop-down-9", "stop-remove-x", "stop-remove-99999999999"):
        page = grantee.post(NEW, {**holes, "act": act})
        assert rows(page, "place") == ["Place du marché", "Gare"], act
    page = grantee.post(NEW, {**holes, "act": "stop-remove-0"})
    assert rows(page, "place") == ["Gare"]
    many = {f"stops-{rank}-place": str(rank) for rank in range(60)}
    page = grantee.post(NEW, {**sent, **many, "act": "send", "stops-0-starts": "09:30"})
    assert page.status == 422
    # Enter in a field asks whether the slot is free: it sends nothing.
    page = grantee.post(NEW, {**sent, "act": "check"})
    assert (page.status, "Le Bus est libre sur ce créneau." in page.text) == (200, True)
    assert bookings() == []


def test_partners_join_one_by_one(grantee: Browser, vehicle: Vehicle) -> None:
    partner = make_organisation(db.session(), name="Mission locale")
    page = grantee.post(NEW, typed(vehicle, act="partner-add", partner="mission LOCALE"))
    assert page.value_of("partner_ids") == str(partner.id)
    assert page.value_of("partner") == ""
    page = grantee.post(NEW, typed(vehicle, act="partner-add", partner="Personne"))
    assert "Aucun organisme ne s’appelle « Personne »" in page.text
    assert page.value_of("partner") == "Personne"
    page = grantee.post(NEW, typed(vehicle, act="partner-add"))
    assert "Écrivez le nom d’un organisme" in page.text


WRONG = [
    ({"returns_at": "08:00"}, "Le retour doit venir après le départ."),
    ({"ends_on": "2027-03-03"}, "Le retour doit venir après le départ."),
    ({"starts_on": "2027-03-28", "leaves_at": "02:30"}, "2 h 30 n’existe pas"),
    ({"starts_on": "2027-10-31", "leaves_at": "02:30"}, "2 h 30 arrive deux fois"),
    ({"starts_on": "le 4 mars"}, "Écrivez une date, par exemple"),
    ({"leaves_at": ""}, "Indiquez l’heure du départ."),
    ({"returns_at": "midi"}, "Écrivez une heure, par exemple"),
    ({"starts_on": "0001-01-01"}, "l’année est trop lointaine"),
    ({"vehicle_id": ""}, "Choisissez un véhicule de la liste."),
    ({"vehicle_id": "999999999"}, "véhicule"),
    ({"purpose": "  "}, "Dites à quoi servira la sortie."),
    ({"purpose": "Voir 2 84 12 62 041 025 11"}, "sécurité sociale"),
    ({"expected_people": "beaucoup"}, "Écrivez un nombre en chiffres."),
    ({"driver_id": "77777"}, "Choisissez un conducteur"),
    ({"equipment": ["Fusée"]}, "Un des matériels n’est pas dans la liste"),
    ({"rights": ["FORTUNE"]}, "Un des droits n’est pas dans la liste"),
    ({"stops-0-insee": "75056"}, "Choisissez une des 46 communes"),
    ({"stops-0-insee": f"{ACHICOURT}:999"}, "Ce quartier n’est pas dans cette commune."),
    ({"stops-0-insee": ""}, "Choisissez une des 46 communes"),
    ({"stops-0-ends": "09:00"}, "La fin de l’étape doit venir après son début."),
    ({"stops-0-starts": "08:00"}, "commence avant le départ du véhicule"),
    ({"stops-0-day": "2027-03-05"}, "Ce jour n’est pas un jour de la sortie."),
    ({"starts_on": "2026-12-05"}, "au moins 5 jours avant le départ"),
    ({"starts_on": "2028-03-02"}, "au plus 365 jours avant le départ"),
    ({"starts_on": "2027-03-07"}, "du lundi au samedi"),
    ({"starts_on": "2027-05-06"}, "Ascension"),
    ({"leaves_at": "05:00"}, "entre 7 h et 21 h"),
    ({"ends_on": "2027-03-09"}, "72 h au plus"),
]


@pytest.mark.parametrize("group", range(3))
def test_what_is_wrong_is_said_and_nothing_is_written(
    grantee: Browser, vehicle: Vehicle, group: int
) -> None:
    for values, message in WRONG[group::3]:
        sent = typed(vehicle, **values)
        page = grantee.post(NEW, sent)
        assert page.status == 422, values
        assert message in page.text.replace("\u00a0", " "), (values, page.text[:900])
        assert page.value_of("stops-0-place") == "Place du marché"
        name = next(iter(values))
        if isinstance(values[name], str) and name not in {"vehicle_id", "driver_id"}:
            assert page.value_of(name).strip() in {values[name].strip(), ""}, values
    assert bookings() == []


def test_a_slot_that_is_taken_says_by_whom_and_one_click_takes_the_nearest_free_one(
    grantee: Browser, vehicle: Vehicle
) -> None:
    caf = make_grantee(db.session(), name="Caisse du marché")
    make_booking(db.session(), vehicle, local(8), local(11), caf, BookingState.APPROVED)
    page = grantee.post(NEW, typed(vehicle))
    assert page.status == 422
    assert "Le Bus est déjà pris" in page.text
    assert "Caisse du marché, jeudi 4 mars 2027 de 8 h à 11 h" in page.text.replace("\u00a0", " ")
    takes = [one.get("value") for one in page.all("button", name="take")]
    assert takes == ["2027-03-03T09:00/2027-03-03T12:00", "2027-03-04T12:00/2027-03-04T15:00"]
    page = grantee.post(NEW, typed(vehicle, act="", take=takes[1]))
    assert (page.status, bookings()[1:]) == (200, [])
    assert [page.value_of(n) for n in ("starts_on", "leaves_at", "ends_on", "returns_at")] == [
        "2027-03-04", "12:00", "", "15:00",
    ]  # fmt: skip
    assert (rows(page, "starts"), rows(page, "ends")) == (["12:30"], ["14:00"])
    assert "Le Bus est libre sur ce créneau." in page.text
    spoilt = grantee.post(NEW, typed(vehicle, act="", take="demain/après"))
    assert spoilt.value_of("leaves_at") == "09:00"
    far = {"take": "9999-12-31T23:00/9999-12-31T23:30", "stops-0-day": "9999-12-31"}
    page = grantee.post(NEW, typed(vehicle, act="", starts_on="0001-01-01", **far))
    assert (page.status, "l’année est trop lointaine" in page.text) == (200, True)

    waiting = grantee.follow(grantee.post(NEW, typed(vehicle, act="wait")))
    assert "est sur la liste d’attente" in waiting.text
    assert bookings()[1].state is BookingState.WAITING
    twice = grantee.post(NEW, typed(vehicle, client_id="99999999-2222-4333-8444-555555555555"))
    assert "L’association a déjà une réservation de ce véhicule à ce moment" in twice.text
    assert len(bookings()) == 2


def test_the_script_is_told_what_is_free_what_competes_and_why_not(
    app: Flask, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    other = make_grantee(db.session(), name="Ailleurs")
    asked = {
        "vehicle_id": vehicle.id, "starts_on": "2027-03-04", "leaves_at": "09:00",
        "returns_at": "12:00",
    }  # fmt: skip

    def answer(browser: Browser, **values: object) -> dict[str, Any]:
        query = {key: str(value) for key, value in {**asked, **values}.items()}
        response = browser.send("GET", AVAILABLE, query_string=query)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store, private"
        found: dict[str, Any] = response.get_json()
        return found

    assert answer(grantee)["is_free"] is True
    competing = make_booking(db.session(), vehicle, local(10), local(13), other)
    found = answer(grantee)
    assert (found["is_free"], found["label"]) == (
        True,
        "Le Bus est libre, mais une autre demande attend une décision pour ce créneau.",
    )
    assert [one["who"] for one in found["competing"]] == ["Ailleurs"]
    assert "Ailleurs" in found["html"]
    assert answer(grantee, but=competing.id)["competing"] == []
    # The turn-round counts: from 12 h to 13 h nobody can have it.
    make_booking(db.session(), vehicle, local(12), local(15), other, BookingState.APPROVED)
    taken = answer(grantee)
    assert (taken["is_free"], taken["may_wait"]) == (False, True)
    assert taken["in_the_way"][0]["free_from"] == "2027-03-04T15:00:00+00:00"
    assert taken["after"]["take"] == "2027-03-04T16:00/2027-03-04T19:00"
    early = answer(grantee, starts_on="2026-12-04")
    assert [one["rule"] for one in early["refusals"]] == ["notice"]
    assert answer(grantee, starts_on="2027-03-28", leaves_at="02:30")["label"].endswith(
        "Choisissez une autre heure."
    )
    for spoilt in ({"vehicle_id": "x"}, {"leaves_at": "midi"}, {"starts_on": ""}):
        assert answer(grantee, **spoilt).keys() == {"html"}
    # For whom it is asked is staff's to say: a grantee's own bookings are their own.
    make_booking(db.session(), vehicle, local(9, date(2027, 3, 5)), organisation=other)
    friday = {"starts_on": "2027-03-05", "organisation_id": other.id}
    agent = Browser(app).sign_in(make_user(db.session(), Role.AGENT))
    assert [one["rule"] for one in answer(agent, **friday)["refusals"]] == ["own"]
    assert answer(grantee, **friday)["refusals"] == []
    partner = make_user(db.session(), Role.PARTNER, organisation=make_organisation(db.session()))
    for url in (AVAILABLE, NEW, "/cua-mobile/reservations/serie"):
        assert Browser(app).sign_in(partner).send("GET", url).status_code == 403


def test_staff_ask_for_an_association_and_may_go_past_a_rule_by_saying_why(
    agent: Browser, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    page = agent.post(NEW, typed(vehicle))
    assert "Indiquez un organisme de l’annuaire." in page.text
    soon = typed(vehicle, starts_on="2026-12-04", organisation="Passerelles")
    page = agent.post(NEW, soon)
    assert "au moins 5 jours avant le départ" in page.text.replace("\u00a0", " ")
    assert "Vous pouvez passer outre" in page.text
    reason = {"exception": "Crue de la Scarpe."}
    assert grantee.post(NEW, {**soon, **reason}).status == 422
    shown = agent.follow(agent.post(NEW, {**soon, **reason}))
    assert "Dérogation (préavis)" in shown.text
    assert bookings()[0].organisation_id == mine.id


def test_a_request_is_changed_by_its_association_and_two_people_do_not_overwrite_each_other(
    app: Flask, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    booking = make_booking(db.session(), vehicle, local(9), local(12), mine)
    make_stop(db.session(), booking, ACHICOURT)
    url = f"/cua-mobile/reservations/{booking.id}/modifier"
    page = grantee.get(url)
    assert (page.value_of("leaves_at"), page.value_of("ends_on")) == ("09:00", "")
    assert rows(page, "place") == ["Place de la mairie"]
    seen = page.value_of("revision")
    sent = typed(vehicle, revision=seen, leaves_at="08:00", purpose="Un autre objet.")
    assert "C’est enregistré." in grantee.follow(grantee.post(url, sent)).text
    assert (bookings()[0].starts_at, bookings()[0].purpose) == (local(8), "Un autre objet.")

    late = grantee.post(url, {**sent, "purpose": "Encore un autre."})
    assert "Quelqu’un d’autre a modifié" in late.text
    assert "Ce qui est enregistré maintenant" in late.text
    assert late.value_of("purpose") == "Encore un autre."
    assert bookings()[0].purpose == "Un autre objet."
    renewed = grantee.post(
        url, {**sent, "purpose": "Le bon.", "revision": late.value_of("revision")}
    )
    assert renewed.status == 303
    assert bookings()[0].purpose == "Le bon."

    other = make_user(db.session(), Role.GRANTEE, organisation=make_grantee(db.session()))
    assert Browser(app).sign_in(other).get(url).status == 403


def test_time_that_passes_does_not_speak_against_what_was_asked_for(
    agent: Browser, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    """The notice has begun: the request may change, but no longer to another slot of these days."""
    soon = date(2026, 12, 5)
    booking = make_booking(db.session(), vehicle, local(9, soon), local(12, soon), mine)
    make_stop(db.session(), booking, ACHICOURT)
    url = f"/cua-mobile/reservations/{booking.id}/modifier"
    page = grantee.get(url)
    assert "Le Bus est libre sur ce créneau." in page.text
    sent = typed(vehicle, revision=page.value_of("revision"), starts_on="2026-12-05")
    later = grantee.post(url, {**sent, "returns_at": "13:00"})
    assert "au moins 5 jours avant le départ" in later.text.replace("\u00a0", " ")
    assert grantee.post(url, sent).status == 303
    booking.state = BookingState.APPROVED
    db.session.commit()
    asked = {
        "vehicle_id": vehicle.id, "starts_on": "2026-12-05", "leaves_at": "10:00",
        "returns_at": "13:00", "but": booking.id,
    }  # fmt: skip
    assert agent.send("GET", AVAILABLE, query_string=asked).get_json()["is_free"] is True


def test_a_granted_trip_changes_but_its_slot_is_the_cua_s_to_move(
    agent: Browser, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    booking = make_booking(db.session(), vehicle, local(9), local(12), mine, BookingState.APPROVED)
    make_stop(db.session(), booking, ACHICOURT)
    url = f"/cua-mobile/reservations/{booking.id}/modifier"
    page = grantee.get(url)
    assert "Ce créneau est accordé" in page.text
    assert page.all("input", name="starts_on") == []
    sent = typed(vehicle, revision=page.value_of("revision"), starts_on="2027-03-05")
    assert grantee.post(url, {**sent, "stops-0-place": "Salle des fêtes"}).status == 303
    stored = bookings()[0]
    assert (stored.starts_at, stored.stops[0].place) == (local(9), "Salle des fêtes")

    page = agent.get(url)
    make_driver(db.session(), mine)
    moved = {**sent, "revision": page.value_of("revision"), "driver_id": ""}
    refused = agent.post(url, moved)
    assert refused.status == 422  # Granting it anew asks for a driver.
    booking.state = BookingState.REFUSED
    db.session.commit()
    closed = grantee.follow(grantee.get(url))
    assert "elle ne se modifie plus" in closed.text
