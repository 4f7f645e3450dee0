"""The Word documents of a trip, opened again as Word would."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.docx_files import text_of
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_trip, make_vehicle
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest
from zna_network.ports.documents import DOCX_MEDIA_TYPE


@pytest.fixture
def trip(app: Flask) -> Booking:
    caf = make_organisation(db.session(), name="Caisse d’exemple", phone="03 21 11 11 11")
    booking = make_trip(
        db.session(),
        vehicle=make_vehicle(db.session(), plate="AA-000-ZZ", home="Dépôt des Bonnettes"),
        target_groups=["seniors"],
        partners=[caf],
        equipment=["Barnum"],
        needs="Une rampe & un <micro>",
        expected_people=30,
        decided_by="Claude Agent",
        reason="Première visite à Beaurains",
    )
    booking.decided_at = booking.requested_at + timedelta(days=1)
    assert booking.driver is not None
    booking.driver.phone = "06 00 00 00 00"
    db.session.add(
        BookingGuest(
            booking=booking,
            role="partner",
            organisation=caf,
            name="Aude Exemple",
            email="aude@caf.example",
            uid="u",
            link_salt="s",
            link_hash="h",
            answer="accepted",
            created_at=booking.created_at,
            updated_at=booking.created_at,
        )
    )
    db.session.commit()
    return booking


def _document(browser: Browser, booking: Booking, name: str) -> tuple[str, bytes]:
    response = browser.send("GET", f"/cua-mobile/reservations/{booking.id}/{name}.docx")
    assert response.status_code == 200
    assert response.mimetype == DOCX_MEDIA_TYPE
    assert "no-store" in response.headers["Cache-Control"]
    return response.headers["Content-Disposition"], response.data


def test_the_mission_order_says_the_whole_trip(agent: Browser, trip: Booking) -> None:
    name, content = _document(agent, trip, "ordre-de-mission")
    assert f"ordre-de-mission-{trip.reference}.docx" in name
    words = text_of(content)
    for said in (
        "Ordre de mission", trip.reference, "Les Lilas", "AA-000-ZZ", "Dépôt des Bonnettes",
        "Jeudi 4 mars 2027 à 9\u00a0h", "Noor Volant, permis valable jusqu’au 01/01/2030",
        "Seniors", "Caisse d’exemple", "Barnum", "Une rampe & un <micro>", "30",
        "Place de la mairie, Achicourt", "Beaurains", "Aude Exemple", "Sera là",
        "Accordée le 4 décembre 2026 par Claude Agent", "Première visite à Beaurains",
    ):  # fmt: skip
        assert said in words, said
    document = docx.Document(BytesIO(content))
    assert document.core_properties.title.startswith(f"Ordre de mission – {trip.reference}")
    stops = next(t for t in document.tables if t.cell(0, 0).text == "N°")
    assert [row.cells[0].text for row in stops.rows] == ["N°", "1", "2"]
    signatures = document.tables[-1]
    assert [cell.text for cell in signatures.rows[0].cells][-1] == "Le conducteur"
    assert "{{" not in words
    assert "{%" not in words


def test_the_trip_sheet_leaves_room_for_the_hand(agent: Browser, trip: Booking) -> None:
    name, content = _document(agent, trip, "feuille-de-route")
    assert f"feuille-de-route-{trip.reference}.docx" in name
    document = docx.Document(BytesIO(content))
    words = text_of(content)
    for said in ("06 00 00 00 00", "03 21 11 11 11", "112", "Carrosserie", "Kilométrage"):
        assert said in words, said
    tables = {table.cell(0, 0).text: table for table in document.tables}
    stops = tables["N°"]
    assert [row.cells[2].text for row in stops.rows[1:]] == [
        "Place de la mairie, Achicourt", "Beaurains",
    ]  # fmt: skip
    assert [cell.text for cell in stops.rows[1].cells[4:6]] == ["", ""]
    met = [row.cells[0].text for row in tables["Public"].rows[1:]]
    assert met[0] == "Jeunes"
    assert met[-2:] == ["Autres publics", "Orientations faites"]


def test_what_is_not_granted_is_no_mission_order(agent: Browser, trip: Booking) -> None:
    trip.state = BookingState.REQUESTED
    trip.driver = None
    db.session.commit()
    name, content = _document(agent, trip, "ordre-de-mission")
    assert "fiche-de-reservation" in name
    words = text_of(content)
    assert "ce document ne vaut pas ordre de mission" in words
    assert "Ordre de mission" not in words
    assert "Engagements" not in words
    assert "Le conducteur" not in words
    trip.state = BookingState.CANCELLED
    db.session.commit()
    assert "Réservation annulée" in text_of(_document(agent, trip, "ordre-de-mission")[1])


def test_documents_are_for_the_association_and_the_cua(
    app: Flask, trip: Booking, agent: Browser, browser: Browser
) -> None:
    url = f"/cua-mobile/reservations/{trip.id}/ordre-de-mission.docx"
    own = Browser(app).sign_in(
        make_user(db.session(), Role.GRANTEE, organisation=trip.organisation)
    )
    assert own.send("GET", url).status_code == 200
    for role, organisation in (
        (Role.GRANTEE, make_grantee(db.session())),
        (Role.PARTNER, make_organisation(db.session())),
    ):
        other = Browser(app).sign_in(make_user(db.session(), role, organisation=organisation))
        assert other.send("GET", url).status_code == 403
        assert url not in other.get(f"/cua-mobile/reservations/{trip.id}").links()
    assert browser.send("GET", url).status_code in {302, 403}
    for document in (url, url.replace("ordre-de-mission", "feuille-de-route")):
        assert document in agent.get(f"/cua-mobile/reservations/{trip.id}").links()
    repair = make_booking(
        db.session(), trip.vehicle, trip.block_end, state=BookingState.MAINTENANCE
    )
    gone = f"/cua-mobile/reservations/{repair.id}/ordre-de-mission.docx"
    assert agent.send("GET", gone).status_code == 404
