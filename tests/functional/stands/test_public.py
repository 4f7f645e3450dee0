"""Asking for a stand and answering from the link of a mail: no account, nothing written by
looking."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.forums import make_forum, make_stand, stand_link
from tests.factories.organisations import make_organisation
from tests.mail_reading import mails
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import limiter
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import Stand, StandState
from zna_network.services.context import Context
from zna_network.services.stand_squares import Place

FORM = {
    "organisation": "Association Nouvelle",
    "contact_name": "Awa Fictive",
    "contact_email": "awa@nouvelle.example",
    "tables": "2",
    "chairs": "3",
    "sockets": "1",
    "right_codes": ["RSA"],
}
NEEDS = {key: FORM[key] for key in ("contact_name", "tables", "chairs", "sockets", "right_codes")}


@pytest.fixture
def forum(ctx: Context) -> Forum:
    return make_forum(ctx.session)


def _apply(forum: Forum) -> str:
    return f"/forum/{forum.slug}/tenir-un-stand"


def test_an_organisation_asks_for_a_stand(
    ctx: Context, browser: Browser, clock: FrozenClock, forum: Forum
) -> None:
    page = browser.get(_apply(forum))
    assert page.value_of("chairs") == "2"
    form = {**FORM, "stamp": page.value_of("stamp")}
    early = browser.post(_apply(forum), form)
    assert "arrivé trop vite" in early.text
    assert early.value_of("stamp") == form["stamp"]
    clock.move(timedelta(seconds=5))
    assert browser.post(_apply(forum), FORM).status == 422  # Without having read the page.
    refused = browser.post(_apply(forum), {**form, "contact_email": "", "tables": "99"})
    assert refused.status == 422
    assert "Indiquez une adresse e-mail" in refused.text
    assert refused.value_of("organisation") == "Association Nouvelle"
    refused = browser.post(_apply(forum), {**form, "tables": "99"})
    assert "De 0 à 12 tables par stand." in refused.text
    spam = browser.post(_apply(forum), {**form, "organisation": "Gagnez sur www.spam.example"})
    assert "sans adresse de site" in spam.text
    for _ in range(2):
        thanks = browser.follow(browser.post(_apply(forum), form))
        assert "Votre demande est envoyée" in thanks.text
    [stand] = ctx.session.query(Stand)
    assert (stand.state, stand.name) == (StandState.APPLIED, "Association Nouvelle")
    assert [mail.recipient for mail in mails(ctx.session)] == ["awa@nouvelle.example"]


def test_a_robot_is_thanked_and_nothing_is_written(
    app: Flask, ctx: Context, browser: Browser, forum: Forum
) -> None:
    sent = browser.post(_apply(forum), {**FORM, "website": "https://spam.example"})
    assert sent.response.location == f"{_apply(forum)}/merci"
    assert ctx.session.query(Stand).count() == 0
    app.config["RATELIMIT_ENABLED"] = limiter.enabled = True
    try:
        statuses = [browser.post(_apply(forum), {}).status for _ in range(12)]
    finally:
        limiter.enabled = False
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_names_of_the_directory_are_suggested_while_applications_are_open(
    ctx: Context, browser: Browser, forum: Forum
) -> None:
    known = make_organisation(ctx.session, name="Maison d’Exemple", email="secret@maison.example")
    make_organisation(ctx.session, name="Maison archivée", archived_at=ctx.now)
    url = f"{_apply(forum)}/organismes?q=maison"
    assert browser.send("GET", url).json == [
        {"value": str(known.id), "label": "Maison d’Exemple", "hint": ""}
    ]
    assert browser.send("GET", f"{_apply(forum)}/organismes?q=m").json == []
    closed = make_forum(ctx.session, takes_stands=False)
    assert browser.send("GET", f"{_apply(closed)}/organismes?q=maison").json == []
    assert "ne sont pas ouvertes" in browser.get(_apply(closed)).text
    draft = make_forum(ctx.session, state=ForumState.DRAFT)
    assert browser.get(_apply(draft)).status == 404
    assert browser.get(f"/forum/{draft.slug}/plan").status == 404


def test_the_link_shows_then_records(ctx: Context, browser: Browser, forum: Forum) -> None:
    stand = make_stand(ctx.session, forum, state=StandState.INVITED, place=Place(2, 3, 2, 2))
    link = stand_link(ctx.settings, ctx.session, stand)
    before = ctx.session.query(AuditEvent).count()
    page = browser.get(link)
    assert page.response.headers["Cache-Control"] == "no-store, private"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert ctx.session.query(AuditEvent).count() == before
    assert stand.state is StandState.INVITED
    seen = {"revision": page.value_of("revision"), "sequence": page.value_of("sequence")}
    refused = browser.post(link, {**NEEDS, **seen, "chairs": "beaucoup", "reponse": "oui"})
    assert refused.status == 422
    assert stand.state is StandState.INVITED
    done = browser.follow(browser.post(link, {**NEEDS, **seen, "reponse": "oui"}))
    assert "Votre stand est réservé" in done.text
    assert "colonne 3, rangée 4" in done.text
    late = browser.post(link, {**NEEDS, **seen, "tables": "7", "reponse": "oui"})
    assert "Ce qui est enregistré maintenant" in late.text
    assert late.value_of("tables") == "7"
    assert b"BEGIN:VEVENT" in browser.get(f"{link}/agenda.ics").response.data
    seen = {"revision": done.value_of("revision"), "sequence": done.value_of("sequence")}
    assert "Dites-nous pourquoi" in browser.post(link, {**seen, "reponse": "non"}).text
    declined = browser.post(link, {**seen, "reponse": "non", "reason": "Pas de bénévole"})
    assert "Vous avez décliné" in browser.follow(declined).text
    assert stand.state is StandState.DECLINED
    assert browser.get("/forum/stand/abcdefgh").status == 404


def test_the_link_once_the_day_has_come(
    ctx: Context, browser: Browser, clock: FrozenClock, forum: Forum
) -> None:
    stand = make_stand(ctx.session, forum)
    link = stand_link(ctx.settings, ctx.session, stand)
    clock.set(datetime(2026, 12, 16, 8, 0, tzinfo=UTC))
    page = browser.get(link)
    assert page.status == 410
    assert "C’est aujourd’hui" in page.text
    assert browser.post(link, {**NEEDS, "reponse": "oui", "revision": "1"}).status == 410
    clock.set(datetime(2026, 12, 17, 8, 0, tzinfo=UTC))
    assert "Ce forum a eu lieu" in browser.get(link).text


def test_the_public_plan_has_the_confirmed_stands(
    ctx: Context, browser: Browser, forum: Forum
) -> None:
    assert "Le plan arrive bientôt" in browser.get(f"/forum/{forum.slug}/plan").text
    shown = make_organisation(ctx.session, name="Maison d’Exemple")
    hidden = make_organisation(ctx.session, name="Candidate d’Exemple")
    make_stand(ctx.session, forum, shown, place=Place(0, 0, 2, 2))
    make_stand(ctx.session, forum, hidden, state=StandState.APPLIED, place=Place(4, 0, 2, 2))
    page = browser.get(f"/forum/{forum.slug}/plan")
    assert "Maison d’Exemple colonne 1, rangée 1" in page.text
    assert "Candidate" not in page.text
    assert len(page.all("g", class_="plan-stand")) == 1
