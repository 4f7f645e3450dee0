"""The page of a booking: who sees how much of it, and calling it off."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_stop
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingAct, BookingEvent, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle

START = datetime(2027, 3, 4, 8, tzinfo=UTC)
ACHICOURT, ARRAS = "62004", "62041"


def granted(mine: Organisation, vehicle: Vehicle) -> Booking:
    driver = make_driver(db.session(), mine, name="Camille Volant", phone="0600000000")
    booking = make_booking(
        db.session(), vehicle, START, organisation=mine, state=BookingState.APPROVED,
        driver=driver, purpose="Ouvrir des droits.", needs="Une prise.", target_groups=["seniors"],
        expected_people=40,
    )  # fmt: skip
    make_stop(db.session(), booking, ACHICOURT, place="Derrière l’église")
    told(booking, BookingAct.REQUESTED, "Alix Auteur")
    return booking


def told(booking: Booking, act: BookingAct, author: str, words: str = "") -> None:
    db.session.add(
        BookingEvent(
            booking=booking, act=act, state=booking.state, author=author, words=words,
            at=booking.requested_at,
        )
    )  # fmt: skip
    db.session.commit()


def reader(app: Flask, role: Role) -> Browser:
    organisation = make_organisation(db.session()) if role is not Role.AGENT else None
    return Browser(app).sign_in(make_user(db.session(), role, organisation=organisation))


def test_everybody_sees_when_who_and_where_and_the_rest_is_the_association_s_and_the_cua_s(
    app: Flask, grantee: Browser, agent: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    booking = granted(mine, vehicle)
    url = f"/cua-mobile/reservations/{booking.id}"
    shared = ["Accordée", "Passerelles", "Le Bus", "jeudi 4 mars 2027 de 9 h à 12 h", "Achicourt"]
    secret = [
        "Ouvrir des droits.", "Une prise.", "Seniors", "Camille Volant", "0600000000",
        "Derrière l’église", "Alix Auteur", "Dépôt, 1 rue du Quai", "Historique",
    ]  # fmt: skip
    for browser in (grantee, agent):
        page = browser.get(url)
        text = page.text.replace("\u00a0", " ")
        assert [one for one in [*shared, *secret] if one not in text] == []
        assert f"{url}/modifier" in page.links()
        assert f"{url}/annuler" in page.links()
        assert page.response.headers["Cache-Control"] == "no-store, private"
    for role in (Role.GRANTEE, Role.PARTNER):
        browser = reader(app, role)
        page = browser.get(url)
        text = page.text.replace("\u00a0", " ")
        assert [one for one in shared if one not in text] == []
        assert [one for one in secret if one in text] == []
        assert [link for link in page.links() if link.startswith(f"{url}/")] == []
        assert browser.get(f"{url}/modifier").status == 403
        assert browser.get(f"{url}/annuler").status == 403
    assert agent.get("/cua-mobile/reservations/999").status == 404
    anonymous = Browser(app).get(url)
    assert "/connexion" in anonymous.response.location


def test_who_asked_reads_where_their_request_stands(
    app: Flask, grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    session = db.session()
    waiting = make_booking(
        session, vehicle, START, organisation=mine, state=BookingState.WAITING,
        reason="Première visite à Rœux.",
    )  # fmt: skip
    caf = make_grantee(session, name="Caisse du marché")
    make_booking(session, vehicle, START, organisation=caf, state=BookingState.APPROVED)
    make_booking(session, vehicle, START, organisation=make_grantee(session, name="Troisième"))
    page = grantee.get(f"/cua-mobile/reservations/{waiting.id}")
    text = page.text.replace("\u00a0", " ")
    assert "Première visite à Rœux." in text
    assert "Caisse du marché, jeudi 4 mars 2027 de 9 h à 12 h" in text
    assert "Troisième, jeudi 4 mars 2027" in text
    assert "jeudi 4 mars 2027 de 13 h à 16 h" in text
    # The nearest free slot is one click away, its stops with it.
    make_stop(session, waiting, ACHICOURT)
    after = "2027-03-04T13:00/2027-03-04T16:00"
    edit = f"/cua-mobile/reservations/{waiting.id}/modifier"
    assert f"{edit}?creneau={after}" in [unquote(link) for link in page.links()]
    page = grantee.get(f"{edit}?creneau={after}")
    names = ("leaves_at", "returns_at", "stops-0-starts", "stops-0-ends", "stops-0-day")
    assert [page.value_of(name) for name in names] == ["13:00", "16:00", "13:00", "16:00", ""]
    far = "9999-12-31T23:59"
    for spoilt in ("demain", f"{far}/{far}", "0001-01-01T08:00/", f"{far}/2000-01-01T00:00"):
        assert grantee.get(f"{edit}?creneau={spoilt}").value_of("leaves_at") == "09:00"
    other = reader(app, Role.GRANTEE).get(f"/cua-mobile/reservations/{waiting.id}").text
    assert "Première visite" not in other
    assert "Caisse du marché" not in other


def test_an_unavailability_says_no_more_than_that(
    app: Flask, agent: Browser, vehicle: Vehicle
) -> None:
    away = make_booking(
        db.session(), vehicle, START, state=BookingState.MAINTENANCE, purpose="Embrayage cassé"
    )
    told(away, BookingAct.BLOCKED, "Alix Auteur", "Embrayage cassé")
    url = f"/cua-mobile/reservations/{away.id}"
    assert "Embrayage cassé" in agent.get(url).text
    page = reader(app, Role.GRANTEE).get(url)
    assert "Véhicule indisponible" in page.text
    assert "Embrayage" not in page.text
    assert agent.follow(agent.get(f"{url}/annuler")).status == 200
    assert agent.post(f"{url}/annuler").status == 422


def test_a_trip_is_called_off_by_saying_why(
    app: Flask, grantee: Browser, agent: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    booking = granted(mine, vehicle)
    url = f"/cua-mobile/reservations/{booking.id}/annuler"
    assert "Les invités sont prévenus" in grantee.get(url).text
    silent = grantee.post(url, {"reason": " "})
    assert (silent.status, "Dites pourquoi" in silent.text) == (422, True)
    sensitive = grantee.post(url, {"reason": "Voir 2 84 12 62 041 025 11"})
    assert sensitive.status == 422
    assert "2 84 12 62 041 025 11" in sensitive.value_of("reason")
    db.session.refresh(booking)
    assert booking.state is BookingState.APPROVED
    page = grantee.follow(grantee.post(url, {"reason": "Le chauffeur est malade."}))
    assert "est annulée" in page.text
    assert "Le chauffeur est malade." in page.text
    db.session.refresh(booking)
    assert booking.state is BookingState.CANCELLED
    assert db.session.query(OutboxMessage).count()
    twice = agent.post(url, {"reason": "Encore."})
    assert (twice.status, "déjà" in twice.text) == (422, True)

    asked = make_booking(db.session(), vehicle, START + timedelta(days=5), organisation=mine)
    url = f"/cua-mobile/reservations/{asked.id}/annuler"
    assert agent.post(url, {"reason": ""}).status == 422  # The association reads why.
    assert grantee.post(url, {"reason": ""}).status == 303
    db.session.refresh(asked)
    assert asked.state is BookingState.CANCELLED


def test_the_page_costs_the_same_whatever_the_booking_holds(
    agent: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    booking = make_booking(db.session(), vehicle, START, organisation=mine)

    def cost() -> int:
        agent.get(f"/cua-mobile/reservations/{booking.id}")
        with counted_statements() as seen:
            agent.get(f"/cua-mobile/reservations/{booking.id}")
        return len(seen)

    def fill(count: int) -> None:
        for number in range(count):
            make_stop(db.session(), booking, ARRAS if number % 2 else ACHICOURT)
            told(booking, BookingAct.EDITED, "Alix Auteur", f"Changement {number}")
            make_booking(db.session(), vehicle, START, organisation=make_grantee(db.session()))

    fill(2)
    few = cost()
    fill(10)
    assert cost() == few
