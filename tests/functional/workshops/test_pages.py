"""The workshops of a forum in the pages of the staff and of the grantees."""

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.organisations import make_grantee
from tests.factories.workshops import make_room, make_seat, make_session, make_workshop
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import Forum, ForumState
from zna_network.models.workshop import Room, Seat, SeatNews, SeatState, Session, Workshop

HOME = "/forums/forum-2026/ateliers"


@pytest.fixture
def forum(app: Flask) -> Forum:
    return make_forum(db.session(), slug="forum-2026")


def _one(model: type, **values: object) -> object:
    return db.session.scalars(select(model).filter_by(**values)).one()


def test_an_agent_prepares_the_day(agent: Browser, forum: Forum) -> None:
    """A room, a workshop, its sessions; each refusal beside its field, with what was typed."""
    page = agent.get(HOME)
    assert "Aucun atelier pour le moment" in page.text
    refused = agent.post(f"{HOME}/salles/nouvelle", {"name": "", "seats": "12"})
    assert "Donnez un nom à la salle" in refused.text
    agent.post(f"{HOME}/salles/nouvelle", {"name": "Rubis", "seats": "12"})
    room = _one(Room, name="Rubis")
    typed = {"title": "Mon budget", "rights": ["RSA", "APL"], "target_groups": ["youth"]}
    page = agent.follow(agent.post(f"{HOME}/nouveau", typed))
    assert "Fixez maintenant ses séances" in page.text
    workshop = _one(Workshop, title="Mon budget")
    new = f"{HOME}/{workshop.id}/seances/nouvelle"
    sitting = {
        "room_id": room.id,
        "starts": "10:00",
        "ends": "11:00",
        "capacity": "12",
        "host": "Ines",
    }
    refused = agent.post(new, {**sitting, "starts": "10:02", "capacity": "13"})
    assert "de 5 en 5 minutes" in refused.text
    assert "a 12 places" in refused.text
    assert refused.value_of("starts") == "10:02"
    agent.post(new, sitting)
    refused = agent.post(new, {**sitting, "starts": "10h30", "ends": "11h30"})
    assert "« Rubis » est prise" in refused.text
    text = agent.get(HOME).text
    assert "12 libres" in text.replace("\u00a0", " ")
    assert "0 / 12" in text

    edit = f"{HOME}/{workshop.id}/modifier"
    page = agent.get(edit)
    assert page.value_of("title") == "Mon budget"
    assert (
        len([box for box in page.all("input", name="rights") if box.get("checked") is not None])
        == 2
    )
    stale = agent.post(edit, {**typed, "title": "Autre", "revision": "99"})
    assert "Quelqu’un d’autre a modifié" in stale.text
    assert stale.value_of("title") == "Autre"
    agent.post(edit, {**typed, "title": "Mes comptes", "revision": stale.value_of("revision")})
    assert _one(Workshop, title="Mes comptes")
    assert agent.post(f"{HOME}/{workshop.id}/supprimer").status == 302
    assert db.session.scalars(select(Session)).all() == []
    agent.post(f"{HOME}/salles/{room.id}/supprimer")
    assert db.session.scalars(select(Room)).all() == []


def test_the_people_of_a_session(agent: Browser, forum: Forum) -> None:
    session = db.session()
    sitting = make_session(session, make_workshop(session, forum, title="Mon budget"), capacity=1)
    ann, ben = (make_attendee(session, forum, name=name) for name in ("Ann Fictive", "Ben Fictif"))
    make_seat(session, sitting, ann, 1)
    number = make_badge(session, forum, ben).number
    blank = make_badge(session, forum).number
    here = f"{HOME}/seances/{sitting.id}"
    for typed, words in ((999, "Aucun badge"), (blank, "vierge"), ("", "Indiquez le numéro")):
        assert words in agent.post(f"{here}/places", {"number": typed}).text
    page = agent.follow(agent.post(f"{here}/places", {"number": number}))
    assert "liste d’attente" in page.text
    assert "Ann Fictive" in page.text

    seat = _one(Seat, attendee_id=ann.id)
    agent.post(f"{here}/places/{seat.id}/liberer")
    promoted = _one(Seat, attendee_id=ben.id)
    assert (promoted.state, promoted.news) == (SeatState.SEATED, SeatNews.PROMOTED)
    assert "1 personne à prévenir" in agent.get(HOME).text.replace("\u00a0", " ")
    page = agent.get(f"{HOME}/a-prevenir")
    assert "Ben Fictif" in page.text
    agent.post(f"{HOME}/a-prevenir/{promoted.id}")
    assert "Tout le monde est prévenu" in agent.get(f"{HOME}/a-prevenir").text
    assert "Ben Fictif" in agent.get(f"{here}/liste").text

    refused = agent.post(f"{here}/annuler", {"reason": " "})
    assert "Indiquez le motif" in refused.text
    page = agent.follow(agent.post(f"{here}/annuler", {"reason": "Salle inondée."}))
    assert "Salle inondée." in page.text
    assert agent.get(f"{here}/modifier").status == 409
    assert "Ben Fictif" in agent.get(f"{HOME}/a-prevenir").text
    reads = select(AuditEvent).filter_by(action="attendee.read")
    events = db.session.scalars(reads).all()
    assert events
    assert "Fictif" not in str([event.detail for event in events])


