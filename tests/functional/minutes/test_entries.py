"""Decisions and actions, each on a page of its own; and the history of a text."""

import pytest

from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_organisation
from tests.functional.minutes.page_forms import fresh, url_of
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.minutes import ActionItem, Decision, Minutes, MinutesState
from zna_network.services import minutes_text
from zna_network.services.context import Context
from zna_network.services.minutes_text import TextSave

DECISION = {"text": "On ouvre une permanence", "owner": "CUA", "decided_on": "2026-12-17"}
ACTION = {"text": "Prévenir les communes", "owner": "Mme Fictive", "due_on": "2027-01-15"}


def test_adds_changes_and_takes_off_a_decision(agent: Browser, minutes: Minutes) -> None:
    section = minutes.sections[0]
    url = f"{url_of(minutes)}/decisions"
    page = agent.get(f"{url}/nouvelle?point={section.id}")
    assert page.value_of("decided_on") == "2026-12-17"
    assert page.value_of("section_id") == str(section.id)
    added = agent.post(f"{url}/nouvelle", {**DECISION, "section_id": section.id})
    made = db.session.query(Decision).one()
    assert added.response.location == f"{url_of(minutes)}#decision-{made.id}"
    assert "On ouvre une permanence" in agent.follow(added).text
    page = agent.get(f"{url}/{made.id}")
    assert page.value_of("text") == DECISION["text"]
    changed = agent.post(
        f"{url}/{made.id}", {**DECISION, "owner": "CAF", "section_id": 0, "revision": 1}
    )
    assert "Décision modifiée." in agent.follow(changed).text
    removed = agent.post(f"{url}/{made.id}/retirer", {"revision": 2})
    assert "Décision retirée." in agent.follow(removed).text
    assert db.session.query(Decision).count() == 0


def test_adds_changes_and_takes_off_an_action(agent: Browser, minutes: Minutes) -> None:
    organisation = make_organisation(db.session(), name="Caisse d’exemple")
    url = f"{url_of(minutes)}/actions"
    assert agent.get(f"{url}/nouvelle").value_of("due_on") == ""
    agent.post(
        f"{url}/nouvelle",
        {**ACTION, "section_id": 0, "organisation": "x", "organisation_id": organisation.id},
    )
    made = db.session.query(ActionItem).one()
    assert made.organisation_id == organisation.id
    page = agent.get(f"{url}/{made.id}")
    assert page.value_of("organisation") == "Caisse d’exemple"
    assert page.value_of("organisation_id") == str(organisation.id)
    changed = agent.post(
        f"{url}/{made.id}", {**ACTION, "due_on": "31/01/2027", "section_id": 0, "revision": 1}
    )
    assert "pour le 31/01/2027" in agent.follow(changed).text
    removed = agent.post(f"{url}/{made.id}/retirer", {"revision": 2})
    assert "Action retirée." in agent.follow(removed).text


@pytest.mark.parametrize(
    ("kind", "sent", "message", "kept"),
    [
        ("decisions/nouvelle", {**DECISION, "text": ""}, "Écrivez la décision.", ("owner", "CUA")),
        (
            "decisions/nouvelle", {**DECISION, "decided_on": ""}, "Indiquez la date.",
            ("text", DECISION["text"]),
        ),
        ("actions/nouvelle", {**ACTION, "owner": ""}, "Indiquez qui.", ("text", ACTION["text"])),
        (
            "actions/nouvelle", {**ACTION, "organisation": "Inexistant"},
            "Aucun organisme ne s’appelle « Inexistant »", ("organisation", "Inexistant"),
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_beside_the_field_and_keeps_what_was_typed(
    agent: Browser, minutes: Minutes, kind: str, sent: dict[str, str], message: str,
    kept: tuple[str, str],
) -> None:  # fmt: skip
    page = agent.post(f"{url_of(minutes)}/{kind}", {**sent, "section_id": "0"})
    assert message in page.text
    assert page.value_of(kept[0]) == kept[1]
    assert db.session.query(Decision).count() == db.session.query(ActionItem).count() == 0


def test_what_somebody_else_changed_is_shown_before_it_is_replaced(
    agent: Browser, other: Browser, minutes: Minutes
) -> None:
    made = make_decision(db.session(), minutes.meeting)
    url = f"{url_of(minutes)}/decisions/{made.id}"
    sent = {**DECISION, "section_id": 0, "revision": 1}
    other.post(url, {**sent, "text": "Le texte de l’autre"})
    page = agent.post(url, {**sent, "text": "Le mien"})
    assert "Le texte de l’autre" in page.text
    assert page.value_of("text") == "Le mien"
    stale = agent.post(f"{url}/retirer", {"revision": 1})
    assert stale.status == 409
    agent.post(url, {**sent, "text": "Le mien", "revision": page.value_of("revision")})
    db.session.expire_all()
    assert made.text == "Le mien"


def test_entries_elsewhere_or_gone_are_not_found(agent: Browser, minutes: Minutes) -> None:
    elsewhere = make_minutes(db.session()).meeting
    decision, action = make_decision(db.session(), elsewhere), make_action(db.session(), elsewhere)
    for path in (f"decisions/{decision.id}", f"actions/{action.id}", "points/999999/historique"):
        assert agent.get(f"{url_of(minutes)}/{path}").status == 404
    bare = make_meeting(db.session())
    url = f"/instances/reunions/{bare.id}/compte-rendu/decisions/nouvelle"
    assert agent.get(url).status == 404


def test_validated_minutes_take_no_entry(agent: Browser, minutes: Minutes) -> None:
    minutes.state = MinutesState.VALIDATED
    db.session.commit()
    for path in ("decisions/nouvelle", "actions/nouvelle"):
        assert agent.get(f"{url_of(minutes)}/{path}").status == 409
        assert agent.post(f"{url_of(minutes)}/{path}", DECISION).status == 409


def test_an_earlier_text_is_read_and_brought_back(
    agent: Browser, other: Browser, minutes: Minutes, ctx: Context
) -> None:
    section = minutes.sections[0]
    url = f"{url_of(minutes)}/points/{section.id}/historique"
    assert "Rien n’a encore été écrit" in agent.get(url).text
    for revision, text in enumerate(["Le premier texte", "Le second"], start=1):
        minutes_text.save_section(ctx, minutes.meeting_id, TextSave(section.id, text, revision))
    page = agent.get(url)
    assert "Le premier texte" in page.text
    assert "Texte actuel" in page.text
    (form,) = [f for f in page.all("form") if (f.get("action") or "").endswith("/reprendre")]
    action = form.get("action") or ""
    stale = agent.post(action, {"revision": 1})
    assert "Quelqu’un d’autre a modifié" in agent.follow(stale).text
    back = agent.post(action, {"revision": 3})
    assert back.response.location == f"{url_of(minutes)}#point-{section.id}"
    assert fresh(minutes).sections[0].text == "Le premier texte"
    assert "Le second" in agent.get(url).text
