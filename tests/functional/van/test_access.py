"""Who opens what: every role on every page and action of the van.

``who`` are the roles that get in, in letters: Anonymous, Partner, Other grantee, Borrower, Staff.
The rest are sent to sign in, refused, or told that there is no such thing. Whoever is neither the
borrower nor the staff never reads what the trip is for, who drives and who is invited. The table
follows the URL map: a new route without a line fails."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.access_matrix import Line, World, area, both, browsers_of, listed, routes
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.handovers import handover_data, photo_with_metadata
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import BookingSeries, BookingState
from zna_network.services.french_time import local_date
from zna_network.services.van import feeds, guest_links, guest_list, handovers
from zna_network.services.van.handover_values import PhotoData

SECRETS = ("Motif confidentiel", "Noor Volant", "noor@lilas.example", "convive@exemple.example",
           "Agnès Garage", "Besoin particulier")  # fmt: skip
B, D, V = "/cua-mobile/reservations/{trip}", "/cua-mobile/conducteurs", "/cua-mobile/vehicules"
ASKED, C = "/cua-mobile/reservations/{asked}", "/cua-mobile"
EVERYBODY, ACCOUNTS, BORROWERS, OWN, STAFF = "APOBS", "POBS", "OBS", "BS", "S"


# fmt: off
LINES = (
    Line("van.index", "GET", C, EVERYBODY),
    Line("van.bookings", "GET", f"{C}/reservations", ACCOUNTS),
    Line("van.export_bookings", "GET", f"{C}/reservations/export.csv", ACCOUNTS),
    Line("van.show", "GET", B, ACCOUNTS),
    Line("van.poster", "GET", B + "/affiche/{stop}.pdf", ACCOUNTS),
    Line("van.coverage", "GET", f"{C}/couverture", ACCOUNTS),
    Line("van.coverage_file", "GET", f"{C}/couverture.csv", ACCOUNTS),
    Line("van.whereabouts", "GET", f"{C}/passages", EVERYBODY),
    Line("van.whereabouts_calendar", "GET", f"{C}/passages.ics", EVERYBODY),
    Line("van.stop_calendar", "GET", C + "/passages/{stop}.ics", EVERYBODY),
    Line("van.handover_worker", "GET", f"{C}/remise/sw.js", EVERYBODY),
    Line("van.feed", "GET", C + "/agenda/{feed_token}.ics", EVERYBODY),
    Line("van.guest_answer", "GET", C + "/invitation/{guest_token}", EVERYBODY),
    Line("van.guest_calendar", "GET", C + "/invitation/{guest_token}/agenda.ics", EVERYBODY),
    Line("van.give_guest_answer", "POST", C + "/invitation/{guest_token}", EVERYBODY),
    *both("van.request", f"{C}/reservations/nouvelle", BORROWERS),
    *both("van.series", f"{C}/reservations/serie", BORROWERS),
    *both("van.series_dates", C + "/reservations/serie/{series}", OWN),
    Line("van.availability", "GET", C + "/disponibilites?vehicle_id={vehicle}", BORROWERS),
    *both("van.edit", f"{ASKED}/modifier", OWN),
    *both("van.cancel", f"{ASKED}/annuler", OWN),
    *both("van.report", f"{B}/compte-rendu", OWN),
    Line("van.mission_order", "GET", f"{B}/ordre-de-mission.docx", OWN),
    Line("van.trip_sheet", "GET", f"{B}/feuille-de-route.docx", OWN),
    Line("van.guests", "GET", f"{ASKED}/invites", OWN),
    Line("van.invite_guests", "POST", f"{ASKED}/invites/partenaires", OWN),
    Line("van.invite_named_guest", "POST", f"{ASKED}/invites/annuaire", OWN),
    Line("van.resend_invitation", "POST", ASKED + "/invites/{guest}/renvoyer", OWN),
    Line("van.enter_guest_answer", "POST", ASKED + "/invites/{guest}/reponse", OWN),
    Line("van.remove_guest", "POST", ASKED + "/invites/{guest}/retirer", OWN),
    Line("van.holders", "GET", f"{C}/qui-l-a", BORROWERS),
    Line("van.handover_app", "GET", f"{C}/remise", BORROWERS),
    Line("van.handover_data", "GET", f"{C}/remise/donnees", BORROWERS),
    Line("van.handover_sent", "POST", C + "/remise/envois/{trip}/retour", OWN,
         {"data": '{"client_id": "7a1f4c9e-0000-4000-8000-000000000009", "at": "2026-12-03T10:00:00+01:00", "sent_at": "2026-12-03T10:00:00+01:00"}'}),
    *both("van.handover", f"{B}/etat-des-lieux/retour", OWN),
    Line("van.handover_photo", "GET", C + "/etats-des-lieux/photos/{photo}", OWN),
    *both("van.correct_mileage", C + "/etats-des-lieux/{handover}/kilometrage", STAFF),
    Line("van.feeds", "GET", f"{C}/abonnements", BORROWERS),
    Line("van.create_feed", "POST", f"{C}/abonnements", BORROWERS),
    Line("van.renew_feed", "POST", C + "/abonnements/{feed}/remplacement", OWN),
    Line("van.revoke_feed", "POST", C + "/abonnements/{feed}/revocation", OWN),
    Line("van.decisions", "GET", f"{C}/decisions", STAFF),
    *both("van.decide", f"{ASKED}/decision", STAFF),
    *both("van.move", f"{ASKED}/deplacer", STAFF),
    Line("van.drivers", "GET", D, BORROWERS),
    *both("van.create_driver", f"{D}/nouveau", BORROWERS),
    *both("van.driver", D + "/{driver}", OWN),
    Line("van.check_licence", "POST", D + "/{driver}/permis", STAFF),
    Line("van.archive_driver", "POST", D + "/{driver}/retirer", OWN),
    Line("van.restore_driver", "POST", D + "/{driver}/remettre", OWN),
    Line("van.vehicles", "GET", V, BORROWERS),
    Line("van.vehicle", "GET", V + "/{vehicle}", BORROWERS),
    *both("van.create_vehicle", f"{V}/nouveau", STAFF),
    *both("van.edit_vehicle", V + "/{vehicle}/modifier", STAFF),
    *both("van.maintenance", V + "/{vehicle}/indisponibilite", STAFF),
    Line("van.lift", "POST", C + "/indisponibilites/{blocked}/lever", STAFF),
    Line("van.retire_vehicle", "POST", V + "/{vehicle}/retirer", STAFF),
    Line("van.restore_vehicle", "POST", V + "/{vehicle}/remettre", STAFF),
)
# fmt: on


@pytest.fixture
def world(app: Flask) -> World:
    session, ctx = db.session(), system_context(app)
    lilas = make_grantee(session, name="Les Lilas")
    vehicle = make_vehicle(session)
    driver = make_driver(session, lilas, name="Noor Volant", email="noor@lilas.example")
    told = {"driver": driver, "organisation": lilas, "purpose": "Motif confidentiel",
            "needs": "Besoin particulier"}  # fmt: skip
    start = ctx.now - timedelta(minutes=10)
    trip = make_booking(session, vehicle, start, state=BookingState.APPROVED, **told)
    asked = make_booking(session, vehicle, start + timedelta(days=8), **told)
    blocked = make_booking(
        session, vehicle, start + timedelta(days=20), state=BookingState.MAINTENANCE
    )
    stop = make_stop(session, trip, "62004")
    make_stop(session, asked, "62004")
    photos = (PhotoData(photo_with_metadata(200, 100)),)
    handover = handovers.record(ctx, trip.id, handover_data(ctx.now, 1200, photos=photos))
    partner = make_organisation(session)
    contact = make_contact(session, partner, email="convive@exemple.example")
    (guest,) = guest_list.invite(ctx, asked.id, [contact.id])
    feed = feeds.create(ctx, organisation_id=lilas.id)
    day = local_date(ctx.now) + timedelta(days=15)
    series = BookingSeries(
        vehicle_id=vehicle.id, organisation_id=lilas.id, every_weeks=1, weekdays=[day.weekday()],
        first_on=day, last_on=day + timedelta(days=14), leaves_at=vehicle.opens_at,
        returns_at=vehicle.closes_at, created_at=ctx.now,
    )  # fmt: skip
    session.add(series)
    session.flush()
    asked.series_id = series.id
    session.commit()
    values = {
        "trip": trip.id, "asked": asked.id, "blocked": blocked.id, "stop": stop.id,
        "handover": handover.id, "photo": handover.photos[0].id, "guest": guest.id,
        "guest_token": guest_links.token_of(ctx.settings, guest), "feed": feed.id,
        "feed_token": feeds.address_of(ctx.settings, feed).rpartition("/")[2].removesuffix(".ics"),
        "driver": driver.id, "vehicle": vehicle.id, "series": series.id,
    }  # fmt: skip
    users = {
        "P": make_user(session, Role.PARTNER, partner),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "B": make_user(session, Role.GRANTEE, lilas),
        "S": make_user(session, Role.AGENT),
    }
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(app: Flask, world: World) -> None:
    """The least allowed first, so that nobody finds a thing already undone by who may undo it."""
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            leaks = got.told(SECRETS)
            if letter in "APO" and leaks and "guest" not in line.endpoint:
                wrong.append(f"{line.name} as {letter} tells {leaks}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    assert listed(LINES) == routes(app, area("van"))
