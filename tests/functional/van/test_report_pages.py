"""The report of a trip, as its association writes it in a minute."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.referrals import make_person, make_referral
from tests.factories.van import make_booking, make_stop, make_vehicle
from tests.page_checks import Browser, Page
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation

DAY = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def mine(app: Flask) -> Organisation:
    return make_grantee(db.session(), name="Passerelles")


@pytest.fixture
def grantee(app: Flask, mine: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, mine))


@pytest.fixture
def trip(app: Flask, mine: Organisation) -> Booking:
    session = db.session()
    vehicle = make_vehicle(session)
    booking = make_booking(session, vehicle, DAY, organisation=mine, state=BookingState.RETURNED)
    make_stop(session, booking, "62004")
    make_stop(session, booking, "62041", place="")
    make_referral(session, make_person(session, mine), made_at=DAY)
    return booking


def _url(booking: Booking) -> str:
    return f"/cua-mobile/reservations/{booking.id}/compte-rendu"


def _filled(page: Page, booking: Booking, **values: object) -> dict[str, object]:
    """The form as the page holds it, with ``first_…`` and ``second_…`` for the stops' fields."""
    form: dict[str, object] = {
        name: page.value_of(name) for name in ("revision", "seen", "referrals_made", "words")
    }
    for name, value in values.items():
        rank, _, field = name.partition("_")
        ranks = {"first": 0, "second": 1}
        key = f"stop-{booking.stops[ranks[rank]].id}-{field}" if rank in ranks else name
        form[key] = value
    return form


def test_a_report_is_written_shown_and_put_right(grantee: Browser, trip: Booking) -> None:
    show = grantee.get(f"/cua-mobile/reservations/{trip.id}")
    assert "La sortie est finie" in show.text
    assert _url(trip) in show.links()
    page = grantee.get(_url(trip))
    for words in ("Place de la mairie, Achicourt", "Étape 2 : Arras", "Vous en avez fait 1"):
        assert words in page.text, words
    assert page.value_of("referrals_made") == "1"
    sent = grantee.post(
        _url(trip),
        _filled(page, trip, first_was_done="oui", first_youth="3", second_was_done="non"),
    )
    assert sent.status == 303
    show = grantee.follow(sent)
    for words in ("1 sur 2", "3 personnes rencontrées", "Jeunes : 3", "Compte rendu enregistré"):
        assert words in show.text, words
    again = grantee.get(_url(trip))
    first, second = (stop.id for stop in trip.stops)
    assert again.value_of(f"stop-{first}-was_done") == "oui"
    assert again.value_of(f"stop-{second}-was_done") == "non"
    assert again.value_of(f"stop-{first}-youth") == "3"


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    grantee: Browser, trip: Booking
) -> None:
    page = grantee.get(_url(trip))
    refused = grantee.post(
        _url(trip),
        _filled(
            page,
            trip,
            first_youth="trois",
            second_was_done="oui",
            second_seniors="-4",
            words="Bien.",
        ),
    )
    assert refused.status == 422
    first, second = (stop.id for stop in trip.stops)
    assert "Écrivez un nombre en chiffres" in refused.text
    assert f"#stop-{first}-youth" in refused.links()
    refused = grantee.post(
        _url(trip), _filled(refused, trip, second_was_done="oui", second_seniors="-4")
    )
    for words in ("Dites si cette étape a eu lieu", "Écrivez un nombre de 0 à 2000"):
        assert words in refused.text, words
    assert refused.value_of(f"stop-{second}-seniors") == "-4"
    assert refused.value_of(f"stop-{second}-was_done") == "oui"
    assert refused.value_of("words") == "Bien."
    db.session.rollback()
    assert [stop.was_done for stop in trip.stops] == [None, None]
    for revision in ("x", "7"):  # No report has either.
        spoilt = grantee.post(_url(trip), {"seen": "x,²,999999999999", "revision": revision})
        assert spoilt.status == 422


def test_a_report_made_meanwhile_is_shown_and_not_overwritten(
    grantee: Browser, agent: Browser, trip: Booking
) -> None:
    page = grantee.get(_url(trip))
    mine = _filled(page, trip, first_was_done="oui", first_youth="1", second_was_done="oui")
    theirs = _filled(page, trip, first_was_done="oui", first_youth="7", second_was_done="non")
    assert agent.post(_url(trip), theirs).status == 303
    refused = grantee.post(_url(trip), mine)
    assert refused.status == 422
    for words in ("La version enregistrée entre-temps", "7 personnes rencontrées"):
        assert words in refused.text, words
    first = trip.stops[0].id
    assert refused.value_of(f"stop-{first}-youth") == "1"
    knowingly = _filled(refused, trip, first_was_done="oui", first_youth="1", second_was_done="oui")
    assert grantee.post(_url(trip), knowingly).status == 303


def test_a_stop_that_was_added_meanwhile_is_asked_about(grantee: Browser, trip: Booking) -> None:
    page = grantee.get(_url(trip))
    sent = _filled(page, trip, first_was_done="oui", second_was_done="oui")
    make_stop(db.session(), trip, "62099")
    refused = grantee.post(_url(trip), sent)
    assert refused.status == 422
    assert "pendant votre saisie" in refused.text
    assert "Étape 3" in refused.text
    assert refused.value_of("seen") == ",".join(str(stop.id) for stop in trip.stops)


def test_others_neither_read_nor_write_it(app: Flask, browser: Browser, trip: Booking) -> None:
    session = db.session()
    assert browser.get(_url(trip)).status == 302
    stranger = Browser(app).sign_in(make_user(session, Role.GRANTEE, make_grantee(session)))
    assert stranger.get(_url(trip)).status == 403
    assert stranger.post(_url(trip), {}).status == 403
    assert "Compte rendu" not in stranger.get(f"/cua-mobile/reservations/{trip.id}").text
    trip.state = BookingState.REFUSED
    session.commit()
    agent = Browser(app).sign_in(make_user(session))
    assert agent.get(_url(trip)).status == 409
    assert agent.get("/cua-mobile/reservations/999999/compte-rendu").status == 404
