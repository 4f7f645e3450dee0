"""The page where the minutes are written, without any script."""

from datetime import timedelta

import pytest

from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_action, make_decision
from tests.functional.minutes.page_forms import form_of, fresh, url_of
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.invitation import Answer
from zna_network.models.meeting import MeetingState
from zna_network.models.minutes import ActionItem, ActionState, Minutes, MinutesState


def test_begins_from_the_agenda(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    item = make_agenda_item(db.session(), meeting, title="Bilan du trimestre", presenter="M. Un")
    make_invitation(db.session(), meeting, name="Mme Venue Fictive", answer=Answer.ON_SITE)
    url = f"/instances/reunions/{meeting.id}/compte-rendu"
    assert "n’est pas commencé" in agent.get(url).text
    page = agent.follow(agent.post(f"{url}/commencer"))
    assert f"1. {item.title}" in page.text
    assert "Présenté par M. Un" in page.text
    assert "2. Points divers" in page.text
    assert "Mme Venue Fictive" in page.text
    assert page.value_of("secretary").startswith("Personne Fictive")


def test_a_cancelled_meeting_offers_none(agent: Browser) -> None:
    meeting = make_meeting(db.session(), state=MeetingState.CANCELLED)
    page = agent.get(f"/instances/reunions/{meeting.id}/compte-rendu")
    assert "est annulée" in page.text
    assert "Commencer" not in page.text
    assert agent.post(f"/instances/reunions/{meeting.id}/compte-rendu/commencer").status == 409


def test_saves_the_whole_page_and_shows_it_again(agent: Browser, minutes: Minutes) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    first = minutes.sections[0].id
    text = "\nUn début.\r\n\r\n- une puce"
    saved = agent.post(
        url_of(minutes), {**sent, f"text-{first}": text, "chair": "Mme Présidente Fictive"}
    )
    page = agent.follow(saved)
    assert "Compte-rendu enregistré." in page.text
    assert page.value_of(f"text-{first}") == "\nUn début.\n\n- une puce"
    assert page.value_of("chair") == "Mme Présidente Fictive"


def test_what_another_wrote_under_a_point_left_alone_stays(
    agent: Browser, other: Browser, minutes: Minutes
) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    first, second = (section.id for section in minutes.sections[:2])
    other.post(url_of(minutes), {**sent, f"text-{first}": "De l’autre"})
    saved = agent.post(url_of(minutes), {**sent, f"text-{second}": "De moi"})
    assert saved.status == 302
    assert [s.text for s in fresh(minutes).sections] == ["De l’autre", "De moi", ""]


def test_two_texts_are_shown_side_by_side_and_the_rest_is_saved(
    agent: Browser, other: Browser, minutes: Minutes
) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    first, second = (section.id for section in minutes.sections[:2])
    other.post(url_of(minutes), {**sent, f"text-{first}": "De l’autre"})
    mine = {**sent, f"text-{first}": "De moi", f"text-{second}": "Sans conflit"}
    page = agent.post(url_of(minutes), mine)
    assert page.status == 409
    assert "Autre Personne Fictive a modifié ce texte pendant votre saisie (à 10:00)" in page.text
    assert page.value_of(f"text-{first}") == "De moi"
    assert "De l’autre" in page.text
    assert [s.text for s in fresh(minutes).sections] == ["De l’autre", "Sans conflit", ""]
    assert agent.post(url_of(minutes), form_of(page)).status == 409, "no choice was made"


@pytest.mark.parametrize(
    ("choice", "status", "stored", "shown"),
    [
        ("mine", 302, "De moi", "De moi"),
        ("other", 302, "De l’autre", "De l’autre"),
        ("both", 200, "De l’autre", "De l’autre\nDe moi"),
    ],
)
def test_one_of_three_is_chosen(
    agent: Browser, other: Browser, minutes: Minutes, choice: str, status: int, stored: str,
    shown: str,
) -> None:  # fmt: skip
    sent = form_of(agent.get(url_of(minutes)))
    first = minutes.sections[0].id
    other.post(url_of(minutes), {**sent, f"text-{first}": "De l’autre"})
    page = agent.post(url_of(minutes), {**sent, f"text-{first}": "De moi"})
    chosen = agent.post(url_of(minutes), {**form_of(page), "resolve": f"{first}:{choice}"})
    assert chosen.status == status
    assert fresh(minutes).sections[0].text == stored
    page = agent.follow(chosen) if status == 302 else chosen
    assert page.value_of(f"text-{first}") == shown
    if choice == "both":
        assert agent.post(url_of(minutes), form_of(page)).status == 302
        assert fresh(minutes).sections[0].text == shown


def test_a_name_written_by_two_people_is_told(
    agent: Browser, other: Browser, minutes: Minutes
) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    other.post(url_of(minutes), {**sent, "chair": "Mme Une"})
    page = agent.post(url_of(minutes), {**sent, "chair": "Mme Deux"})
    assert page.status == 409
    assert "Quelqu’un d’autre a écrit « Mme Une »" in page.text
    assert page.value_of("chair") == "Mme Deux"
    assert agent.post(url_of(minutes), form_of(page)).status == 302
    assert fresh(minutes).chair == "Mme Deux"


def test_a_text_too_long_is_kept_in_the_page(agent: Browser, minutes: Minutes) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    first, second = (section.id for section in minutes.sections[:2])
    page = agent.post(
        url_of(minutes), {**sent, f"text-{first}": "x" * 100_001, f"text-{second}": "Court"}
    )
    assert page.status == 422
    assert "trop long" in page.text
    assert len(page.value_of(f"text-{first}")) == 100_001
    assert page.value_of(f"text-{second}") == "Court"
    assert [s.text for s in fresh(minutes).sections] == ["", "", ""]


def test_validated_meanwhile_gives_the_text_back(agent: Browser, minutes: Minutes) -> None:
    sent = form_of(agent.get(url_of(minutes)))
    minutes.state = MinutesState.VALIDATED
    db.session.commit()
    page = agent.post(url_of(minutes), {**sent, f"text-{minutes.sections[0].id}": "Trop tard"})
    assert page.status == 409
    assert "il ne change plus" in page.text
    assert "Trop tard" in page.text
    assert fresh(minutes).sections[0].text == ""


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [
        ("decision:{0}", "/decisions/nouvelle?point={0}"),
        ("action:{0}", "/actions/nouvelle?point={0}"),
        ("history:{0}", "/points/{0}/historique"),
    ],
)
def test_every_button_saves_before_it_leads_elsewhere(
    agent: Browser, minutes: Minutes, button: str, leads_to: str
) -> None:
    number = minutes.sections[0].id
    sent = {**form_of(agent.get(url_of(minutes))), f"text-{number}": "À ne pas perdre"}
    left = agent.post(url_of(minutes), {**sent, "then": button.format(number)})
    assert left.response.location == url_of(minutes) + leads_to.format(number)
    assert agent.follow(left).status == 200
    assert fresh(minutes).sections[0].text == "À ne pas perdre"


