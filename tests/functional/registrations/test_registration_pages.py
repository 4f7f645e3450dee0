"""Registering on a phone: a name is enough, nothing refuses anybody, programs are kept out."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.forums import make_forum
from tests.mail_reading import mails
from tests.page_checks import Browser, Page
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum, ForumState


@pytest.fixture
def forum(app: Flask) -> Forum:
    return make_forum(db.session(), slug="decembre", title="Forum d’accès aux droits")


def _form(browser: Browser, clock: FrozenClock, language: str = "fr") -> dict[str, str]:
    """The form as somebody sends it after a while."""
    page = browser.get(f"/forum/decembre/inscription?langue={language}")
    clock.move(timedelta(seconds=30))
    return {"stamp": page.value_of("stamp"), "name": "Camille"}


def _send(browser: Browser, values: dict[str, object]) -> Page:
    return browser.post("/forum/decembre/inscription", values)


def test_a_name_is_enough(browser: Browser, clock: FrozenClock, forum: Forum) -> None:
    answer = _send(browser, _form(browser, clock))
    badge = browser.follow(answer)
    assert answer.status == 303
    assert "Camille" in badge.text
    assert "0001" in badge.text
    assert badge.all("svg", role="img")
    assert badge.response.headers["Cache-Control"] == "no-store, private"
    attendee = db.session.query(Attendee).one()
    assert attendee.notice_version
    assert mails(db.session()) == []
