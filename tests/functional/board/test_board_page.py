"""The live board as a page, and as what its script asks for."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.door import make_device, make_entry, make_head_count, make_point, make_scan
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.forum import Forum

OPENS = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def forum(app: Flask, clock: FrozenClock) -> Forum:
    clock.set(OPENS + timedelta(minutes=40))
    return make_forum(db.session(), gauge=10)


def test_board_page_shows_curves_and_the_same_in_tables(agent: Browser, forum: Forum) -> None:
    session = db.session()
    device = make_device(session, forum, make_point(session, forum, name="Porte A"), name="Un")
    make_entry(session, device, people=3, entered_at=OPENS)
    make_scan(
        session, device, make_entry(session, device).badge, effect=0,
        conflicts_with=make_entry(session, device).first_scan_id,
    )  # fmt: skip

    page = agent.get(f"/forums/{forum.slug}/tableau")

    assert "Dans la salle maintenant 5 / 10" in page.text
    assert "5 places libres (50 % de la jauge)" in page.text
    assert "Porte A 5" in page.text
    assert "Badge 0002" in page.text
    figures = [svg.get("aria-label") or "" for svg in page.all("svg", role="img")]
    assert any(label.startswith("Courbe des présents") for label in figures)
    assert any(label.startswith("Arrivées par quart d’heure") for label in figures)
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in page.all("tr")]
    assert ["9 h 30", "5", "5"] in rows
    assert page.all("noscript")
    assert page.all("div", role="status")
    assert agent.get(f"/forums/{forum.slug}/tableau?ecran=1").all("body", class_="board-wall")


def test_board_before_anything_and_before_any_date(agent: Browser, forum: Forum) -> None:
    page = agent.get(f"/forums/{forum.slug}/tableau")
    assert "Personne n’est encore entré." in page.text
    assert "Aucun téléphone n’est encore appairé." in page.text
    undated = make_forum(db.session(), held_on=None)
    assert "Date à annoncer" in agent.get(f"/forums/{undated.slug}/tableau").text
    assert agent.get("/forums/inconnu/tableau").status == 404


def test_script_gets_what_changed_and_304_when_nothing_did(
    agent: Browser, forum: Forum, clock: FrozenClock
) -> None:
    url = f"/forums/{forum.slug}/tableau/donnees"
    device = make_device(db.session(), forum, last_seen_at=clock.now())
    first = agent.send("GET", url)
    assert (first.status_code, first.json["inside"], first.json["alerts"]) == (200, 0, [])
    assert first.headers["Cache-Control"] == "private, no-cache"
    asked = {"If-None-Match": first.headers["ETag"]}
    clock.move(timedelta(seconds=5))
    unchanged = agent.send("GET", url, headers=asked)
    assert (unchanged.status_code, unchanged.data) == (304, b"")

    make_head_count(db.session(), device, 10)
    changed = agent.send("GET", url, headers=asked)

    assert (changed.status_code, changed.json["inside"]) == (200, 10)
    assert [alert["key"] for alert in changed.json["alerts"]] == ["gauge-full"]
    assert "Jauge atteinte" in changed.json["html"]


def test_board_is_closed_to_partners_and_strangers(
    app: Flask, browser: Browser, forum: Forum
) -> None:
    url = f"/forums/{forum.slug}/tableau"
    assert browser.client.get(url).status_code == 302
    assert (
        browser.client.get(f"{url}/donnees", headers={"Accept": "application/json"}).status_code
        == 403
    )
    partner = make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    assert Browser(app).sign_in(partner).get(url).status == 403
    grantee = make_user(db.session(), Role.GRANTEE, make_organisation(db.session()))
    assert Browser(app).sign_in(grantee).get(url).status == 200
