"""Ticking who came, with a form or with the page's script."""

from typing import Any

import pytest

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.docx_files import text_of
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_attendance, make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser, Page
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.models.invitation import Answer
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.minutes import Attendance, MinutesState, Presence
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services.context import Context


@pytest.fixture
def meeting(ctx: Context) -> Meeting:
    """Somebody who comes, somebody who has not answered."""
    meeting = make_meeting(ctx.session)
    caf = make_organisation(ctx.session, name="CAF d’exemple")
    make_invitation(
        ctx.session, meeting, name="Mme Venue Fictive", answer=Answer.ON_SITE, organisation=caf
    )
    make_invitation(ctx.session, meeting, name="M. Silencieux Fictif")
    return meeting


def _url(meeting: Meeting) -> str:
    return f"/instances/reunions/{meeting.id}/presence"


def _form(page: Page) -> dict[str, Any]:
    """What the page's form would send as it is."""
    sent: dict[str, Any] = {"line": []}
    for field in page.all("form", data_roll="True")[0].iter("input"):
        name, value = field.get("name") or "", field.get("value") or ""
        if name == "line":
            sent["line"].append(value)
        elif field.get("type") != "radio" or field.get("checked") is not None:
            sent[name] = value
    return sent


def test_the_list_follows_the_answers(agent: Browser, meeting: Meeting) -> None:
    page = agent.get(_url(meeting))
    assert "Présents 1" in page.text
    assert "1 personne sans réponse est à pointer" in page.text
    names = ["".join(legend.itertext()) for legend in page.all("legend")]
    assert "M. Silencieux Fictif" in names[0]
    assert "Mme Venue Fictive" in names[1]


def test_saving_the_whole_list(agent: Browser, meeting: Meeting) -> None:
    sent = _form(agent.get(_url(meeting)))
    silent = sent["line"][0]
    saved = agent.post(
        _url(meeting),
        {**sent, f"presence-{silent}": "represented", f"by-{silent}": "Mme Déléguée Fictive"},
    )
    page = agent.follow(saved)
    assert "Présence enregistrée." in page.text
    assert page.value_of(f"presence-{silent}") == "represented"
    assert page.value_of(f"by-{silent}") == "Mme Déléguée Fictive"
    assert "à pointer" not in page.text


def test_what_somebody_else_ticked_meanwhile_is_shown(agent: Browser, meeting: Meeting) -> None:
    mine = _form(agent.get(_url(meeting)))
    silent = mine["line"][0]
    agent.post(_url(meeting), {**mine, f"presence-{silent}": "present"})
    page = agent.post(_url(meeting), {**mine, f"presence-{silent}": "excused"})
    assert page.status == 409
    assert "Entre-temps, quelqu’un a pointé « Présent »" in page.text
    assert page.value_of(f"presence-{silent}") == "excused"
    again = agent.post(_url(meeting), {**_form(page), f"presence-{silent}": "excused"})
    assert again.status == 302
    assert db.session.query(Attendance).one().presence is Presence.EXCUSED


def test_an_unknown_presence_is_said_and_writes_nothing(agent: Browser, meeting: Meeting) -> None:
    sent = _form(agent.get(_url(meeting)))
    silent = sent["line"][0]
    page = agent.post(_url(meeting), {**sent, f"presence-{silent}": "en retard"})
    assert page.status == 422
    assert "Choisissez une présence" in page.text
    page = agent.post(
        _url(meeting), {**sent, f"presence-{silent}": "represented", f"by-{silent}": "x" * 200}
    )
    assert page.status == 422
    assert "C’est trop long" in page.text
    assert page.value_of(f"presence-{silent}") == "represented"
    assert db.session.query(Attendance).count() == 0


def test_one_line_at_a_time(agent: Browser, meeting: Meeting) -> None:
    sent = _form(agent.get(_url(meeting)))
    silent = sent["line"][0]
    url = f"{_url(meeting)}/lignes/{silent}"
    seen = {"revision": 0, "seen": "absent", "seen_by": ""}
    answer = agent.send("PUT", url, json={"presence": "remote", **seen})
    assert answer.status_code == 200
    assert answer.get_json()["counts"]["remote"] == 1
    assert answer.get_json()["revision"] == 1
    answer = agent.send("PUT", url, json={"presence": "present", **seen})
    assert answer.status_code == 409
    assert (answer.get_json()["presence"], answer.get_json()["label"]) == ("remote", "À distance")
    answer = agent.send("PUT", url, json={"presence": "present", **seen, "revision": 1})
    assert (answer.status_code, answer.get_json()["presence"]) == (200, "present")


