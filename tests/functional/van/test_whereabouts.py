"""« Où est CUA Mobile ? »: what anybody may know, in their language, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.page_checks import Browser
from tests.qr_reading import codes_in_pdf
from tests.statements import cost
from zna_network.extensions import db
from zna_network.models.booking import BookingAct, BookingEvent, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Qpv, Right
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.languages import LANGUAGES
from zna_network.services.van.whereabouts import whereabouts

URL = "/cua-mobile/passages"
# The clock of the tests says 3 December 2026, 10 h in Arras.
NOW = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
ACHICOURT, ARRAS, ACQ, DAINVILLE = "62004", "62041", "62007", "62263"


@pytest.fixture
def host(app: Flask) -> Organisation:
    return make_grantee(db.session(), name="Les Lilas")


@pytest.fixture
def vehicle(app: Flask) -> Vehicle:
    return make_vehicle(db.session())


def _stop(
    vehicle: Vehicle,
    host: Organisation,
    insee: str,
    days: int = 0,
    state: BookingState = BookingState.APPROVED,
    granted: bool = True,
    **values: object,
) -> Stop:
    session = db.session()
    booking = make_booking(
        session,
        vehicle,
        NOW + timedelta(days=days),
        organisation=host,
        state=state,
        purpose="Une sortie secrète",
        driver=make_driver(session, host, name="Noor Volant"),
        rights=[session.get_one(Right, "RSA")],
    )
    if granted:
        event = BookingEvent(
            booking=booking, act=BookingAct.APPROVED, state=state, author="CUA", at=NOW
        )
        session.add(event)
    return make_stop(session, booking, insee, **values)


def test_anybody_sees_where_it_is_and_where_it_goes(
    browser: Browser, vehicle: Vehicle, host: Organisation
) -> None:
    qpv = db.session.scalars(select(Qpv).where(Qpv.name == "Saint-Michel Goudemand")).one()
    here = _stop(vehicle, host, ACHICOURT, state=BookingState.OUT)
    here.booking.partners = [make_organisation(db.session(), name="La Ruche")]
    _stop(vehicle, host, ARRAS, 5, qpv_id=qpv.id)
    _stop(vehicle, host, ACQ, 6, is_public=False)
    for days, state in ((7, BookingState.REQUESTED), (8, BookingState.WAITING)):
        _stop(vehicle, host, DAINVILLE, days, state, granted=False)
    _stop(vehicle, host, DAINVILLE, 9, BookingState.CANCELLED, granted=False)
    _stop(vehicle, host, ACQ, -2)
    _stop(vehicle, host, ACQ, 10, was_done=False)
    page = browser.get(URL)
    text = page.text.replace("\u00a0", " ")
    for words in (
        "jeudi 3 décembre 2026", "Aujourd’hui", "En ce moment", "9 h 30 – 12 h 30",
        "Place de la mairie", "Les Lilas, La Ruche", "Revenu de solidarité active",
        "mardi 8 décembre 2026", "Saint-Michel Goudemand",
    ):  # fmt: skip
        assert words in text, words
    titles = ["".join(h.itertext()) for h in page.all("h4")]
    assert titles == ["1Achicourt", "2Arras"]
    for words in ("secrète", "Volant", "CM-0", "Passage annulé"):
        assert words not in text, words
    shown = [a.get("aria-label") for a in page.all("a", class_="stops-map-place")]
    assert shown == ["1, Achicourt", "2, Arras"]


def test_who_read_of_a_cancelled_stop_is_told(
    browser: Browser, vehicle: Vehicle, host: Organisation
) -> None:
    stop = _stop(vehicle, host, ACHICOURT, 3, BookingState.CANCELLED)
    page = browser.get(f"{URL}?commune={ACHICOURT}")
    assert "Passage annulé" in page.text
    assert "Aucun passage" not in page.text
    assert not page.all("a", class_="slot-ics")
    for url in (f"{URL}.ics", f"{URL}/{stop.id}.ics"):
        (event,) = Calendar.from_ical(browser.send("GET", url).data).walk("VEVENT")
        assert event["STATUS"] == "CANCELLED"


def test_a_commune_without_a_stop_is_shown_the_nearest_ones(
    browser: Browser, vehicle: Vehicle, host: Organisation
) -> None:
    _stop(vehicle, host, ACQ, 1)
    _stop(vehicle, host, ARRAS, 2)
    page = browser.get(f"{URL}?commune={DAINVILLE}")
    assert "Aucun passage n’est annoncé dans cette commune pour le moment : Dainville" in page.text
    titles = ["".join(h.itertext()) for h in page.all("h4")]
    assert [title[1:] for title in titles] == ["Arras", "Acq"]
    assert "à 4 km environ" in page.text
    (asked,) = (o for o in page.all("option") if o.get("selected") is not None)
    assert asked.get("value") == DAINVILLE
    only = browser.get(f"{URL}?commune={ACQ}")
    assert " km " not in only.text
    assert [title.text for title in only.all("time")] == ["vendredi 4 décembre 2026"]
    assert len(browser.get(f"{URL}?commune=99999").all("time")) == 2


def test_its_calendars(browser: Browser, vehicle: Vehicle, host: Organisation) -> None:
    stop = _stop(vehicle, host, ACHICOURT, 1)
    _stop(vehicle, host, ARRAS, 2)
    stop.booking.sequence = 4
    db.session.commit()
    response = browser.send("GET", f"{URL}.ics")
    assert response.mimetype == "text/calendar"
    events = Calendar.from_ical(response.data).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [
        "CUA Mobile à Achicourt",
        "CUA Mobile à Arras",
    ]
    first = events[0]
    assert first["UID"] == stop.uid
    assert (first["SEQUENCE"], first.get("STATUS")) == (4, "CONFIRMED")
    assert first["DTSTART"].dt == stop.starts_at
    assert str(first["LOCATION"]) == "Place de la mairie, Achicourt"
    assert "Les Lilas" in first["DESCRIPTION"]
    assert "ATTENDEE" not in first
    assert b"Volant" not in response.data
    narrowed = browser.send("GET", f"{URL}.ics?commune={ARRAS}").data
    assert len(Calendar.from_ical(narrowed).walk("VEVENT")) == 1
    (alone,) = Calendar.from_ical(browser.send("GET", f"{URL}/{stop.id}.ics").data).walk("VEVENT")
    assert alone["UID"] == stop.uid
    hidden = _stop(vehicle, host, ACQ, 3, is_public=False)
    asked = _stop(vehicle, host, ACQ, 4, BookingState.REQUESTED, granted=False)
    for unknown in (hidden.id, asked.id, 999999):
        assert browser.get(f"{URL}/{unknown}.ics").status == 404


@pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
def test_it_speaks_the_public_s_languages(
    browser: Browser, vehicle: Vehicle, host: Organisation, code: str
) -> None:
    _stop(vehicle, host, ACHICOURT, 1)
    page = browser.get(f"{URL}?langue={code}")
    heading = "".join(page.all("h1")[0].itertext())
    expected = {
        "fr": "Où est CUA Mobile ?",
        "falc": "Où est CUA Mobile ?",
        "en": "Where is CUA Mobile?",
        "ar": "أين هي سيارة CUA Mobile؟",
        "uk": "Де зараз CUA Mobile?",
    }
    assert heading == expected[code]
    root = page.all("html")[0]
    assert (root.get("dir") == "rtl") is (code == "ar")
    assert browser.get("/connexion").all("html")[0].get("lang") == "fr"
    missing = browser.get(f"{URL}/999999.ics?langue={code}")
    assert missing.status == 404
    said = {"fr": "n’est plus annoncé", "en": "no longer planned", "ar": "غير موجود"}
    assert said.get(code, "") in missing.text


def test_an_empty_page_says_so_and_its_cost_does_not_grow(
    ctx: Context, browser: Browser, vehicle: Vehicle, host: Organisation
) -> None:
    assert "Revenez voir bientôt" in browser.get(URL).text
    session, costs, vehicle_id, host_id = db.session(), [], vehicle.id, host.id
    for first, last in ((1, 3), (3, 12)):
        vehicle = session.get_one(Vehicle, vehicle_id)
        host = session.get_one(Organisation, host_id)
        for days in range(first, last):
            _stop(vehicle, host, ACHICOURT, days)
        costs.append(cost(session, lambda: whereabouts(ctx).days))
    assert costs[0] == costs[1]


def test_the_poster_of_a_stop(
    agent: Browser, browser: Browser, vehicle: Vehicle, host: Organisation
) -> None:
    stop = _stop(vehicle, host, ACHICOURT, 1)
    url = f"/cua-mobile/reservations/{stop.booking_id}/affiche/{stop.id}.pdf"
    assert browser.get(url).status == 302
    response = agent.send("GET", url)
    (address,) = codes_in_pdf(response.data)
    assert ACHICOURT in address
    assert browser.get(address).status == 200
    assert "affiche-achicourt-2026-12-04.pdf" in response.headers["Content-Disposition"]
    larger = agent.send("GET", f"{url}?format=a3")
    assert larger.data.startswith(b"%PDF")
    asked = _stop(vehicle, host, ACQ, 2, BookingState.REQUESTED)
    hidden = _stop(vehicle, host, ACQ, 3, is_public=False)
    for one, message in ((asked, "une fois la réservation accordée"), (hidden, "pas annoncée")):
        page = agent.get(f"/cua-mobile/reservations/{one.booking_id}/affiche/{one.id}.pdf")
        assert page.status == 409
        assert message in page.text
    other = agent.get(f"/cua-mobile/reservations/{asked.booking_id}/affiche/{stop.id}.pdf")
    assert other.status == 404
