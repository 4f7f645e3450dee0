"""Registering on a phone: a name is enough, nothing refuses anybody, programs are kept out."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories.forums import make_forum
from tests.page_checks import Browser, Page
from tests.world import FrozenClock
from zna_network.extensions import db, limiter
from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum
from zna_network.services.languages import LANGUAGES

URL = "/forum/decembre/inscription"


@pytest.fixture(autouse=True)
def forum(app: Flask) -> Forum:
    return make_forum(db.session(), slug="decembre", title="Forum d’accès aux droits")


@pytest.fixture
def limits(app: Flask) -> Iterator[None]:
    app.config["RATELIMIT_ENABLED"] = limiter.enabled = True
    yield
    limiter.enabled = False


def _form(browser: Browser, clock: FrozenClock) -> dict[str, object]:
    """What somebody sends who reads the page for half a minute."""
    page = browser.get(URL)
    clock.move(timedelta(seconds=30))
    return {"stamp": page.value_of("stamp"), "name": "Camille"}


def _people() -> list[Attendee]:
    return db.session.query(Attendee).all()


def test_a_name_is_enough(browser: Browser, clock: FrozenClock) -> None:
    values = _form(browser, clock)
    answer = browser.post(URL, values)
    badge = browser.follow(answer)
    assert answer.status == 303
    assert "Camille" in badge.text
    assert "0001" in badge.text
    assert badge.all("svg", role="img")
    again = browser.post(URL, values)
    assert again.response.location == answer.response.location
    assert [one.notice_version for one in _people()] == ["2026-11"]


def test_the_page_speaks_five_languages(browser: Browser, app: Flask, clock: FrozenClock) -> None:
    words = {
        "fr": "S’inscrire au forum",
        "falc": "Avoir mon badge",
        "en": "Register for the forum",
        "ar": "التسجيل في المنتدى",
        "uk": "Зареєструватися на форум",
    }
    for language in LANGUAGES:
        page = Browser(app).get(f"{URL}?langue={language.code}")
        assert words[language.code] in page.text
        assert page.root.get("lang") == language.tag
        assert page.root.get("dir") == ("rtl" if language.is_rtl else None)
        assert all(one.name in page.text for one in LANGUAGES), "each by its own name"
    # The choice is remembered, follows the person to their badge, and changes no page of the staff.
    browser.get(f"{URL}?langue=ar")
    badge = browser.follow(browser.post(URL, _form(browser, clock)))
    assert "بطاقتك" in badge.text
    assert [one.language for one in _people()] == ["ar"]
    assert browser.get("/connexion").root.get("lang") == "fr"
    elsewhere = Browser(app)
    assert "بطاقتك" in elsewhere.get(badge.response.request.path).text
    assert "Your badge" in elsewhere.get(f"{badge.response.request.path}?langue=en").text
    phone = Browser(app).get(URL, headers={"Accept-Language": "uk-UA,uk;q=0.9,fr;q=0.5"})
    assert words["uk"] in phone.text
    assert words["fr"] in Browser(app).get(f"{URL}?langue=klingon").text


def test_a_refusal_keeps_what_was_typed_and_says_why_in_their_language(
    browser: Browser, clock: FrozenClock
) -> None:
    browser.get(f"{URL}?langue=en")
    values = {
        **_form(browser, clock),
        "email": "camille",
        "reasons": ["health", "food"],
        "place": "62041",
        "companions": "deux",
    }
    page = browser.post(URL, values)
    assert page.status == 422
    assert "Write a number between 0 and 20." in page.text
    page = browser.post(URL, {**values, "companions": "2", "name": " "})
    assert "Write a first name or nickname" in page.text
    page = browser.post(URL, {**values, "companions": "2"})
    assert "This e-mail address is not valid" in page.text
    assert page.value_of("email") == "camille"
    assert page.value_of("place") == "62041"
    ticked = [
        box.get("value")
        for box in page.all("input", name="reasons")
        if box.get("checked") is not None
    ]
    assert ticked == ["health", "food"]
    assert _people() == []
    assert browser.post(URL, {**values, "companions": "2", "email": ""}).status == 303


@pytest.mark.parametrize("typed", ["9" * 30, "\u0000", "é" * 3000, "62041:²", "\u202e", "<b>", "٣"])
def test_nonsense_is_refused_or_left_out_never_an_error(
    browser: Browser, clock: FrozenClock, typed: str
) -> None:
    values = _form(browser, clock)
    for field in (
        "name", "email", "phone", "place", "age_band", "target_group", "reasons", "needs", "note",
        "companions", "stamp", "x",
    ):  # fmt: skip
        answer = browser.send("POST", URL, data={**values, field: typed})
        assert answer.status_code in {303, 422}, field
    for one in _people():
        assert len(one.name) <= 60
        assert one.name.isprintable()


def test_programs_are_kept_out_and_people_told(browser: Browser, clock: FrozenClock) -> None:
    values = _form(browser, clock)
    trapped = browser.post(URL, {**values, "site": "https://spam.example"})
    assert "Une case cachée était remplie" in trapped.text
    assert trapped.value_of("site") == ""
    for stamp in ("", "1.x", "é", "1700000000.abc.def", str(values["stamp"])[:-1] + "0x"):
        page = browser.post(URL, {**values, "stamp": stamp})
        assert page.status == 422
        assert "appuyez de nouveau" in page.text
    assert _people() == []
    quick = browser.get(URL).value_of("stamp")
    page = browser.post(URL, {**values, "stamp": quick})
    assert "trop vite" in page.text
    clock.move(timedelta(seconds=4))
    assert browser.post(URL, {**values, "stamp": page.value_of("stamp")}).status == 303
    clock.move(timedelta(hours=13))
    old = browser.post(URL, values)
    assert "ouverte depuis longtemps" in old.text
    assert old.value_of("name") == "Camille"
    clock.move(timedelta(seconds=4))
    assert browser.post(URL, {**values, "stamp": old.value_of("stamp")}).status == 303


def test_a_hall_behind_one_address_is_served_a_flood_is_told_to_wait(
    browser: Browser, clock: FrozenClock, limits: None
) -> None:
    values: dict[str, object] = {"stamp": browser.get(f"{URL}?langue=uk").value_of("stamp")}
    pages: list[Page] = [browser.post(URL, values) for _ in range(61)]
    assert [page.status for page in pages[:60]] == [422] * 60
    assert pages[-1].status == 429
    assert "Зачекайте хвилину" in pages[-1].text


def test_where_registration_is_closed_the_page_says_what_to_do(
    browser: Browser, forum: Forum, clock: FrozenClock
) -> None:
    values = _form(browser, clock)
    forum.takes_registrations = False
    db.session.commit()
    page = browser.get(URL)
    assert "venir sans inscription" in page.text
    assert not page.all("input", name="name")
    assert browser.post(URL, values).status == 200
    forum.held_on = date(2026, 12, 1)
    db.session.commit()
    assert "Ce forum est passé" in browser.get(URL).text
    assert browser.get("/forum/inconnu/inscription").status == 404
    assert _people() == []
