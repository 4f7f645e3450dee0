"""What the page's script saves and reads."""

from typing import Any

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.functional.minutes.page_forms import fresh, url_of
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.services.text_merging import fingerprint


def _put(browser: Browser, url: str, **content: Any) -> tuple[int, dict[str, Any]]:
    answer = browser.send("PUT", url, json=content)
    return answer.status_code, answer.get_json()


def _text_url(minutes: Minutes) -> str:
    return f"{url_of(minutes)}/textes/{minutes.sections[0].id}"


def test_saves_a_text_and_says_when(agent: Browser, minutes: Minutes) -> None:
    status, answer = _put(agent, _text_url(minutes), text="Dit\r\nainsi", revision=1)
    assert status == 200
    assert (answer["revision"], answer["saved_at"]) == (2, "10:00")
    assert answer["seen"] == fingerprint("Dit\nainsi")
    assert fresh(minutes).sections[0].text == "Dit\nainsi"


def test_an_older_revision_is_refused_with_the_other_text(
    agent: Browser, other: Browser, minutes: Minutes
) -> None:
    url = _text_url(minutes)
    _put(other, url, text="Commun\nDe l’autre", revision=1)
    status, answer = _put(agent, url, text="Commun\nDe moi", revision=1)
    assert status == 409
    assert answer["text"] == "Commun\nDe l’autre"
    assert answer["assembled"] == "Commun\nDe l’autre\nDe moi"
    assert (answer["author"], answer["saved_at"]) == ("Autre Personne Fictive", "10:00")
    status, _ = _put(agent, url, text=answer["assembled"], revision=answer["revision"])
    assert status == 200
    assert fresh(minutes).sections[0].text == "Commun\nDe l’autre\nDe moi"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"text": "x"},
        {"revision": 1},
        {"text": 3, "revision": 1},
        {"text": "x", "revision": "1"},
    ],
)
def test_a_text_badly_sent_is_refused(
    agent: Browser, minutes: Minutes, content: dict[str, Any]
) -> None:
    status, answer = _put(agent, _text_url(minutes), **content)
    assert status == 422
    assert answer["detail"]
    answer = agent.send("PUT", _text_url(minutes), json=["x"])
    assert answer.status_code == 422


def test_names_are_saved_one_by_one(agent: Browser, other: Browser, minutes: Minutes) -> None:
    url = f"{url_of(minutes)}/entete/chair"
    status, answer = _put(agent, url, text="Mme Une", seen="")
    assert (status, answer["seen"]) == (200, "Mme Une")
    status, answer = _put(other, url, text="Mme Deux", seen="")
    assert (status, answer["text"], answer["assembled"]) == (409, "Mme Une", "Mme Une / Mme Deux")
    status, _ = _put(other, url, text="Mme Deux", seen="Mme Une")
    assert status == 200
    assert fresh(minutes).chair == "Mme Deux"
    assert _put(agent, f"{url_of(minutes)}/entete/autre", text="x", seen="")[0] == 404
    status, answer = _put(agent, url, text="x" * 171, seen="Mme Deux")
    assert (status, "trop long" in answer["detail"]) == (422, True)


def test_a_page_follows_what_others_write(agent: Browser, other: Browser, minutes: Minutes) -> None:
    url = f"{url_of(minutes)}/textes"
    known = "-".join(f"{section.id}.{section.revision}" for section in minutes.sections)
    answer = agent.send("GET", f"{url}?connus={known}").get_json()
    assert answer == {"is_draft": True, "texts": []}
    _put(other, _text_url(minutes), text="De l’autre", revision=1)
    answer = agent.send("GET", f"{url}?connus={known}").get_json()
    assert [(t["id"], t["text"]) for t in answer["texts"]] == [
        (minutes.sections[0].id, "De l’autre")
    ]
    minutes.state = MinutesState.VALIDATED
    db.session.commit()
    assert agent.send("GET", url).get_json()["is_draft"] is False


def test_validated_minutes_refuse_every_save(agent: Browser, minutes: Minutes) -> None:
    minutes.state = MinutesState.VALIDATED
    db.session.commit()
    for url, content in (
        (_text_url(minutes), {"text": "Trop tard", "revision": 1}),
        (f"{url_of(minutes)}/entete/chair", {"text": "Trop tard", "seen": ""}),
    ):
        status, answer = _put(agent, url, **content)
        assert status == 409
        assert "il ne change plus" in answer["detail"]


def test_only_those_who_write_reach_the_texts(browser: Browser) -> None:
    session = db.session()
    leading, sitting = (make_organisation(session) for _ in range(2))
    committee = make_committee(session, led_by=leading)
    make_membership(session, committee, make_contact(session, sitting))
    minutes = make_minutes(session, make_meeting(session, committee))
    app = browser.client.application
    content = {"text": "De dehors", "revision": 1}
    assert _put(browser, _text_url(minutes), **content)[0] == 403
    for role, organisation, expected in (
        (Role.PARTNER, sitting, 403),
        (Role.GRANTEE, sitting, 403),
        (Role.GRANTEE, leading, 200),
    ):
        person = Browser(app).sign_in(make_user(session, role, organisation))
        assert person.send("GET", f"{url_of(minutes)}/textes").status_code == expected
        assert _put(person, _text_url(minutes), **content)[0] == expected


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """The site with the guard against forged requests, as it runs for real."""
    app.config.update(WTF_CSRF_ENABLED=True)
    return app


def test_a_save_without_the_page_s_token_is_refused(minutes: Minutes, guarded: Flask) -> None:
    browser = Browser(guarded)
    user = make_user(db.session())
    page = browser.get("/connexion")
    browser.post(
        "/connexion",
        {
            "email": user.email,
            "password": "Une phrase de passe pour 2026 !",
            "csrf_token": page.value_of("csrf_token"),
        },
    )
    token = browser.get(url_of(minutes)).value_of("csrf_token")
    url, content = _text_url(minutes), {"text": "Dit", "revision": 1}
    assert browser.send("PUT", url, json=content).status_code == 400
    answer = browser.send("PUT", url, json=content, headers={"X-CSRFToken": token})
    assert answer.status_code == 200
