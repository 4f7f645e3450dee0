"""The page of one's own badge: shown, printed, changed, given up, erased; a link that is a secret."""

import pytest
from flask import Flask

from tests.factories.forums import make_forum
from tests.factories.workshops import make_session, make_workshop
from tests.page_checks import Browser
from tests.qr_reading import codes_in_pdf, text_in_pdf
from zna_network.models.attendee import Attendee
from zna_network.services import badges, registrations
from zna_network.services.attendee_links import token_of
from zna_network.services.context import Context
from zna_network.services.registration_values import RegistrationData


@pytest.fixture
def attendee(ctx: Context) -> Attendee:
    forum = make_forum(ctx.session, slug="decembre")
    data = RegistrationData("Camille", place="62041", companions=2, language="en")
    return registrations.register(ctx, forum.id, data)


@pytest.fixture
def url(ctx: Context, attendee: Attendee) -> str:
    return f"/forum/b/{token_of(ctx.settings, attendee)}"


def test_the_badge_is_shown_in_its_holders_language_and_kept_secret(
    ctx: Context, browser: Browser, attendee: Attendee, url: str
) -> None:
    page = browser.get(url)
    assert page.root.get("lang") == "en"
    assert "Your badge" in page.text
    for path in (url, f"{url}/badge.pdf", f"{url}/forum.ics", "/forum/b/inconnu"):
        headers = browser.get(path).response.headers
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
    pdf = browser.get(f"{url}/badge.pdf").response.data
    assert codes_in_pdf(pdf) == [badges.ticket_of(ctx.settings, attendee.badges[0])]
    assert "Wednesday" in text_in_pdf(pdf)
    calendar = browser.get(f"{url}/forum.ics").response
    assert calendar.mimetype == "text/calendar"
    assert b"DTSTART;TZID=Europe/Paris:20261216T093000" in calendar.data


def test_ones_answers_can_be_changed(browser: Browser, attendee: Attendee, url: str) -> None:
    page = browser.get(f"{url}/modifier")
    assert (page.value_of("name"), page.value_of("place")) == ("Camille", "62041")
    refused = browser.post(f"{url}/modifier", {"name": "Camille", "phone": "12"})
    assert refused.status == 422
    assert "This phone number is not valid" in refused.text
    answers = {"name": "Dominique", "needs": ["seat"], "place": "", "companions": ""}
    changed = browser.post(f"{url}/modifier", answers)
    assert "Dominique" in browser.follow(changed).text
    assert (attendee.needs, attendee.commune, attendee.companions) == (["seat"], None, 0)


def test_giving_up_coming_back_and_being_forgotten(
    browser: Browser, attendee: Attendee, url: str
) -> None:
    assert browser.get(f"{url}/annuler").status == 200
    assert attendee.cancelled_at is None, "looking changes nothing"
    page = browser.follow(browser.post(f"{url}/annuler"))
    assert "Registration cancelled" in page.text
    assert browser.get(f"{url}/badge.pdf").status == 404
    assert browser.post(f"{url}/modifier", {"name": "Dominique"}).status == 422
    assert "0002" in browser.follow(browser.post(f"{url}/reprendre")).text
    assert browser.post(f"{url}/reprendre").status == 409
    erased = browser.post(f"{url}/effacer")
    assert "has been erased" in erased.text
    gone = browser.get(f"{url}?langue=en")
    assert gone.status == 410
    assert "without a badge" in gone.text
    assert (attendee.name, attendee.badges[-1].revoked_at) == ("", None)
    assert browser.get("/forum/b/inconnu").status == 404


def test_workshops_are_taken_and_left_from_the_badge(
    app: Flask, ctx: Context, browser: Browser, attendee: Attendee, url: str
) -> None:
    forum = attendee.forum
    session = make_session(
        ctx.session, make_workshop(ctx.session, forum, title="Budget"), capacity=1
    )
    assert "Places left: 1" in browser.get(url).text
    seat_url = f"{url}/seances/{session.id}"
    page = browser.follow(browser.post(seat_url))
    assert "You have a place" in page.text
    other = registrations.register(ctx, forum.id, RegistrationData("Noé", language="en"))
    other_url = f"/forum/b/{token_of(ctx.settings, other)}"
    waiting = Browser(app)
    assert "Full" in waiting.get(other_url).text
    page = waiting.follow(waiting.post(f"{other_url}/seances/{session.id}"))
    assert "Waiting list: number 1" in page.text
    browser.post(f"{seat_url}/annuler")
    page = waiting.get(other_url)
    assert "it is yours" in page.text
    waiting.post(f"{other_url}/vu")
    page = waiting.get(other_url)
    assert "it is yours" not in page.text
    assert "You have a place" in page.text
    for nobody in ("9999", "9" * 30):
        assert waiting.post(f"{other_url}/seances/{nobody}").status == 404
    same_hour = make_session(ctx.session, make_workshop(ctx.session, forum))
    refused = waiting.post(f"{other_url}/seances/{same_hour.id}")
    assert refused.status == 409
    assert "another workshop at the same time" in refused.text
    assert "0002" in refused.text, "the badge is still there"
