"""The visitors as the staff see them: found, helped, erased; every reading in the journal."""

from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.door import (
    DOORS_OPEN,
    make_device,
    make_entry,
    make_point,
    make_scan,
    make_visit,
)
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.attendee import Attendee, Badge, Need, RegistrationChannel
from zna_network.models.audit import AuditEvent
from zna_network.models.door import PointKind, Verdict
from zna_network.models.forum import Forum
from zna_network.models.territory import TargetGroup
from zna_network.services import badges, registrations
from zna_network.services.context import Context
from zna_network.services.registration_values import RegistrationData

URL = "/forums/decembre/visiteurs"


@pytest.fixture
def forum(app: Flask) -> Forum:
    return make_forum(db.session(), slug="decembre")


def _words(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _names(page: Page) -> list[str]:
    """In the order of the list."""
    return [_words(cell) for cell in page.all("th", class_="cell-title")]


def test_a_visitor_is_found_by_number_name_or_contact(
    agent: Browser, ctx: Context, forum: Forum
) -> None:
    people = [
        RegistrationData("Élodie Exemple", email="elodie@exemple.example"),
        RegistrationData("Олена", phone="06 39 98 00 01", place="62041"),
        RegistrationData("محمد علي", email="m@exemple.example", phone="06 39 98 00 02"),
    ]
    for one in people:
        registrations.register(ctx, forum.id, one)
    make_badge(db.session(), forum)
    found = {
        "": ["محمد علي", "Олена", "Élodie Exemple"],
        "0002": ["Олена"],
        "n° 3": ["محمد علي"],
        "elodie": ["Élodie Exemple"],
        "exemple ELO": ["Élodie Exemple"],
        "олена": ["Олена"],
        "علي": ["محمد علي"],
        " Elodie@exemple.example ": ["Élodie Exemple"],
        "06.39.98.00.02": ["محمد علي"],
        "+33639980001": ["Олена"],
        "personne": [],
        "99999": [],
        "autre@exemple.example": [],
        "()": [],
    }
    for words, names in found.items():
        assert _names(agent.get(URL, query_string={"q": words})) == names, words
    assert _names(agent.get(f"{URL}?tri=number")) == ["Élodie Exemple", "Олена", "محمد علي"]
    read = db.session.query(AuditEvent).filter_by(action="attendee.read").all()
    assert len(read) == len(found) + 1
    assert not [e for e in read if "elodie" in str(e.detail).lower()]


def test_the_list_is_narrowed_and_costs_the_same_for_more_people(
    agent: Browser, forum: Forum
) -> None:
    session = db.session()
    came = make_attendee(session, forum, name="Venue", target_group=TargetGroup.SENIORS)
    make_attendee(session, forum, name="Annulé", cancelled_at=forum.created_at)
    make_attendee(session, forum, name="", erased_at=forum.created_at)
    make_attendee(
        session, forum, name="Du guichet", channel=RegistrationChannel.DESK, commune_insee="62041"
    )
    make_attendee(session, forum, name="Qui signe", needs=[Need.SIGN_LANGUAGE.value])
    make_attendee(session, make_forum(session), name="Ailleurs")
    make_badge(session, forum, came)
    for query, names in {
        "public=seniors": ["Venue"],
        "etat=cancelled": ["Annulé"],
        "etat=erased": ["Informations effacées"],
        "etat=came": [],
        "canal=desk": ["Du guichet"],
        "commune=62041": ["Du guichet"],
        "besoins=1": ["Qui signe"],
        "besoins=1&q=venue": [],
    }.items():
        assert _names(agent.get(f"{URL}?{query}")) == names, query
    for nonsense in ("etat=x&public=x&commune=x&canal=x&besoins=x", "page=-3&tri=x", "q=%00%22"):
        assert agent.get(f"{URL}?{nonsense}").status == 200
    costs = []
    door = make_device(session, forum)
    for number in (5, 20):
        for _ in range(number):
            visitor = make_attendee(session, forum, commune_insee="62041")
            make_entry(session, door, make_badge(session, forum, visitor))
        with counted_statements() as statements:
            agent.get(URL)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_somebody_is_registered_at_the_desk(
    app: Flask, agent: Browser, ctx: Context, forum: Forum
) -> None:
    refused = agent.post(f"{URL}/inscrire", {"name": " ", "number": "douze", "note": "Bonjour"})
    assert "Écrivez un prénom ou un surnom" in refused.text
    assert "Écrivez un nombre en chiffres" in refused.text
    assert refused.value_of("note") == "Bonjour"
    blank = badges.issue_blank(ctx, forum.id, 1)[0]
    values = {"name": "Amina", "number": "1", "place": "ailleurs", "language": "ar"}
    page = agent.follow(agent.post(f"{URL}/inscrire", values))
    assert "0001" in page.text
    assert (blank.attendee.name, blank.attendee.language) == ("Amina", "ar")
    taken = agent.post(f"{URL}/inscrire", {**values, "name": "Bella"})
    assert "déjà à quelqu’un" in taken.text
    assert taken.value_of("name") == "Bella"
    # A grantee registers people and sees nobody else.
    grantee = make_user(db.session(), Role.GRANTEE, make_organisation(db.session()))
    helper = Browser(app).sign_in(grantee)
    assert "0002" in helper.follow(helper.post(f"{URL}/inscrire", {"name": "Chloé"})).text
    assert helper.get(URL).status == 403
    assert helper.get(f"{URL}/{blank.attendee_id}").status == 403
    assert db.session.query(Attendee).count() == 2


def test_a_person_is_helped_from_their_page(agent: Browser, ctx: Context, forum: Forum) -> None:
    data = RegistrationData("Amina", phone="06 39 98 00 01", reasons=("health",), needs=("seat",))
    attendee = registrations.register(ctx, forum.id, data)
    blank = badges.issue_blank(ctx, forum.id, 1)[0]
    url = f"{URL}/{attendee.id}"
    page = agent.get(url)
    assert page.response.headers["Cache-Control"] == "no-store, private"
    assert [agent.get(link).status for link in page.links() if "/forum/b/" in link] == [200]
    for words in ("Amina", "06 39 98 00 01", "Santé, mutuelle", "S’asseoir", "version 2026-11"):
        assert words in page.text
    assert "Écrivez le numéro" in agent.post(f"{url}/badge-vierge", {"number": ""}).text
    assert "Aucun badge" in agent.post(f"{url}/badge-vierge", {"number": "99"}).text
    agent.post(f"{url}/badge-vierge", {"number": "2"})
    assert blank.attendee_id == attendee.id
    agent.follow(agent.post(f"/forums/decembre/badges/{blank.id}/remplacer"))
    assert attendee.badge is not None
    assert attendee.badge.number == 3
    agent.post(f"{url}/annuler")
    assert (
        "Cette inscription est annulée" in agent.post(f"{url}/badge-vierge", {"number": "2"}).text
    )
    agent.post(f"{url}/effacer")
    page = agent.get(url)
    assert "Informations effacées" in page.text
    assert "Amina" not in page.text
    assert agent.get(f"{URL}/9999").status == 404
    walk_in = make_attendee(db.session(), forum, name="", channel=RegistrationChannel.DOOR)
    page = agent.get(f"{URL}/{walk_in.id}")
    assert "Visiteur anonyme" in page.text
    assert not [link for link in page.links() if "/forum/b/" in link], "no link leads to them"
    assert agent.post(f"{URL}/9999/annuler").status == 404
    assert [b.label for b in db.session.query(Badge).order_by(Badge.number)] == ["", "", ""]


def test_the_staff_see_who_came_and_where_they_went(agent: Browser, forum: Forum) -> None:
    session = db.session()
    door, way_out, other = (
        make_device(session, forum, make_point(session, forum, name=name, kind=kind))
        for name, kind in (
            ("Grande porte", PointKind.ENTRY),
            ("Porte du fond", PointKind.EXIT),
            ("Petite porte", PointKind.ENTRY),
        )
    )
    table = make_stand(session, forum)
    stand = make_point(
        session, forum, name="Stand 2 — Caisse", kind=PointKind.STAND, stand_id=table.id
    )
    here, gone = (make_attendee(session, forum, name=name) for name in ("Ici", "Repartie"))
    make_badge(session, forum, make_attendee(session, forum, name="Attendue"))
    badge = make_badge(session, forum, here, revoked_at=DOORS_OPEN + timedelta(hours=2))
    make_badge(session, forum, here)
    make_entry(session, door, make_badge(session, forum, gone), is_inside=False)
    later = [DOORS_OPEN + timedelta(minutes=10 * n) for n in range(7)]
    make_entry(session, door, badge, entered_at=later[0])
    make_visit(session, stand, badge, later[1])
    make_scan(session, way_out, badge, happened_at=later[2], effect=-1)
    first = make_scan(session, other, badge, happened_at=later[3])
    make_scan(session, door, badge, happened_at=later[4], effect=0, conflicts_with=first.scan_id)
    make_scan(session, other, badge, happened_at=later[5], undone_at=later[5])
    make_scan(session, other, badge, happened_at=later[6], verdict=Verdict.ALREADY_ADMITTED)

    cells = agent.get(f"{URL}?tri=number").all("td", data_label="État")
    assert [_words(cell) for cell in cells] == ["Inscrit", "Venu, sur place", "Venu, reparti"]
    url = f"{URL}/{here.id}"
    page = agent.get(url)
    assert [_words(line) for line in page.all("li", class_="row-item")] == [
        "Grande porte Entrée à 9 h 30, badge 0002",
        "Stand 2 — Caisse Passage au stand à 9 h 40, badge 0002",
        "Porte du fond Sortie à 9 h 50, badge 0002",
        "Petite porte Entrée à 10 h, badge 0002",
        "Grande porte Entrée à 10 h 10, badge 0002 Aussi à une autre porte",
    ]
    assert "Venu, sur place" in page.text
    with counted_statements() as few:
        agent.get(url)
    for number in range(10):
        make_scan(session, way_out, badge, happened_at=later[6] + timedelta(minutes=number))
    with counted_statements() as many:
        agent.get(url)
    assert len(few) == len(many)
    # What was erased is not told by other ways.
    agent.post(f"{url}/effacer")
    assert "Grande porte" not in agent.get(url).text