@pytest.mark.parametrize("content", ["texte", [], {"presence": "ailleurs"}, {}])
def test_a_line_badly_sent_is_refused(agent: Browser, meeting: Meeting, content: object) -> None:
    answer = agent.send("PUT", f"{_url(meeting)}/lignes/i1", json=content)
    assert answer.status_code == 422
    assert answer.get_json()["detail"]


def test_adds_and_removes_somebody_unannounced(agent: Browser, meeting: Meeting) -> None:
    add = f"{_url(meeting)}/personnes"
    page = agent.post(add, {"name": "", "email": "pas une adresse", "presence": "present"})
    assert "Indiquez le nom." in page.text
    assert page.value_of("email") == "pas une adresse"
    page = agent.post(add, {"name": "Mme Imprévue Fictive", "email": "non", "presence": "present"})
    assert "Cette adresse e-mail n’est pas valable" in page.text
    added = agent.post(
        add,
        {"name": "Mme Imprévue Fictive", "organisation": "Mairie", "presence": "remote"},
    )
    page = agent.follow(added)
    assert "Mme Imprévue Fictive" in page.text
    row = db.session.query(Attendance).one()
    removed = agent.post(f"{add}/{row.id}/retirer")
    assert "Mme Imprévue Fictive" not in agent.follow(removed).text


def test_the_sheet_lists_everybody_by_organisation(agent: Browser, meeting: Meeting) -> None:
    make_attendance(db.session(), meeting, name="M. Ajouté Fictif", organisation_name="Zèbres")
    answer = agent.get(f"{_url(meeting)}/emargement.docx").response
    assert answer.mimetype == DOCX_MEDIA_TYPE
    assert "emargement-2026-12-17.docx" in answer.headers["Content-Disposition"]
    words = text_of(answer.data)
    names = ["M. Silencieux Fictif", "Mme Venue Fictive", "M. Ajouté Fictif"]
    places = [words.index(name) for name in names]
    assert places == sorted(places)
    assert "CAF d’exemple" in words


def test_a_template_that_breaks_gives_a_message(agent: Browser, meeting: Meeting) -> None:
    session = db.session()
    session.add(
        DocumentTemplate(
            kind=DocumentKind.ATTENDANCE_SHEET, filename="x.docx", content=b"rien",
            uploaded_at=meeting.created_at,
        )
    )  # fmt: skip
    session.commit()
    answer = agent.get(f"{_url(meeting)}/emargement.docx")
    assert "Le modèle « Feuille d’émargement » n’a pas pu être rempli" in agent.follow(answer).text


def test_an_empty_list_says_what_to_do(agent: Browser) -> None:
    page = agent.get(_url(make_meeting(db.session())))
    assert "Personne n’est encore convoqué" in page.text


def test_a_cancelled_meeting_and_validated_minutes_are_read_only(
    agent: Browser, meeting: Meeting
) -> None:
    sent = _form(agent.get(_url(meeting)))
    make_minutes(db.session(), meeting, state=MinutesState.VALIDATED)
    page = agent.get(_url(meeting))
    assert "Le compte-rendu est validé" in page.text
    assert page.all("form", data_roll="True") == []
    assert agent.post(_url(meeting), sent).status == 409
    cancelled = make_meeting(db.session(), state=MeetingState.CANCELLED)
    make_invitation(db.session(), cancelled)
    assert "réunion est annulée" in agent.get(_url(cancelled)).text
    assert agent.get(f"{_url(cancelled)}/emargement.docx").status == 409


def test_a_member_is_sent_to_the_minutes_and_a_stranger_away(browser: Browser) -> None:
    session = db.session()
    committee = make_committee(session)
    meeting = make_meeting(session, committee)
    make_invitation(session, meeting, name="Mme Venue Fictive")
    sitting = make_organisation(session)
    make_membership(session, committee, make_contact(session, sitting))
    app = browser.client.application
    member = Browser(app).sign_in(make_user(session, Role.PARTNER, sitting))
    page = member.get(_url(meeting))
    assert "tenue par les organisateurs" in page.text
    assert "Mme Venue Fictive" not in page.text
    assert member.post(_url(meeting), {}).status == 403
    assert member.get(f"{_url(meeting)}/emargement.docx").status == 403
    stranger = Browser(app).sign_in(make_user(session, Role.GRANTEE, make_organisation(session)))
    for url in (_url(meeting), f"{_url(meeting)}/emargement.docx"):
        assert stranger.get(url).status == 403
    answer = stranger.send("PUT", f"{_url(meeting)}/lignes/i1", json={"presence": "present"})
    assert answer.status_code == 403