def test_a_change_of_seats_and_time_is_made_on_the_page(agent: Browser, forum: Forum) -> None:
    session = db.session()
    sitting = make_session(session, make_workshop(session, forum), capacity=3)
    for number in (1, 2):
        make_seat(session, sitting, make_attendee(session, forum), number)
    url = f"{HOME}/seances/{sitting.id}/modifier"
    page = agent.get(url)
    typed = {
        name: page.value_of(name) for name in ("room_id", "starts", "ends", "host", "revision")
    }
    assert (typed["starts"], typed["ends"]) == ("10:00", "11:00")
    refused = agent.post(url, {**typed, "capacity": "1"})
    assert "2 places prises" in refused.text
    agent.post(url, {**typed, "capacity": "2", "starts": "10:15"})
    forum.opens_at = time(10, 30)
    session.commit()
    assert "cette séance en sort" in agent.get(HOME).text
    assert _one(Session, id=sitting.id).capacity == 2
    assert len(db.session.scalars(select(Seat).filter_by(news=SeatNews.MOVED)).all()) == 2


def test_grantees_see_all_and_change_their_own(app: Flask, forum: Forum) -> None:
    session = db.session()
    mine = make_grantee(session)
    grantee = Browser(app).sign_in(make_user(session, Role.GRANTEE, mine))
    others = make_workshop(session, forum)
    sitting = make_session(session, others)
    make_seat(session, sitting, make_attendee(session, forum, name="Ann Fictive"), 1)
    assert others.title in grantee.get(HOME).text
    page = grantee.get(f"{HOME}/seances/{sitting.id}")
    assert "1 / 5" in page.text
    assert "Ann Fictive" not in page.text
    assert not page.all("input", name="revision")
    for url in (
        f"{HOME}/{others.id}/modifier",
        f"{HOME}/seances/{sitting.id}/annuler",
        f"{HOME}/seances/{sitting.id}/liste",
        f"{HOME}/a-prevenir",
        f"{HOME}/salles/nouvelle",
    ):
        assert grantee.get(url).status == 403, url
    grantee.post(f"{HOME}/nouveau", {"title": "Nos droits"})
    assert _one(Workshop, title="Nos droits").organisation_id == mine.id
    elsewhere = make_forum(session, slug="autre")
    assert grantee.get(f"/forums/{elsewhere.slug}/ateliers/seances/{sitting.id}").status == 404
    forum.state = ForumState.CLOSED
    session.commit()
    refused = grantee.post(f"{HOME}/nouveau", {"title": "Trop tard"})
    assert "clos" in refused.text


def test_the_pages_cost_the_same_for_more(agent: Browser) -> None:
    costs = []
    for size in (3, 20):
        session = db.session()
        forum = make_forum(session, slug=f"taille-{size}")
        room = make_room(session, forum)
        workshops = [
            make_workshop(session, forum, organisation=make_grantee(session)) for _ in range(size)
        ]
        for number, workshop in enumerate(workshops):
            minutes = 600 + 5 * number
            sitting = (
                make_session(
                    session,
                    workshop,
                    room,
                    time(minutes // 60, minutes % 60),
                    time(16),
                    capacity=30,
                )
                if number == 0
                else make_session(session, workshop)
            )
        for number in range(size):
            person = make_attendee(session, forum)
            make_badge(session, forum, person)
            seat = make_seat(session, sitting, person, number + 1 if number < 5 else None)
            seat.news = SeatNews.MOVED
        session.commit()
        base = f"/forums/{forum.slug}/ateliers"
        for url in (base, f"{base}/seances/{sitting.id}", f"{base}/a-prevenir"):
            with counted_statements() as statements:
                assert agent.get(url).status == 200
            costs.append(len(statements))
    assert costs[:3] == costs[3:], costs
