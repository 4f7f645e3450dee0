"""Who is invited to a trip: the association's list, and the page behind a mail's link."""

from datetime import timedelta

import icalendar
import pytest
from flask import Flask

from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.factories.van import make_trip
from tests.mail_reading import mails
from tests.page_checks import Browser
from tests.statements import cost
from tests.world import FrozenClock, MailboxMailer
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest
from zna_network.queries import van_guests as queries
from zna_network.services import delivery
from zna_network.services.van import guests
from zna_network.services.van.guest_links import link_of


@pytest.fixture
def trip(app: Flask) -> Booking:
    """Granted, told to its driver, with a partner on board who has two contacts."""
    caf = make_organisation(db.session(), name="Caisse d’exemple", phone="03 21 00 00 00")
    for name in ("Aude", "Basile"):
        make_contact(
            db.session(),
            caf,
            last_name=name,
            sort_key=f"{name.lower()} camille",
            email=f"{name.lower()}@caf.example",
        )
    booking = make_trip(db.session(), partners=[caf])
    ctx = system_context(app)
    with ctx.unit_of_work():
        guests.announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    return booking


@pytest.fixture
def grantee(app: Flask, trip: Booking) -> Browser:
    account = make_user(db.session(), Role.GRANTEE, organisation=trip.organisation)
    return Browser(app).sign_in(account)


def _guest(booking: Booking, email: str) -> BookingGuest:
    found = db.session.scalars(queries.locked(booking.id)).all()
    return next(guest for guest in found if guest.email == email)


def _path(app: Flask, guest: BookingGuest) -> str:
    settings = system_context(app).settings
    return link_of(settings, guest).removeprefix(settings.base_url)


def test_an_association_invites_notes_answers_and_takes_off(
    trip: Booking, grantee: Browser
) -> None:
    url = f"/cua-mobile/reservations/{trip.id}/invites"
    shown = grantee.get(f"/cua-mobile/reservations/{trip.id}")
    assert url in shown.links()
    assert "Noor Volant" in shown.text
    page = grantee.get(url)
    assert page.all("h1")[0].text == f"À bord : {trip.reference}"
    aude, basile = (one.get("value") for one in page.all("input", name="contacts"))
    empty = grantee.post(f"{url}/partenaires")
    assert empty.status == 422
    assert "Choisissez au moins une personne." in empty.text
    page = grantee.follow(grantee.post(f"{url}/partenaires", {"contacts": [str(aude)]}))
    assert "Aude" in page.text
    assert "1 sans réponse" not in page.text  # Two: the driver has not answered either.
    assert [one.get("value") for one in page.all("input", name="contacts")] == [basile]
    wrong = grantee.post(f"{url}/annuaire", {"contact": "Personne Inconnue"})
    assert wrong.status == 422
    assert "Personne Inconnue" in wrong.value_of("contact")
    grantee.follow(grantee.post(f"{url}/annuaire", {"contact": "Camille Basile"}))
    guest = _guest(trip, "aude@caf.example")
    said = grantee.post(f"{url}/{guest.id}/reponse", {"answer": "accepted", "words": "Par tél."})
    assert "Sera là" in grantee.follow(said).text
    nothing = grantee.post(f"{url}/{guest.id}/reponse", {"answer": "peut-être"})
    assert "Choisissez une des réponses proposées." in grantee.follow(nothing).text
    again = grantee.follow(grantee.post(f"{url}/{guest.id}/renvoyer"))
    assert "L’invitation repart à Camille Aude." in again.text
    gone = grantee.follow(grantee.post(f"{url}/{guest.id}/retirer"))
    assert "n’est plus sur la liste" in gone.text
    driver = _guest(trip, "noor@lilas.example")
    kept = grantee.follow(grantee.post(f"{url}/{driver.id}/retirer"))
    assert "changez plutôt le conducteur" in kept.text


