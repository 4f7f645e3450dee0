"""Badges prepared, printed on sheets that scan, found and replaced."""

import pytest
from flask import Flask

from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum
from tests.page_checks import Browser
from tests.qr_reading import codes_in_pdf, pages_in_pdf, text_in_pdf
from zna_network.extensions import db
from zna_network.models.attendee import Badge
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import Forum
from zna_network.services import badges
from zna_network.services.context import Context

URL = "/forums/decembre/badges"


@pytest.fixture
def forum(app: Flask) -> Forum:
    return make_forum(db.session(), slug="decembre", title="Forum d’accès aux droits")


def test_blank_badges_are_prepared_and_printed(agent: Browser, ctx: Context, forum: Forum) -> None:
    for wrong in ("", "0", "2001", "beaucoup"):
        page = agent.post(f"{URL}/vierges", {"count": wrong})
        assert "nombre" in page.text
    assert db.session.query(Badge).count() == 0
    page = agent.follow(agent.post(f"{URL}/vierges", {"count": "12"}))
    assert "Badges 0001 à 0012 préparés" in page.text
    agent.post(f"{URL}/vierges", {"count": "2", "is_rehearsal": "y"})
    order = {"printed": "blank", "layout": "labels", "first": "2", "last": "40"}
    pdf = agent.post(f"{URL}/planches.pdf", order).response
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Cache-Control"] == "no-store, private"
    made = db.session.query(Badge).order_by(Badge.number).all()
    expected = {badges.ticket_of(ctx.settings, badge) for badge in made[1:12]}
    assert set(codes_in_pdf(pdf.data)) == expected
    assert "0012" in text_in_pdf(pdf.data)
    assert "ESSAI" not in text_in_pdf(pdf.data)
    assert [b.printed_at is not None for b in made] == [False] + [True] * 11 + [False] * 2
    rehearsal = agent.post(f"{URL}/planches.pdf", {"printed": "rehearsal", "layout": "cards"})
    assert "ESSAI" in text_in_pdf(rehearsal.response.data)
    page = agent.get(URL)
    assert "n° 0001 à 0012, 1 à imprimer" in page.text


def test_named_badges_are_printed_once_or_all(agent: Browser, ctx: Context, forum: Forum) -> None:
    people = [make_attendee(ctx.session, forum, name=name) for name in ("Amina", "Олена", "محمد")]
    for one in people:
        badges.issue(ctx, forum, one)
    first = agent.post(f"{URL}/planches.pdf", {"printed": "named_new", "layout": "holders"})
    text = text_in_pdf(first.response.data)
    assert "Amina" in text
    assert "Олена" in text
    assert len(codes_in_pdf(first.response.data)) == 3
    nothing = agent.post(f"{URL}/planches.pdf", {"printed": "named_new", "layout": "holders"})
    assert "aucun badge à imprimer" in nothing.text
    badges.revoke(ctx, people[0].badges[0].id)
    again = agent.post(f"{URL}/planches.pdf", {"printed": "named", "layout": "cards"})
    assert len(codes_in_pdf(again.response.data)) == 2
    assert pages_in_pdf(again.response.data) == 1
    read = db.session.query(AuditEvent).filter_by(action="attendee.read").all()
    assert [event.detail["badges"] for event in read] == [3, 2]
    for wrong in (
        {"printed": "x"},
        {"layout": "single"},
        {"first": "9" * 30},
        {"last": "-1"},
        {"first": "x"},
    ):
        order = {"printed": "named", "layout": "cards", **wrong}
        assert agent.post(f"{URL}/planches.pdf", order).response.mimetype == "text/html", wrong


def test_a_badge_is_found_by_its_number_revoked_and_replaced(
    agent: Browser, ctx: Context, forum: Forum
) -> None:
    blank = badges.issue_blank(ctx, forum.id, 1)[0]
    for number in ("9", "99999999999999999999", "-1", "0"):
        assert "Aucun badge" in agent.get(f"{URL}/numero?number={number}").text, number
    assert "nombre en chiffres" in agent.get(f"{URL}/numero?number=x").text
    page = agent.follow(agent.get(f"{URL}/numero?number=0001"))
    assert "Badge 0001" in page.text
    pdf = agent.get(f"{URL}/{blank.id}/badge.pdf").response.data
    assert codes_in_pdf(pdf) == [badges.ticket_of(ctx.settings, blank)]
    page = agent.follow(agent.post(f"{URL}/{blank.id}/remplacer"))
    assert "Badge 0002" in page.text
    assert agent.post(f"{URL}/{blank.id}/remplacer").status == 409
    assert agent.get(f"{URL}/{blank.id}/badge.pdf").status == 404
    other = badges.issue_blank(ctx, make_forum(ctx.session).id, 1)[0]
    for path in ("", "/badge.pdf"):
        assert agent.get(f"{URL}/{other.id}{path}").status == 404
    assert agent.post(f"{URL}/{other.id}/annuler").status == 404
    assert other.revoked_at is None
