"""The three questions, as somebody with a phone and no account meets them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.forums import make_forum
from tests.page_checks import Browser, Page
from tests.world import FrozenClock
from zna_network.extensions import db, limiter
from zna_network.models.door import SurveyAnswer
from zna_network.models.forum import Forum, ForumState

OPENS = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)
ANSWERS = {"satisfaction": "4", "found": "partly", "recommends": "yes", "words": "Merci !"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def forum(app: Flask, clock: FrozenClock) -> Forum:
    clock.set(OPENS + timedelta(hours=1))
    return make_forum(db.session())


def url_of(forum: Forum) -> str:
    return f"/forum/{forum.slug}/avis"


def kept() -> int:
    return db.session().scalar(select(func.count()).select_from(SurveyAnswer)) or 0


def opened(browser: Browser, forum: Forum, clock: FrozenClock, query: str = "") -> Page:
    """The page, looked at for a while."""
    page = browser.get(url_of(forum) + query)
    clock.move(timedelta(seconds=20))
    return page


def test_an_answer_is_kept_and_linked_to_nobody(
    browser: Browser, forum: Forum, clock: FrozenClock
) -> None:
    page = opened(browser, forum, clock)
    sent = browser.post(url_of(forum), {**ANSWERS, "stamp": page.value_of("stamp")})
    assert sent.status == 303
    assert "Merci" in browser.get(sent.response.location).text
    (answer,) = db.session().scalars(select(SurveyAnswer))
    assert (answer.satisfaction, answer.found, answer.recommends) == (4, "partly", True)
    assert (answer.words, answer.language) == ("Merci !", "fr")
    assert answer.answered_on == datetime(2026, 12, 15, 23, 0, tzinfo=UTC)


def test_the_same_form_sent_twice_counts_once_and_another_person_may_answer(
    browser: Browser, forum: Forum, clock: FrozenClock
) -> None:
    stamp = opened(browser, forum, clock).value_of("stamp")
    for _ in range(2):
        assert browser.post(url_of(forum), {**ANSWERS, "stamp": stamp}).status == 303
    assert kept() == 1
    assert "Donner un autre avis" in browser.get(url_of(forum)).text
    other = opened(browser, forum, clock, "?autre=1").value_of("stamp")
    assert browser.post(url_of(forum), {**ANSWERS, "stamp": other}).status == 303
    assert kept() == 2


def test_missing_answers_are_said_beside_their_question_and_the_rest_is_kept(
    browser: Browser, forum: Forum, clock: FrozenClock
) -> None:
    stamp = opened(browser, forum, clock).value_of("stamp")
    page = browser.post(url_of(forum), {"satisfaction": "5", "words": "Bien", "stamp": stamp})
    assert page.status == 422
    assert page.text.count("Choisissez une réponse.") >= 2
    assert (page.value_of("satisfaction"), page.value_of("words")) == ("5", "Bien")
    spoilt = browser.post(url_of(forum), {**ANSWERS, "satisfaction": "9", "stamp": stamp})
    assert spoilt.status == 422
    long = browser.post(url_of(forum), {**ANSWERS, "words": "a" * 501, "stamp": stamp})
    assert long.status == 422
    assert kept() == 0


def test_programs_are_kept_out(browser: Browser, forum: Forum, clock: FrozenClock) -> None:
    stamp = browser.get(url_of(forum)).value_of("stamp")
    assert "trop vite" in browser.post(url_of(forum), {**ANSWERS, "stamp": stamp}).text
    clock.move(timedelta(seconds=20))
    assert browser.post(url_of(forum), {**ANSWERS, "stamp": "1.2.3"}).status == 422
    trapped = browser.post(url_of(forum), {**ANSWERS, "stamp": stamp, "website": "x"})
    assert trapped.status == 303
    elsewhere = make_forum(db.session())
    assert browser.post(url_of(elsewhere), {**ANSWERS, "stamp": stamp}).status == 422
    assert kept() == 0
    clock.move(timedelta(hours=13))
    late = browser.post(url_of(forum), {**ANSWERS, "stamp": stamp})
    clock.move(timedelta(seconds=20))
    again = browser.post(url_of(forum), {**ANSWERS, "stamp": late.value_of("stamp")})
    assert (late.status, again.status, kept()) == (422, 303, 1)


def test_answers_are_limited(app: Flask, browser: Browser, forum: Forum) -> None:
    limiter.enabled = True
    try:
        statuses = [browser.client.post(url_of(forum)).status_code for _ in range(61)]
    finally:
        limiter.enabled = False
    assert set(statuses[:60]) == {422}
    assert statuses[60] == 429


@pytest.mark.parametrize(
    ("moved", "says"),
    [(timedelta(hours=-3), "ouvrira le jour du forum"), (timedelta(days=16), "est terminé")],
)
def test_survey_is_open_from_the_day_for_fifteen_days(
    browser: Browser, forum: Forum, clock: FrozenClock, moved: timedelta, says: str
) -> None:
    stamp = opened(browser, forum, clock).value_of("stamp")
    clock.move(moved)
    assert says in browser.get(url_of(forum)).text
    assert says in browser.post(url_of(forum), {**ANSWERS, "stamp": stamp}).text
    assert kept() == 0


def test_unknown_and_unpublished_forums_have_no_survey(browser: Browser, forum: Forum) -> None:
    draft = make_forum(db.session(), state=ForumState.DRAFT)
    assert browser.get("/forum/inconnu/avis").status == 404
    assert browser.get(url_of(draft)).status == 404
    undated = make_forum(db.session(), held_on=None)
    assert "ouvrira le jour du forum" in browser.get(url_of(undated)).text


@pytest.mark.parametrize(
    ("code", "tag", "direction"), [("en", "en", None), ("ar", "ar", "rtl"), ("uk", "uk", None)]
)
def test_questions_speak_the_readers_language(
    browser: Browser, forum: Forum, code: str, tag: str, direction: str | None
) -> None:
    page = browser.get(f"{url_of(forum)}?langue={code}")
    (root,) = page.all("html")
    assert (root.get("lang"), root.get("dir")) == (tag, direction)
    assert "Êtes-vous satisfait" not in page.text
    assert "Très satisfait" not in page.text