def test_the_list_is_for_the_association_and_the_cua(
    app: Flask, trip: Booking, agent: Browser, browser: Browser
) -> None:
    url = f"/cua-mobile/reservations/{trip.id}/invites"
    assert agent.get(url).status == 200
    other = make_user(db.session(), Role.GRANTEE, organisation=make_grantee(db.session()))
    partner = make_user(db.session(), Role.PARTNER, organisation=make_organisation(db.session()))
    for account in (other, partner):
        stranger = Browser(app).sign_in(account)
        assert stranger.get(url).status == 403
        assert stranger.post(f"{url}/annuaire", {"contact": "Aude"}).status in {403, 422}
        assert "noor@lilas" not in stranger.get(f"/cua-mobile/reservations/{trip.id}").text
    assert browser.get(url).status == 302
    assert agent.get("/cua-mobile/reservations/999999/invites").status == 404
    assert len(db.session.scalars(queries.locked(trip.id)).all()) == 1


def test_the_page_behind_the_link_answers_without_an_account(
    app: Flask, trip: Booking, browser: Browser, mailbox: MailboxMailer
) -> None:
    guest = _guest(trip, "noor@lilas.example")
    url = _path(app, guest)
    page = browser.get(url)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.response.headers["X-Robots-Tag"]
    for words in ("CUA Mobile", "Achicourt", "Les Lilas compte sur vous", "Je conduirai"):
        assert words in page.text
    assert _guest(trip, guest.email).answer is None  # Reading writes nothing.
    seen = page.value_of("seen")
    bad = browser.post(url, {"answer": "oui", "seen": seen, "words": "Mon mot"})
    assert bad.status == 422
    assert "Choisissez une des réponses proposées." in bad.text
    assert bad.value_of("words").strip() == "Mon mot"
    stale = browser.post(url, {"answer": "accepted", "seen": "99"})
    assert stale.status == 422
    assert "vient de changer" in stale.text
    thanks = browser.follow(
        browser.post(url, {"answer": "declined", "seen": seen, "words": "Grippe"})
    )
    assert "Votre réponse est enregistrée" in thanks.text
    assert "Ne viendra pas" in thanks.text
    assert [mail.kind for mail in mails(db.session())] == ["van_invitation"]  # No account to tell.
    taken = browser.send("GET", f"{url}/agenda.ics")
    [event] = icalendar.Calendar.from_ical(taken.data).walk("VEVENT")
    assert str(event["UID"]) == guest.uid
    assert browser.get("/cua-mobile/invitation/inconnu").status == 404


def test_the_link_says_what_became_of_the_trip(
    app: Flask, trip: Booking, browser: Browser, clock: FrozenClock
) -> None:
    guest = _guest(trip, "noor@lilas.example")
    url = _path(app, guest)
    clock.set(trip.starts_at)
    under_way = browser.post(url, {"answer": "accepted", "seen": str(guest.sent_sequence)})
    assert under_way.status == 410
    assert "La sortie a commencé" in under_way.text
    clock.set(trip.ends_at)
    assert "Cette sortie est passée" in browser.get(url).text
    assert browser.get(f"{url}/agenda.ics").status == 410
    clock.set(trip.starts_at - timedelta(days=3))
    trip.state, trip.reason = BookingState.CANCELLED, "Panne du véhicule"
    db.session.commit()
    off = browser.get(url)
    assert (off.status, "Panne du véhicule" in off.text) == (410, True)
    guest.removed_at = clock.now()
    db.session.commit()
    assert "Votre présence n’est plus attendue" in browser.get(url).text


def test_the_list_costs_the_same_for_two_guests_as_for_twenty(app: Flask, trip: Booking) -> None:
    ctx = system_context(app)

    def read() -> None:
        booking = db.session.get(Booking, trip_id)
        assert booking is not None
        assert guests.of(ctx, booking).is_shown

    trip_id = trip.id
    few = cost(ctx.session, read)
    caf = make_organisation(ctx.session)
    rows = [
        BookingGuest(
            booking_id=trip_id,
            role="partner",
            organisation_id=caf.id,
            name=f"Invité {number}",
            email=f"{number}@caf.example",
            uid=f"uid-{number}",
            link_salt=f"salt-{number}",
            link_hash=f"hash-{number}",
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for number in range(18)
    ]
    ctx.session.add_all(rows)
    ctx.session.commit()
    assert cost(ctx.session, read) == few
