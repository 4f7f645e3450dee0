"""The screen of a meeting as a person without a script uses it, and what a script asks for."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_action
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.meeting_day import MeetingDay
from zna_network.models.minutes import ActionItem, Attendance, Decision, MinutesSection
from zna_network.services.context import Context
from zna_network.services.invitation_links import token_of
from zna_network.services.meeting_day import arrivals, running


@pytest.fixture
def session(ctx: Context) -> Session:
    return ctx.session


@pytest.fixture
def meeting(session: Session, clock: FrozenClock) -> Meeting:
    """Two points of 20 minutes, two people convened, an action of an earlier meeting still open."""
    committee = make_committee(session)
    earlier = make_meeting(session, committee, starts_at=clock.now())
    make_action(session, earlier, text="Action d’avant")
    meeting = make_meeting(session, committee, visio_url="https://visio.example/salle")
    for title in ("Accueil", "Permanences"):
        make_agenda_item(session, meeting, title=title)
    for name in ("Alix Modèle", "Bastien Exemple"):
        make_invitation(
            session, meeting, name=name, organisation_name="CAF d’exemple", answer=Answer.ON_SITE
        )
    clock.set(meeting.starts_at)
    return meeting


def _address(meeting: Meeting, end: str = "") -> str:
    return f"/instances/reunions/{meeting.id}/seance{end}"


def _state(agent: Browser, meeting: Meeting, query: str = "", **headers: str) -> dict[str, object]:
    answer = agent.send(
        "GET", _address(meeting, f"/etat{query}"), headers={"Accept": "application/json", **headers}
    )
    assert answer.status_code == 200
    found: dict[str, object] = json.loads(answer.get_data())
    return found


def test_a_meeting_is_run_without_a_script(
    ctx: Context, session: Session, agent: Browser, clock: FrozenClock, meeting: Meeting
) -> None:
    here = _address(meeting)
    assert "Ouvrir la séance" in agent.get(here).text
    page = agent.follow(agent.post(f"{here}/ouvrir"))
    assert "La séance va commencer" in page.text
    revision = page.value_of("revision")
    order = {"ordre": "suivant", "revision": _day_revision(session)}
    page = agent.follow(agent.post(f"{here}/chrono", order))
    assert "Point 1 sur 2" in page.text
    assert "Action d’avant" in page.text
    clock.move(timedelta(minutes=21, seconds=7))
    page = agent.get(here)
    assert "+1:07 de dépassement, sur 20 min" in page.text
    # Pressed on a page that another screen had overtaken: said, and no point is skipped.
    page = agent.follow(agent.post(f"{here}/chrono", order))
    assert "Un autre écran a déjà changé" in page.text
    assert "Point 1 sur 2" in page.text
    # Notes, a decision, an action, the earlier action, the next date.
    section = page.value_of("section")
    notes = {
        "section": section,
        "point": section,
        "text": "Dit en séance",
        "seen": "",
        "revision": 1,
    }
    assert revision == "1"
    assert "Notes enregistrées" in agent.follow(agent.post(f"{here}/notes", notes)).text
    entry = {"kind": "decisions", "text": "On ouvre en mars", "section_id": section,
             "client_id": "7a1f4c9e-0000-4000-8000-000000000001", "point": section}  # fmt: skip
    for _ in range(2):  # pressed twice
        page = agent.follow(agent.post(f"{here}/saisie", entry))
    assert session.query(Decision).one().section_id == int(section)
    assert "Écrivez ce qui est décidé" in agent.post(f"{here}/saisie", {**entry, "text": ""}).text
    action = {"kind": "actions", "text": "Prévenir la CAF", "owner": "CCAS", "due_on": "2027-01-15",
              "section_id": section}  # fmt: skip
    page = agent.follow(agent.post(f"{here}/saisie", action))
    assert "pour le 15/01/2027" in page.text
    earlier = session.query(ActionItem).filter_by(text="Action d’avant").one()
    refused = agent.post(f"{here}/suivi/{earlier.id}", {"etat": "dropped"})
    assert "Dites pourquoi" in agent.follow(refused).text
    agent.post(f"{here}/suivi/{earlier.id}", {"etat": "done", "issue": "C’est fait"})
    assert session.query(ActionItem).filter_by(text="Action d’avant").one().outcome == "C’est fait"
    page = agent.post(f"{here}/prochaine", {"day": "2026-12-25", "starts": "14:00"})
    assert page.status == 422
    page = agent.follow(agent.post(f"{here}/prochaine", {"day": "2027-01-21", "starts": "14:00"}))
    assert "jeudi 21 janvier 2027" in page.text
    # The end of the meeting leads to its minutes, which hold all of it.
    page = agent.follow(agent.post(f"{here}/cloture"))
    assert "On ouvre en mars" in page.text
    assert page.value_of(f"text-{section}").strip() == "Dit en séance"
    assert "Temps passé sur chaque point" in agent.get(here).text


def _day_revision(session: Session) -> int:
    return session.query(MeetingDay).one().revision


def test_two_people_write_the_same_notes_without_a_script(
    session: Session, agent: Browser, meeting: Meeting
) -> None:
    here = _address(meeting)
    page = agent.follow(agent.post(f"{here}/ouvrir"))
    sent = {"section": page.value_of("section"), "revision": 1, "seen": page.value_of("seen")}
    agent.post(f"{here}/notes", {**sent, "text": "Le premier"})
    page = agent.post(f"{here}/notes", {**sent, "text": "Le second"})
    assert page.status == 409
    assert page.value_of("text").split() == ["Le", "premier", "Le", "second"]
    again = {**sent, "revision": 2, "text": page.value_of("text")}
    assert "Notes enregistrées" in agent.follow(agent.post(f"{here}/notes", again)).text
    assert (
        "second" in session.query(MinutesSection).filter_by(id=int(str(sent["section"]))).one().text
    )


def test_what_a_script_asks_for(
    ctx: Context, session: Session, agent: Browser, clock: FrozenClock, meeting: Meeting
) -> None:
    here = _address(meeting)
    agent.post(f"{here}/ouvrir")
    agent.post(f"{here}/chrono", {"ordre": "suivant", "revision": 1})
    first = agent.send("GET", f"{here}/etat", headers={"Accept": "application/json"})
    tag = {"Accept": "application/json", "If-None-Match": str(first.headers["ETag"])}
    clock.move(timedelta(minutes=30))  # the time that passes changes nothing of it
    assert agent.send("GET", f"{here}/etat", headers=tag).status_code == 304
    section = session.query(MinutesSection).filter_by(title="Accueil").one().id
    url = f"{here}/saisie/actions/7a1f4c9e-0000-4000-8000-000000000002"
    saved = agent.send("PUT", f"{url}/text?point={section}", json={"text": "Prévenir", "seen": ""})
    assert saved.status_code == 200
    agent.send("PUT", f"{url}/owner", json={"text": "CCAS", "seen": ""})
    clash = agent.send("PUT", f"{url}/owner", json={"text": "CAF", "seen": "autre"})
    assert (clash.status_code, json.loads(clash.get_data())["text"]) == (409, "CCAS")
    assert agent.send("GET", f"{here}/etat", headers=tag).status_code == 200
    for wrong in (f"{here}/saisie/autre/1/text", f"{url}/autre", f"{here}/saisie/decisions/9/text"):
        assert agent.send("PUT", wrong, json={"text": "x", "seen": ""}).status_code in {404, 422}
    assert "Prévenir" in str(_state(agent, meeting, f"?point={section}")["html"])
    assert _state(agent, meeting, f"?point={section}&texte={section}.1")["text"] is None
    # An order crossed by another screen's comes back with the state as it is.
    late = agent.send(
        "POST", f"{here}/chrono", data={"ordre": "suivant", "revision": 1},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    body = json.loads(late.get_data())
    assert (late.status_code, body["title"]) == (409, "Accueil")
    key = f"i{session.query(Invitation.id).order_by(Invitation.id)[0][0]}:present:"
    for revision in (0, 0, 7):  # pressed twice, then by a page that is not up to date
        ticked = agent.send(
            "POST", f"{here}/presence", data={"qui": f"{key}{revision}"},
            headers={"Accept": "application/json"},
        )  # fmt: skip
        assert ticked.status_code == 200
    assert "1</strong> <span>présent" in json.loads(ticked.get_data())["html"]
    agent.get(f"{here}?projection=1")


def test_people_say_that_they_are_there(
    ctx: Context, session: Session, agent: Browser, browser: Browser, meeting: Meeting
) -> None:
    here = _address(meeting)
    agent.post(f"{here}/ouvrir")
    room = f"/presence/{arrivals.token_of(ctx.settings, running.open_day(ctx, meeting.id))}"
    assert "Alix" not in browser.get(room).text
    page = browser.get(f"{room}?q=ali")
    assert "Alix Modèle" in page.text
    assert session.query(Attendance).count() == 0
    page = browser.post(room, {"qui": page.value_of("qui"), "presence": "remote"})
    assert "en visio : arrivée à 14 h" in page.text
    page = browser.post(room, {"name": "Noor Inattendue", "organisation": ""})
    assert (page.status, page.value_of("name")) == (422, "Noor Inattendue")
    browser.post(room, {"name": "Noor Inattendue", "organisation": "MSA"})
    page = agent.get(here)
    assert "2 présents, 3 attendus" in page.text
    assert "À confirmer Noor Inattendue" in page.text
    newcomer = session.query(Attendance).filter_by(to_confirm=True).one()
    assert "À confirmer" in agent.get(f"/instances/reunions/{meeting.id}/presence").text
    agent.post(f"{here}/presence/{newcomer.id}", {"suite": "confirmer"})
    invitation = session.query(Invitation).filter_by(name="Bastien Exemple").one()
    agent.post(f"{here}/presence", {"qui": f"i{invitation.id}:present:0"})
    assert "3 présents" in agent.get(here).text
    own = f"/r/{token_of(ctx.settings, invitation)}"
    assert "Je suis là, dans la salle" in browser.get(own).text
    assert "arrivée à 14 h" in browser.follow(browser.post(f"{own}/presence", {"presence": "present"})).text  # fmt: skip
    agent.post(f"{here}/cloture")
    assert browser.get(room).status == 410
    assert browser.post(f"{own}/presence").status == 410
