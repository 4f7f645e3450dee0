"""Subscribed calendars: their secret addresses, and what two readers find behind them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import limiter
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.handover import CalendarFeed
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.french_time import from_local
from zna_network.services.van import feeds, states

SITE = "/cua-mobile/abonnements"
MORNING = datetime(2026, 12, 10, 8, tzinfo=UTC)


@pytest.fixture
def van(ctx: Context) -> Vehicle:
    return make_vehicle(ctx.session, name="CUA Mobile")


@pytest.fixture
def borrower(ctx: Context) -> Organisation:
    return make_grantee(ctx.session, name="Maison de la jeunesse")


@pytest.fixture
def grantee(ctx: Context, app: Flask, borrower: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(ctx.session, Role.GRANTEE, borrower))


def path_of(ctx: Context, feed: CalendarFeed) -> str:
    return feeds.address_of(ctx.settings, feed).removeprefix(ctx.settings.base_url)


def read(browser: Browser, path: str) -> dict[str, Any]:
    """The events of a feed by UID, the two readers agreeing on when each takes place."""
    response = browser.send("GET", path)
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/calendar"
    calendar = icalendar.Calendar.from_ical(response.data)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    found = vobject.readOne(response.get_data(as_text=True))
    theirs = {one.uid.value: one for one in getattr(found, "vevent_list", [])}
    assert theirs.keys() == events.keys()
    for uid, event in events.items():
        for name in ("dtstart", "dtend"):
            instant = event[name].dt
            assert instant.utcoffset() == timedelta(0)
            assert getattr(theirs[uid], name).value == instant
        assert "RRULE" not in event
        assert "ATTENDEE" not in event
    return events


def test_each_occurrence_is_an_event_in_utc_on_both_sides_of_both_changes(
    ctx: Context, browser: Browser, van: Vehicle, borrower: Organisation
) -> None:
    """Nine in the morning stays nine in the morning, whatever the season."""
    nights = (date(2027, 3, 28), date(2027, 10, 31))
    days = [night + timedelta(days=n) for night in nights for n in (-1, 0, 1)]
    made = {}
    for day in days:
        starts, ends = from_local(day, time(9)), from_local(day, time(17))
        made[day] = make_booking(ctx.session, van, starts, ends, borrower, BookingState.APPROVED)
    overnight = make_booking(
        ctx.session, van, from_local(nights[1] + timedelta(days=2), time(22)),
        from_local(nights[1] + timedelta(days=3), time(4)), borrower, BookingState.APPROVED,
    )  # fmt: skip
    feed = feeds.create(ctx, vehicle_id=van.id)
    events = read(browser, path_of(ctx, feed))
    assert len(events) == len(days) + 1
    for day, booking in made.items():
        event = events[booking.uid]
        is_summer = nights[0] <= day < nights[1]
        assert event["DTSTART"].dt == datetime.combine(day, time(7 if is_summer else 8), UTC)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=8)
    assert events[overnight.uid]["DTEND"].dt - events[overnight.uid]["DTSTART"].dt == timedelta(
        hours=6
    )


def test_a_booking_lives_in_its_calendars_and_its_sequence_rises(
    ctx: Context, browser: Browser, van: Vehicle, borrower: Organisation
) -> None:
    booking = make_booking(ctx.session, van, MORNING, organisation=borrower)
    make_stop(ctx.session, booking, "62041", place="Place des Héros")
    of_borrower = path_of(ctx, feeds.create(ctx, organisation_id=borrower.id))
    of_van = path_of(ctx, feeds.create(ctx, vehicle_id=van.id))

    def event(path: str) -> Any:
        return read(browser, path).get(booking.uid)

    def pass_to(act: BookingAct, state: BookingState) -> None:
        with ctx.unit_of_work():
            states.record(ctx, ctx.session.get_one(Booking, booking.id), act, state=state)

    asked = event(of_borrower)
    assert (asked["STATUS"], asked["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
    assert str(asked["SUMMARY"]) == "Demandée : CUA Mobile : Arras"
    assert "Place des Héros, Arras" in str(asked["DESCRIPTION"])
    assert str(asked["URL"]).endswith(f"/cua-mobile/reservations/{booking.id}")
    assert event(of_van) is None, "a request does not have the vehicle"

    pass_to(BookingAct.APPROVED, BookingState.APPROVED)
    approved, seen = event(of_borrower), event(of_van)
    assert (approved["STATUS"], approved["TRANSP"]) == ("CONFIRMED", "OPAQUE")
    assert str(seen["SUMMARY"]) == "CUA Mobile — Maison de la jeunesse"
    assert "13\u00a0h" in str(seen["DESCRIPTION"]), "an hour of turn-round after noon"
    assert "Place des Héros" not in str(seen["DESCRIPTION"])

    pass_to(BookingAct.CANCELLED, BookingState.CANCELLED)
    cancelled, given_up = event(of_borrower), event(of_van)
    assert cancelled["STATUS"] == given_up["STATUS"] == "CANCELLED"
    assert str(given_up["SUMMARY"]).startswith("Annulée : ")

    pass_to(BookingAct.RECONSIDERED, BookingState.REQUESTED)
    again, not_yet = event(of_borrower), event(of_van)
    assert (again["STATUS"], not_yet["STATUS"]) == ("TENTATIVE", "CANCELLED")
    versions = [int(one["SEQUENCE"]) for one in (asked, approved, cancelled, again)]
    assert versions == sorted(set(versions))


def test_a_feed_names_nobody_and_forgets_what_is_long_over(
    ctx: Context, browser: Browser, clock: FrozenClock, van: Vehicle, borrower: Organisation
) -> None:
    driver = make_driver(ctx.session, borrower, name="Dominique Volant")
    asker = make_user(ctx.session, Role.GRANTEE, borrower, name="Sacha Demande")
    booking = make_booking(
        ctx.session, van, MORNING, organisation=borrower, state=BookingState.APPROVED,
        driver=driver, requested_by=asker, purpose="Rencontrer la famille Untel",
        needs="Une rampe", reason="Parce que Sacha", decided_by="Camille Décide",
    )  # fmt: skip
    make_booking(
        ctx.session, van, MORNING + timedelta(days=1), state=BookingState.MAINTENANCE,
        reason="Panne",
    )  # fmt: skip
    for subject in ({"vehicle_id": van.id}, {"organisation_id": borrower.id}):
        path = path_of(ctx, feeds.create(ctx, **subject))
        text = browser.send("GET", path).get_data(as_text=True).replace("\r\n ", "")
        assert booking.reference in text
        for secret in ("Dominique", "Sacha", "Untel", "rampe", "Décide", driver.email, "Panne"):
            assert secret not in text, secret
    assert len(read(browser, path_of(ctx, feeds.create(ctx, vehicle_id=van.id)))) == 2
    clock.set(MORNING + timedelta(days=93))
    assert len(read(browser, path)) == 0


def test_an_unchanged_feed_is_not_sent_again(
    ctx: Context, browser: Browser, clock: FrozenClock, van: Vehicle
) -> None:
    booking = make_booking(ctx.session, van, MORNING, state=BookingState.APPROVED)
    feed = feeds.create(ctx, vehicle_id=van.id)
    path = path_of(ctx, feed)
    first = browser.send("GET", path)
    etag = first.headers["ETag"]
    again = browser.send("GET", path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert ctx.session.get_one(CalendarFeed, feed.id).read_at == clock.now()
    clock.move(timedelta(minutes=59))
    browser.send("GET", path)
    assert ctx.session.get_one(CalendarFeed, feed.id).read_at < clock.now()
    with ctx.unit_of_work():
        states.record(
            ctx, ctx.session.get_one(Booking, booking.id), BookingAct.CANCELLED,
            state=BookingState.CANCELLED,
        )  # fmt: skip
    changed = browser.send("GET", path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in changed.headers["X-Robots-Tag"]
    assert "private" in changed.headers["Cache-Control"]


def test_addresses_are_made_replaced_and_revoked_from_the_page(
    ctx: Context, grantee: Browser, browser: Browser, van: Vehicle, borrower: Organisation
) -> None:
    page = grantee.get(SITE)
    assert "Aucun abonnement" in page.text
    refused = grantee.post(SITE, {"subject": "organisme-999"})
    assert refused.status == 422
    assert "Choisissez un agenda de la liste." in refused.text
    page = grantee.follow(grantee.post(SITE, {"subject": f"organisme-{borrower.id}"}))
    grantee.post(SITE, {"subject": f"vehicule-{van.id}"})
    page = grantee.get(SITE)
    of_van, of_borrower = feeds.listed(ctx)
    assert (of_van.is_vehicle, of_borrower.name) == (True, "Maison de la jeunesse")
    for row in (of_van, of_borrower):
        assert page.all("input", value=row.https)
        assert row.webcal in page.links()
        assert row.webcal.partition("://")[2] == row.https.partition("://")[2]
    stored = ctx.session.get_one(CalendarFeed, of_van.id)
    token = of_van.https.rpartition("/")[2].removesuffix(".ics")
    assert token not in (stored.link_hash, stored.link_salt)

    path = of_van.https.removeprefix(ctx.settings.base_url)
    assert browser.send("GET", path).status_code == 200
    grantee.post(f"{SITE}/{of_van.id}/remplacement")
    assert browser.get(path).status == 410
    renewed = next(row for row in feeds.listed(ctx) if row.is_vehicle)
    path = renewed.https.removeprefix(ctx.settings.base_url)
    assert browser.send("GET", path).status_code == 200
    grantee.post(f"{SITE}/{renewed.id}/revocation")
    assert browser.get(path).status == 410
    assert grantee.post(f"{SITE}/{renewed.id}/revocation").status == 409
    assert browser.get("/cua-mobile/agenda/abc.ics").status == 404
    assert browser.get("/cua-mobile/agenda/" + "é" * 90 + ".ics").status == 404


def test_each_handles_their_own_addresses(
    ctx: Context, app: Flask, agent: Browser, van: Vehicle, borrower: Organisation
) -> None:
    other = make_grantee(ctx.session, name="Autre association")
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, borrower))
    theirs = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, other))
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, other))
    own, of_van = (
        feeds.create(mine, organisation_id=borrower.id),
        feeds.create(mine, vehicle_id=van.id),
    )
    assert {row.id for row in feeds.listed(mine)} == {own.id, of_van.id}
    assert feeds.listed(theirs) == ()
    assert {row.id for row in feeds.listed(ctx)} == {own.id, of_van.id}
    assert feeds.offered(theirs).organisations == ((other.id, "Autre association"),)
    for feed in (own, of_van):
        for act in (feeds.revoke, feeds.renew):
            for stranger in (theirs, partner):
                with pytest.raises(ForbiddenError):
                    act(stranger, feed.id)
    for act in (
        lambda: feeds.create(theirs, organisation_id=borrower.id),
        lambda: feeds.create(partner, vehicle_id=van.id),
        lambda: feeds.listed(partner),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert Browser(app).sign_in(partner.actor).get(SITE).status == 403  # type: ignore[arg-type]
    assert agent.get(SITE).status == 200
    with pytest.raises(NotFoundError):
        feeds.revoke(ctx, 999)
    with pytest.raises(NotFoundError):
        feeds.create(ctx, vehicle_id=999)
    for nothing in ({}, {"organisation_id": 1, "vehicle_id": 1}, {"organisation_id": 999}):
        with pytest.raises(InvalidError):
            feeds.create(ctx, **nothing)
    for _ in range(feeds.MOST - 1):
        feeds.create(ctx, vehicle_id=van.id)
    with pytest.raises(ConflictError):
        feeds.create(ctx, vehicle_id=van.id)
    # Who goes to another association leaves the address of the first one behind.
    assert mine.actor is not None
    mine.actor.organisation = other
    ctx.session.commit()
    assert {row.id for row in feeds.listed(mine)} == {of_van.id}
    borrower.archived_at = ctx.now
    ctx.session.commit()
    assert Browser(app).get(path_of(ctx, own)).status == 410


@pytest.fixture
def _limited(app: Flask) -> Iterator[None]:
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.enabled = False


@pytest.mark.usefixtures("_limited")
def test_an_address_asked_for_without_end_is_told_to_wait(
    ctx: Context, browser: Browser, van: Vehicle
) -> None:
    first, second = (path_of(ctx, feeds.create(ctx, vehicle_id=van.id)) for _ in range(2))
    answers = [browser.send("GET", first).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert browser.send("GET", second).status_code == 200, "another address is not held back"