def test_an_action_of_an_earlier_meeting_is_closed_where_it_is_spoken_of(
    agent: Browser, minutes: Minutes
) -> None:
    meeting = minutes.meeting
    earlier = make_meeting(
        db.session(), meeting.committee,
        starts_at=meeting.starts_at - timedelta(days=30),
        ends_at=meeting.starts_at - timedelta(days=29),
    )  # fmt: skip
    action = make_action(db.session(), earlier, text="Relancer les bailleurs")
    sent = form_of(agent.get(url_of(minutes)))
    page = agent.post(url_of(minutes), {**sent, "then": f"dropped:{action.id}"})
    assert page.status == 422
    assert "Dites pourquoi l’action est abandonnée." in page.text
    closed = agent.post(
        url_of(minutes),
        {**form_of(page), "then": f"done:{action.id}", f"outcome-{action.id}": "Fait hier"},
    )
    page = agent.follow(closed)
    assert "Fait hier" in page.text
    db.session.expire_all()
    assert (action.state, action.outcome) == (ActionState.DONE, "Fait hier")
    agent.post(url_of(minutes), {**form_of(page), "then": f"done:{action.id}"})
    opened = agent.post(url_of(minutes), {**form_of(page), "then": f"reopen:{action.id}"})
    assert opened.status == 302
    assert db.session.get_one(ActionItem, action.id).is_open


def test_decisions_and_actions_stand_under_their_point(agent: Browser, minutes: Minutes) -> None:
    section = minutes.sections[0]
    make_decision(db.session(), minutes.meeting, text="Décidé ici", section_id=section.id)
    make_action(db.session(), minutes.meeting, text="À faire ici", section_id=section.id)
    make_decision(db.session(), minutes.meeting, text="Décidé nulle part")
    page = agent.get(url_of(minutes))
    (topic,) = page.all("section", id=f"point-{section.id}")
    words = "".join(topic.itertext())
    assert "Décidé ici" in words
    assert "À faire ici" in words
    assert "Décidé nulle part" not in words
    assert "Décidé nulle part" in page.text
